import { type ParseArgsConfig, parseArgs } from 'node:util';
import { COMMAND_USAGE, UsageError } from './usage';

export const RUN_OUTPUTS = ['timeline', 'events', 'trace', 'json'] as const;
export const GRADE_OUTPUTS = ['text', 'json'] as const;

/** A script's text, a file that holds it, or standard input. */
export type ScriptSource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stdin' };

export type Command =
  | { readonly name: 'help'; readonly topic: string | undefined }
  | {
      readonly name: 'run';
      readonly files: readonly string[];
      readonly forMs: number;
      readonly seed: number;
      readonly output: (typeof RUN_OUTPUTS)[number];
    }
  | {
      readonly name: 'sh';
      readonly apply: readonly string[];
      readonly load: string | undefined;
      readonly controlPlane: boolean;
      readonly script: ScriptSource;
      readonly waitForInput: boolean;
      readonly seed: number;
      readonly timeoutMs: number;
    }
  | { readonly name: 'check'; readonly lessons: readonly string[] }
  | {
      readonly name: 'grade';
      readonly lesson: string;
      readonly files: readonly string[];
      readonly output: (typeof GRADE_OUTPUTS)[number];
    };

/** Reads a command line (without the program's name). Throws UsageError. */
export function parseCommandLine(argv: readonly string[]): Command {
  const [name, ...rest] = argv;
  if (name === undefined) throw new UsageError('a command is missing');
  if (name === 'help' || name === '-h' || name === '--help') {
    return {
      name: 'help',
      topic: rest[0] !== undefined && rest[0] in COMMAND_USAGE ? rest[0] : undefined,
    };
  }
  const parse = COMMANDS[name];
  if (!parse || !Object.hasOwn(COMMANDS, name)) throw new UsageError(`unknown command "${name}"`);
  return parse(rest);
}

type Options = NonNullable<ParseArgsConfig['options']>;

const HELP = { type: 'boolean', short: 'h', default: false } as const;

const COMMANDS: Readonly<Record<string, (argv: readonly string[]) => Command>> = {
  run: parseRun,
  sh: parseSh,
  check: parseCheck,
  grade: parseGrade,
};

function parseRun(argv: readonly string[]): Command {
  const { values, positionals } = strictly(argv, {
    for: { type: 'string', default: '2m' },
    seed: { type: 'string', default: '1' },
    output: { type: 'string', short: 'o', default: 'timeline' },
    help: HELP,
  });
  if (values.help) return { name: 'help', topic: 'run' };
  if (positionals.length === 0) throw new UsageError('run: which file?');
  return {
    name: 'run',
    files: positionals,
    forMs: parseDuration('--for', values.for),
    seed: parseSeed(values.seed),
    output: oneOf(RUN_OUTPUTS, values.output),
  };
}

function parseSh(argv: readonly string[]): Command {
  const { values, positionals } = strictly(argv, {
    filename: { type: 'string', short: 'f', multiple: true, default: [] as string[] },
    load: { type: 'string' },
    'no-control-plane': { type: 'boolean', default: false },
    command: { type: 'string', short: 'c' },
    stdin: { type: 'boolean', short: 'i', default: false },
    seed: { type: 'string', default: '1' },
    timeout: { type: 'string', default: '10m' },
    help: HELP,
  });
  if (values.help) return { name: 'help', topic: 'sh' };
  if (positionals.length > (values.command === undefined ? 1 : 0)) {
    throw new UsageError(`sh: one script only; "${positionals.at(-1)}" is left over`);
  }
  return {
    name: 'sh',
    apply: values.filename,
    load: values.load,
    controlPlane: !values['no-control-plane'],
    script: scriptSource(values.command, positionals[0]),
    waitForInput: values.stdin,
    seed: parseSeed(values.seed),
    timeoutMs: parseDuration('--timeout', values.timeout),
  };
}

function scriptSource(text: string | undefined, file: string | undefined): ScriptSource {
  if (text !== undefined) return { kind: 'text', text };
  if (file !== undefined && file !== '-') return { kind: 'file', path: file };
  return { kind: 'stdin' };
}

function parseCheck(argv: readonly string[]): Command {
  const { values, positionals } = strictly(argv, { help: HELP });
  return values.help ? { name: 'help', topic: 'check' } : { name: 'check', lessons: positionals };
}

function parseGrade(argv: readonly string[]): Command {
  const { values, positionals } = strictly(argv, {
    output: { type: 'string', short: 'o', default: 'text' },
    help: HELP,
  });
  if (values.help) return { name: 'help', topic: 'grade' };
  const [lesson, ...files] = positionals;
  if (lesson === undefined) throw new UsageError('grade: which lesson?');
  if (files.length === 0) throw new UsageError('grade: which file is the answer?');
  return { name: 'grade', lesson, files, output: oneOf(GRADE_OUTPUTS, values.output) };
}

function strictly<const T extends Options>(argv: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's own sentence; what follows its first one is advice for programmers.
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.split('. To ')[0] ?? message);
  }
}

function oneOf<T extends string>(choices: readonly T[], value: string): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new UsageError(`-o ${value}: one of ${choices.join(', ')}`);
  return found;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(seed)) {
    throw new UsageError(`--seed ${text}: a whole number is needed`);
  }
  return seed;
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `90s`, `1h30m`, `1.5h`: a duration as kubectl writes them, in ms. */
function parseDuration(option: string, text: string): number {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) {
    throw new UsageError(`${option} ${text}: a duration is needed, such as 90s, 2m or 1h30m`);
  }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return Math.round(
    parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNIT_MS[unit] ?? 0), 0),
  );
}
