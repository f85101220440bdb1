import { parseGoDuration } from '../../api/golang/parse-duration';
import { goQuote } from '../../api/golang/quote';
import { plain } from '../errors';
import type { Flag } from './flag';

/** The values of a command's flags after parsing. */
export class FlagValues {
  readonly #flags = new Map<string, Flag>();
  readonly #shorts = new Map<string, Flag>();
  readonly #values = new Map<string, string[]>();
  readonly #given: (readonly [flag: Flag, value: string])[] = [];

  /** Of flags with the same name the first one counts. */
  constructor(flags: readonly Flag[]) {
    for (const flag of flags) {
      if (this.#flags.has(flag.name)) continue;
      this.#flags.set(flag.name, flag);
      if (flag.short) this.#shorts.set(flag.short, flag);
    }
  }

  find(name: string): Flag | undefined {
    return this.#flags.get(name);
  }

  findShort(letter: string): Flag | undefined {
    return this.#shorts.get(letter);
  }

  /** Whether the flag stood on the command line. */
  changed(name: string): boolean {
    return this.#values.has(name);
  }

  /** The flags of the command line with their values, in its order. */
  get given(): readonly (readonly [flag: Flag, value: string])[] {
    return this.#given;
  }

  /** Takes a value from the command line; throws when it is not of the flag's type. */
  set(flag: Flag, value: string): void {
    const problem = problemOf(flag, value);
    if (problem !== undefined) {
      const shown = flag.short ? `-${flag.short}, --${flag.name}` : `--${flag.name}`;
      throw plain(`invalid argument ${goQuote(value)} for ${goQuote(shown)} flag: ${problem}`);
    }
    this.#given.push([flag, value]);
    const before = this.#values.get(flag.name) ?? [];
    if (flag.type === 'stringArray') this.#values.set(flag.name, [...before, value]);
    else if (flag.type === 'stringSlice')
      this.#values.set(flag.name, [...before, ...splitCsv(value)]);
    else this.#values.set(flag.name, [value]);
  }

  /** Whether objects are named by files: -f, or -k with a folder that has a kustomization. */
  get namesFiles(): boolean {
    return this.list('filename').length > 0 || this.string('kustomize') !== '';
  }

  string(name: string): string {
    return this.#values.get(name)?.[0] ?? this.#flags.get(name)?.default ?? '';
  }

  bool(name: string): boolean {
    return TRUE.has(this.string(name));
  }

  number(name: string): number {
    return Number(this.string(name) || 0);
  }

  /** Milliseconds. */
  duration(name: string): number {
    const parsed = parseGoDuration(this.string(name) || '0');
    return typeof parsed === 'number' ? parsed : 0;
  }

  list(name: string): readonly string[] {
    const fallback = this.#flags.get(name)?.default;
    return this.#values.get(name) ?? (fallback === undefined ? [] : [fallback]);
  }

  /** Names of required flags that were not given, in the order in which they were declared. */
  missing(): string[] {
    const flags = [...this.#flags.values()];
    return flags.filter((one) => one.required && !this.changed(one.name)).map((one) => one.name);
  }
}

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

function problemOf({ type }: Flag, value: string): string | undefined {
  switch (type) {
    case 'bool':
      if (TRUE.has(value) || FALSE.has(value)) return undefined;
      return `strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`;
    case 'int':
    case 'int32':
    case 'int64':
      return integerProblem(value, type === 'int32' ? 31n : 63n);
    case 'duration': {
      const parsed = parseGoDuration(value);
      return typeof parsed === 'string' ? parsed : undefined;
    }
    default:
      return undefined;
  }
}

function integerProblem(value: string, bits: bigint): string | undefined {
  const text = value.replace(/^[-+]/, '');
  if (!/^(\d+|0[xX][0-9a-fA-F]+)$/.test(text)) {
    return `strconv.ParseInt: parsing ${goQuote(value)}: invalid syntax`;
  }
  const size = BigInt(text);
  const most = value.startsWith('-') ? 2n ** bits : 2n ** bits - 1n;
  if (size <= most) return undefined;
  return `strconv.ParseInt: parsing ${goQuote(value)}: value out of range`;
}

/** One line of comma-separated values, where quotes protect commas. */
function splitCsv(value: string): string[] {
  if (value === '') return [];
  const fields: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/gy;
  for (let match = pattern.exec(value); match; match = pattern.exec(value)) {
    fields.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'));
    if (match[3] === '') break;
  }
  return fields;
}
