import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation } from './applet';
import { parseOptions } from './options';

type Argument = 'none' | 'required' | 'optional';

interface Rules {
  readonly name: Bytes;
  readonly letters: ReadonlyMap<string, Argument>;
  readonly longs: readonly { readonly name: Bytes; readonly argument: Argument }[];
  /** `-long` may stand for `--long` (-a). */
  readonly alternative: boolean;
  /** Where operands go: behind the options, or they end them (`+`), or stay where they are (`-`). */
  readonly ordering: 'permute' | 'stop' | 'in place';
  readonly quiet: boolean;
}

type Quote = (text: Bytes) => Bytes;

/** Models util-linux/getopt.c. */
export const getopt = applet('getopt', function* (run) {
  const [first] = run.args;
  const compatible = run.sys.env.has('GETOPT_COMPATIBLE');
  if (first === undefined) {
    if (!compatible) throw new Failure('missing optstring argument');
    yield* run.out.write(' --\n');
    return 0;
  }
  if (!first.startsWith('-') || compatible) {
    const rules = rulesFrom(first, { name: 'getopt', longs: [] });
    return yield* generate(run, rules, run.args.slice(1), (text) => text);
  }
  const options = parseOptions(run.args, {
    letters: '+o:n:qQs:Tual:',
    long: {
      'options=': 'o',
      'longoptions=': 'l',
      quiet: 'q',
      'quiet-output': 'Q',
      'shell=': 's',
      test: 'T',
      unquoted: 'u',
      alternative: 'a',
      'name=': 'n',
    },
  });
  if (options.has('T')) return 4;
  const shell = options.value('s') ?? 'bash';
  if (!['bash', 'sh', 'csh', 'tcsh'].includes(shell)) throw new Failure(`unknown shell '${shell}'`);
  const operands = [...options.operands];
  const letters = options.value('o') ?? operands.shift();
  if (letters === undefined) throw new Failure('missing optstring argument');
  const longs = options
    .values('l')
    .flatMap((list) => list.split(/[, \t\n]+/))
    .filter((name) => name !== '');
  const rules = rulesFrom(letters, {
    name: options.value('n') ?? 'getopt',
    longs,
    alternative: options.has('a'),
    quiet: options.has('q'),
  });
  const quote = options.has('u') ? (text: Bytes) => text : quoteFor(shell);
  return yield* generate(run, rules, operands, quote, options.has('Q'));
});

function argumentOf(colons: string): Argument {
  if (colons === '') return 'none';
  return colons.length > 1 ? 'optional' : 'required';
}

function rulesFrom(
  text: Bytes,
  rest: {
    readonly name: Bytes;
    readonly longs: readonly Bytes[];
    readonly alternative?: boolean;
    readonly quiet?: boolean;
  },
): Rules {
  const letters = new Map<string, Argument>();
  for (const [, letter, colons = ''] of text.replace(/^[-+]/, '').matchAll(/([^:])(:{0,2})/gs)) {
    letters.set(letter as string, argumentOf(colons));
  }
  return {
    name: rest.name,
    letters,
    longs: rest.longs.map((name) => {
      const colons = /:{0,2}$/.exec(name)?.[0] ?? '';
      return { name: name.slice(0, name.length - colons.length), argument: argumentOf(colons) };
    }),
    alternative: rest.alternative ?? false,
    ordering: text.startsWith('+') ? 'stop' : text.startsWith('-') ? 'in place' : 'permute',
    quiet: rest.quiet ?? false,
  };
}

/** Quotes for a shell that will evaluate the output. */
function quoteFor(shell: Bytes): Quote {
  const special: Readonly<Record<string, string>> = shell.endsWith('csh')
    ? { "'": "'\\''", '\\': '\\\\', '!': "'\\!'", '\n': '\\n', ' ': "'\\ '", '\t': "'\\t'" }
    : { "'": "'\\''" };
  return (text) => `'${[...text].map((byte) => special[byte] ?? byte).join('')}'`;
}

