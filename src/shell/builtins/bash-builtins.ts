import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import type { ShellState } from '../interpreter/state';
import { setDirectory } from './cd';
import { runDot } from './dot';
import { formatPrintf } from './printf';
import { runRead } from './read';

/** `shopt`: options are kept; only nullglob, dotglob and nocasematch have names worth knowing here. */
export function runShopt(shell: ShellState, argv: readonly Bytes[]): number {
  const [flag, ...names] = argv.slice(1);
  if (flag === '-s') shell.shellOptions = new Set([...shell.shellOptions, ...names]);
  else if (flag === '-u') {
    shell.shellOptions = new Set([...shell.shellOptions].filter((one) => !names.includes(one)));
  } else if (flag === '-q') return names.every((one) => shell.shellOptions.has(one)) ? 0 : 1;
  else {
    const asked = flag === undefined ? [...shell.shellOptions] : [flag, ...names];
    for (const name of asked) {
      shell.print(`${name.padEnd(16)}\t${shell.shellOptions.has(name) ? 'on' : 'off'}\n`);
    }
  }
  return 0;
}

/** `mapfile` and `readarray`: lines of standard input into an array. */
export function* runMapfile(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  let name = 'MAPFILE';
  let trims = false;
  let most = Number.POSITIVE_INFINITY;
  let delimiter = '\n';
  let fd = 0;
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '-t') trims = true;
    else if (word === '-n') most = shell.number(argv[++i] ?? '') || most;
    else if (word === '-d') delimiter = argv[++i]?.[0] ?? '\0';
    else if (word === '-u') fd = shell.number(argv[++i] ?? '');
    else if (word.startsWith('-')) shell.fail(`${word}: invalid option`);
    else name = word;
  }
  let text = '';
  for (;;) {
    const bytes = yield* shell.sys.read(fd, 65_536);
    if (bytes === '') break;
    text += bytes;
  }
  const lines = text.split(delimiter);
  const ended = lines.at(-1) === '';
  if (ended) lines.pop();
  const elements = lines.slice(0, most).map((line, index) => {
    const last = index === lines.length - 1 && !ended;
    return [String(index), trims || last ? line : line + delimiter] as const;
  });
  shell.variables.setElements(name, new Map(elements), false);
  return 0;
}

/** `read`, with `-a array`, and the `-e` and `-i` that only matter at a terminal left out. */
export function* runBashRead(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  const at = argv.findIndex((word, index) => index > 0 && /^-[a-zA-Z]*a$/.test(word));
  if (at < 0)
    return yield* runRead(
      shell,
      argv.filter((word) => word !== '-e'),
    );
  const flags = (argv[at] ?? '').slice(0, -1);
  const name = argv[at + 1] ?? '';
  const rest = argv.slice(1).filter((_, index) => index + 1 !== at && index + 1 !== at + 1);
  const words = [argv[0] ?? 'read', ...(flags === '-' ? [] : [flags]), ...rest, LINE];
  const status = yield* runRead(shell, words);
  const line = shell.variables.get(LINE) ?? '';
  shell.variables.set(LINE, undefined);
  const separators = shell.separators ?? ' \t\n';
  const blanks = [...separators].filter((one) => ' \t\n'.includes(one)).join('');
  const others = [...separators].filter((one) => !' \t\n'.includes(one)).join('');
  const fields = splitLine(line, blanks, others);
  shell.variables.setElements(name, new Map(fields.map((one, i) => [String(i), one])), false);
  return status;
}

/** Where `read -a` puts the line before it is taken apart. */
const LINE = '__podlab_line';

function splitLine(line: Bytes, blanks: Bytes, others: Bytes): Bytes[] {
  const fields: Bytes[] = [];
  let field = '';
  let open = false;
  for (const character of line) {
    if (blanks.includes(character)) {
      if (open) fields.push(field);
      field = '';
      open = false;
    } else if (others.includes(character)) {
      fields.push(field);
      field = '';
      open = false;
    } else {
      field += character;
      open = true;
    }
  }
  if (open) fields.push(field);
  return fields;
}

/** `printf`, with `-v name` and `%q`. */
export function* runBashPrintf(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  const into = argv[1] === '-v' ? argv[2] : undefined;
  const args = argv.slice(into === undefined ? 1 : 3);
  const [format = '', ...values] = args;
  const quotes = format.includes('%q');
  const plain = quotes
    ? [format.replace(/%q/g, '%s'), ...values.map((value) => quotedWord(value))]
    : args;
  const { output, complaints, status } = formatPrintf(plain);
  for (const complaint of complaints) yield* shell.warn(complaint);
  if (into === undefined) shell.print(output);
  else shell.variables.set(into, output);
  return status;
}

function quotedWord(value: Bytes): Bytes {
  if (value === '') return "''";
  return value.replace(/[^\w@%+=:,./-]/g, '\\$&');
}

/** `.` and `source`: the working folder is looked at, too, and a missing file ends nothing. */
export function* runSource(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  const name = argv[1];
  if (name === undefined) shell.fail('filename argument required');
  shell.builtinName = undefined;
  const local = !name.includes('/') && typeof shell.sys.tryStat(name) !== 'string';
  if (!name.includes('/') && !local && !inPath(shell, name)) {
    shell.fail(`${name}: No such file or directory`);
  }
  return yield* runDot(shell, local ? [argv[0] ?? '.', `./${name}`, ...argv.slice(2)] : argv);
}

function inPath(shell: ShellState, name: Bytes): boolean {
  return shell.path
    .split(':')
    .some((folder) => typeof shell.sys.tryStat(`${folder}/${name}`) !== 'string');
}

/** `pushd`, `popd` and `dirs`. */
export function runDirectories(shell: ShellState, argv: readonly Bytes[]): number {
  const [name, target] = argv;
  if (name === 'pushd') {
    const [top, ...rest] = shell.directoryStack;
    const next = target ?? top;
    if (next === undefined) shell.fail('no other directory');
    const here = shell.directory;
    go(shell, next);
    shell.directoryStack = [here, ...(target === undefined ? rest : shell.directoryStack)];
  } else if (name === 'popd') {
    const [top, ...rest] = shell.directoryStack;
    if (top === undefined) shell.fail('directory stack empty');
    go(shell, top);
    shell.directoryStack = rest;
  }
  shell.print(`${[shell.directory, ...shell.directoryStack].join(' ')}\n`);
  return 0;
}

function go(shell: ShellState, path: Bytes): void {
  try {
    shell.sys.chdir(path);
  } catch (error) {
    if (error instanceof SysError) shell.fail(`${path}: ${error.message}`);
    throw error;
  }
  setDirectory(shell, undefined);
}
