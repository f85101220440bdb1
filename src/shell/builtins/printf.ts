import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import type { ShellState } from '../interpreter/state';
import { decodeEscape } from '../parser/escapes';
import { processEscapes } from './echo';
import { parseInt32, parseSigned, parseUnsigned } from './numbers';

export interface PrintfResult {
  readonly output: Bytes;
  /** Messages without the program's name, in order. */
  readonly complaints: readonly Bytes[];
  readonly status: number;
}

/** Widths and precisions beyond this are cut: nobody can look at so much padding. */
const MOST_WIDTH = 1_000_000;

/** What `printf` prints for its arguments (without its name). Models coreutils/printf.c. */
export function formatPrintf(args: readonly Bytes[]): PrintfResult {
  const operands = args[0] === '--' ? args.slice(1) : args;
  const [format] = operands;
  if (format === undefined) {
    return { output: '', complaints: ['usage: printf FORMAT [ARGUMENT...]'], status: 2 };
  }
  return new Formatter(format, operands.slice(1)).run();
}

interface Directive {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly conversion: string;
}

class Formatter {
  readonly #format: Bytes;
  readonly #args: readonly Bytes[];
  #nextArg = 0;
  #output = '';
  readonly #complaints: Bytes[] = [];
  #failed = false;

  constructor(format: Bytes, args: readonly Bytes[]) {
    this.#format = format;
    this.#args = args;
  }

