import type { Bytes } from '../../runtime/bytes';
import type { CalendarTime } from './calendar';
import { daysFromEpoch } from './day-numbers';
import { MONTH_NAMES, WEEKDAY_NAMES } from './strftime';

/** What a parse has found out besides the fields themselves. */
export interface ParsedTime {
  /** Where the text goes on behind what matched. */
  readonly rest: Bytes;
  /** Whether `%z` gave an offset (in `offset`). */
  readonly hasOffset: boolean;
  /** `%s`: the Unix time itself. */
  readonly unix: number | undefined;
}

const COMPOUNDS: Readonly<Record<string, string>> = {
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  R: '%H:%M',
  T: '%H:%M:%S',
  r: '%I:%M:%S %p',
  c: '%a %b %e %H:%M:%S %Y',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

/** strptime(3): fills in the fields that a format names. Undefined if the text does not match. */
export function strptime(input: Bytes, format: Bytes, time: CalendarTime): ParsedTime | undefined {
  const reader = new Reader(input, time);
  if (!reader.read(format)) return undefined;
  reader.finish();
  return { rest: reader.rest, hasOffset: reader.hasOffset, unix: reader.unix };
}

class Reader {
  rest: Bytes;
  hasOffset = false;
  unix: number | undefined;
  readonly #time: CalendarTime;
  #afternoon: boolean | undefined;
  #hasDate = false;

  constructor(input: Bytes, time: CalendarTime) {
    this.rest = input;
    this.#time = time;
  }

  read(format: Bytes): boolean {
    for (let i = 0; i < format.length; i++) {
      const char = format[i] as string;
      if (/\s/.test(char)) {
        this.#skipBlanks();
      } else if (char !== '%') {
        if (this.rest[0] !== char) return false;
        this.rest = this.rest.slice(1);
      } else {
        while (/[-_0^#EO]/.test(format[i + 1] ?? '')) i++;
        i++;
        if (!this.#field(format[i] ?? '')) return false;
      }
    }
    return true;
  }

  finish(): void {
    const time = this.#time;
    if (this.#afternoon !== undefined) time.hour = (time.hour % 12) + (this.#afternoon ? 12 : 0);
    if (!this.#hasDate) return;
    const days = daysFromEpoch(time.year, time.month, time.day);
    time.weekday = (((days + 4) % 7) + 7) % 7;
    time.yearDay = days - daysFromEpoch(time.year, 0, 1);
  }

  #field(letter: string): boolean {
    const compound = COMPOUNDS[letter];
    if (compound !== undefined) return this.read(compound);
    const time = this.#time;
    switch (letter) {
      case '%':
        return this.#literal('%');
      case 'n':
      case 't':
        this.#skipBlanks();
        return true;
      case 'a':
      case 'A':
        return this.#name(WEEKDAY_NAMES, (value) => {
          time.weekday = value;
        });
      case 'b':
      case 'B':
      case 'h':
        this.#hasDate = true;
        return this.#name(MONTH_NAMES, (value) => {
          time.month = value;
        });
      case 'p':
        return this.#name(['AM', 'PM'], (value) => {
          this.#afternoon = value === 1;
        });
      case 'z':
        return this.#zone();
      case 'Z':
        return true;
      case 's': {
        const match = /^[0-9]+/.exec(this.rest);
        if (!match) return false;
        this.unix = Number(match[0]);
        this.rest = this.rest.slice(match[0].length);
        return true;
      }
      default:
        return this.#numeric(letter);
    }
  }

  #literal(char: string): boolean {
    if (this.rest[0] !== char) return false;
    this.rest = this.rest.slice(1);
    return true;
  }

  #numeric(letter: string): boolean {
    const time = this.#time;
    switch (letter) {
      case 'd':
      case 'e':
        this.#hasDate = true;
        return this.#number(1, 31, 2, (value) => {
          time.day = value;
        });
      case 'm':
        this.#hasDate = true;
        return this.#number(1, 12, 2, (value) => {
          time.month = value - 1;
        });
      case 'Y':
        this.#hasDate = true;
        return this.#number(0, 9999, 4, (value) => {
          time.year = value;
        });
      case 'y':
        this.#hasDate = true;
        return this.#number(0, 99, 2, (value) => {
          time.year = value >= 69 ? 1900 + value : 2000 + value;
        });
      case 'H':
      case 'k':
        return this.#number(0, 23, 2, (value) => {
          time.hour = value;
        });
      case 'I':
      case 'l':
        return this.#number(1, 12, 2, (value) => {
          time.hour = value % 12;
        });
      case 'M':
        return this.#number(0, 59, 2, (value) => {
          time.minute = value;
        });
      case 'S':
        return this.#number(0, 61, 2, (value) => {
          time.second = value;
        });
      case 'j':
        return this.#number(1, 366, 3, (value) => {
          time.yearDay = value - 1;
        });
      case 'u':
        return this.#number(1, 7, 1, (value) => {
          time.weekday = value % 7;
        });
      case 'w':
        return this.#number(0, 6, 1, (value) => {
          time.weekday = value;
        });
      default:
        return false;
    }
  }

  #number(least: number, most: number, digits: number, store: (value: number) => void): boolean {
    this.rest = this.rest.replace(/^ +/, '');
    let length = 0;
    let value = 0;
    // A further digit is only taken while the number stays in range.
    while (length < digits && /[0-9]/.test(this.rest[length] ?? '')) {
      const next = value * 10 + Number(this.rest[length]);
      if (length > 0 && value * 10 > most) break;
      value = next;
      length++;
    }
    if (length === 0 || value < least || value > most) return false;
    this.rest = this.rest.slice(length);
    store(value);
    return true;
  }

  #name(names: readonly string[], store: (index: number) => void): boolean {
    for (const whole of [true, false]) {
      for (const [index, name] of names.entries()) {
        const candidate = whole ? name : name.slice(0, 3);
        if (this.rest.slice(0, candidate.length).toLowerCase() !== candidate.toLowerCase())
          continue;
        this.rest = this.rest.slice(candidate.length);
        store(index);
        return true;
      }
    }
    return false;
  }

  #zone(): boolean {
    this.#skipBlanks();
    if (this.rest[0] === 'Z') {
      this.rest = this.rest.slice(1);
      this.#time.offset = 0;
      this.hasOffset = true;
      return true;
    }
    const match = /^([+-])([0-9]{2}):?([0-9]{2})?/.exec(this.rest);
    if (!match) return false;
    const size = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60;
    this.#time.offset = match[1] === '-' ? -size : size;
    this.hasOffset = true;
    this.rest = this.rest.slice(match[0].length);
    return true;
  }

  #skipBlanks(): void {
    this.rest = this.rest.replace(/^\s+/, '');
  }
}
