import type { Bytes } from '../../runtime/bytes';
import { UsageFailure } from './applet';

/** What an applet's command line may hold. */
export interface OptionRules {
  /**
   * getopt(3)'s letters: `a` a flag, `b:` with an argument, `c::` with an optional one. A leading `+` ends
   * the options at the first operand; without it options may stand behind operands.
   */
  readonly letters: string;
  /** Long names → the key they stand for; a name that ends in `=` wants an argument, in `=?` may have one. */
  readonly long?: Readonly<Record<string, string>>;
  /** Fewest and most operands; outside of that the usage text is shown. */
  readonly least?: number;
  readonly most?: number;
}

/** A parsed command line. */
export class Options {
  readonly #given: { readonly key: string; readonly value: Bytes | undefined }[] = [];
  readonly operands: Bytes[] = [];

  add(key: string, value: Bytes | undefined): void {
    this.#given.push({ key, value });
  }

  has(key: string): boolean {
    // By index, as everything that runs for each command: a loop over an iterator is dear until it is compiled.
    for (let i = 0; i < this.#given.length; i++) if (this.#given[i]?.key === key) return true;
    return false;
  }

  count(key: string): number {
    return this.#given.filter((option) => option.key === key).length;
  }

  /** The argument of the last use of an option. */
  value(key: string): Bytes | undefined {
    for (let i = this.#given.length - 1; i >= 0; i--) {
      const option = this.#given[i];
      if (option?.key === key && option.value !== undefined) return option.value;
    }
    return undefined;
  }

  values(key: string): Bytes[] {
    return this.#given.flatMap((option) =>
      option.key === key && option.value !== undefined ? [option.value] : [],
    );
  }

  /** Which of several options was given last. */
  last(...keys: readonly string[]): string | undefined {
    return this.#given.findLast((option) => keys.includes(option.key))?.key;
  }

  /** All options in their order. */
  get given(): readonly { readonly key: string; readonly value: Bytes | undefined }[] {
    return this.#given;
  }
}

/** Parses arguments (without the program's name) as glibc's getopt_long does. Throws UsageFailure. */
export function parseOptions(args: readonly Bytes[], rules: OptionRules): Options {
  const options = new Options();
  const stopAtOperand = rules.letters.startsWith('+');
  const letters = stopAtOperand ? rules.letters.slice(1) : rules.letters;
  let i = 0;
  while (i < args.length) {
    const arg = args[i++] as Bytes;
    if (arg === '--') {
      options.operands.push(...args.slice(i));
      break;
    }
    if (arg.startsWith('--')) {
      i += parseLong(options, arg.slice(2), args[i], rules.long ?? {});
    } else if (arg.startsWith('-') && arg !== '-') {
      i += parseCluster(options, arg, args[i], letters);
    } else {
      options.operands.push(arg);
      if (stopAtOperand) {
        options.operands.push(...args.slice(i));
        break;
      }
    }
  }
  const operands = options.operands.length;
  if (operands < (rules.least ?? 0) || operands > (rules.most ?? Number.POSITIVE_INFINITY)) {
    throw new UsageFailure();
  }
  return options;
}

/** Returns how many further arguments it used. */
function parseCluster(
  options: Options,
  arg: Bytes,
  next: Bytes | undefined,
  letters: string,
): number {
  for (let at = 1; at < arg.length; at++) {
    const letter = arg[at] as string;
    const found = letter === ':' ? -1 : letters.indexOf(letter);
    if (found < 0) throw new UsageFailure(`invalid option -- '${letter}'`);
    if (letters[found + 1] !== ':') {
      options.add(letter, undefined);
      continue;
    }
    const rest = arg.slice(at + 1);
    if (letters[found + 2] === ':') {
      options.add(letter, rest === '' ? undefined : rest);
      return 0;
    }
    if (rest !== '') {
      options.add(letter, rest);
      return 0;
    }
    if (next === undefined) throw new UsageFailure(`option requires an argument -- '${letter}'`);
    options.add(letter, next);
    return 1;
  }
  return 0;
}

function parseLong(
  options: Options,
  text: Bytes,
  next: Bytes | undefined,
  long: Readonly<Record<string, string>>,
): number {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? undefined : text.slice(equals + 1);
  const spec = findLong(name, text, long);
  const bare = spec.replace(/=\??$/, '');
  const key = long[spec] as string;
  if (spec === bare) {
    if (value !== undefined) throw new UsageFailure(`option '--${bare}' doesn't allow an argument`);
    options.add(key, undefined);
    return 0;
  }
  if (value !== undefined || spec.endsWith('?')) {
    options.add(key, value);
    return 0;
  }
  if (next === undefined) throw new UsageFailure(`option '--${bare}' requires an argument`);
  options.add(key, next);
  return 1;
}

function findLong(name: Bytes, text: Bytes, long: Readonly<Record<string, string>>): string {
  const specs = Object.keys(long);
  const exact = specs.find((spec) => spec.replace(/=\??$/, '') === name);
  if (exact !== undefined) return exact;
  const matching = specs.filter((spec) => spec.startsWith(name));
  const [first] = matching;
  if (first === undefined) throw new UsageFailure(`unrecognized option '--${text}'`);
  if (matching.some((spec) => long[spec] !== long[first])) {
    const possible = matching.map((spec) => `'--${spec.replace(/=\??$/, '')}'`).join(' ');
    throw new UsageFailure(`option '--${text}' is ambiguous; possibilities: ${possible}`);
  }
  return first;
}