  run(): PrintfResult {
    let stopped: 'error' | 'end' | undefined;
    do {
      const before = this.#nextArg;
      stopped = this.#once();
      // A format that takes no arguments is printed once.
      if (this.#nextArg === before) break;
    } while (stopped === undefined && this.#nextArg < this.#args.length);
    const status = stopped === 'error' || this.#failed ? 1 : 0;
    return { output: this.#output, complaints: this.#complaints, status };
  }

  /** Goes through the format once; tells whether `\c` or an error has ended it. */
  #once(): 'error' | 'end' | undefined {
    const format = this.#format;
    for (let at = 0; at < format.length; ) {
      const character = format[at++] as string;
      if (character === '\\') {
        if (format[at] === 'c') return 'end';
        const { code, next } = decodeEscape(format, at);
        this.#output += String.fromCharCode(code);
        at = next;
      } else if (character !== '%') {
        this.#output += character;
      } else if (format[at] === '%') {
        this.#output += '%';
        at++;
      } else if (format[at] === 'b') {
        at++;
        if (this.#nextArg < this.#args.length) {
          const { bytes, stopped } = processEscapes(this.#args[this.#nextArg++] as Bytes);
          this.#output += bytes;
          if (stopped) return 'end';
        }
      } else {
        const end = this.#directive(at);
        if (end === undefined) {
          // Size modifiers have vanished from the format by the time it is refused.
          const refused = format.slice(at - 1).replace(/^(%[-+ #0-9.*]*)[lLhz]+/, '$1');
          this.#complaints.push(`${refused}: invalid format`);
          return 'error';
        }
        at = end;
      }
    }
    return undefined;
  }

  /** Carries out the directive behind a `%`; returns where the format goes on, undefined if it is none. */
  #directive(start: number): number | undefined {
    const format = this.#format;
    let at = start;
    while ('-+ #0'.includes(format[at] ?? '?')) at++;
    const flags = format.slice(start, at);
    const width = this.#number(at);
    at = width.end;
    let precision: number | undefined;
    if (format[at] === '.') {
      const given = this.#number(at + 1);
      precision = given.value ?? 0;
      at = given.end;
    }
    while (/[lLhz]/.test(format[at] ?? '')) at++;
    const conversion = format[at] ?? '';
    if (conversion === '' || !'diouxXfeEgGcs'.includes(conversion)) return undefined;
    const arg = this.#nextArg < this.#args.length ? (this.#args[this.#nextArg++] as Bytes) : '';
    const left = width.value !== undefined && width.value < 0;
    this.#output += this.#convert(
      {
        flags: left ? `${flags}-` : flags,
        width: width.value === undefined ? undefined : Math.min(Math.abs(width.value), MOST_WIDTH),
        precision: precision !== undefined && precision < 0 ? undefined : precision,
        conversion,
      },
      arg,
    );
    return at + 1;
  }

  /** A width or precision: digits, or `*` for the next argument. */
  #number(at: number): { readonly value: number | undefined; readonly end: number } {
    const format = this.#format;
    if (format[at] === '*') {
      if (this.#nextArg >= this.#args.length) return { value: 0, end: at + 1 };
      const text = this.#args[this.#nextArg++] as Bytes;
      const value = parseInt32(text);
      if (value === undefined) this.#complaints.push(`invalid number '${text}'`);
      return { value: value ?? 0, end: at + 1 };
    }
    const digits = /^[0-9]+/.exec(format.slice(at, at + 12))?.[0] ?? '';
    return { value: digits === '' ? undefined : Number(digits), end: at + digits.length };
  }

  #convert(directive: Directive, arg: Bytes): Bytes {
    switch (directive.conversion) {
      case 'c':
        return pad(directive, arg === '' ? '\0' : (arg[0] as string));
      case 's':
        return pad(
          directive,
          directive.precision === undefined ? arg : arg.slice(0, directive.precision),
        );
      case 'd':
      case 'i':
        return formatInteger(directive, this.#integer(arg, parseSigned));
      case 'o':
      case 'u':
      case 'x':
      case 'X':
        return formatInteger(directive, BigInt.asUintN(64, this.#integer(arg, parseUnsigned)));
      default:
        return formatFloat(directive, this.#float(arg));
    }
  }

  #integer(arg: Bytes, parse: (text: Bytes) => bigint | undefined): bigint {
    const text = arg.replace(/^[ \t\n\v\f\r]+/, '');
    if (text.startsWith('"') || text.startsWith("'")) return BigInt(text.charCodeAt(1) || 0);
    const value = parse(text.startsWith('+') ? text.slice(1) : text);
    if (value === undefined) this.#refuse(text);
    return value ?? 0n;
  }

  #float(arg: Bytes): number {
    if (arg.startsWith('"') || arg.startsWith("'")) return arg.charCodeAt(1) || 0;
    const value = parseFloating(arg);
    if (value === undefined) this.#refuse(arg);
    return value ?? 0;
  }

  /** A bad operand makes the status 1; a bad width (above) is only told. */
  #refuse(text: Bytes): void {
    this.#complaints.push(`invalid number '${text}'`);
    this.#failed = true;
  }
}

/** A whole text as strtod(3) reads it; the empty text is 0. */
function parseFloating(arg: Bytes): number | undefined {
  const text = arg.replace(/^[ \t\n\v\f\r]+/, '').toLowerCase();
  if (arg === '') return 0;
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text)) return Number(text);
  if (/^[+-]?0x[0-9a-f]+$/.test(text)) {
    return (text.startsWith('-') ? -1 : 1) * Number(text.replace(/^[+-]/, ''));
  }
  const special = /^([+-]?)(inf|infinity|nan)$/.exec(text);
  if (!special) return undefined;
  const size = special[2] === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY;
  return special[1] === '-' ? -size : size;
}

function pad({ flags, width = 0 }: Directive, text: Bytes): Bytes {
  return flags.includes('-') ? text.padEnd(width) : text.padStart(width);
}

/** Pads a number, whose sign or prefix stays in front of zeros. */
function padNumber(directive: Directive, prefix: string, digits: string, zeros: boolean): Bytes {
  const { flags, width = 0 } = directive;
  if (zeros && flags.includes('0') && !flags.includes('-')) {
    return prefix + digits.padStart(width - prefix.length, '0');
  }
  return pad(directive, prefix + digits);
}

function signOf(flags: string, negative: boolean): string {
  if (negative) return '-';
  return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
}

function formatInteger(directive: Directive, value: bigint): Bytes {
  const { flags, precision, conversion } = directive;
  const signed = conversion === 'd' || conversion === 'i';
  const size = value < 0n ? -value : value;
  const base = conversion === 'o' ? 8 : conversion === 'x' || conversion === 'X' ? 16 : 10;
  let digits = size.toString(base);
  if (conversion === 'X') digits = digits.toUpperCase();
  if (precision !== undefined)
    digits = precision === 0 && size === 0n ? '' : digits.padStart(precision, '0');
  let prefix = signed ? signOf(flags, value < 0n) : '';
  if (flags.includes('#') && size !== 0n) {
    if (base === 16) prefix = `0${conversion}`;
    if (base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  }
  return padNumber(directive, prefix, digits, precision === undefined);
}

function formatFloat(directive: Directive, value: number): Bytes {
  const { flags, conversion } = directive;
  const upper = conversion === 'E' || conversion === 'G';
  const prefix = signOf(flags, value < 0 || Object.is(value, -0));
  const size = Math.abs(value);
  if (!Number.isFinite(size)) {
    const name = Number.isNaN(size) ? 'nan' : 'inf';
    return padNumber(directive, prefix, upper ? name.toUpperCase() : name, false);
  }
  const precision = Math.min(directive.precision ?? 6, 100);
  const digits = floatDigits(conversion.toLowerCase(), size, precision, flags.includes('#'));
  return padNumber(directive, prefix, upper ? digits.toUpperCase() : digits, true);
}

function floatDigits(
  conversion: string,
  size: number,
  precision: number,
  alternate: boolean,
): string {
  if (conversion === 'f') return fixed(size, precision);
  if (conversion === 'e') return exponential(size, precision);
  const significant = Math.max(precision, 1);
  const exponent = Number(size.toExponential(significant - 1).split('e')[1]);
  const digits =
    exponent < -4 || exponent >= significant
      ? exponential(size, significant - 1)
      : fixed(size, significant - 1 - exponent);
  if (alternate || !digits.includes('.')) return digits;
  return digits.replace(/\.?0+(e|$)/, '$1');
}

function fixed(size: number, precision: number): string {
  // toFixed gives up beyond 1e21; such numbers are whole.
  if (size < 1e21) return size.toFixed(precision);
  return BigInt(size).toString() + (precision > 0 ? `.${'0'.repeat(precision)}` : '');
}

function exponential(size: number, precision: number): string {
  const [mantissa, exponent] = size.toExponential(precision).split('e') as [string, string];
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

export function* runPrintf(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  try {
    shell.sys.fstat(1);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.errno === 'EBADF') return 1;
  }
  const { output, complaints, status } = formatPrintf(argv.slice(1));
  for (const complaint of complaints) yield* shell.writeError(`${shell.applet}: ${complaint}\n`);
  shell.print(output);
  return status;
}