/** Prints the arguments in their normal form; the exit code. */
function* generate(
  run: Invocation,
  rules: Rules,
  args: readonly Bytes[],
  quote: Quote,
  silent = false,
): Call<number> {
  const parsed = normalise(rules, args);
  if (!rules.quiet) for (const complaint of parsed.complaints) yield* run.say(`${complaint}\n`);
  if (!silent) {
    const shown = parsed.items.map((item) =>
      item.kind === 'option' ? ` ${item.text}` : ` ${quote(item.text)}`,
    );
    const operands = parsed.operands.map((operand) => ` ${quote(operand)}`);
    yield* run.out.write(`${shown.join('')} --${operands.join('')}\n`);
  }
  return parsed.complaints.length > 0 ? 1 : 0;
}

interface Normalised {
  readonly items: { readonly kind: 'option' | 'argument'; readonly text: Bytes }[];
  readonly operands: Bytes[];
  readonly complaints: Bytes[];
}

function normalise(rules: Rules, given: readonly Bytes[]): Normalised {
  const result: Normalised = { items: [], operands: [], complaints: [] };
  const args = [...given];
  while (args.length > 0) {
    const arg = args.shift() as Bytes;
    if (arg === '--') break;
    if (!arg.startsWith('-') || arg === '-') {
      if (rules.ordering === 'in place') result.items.push({ kind: 'argument', text: arg });
      else result.operands.push(arg);
      if (rules.ordering === 'stop') break;
    } else if (arg.startsWith('--') || (rules.alternative && isLong(rules, arg))) {
      readLong(rules, arg, args, result);
    } else readLetters(rules, arg.slice(1), args, result);
  }
  result.operands.push(...args);
  return result;
}

function isLong(rules: Rules, arg: Bytes): boolean {
  const name = arg.slice(1).split('=')[0] as Bytes;
  if (name.length === 1 && rules.letters.has(name)) return false;
  return rules.longs.some((long) => long.name.startsWith(name));
}

function readLong(rules: Rules, arg: Bytes, args: Bytes[], result: Normalised): void {
  const body = arg.replace(/^--?/, '');
  const equals = body.indexOf('=');
  const name = equals < 0 ? body : body.slice(0, equals);
  const candidates = rules.longs.filter((long) => long.name.startsWith(name));
  const exact = candidates.find((long) => long.name === name);
  const found = exact ?? candidates[0];
  const complain = (text: Bytes) => result.complaints.push(`${rules.name}: ${text}`);
  if (!found) {
    complain(`unrecognized option '--${name}'`);
    return;
  }
  if (!exact && candidates.length > 1) {
    const possible = candidates.map((long) => ` '--${long.name}'`).join('');
    complain(`option '--${name}' is ambiguous; possibilities:${possible}`);
    return;
  }
  let value = equals < 0 ? undefined : body.slice(equals + 1);
  if (found.argument === 'none' && value !== undefined) {
    complain(`option '--${found.name}' doesn't allow an argument`);
    return;
  }
  if (found.argument === 'required' && value === undefined) {
    value = args.shift();
    if (value === undefined) {
      complain(`option '--${found.name}' requires an argument`);
      return;
    }
  }
  result.items.push({ kind: 'option', text: `--${found.name}` });
  if (found.argument !== 'none') result.items.push({ kind: 'argument', text: value ?? '' });
}

function readLetters(rules: Rules, cluster: Bytes, args: Bytes[], result: Normalised): void {
  let rest = cluster;
  while (rest !== '') {
    const letter = rest[0] as string;
    rest = rest.slice(1);
    const argument = rules.letters.get(letter);
    if (argument === undefined) {
      result.complaints.push(`${rules.name}: invalid option -- '${letter}'`);
      continue;
    }
    let value: Bytes | undefined;
    if (argument === 'required') {
      value = rest === '' ? args.shift() : rest;
      if (value === undefined) {
        result.complaints.push(`${rules.name}: option requires an argument -- '${letter}'`);
        return;
      }
    } else if (argument === 'optional') value = rest;
    result.items.push({ kind: 'option', text: `-${letter}` });
    if (argument === 'none') continue;
    result.items.push({ kind: 'argument', text: value ?? '' });
    return;
  }
}
