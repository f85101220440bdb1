import type { Bytes } from '../../runtime/bytes';
import type { Stat } from '../../runtime/syscalls';
import { applet, Exit, Failure, failedWith, type Invocation, UsageFailure } from './applet';
import { Confirmation } from './confirmation';
import { type CopyRules, FileCopier } from './copy-file';
import { baseName, directoryName, joinPath, stripSlashes } from './files';
import { makeDirectory } from './make-directory';
import { type Options, parseOptions } from './options';

/** Models coreutils/cp.c. */
export const cp = applet('cp', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'pdRfinlsLHarPvuTt:',
    long: {
      archive: 'a',
      force: 'f',
      interactive: 'i',
      'no-clobber': 'n',
      link: 'l',
      dereference: 'L',
      'no-dereference': 'P',
      recursive: 'R',
      'symbolic-link': 's',
      'no-target-directory': 'T',
      'target-directory=': 't',
      verbose: 'v',
      update: 'u',
      'remove-destination': 'remove',
      parents: 'parents',
      'reflink=?': 'reflink',
    },
    least: 1,
  });
  if (options.has('l') && options.has('s')) throw new UsageFailure();
  const rules = rulesOf(options);
  const copier = new FileCopier(run, rules, new Confirmation(run));
  const operands = [...options.operands];
  let directory = options.value('t');
  if (directory === undefined) {
    if (operands.length < 2) throw new UsageFailure();
    if (operands.length > 2 && options.has('T')) throw new UsageFailure();
    directory = operands.pop() as Bytes;
    const source = operands[0] as Bytes;
    if (operands.length === 1 && (yield* isPlainCopy(run, source, directory, rules, options))) {
      return (yield* copier.copy(source, directory)) ? 0 : 1;
    }
  }
  let code = 0;
  for (const operand of operands) {
    const source = options.has('parents') ? operand : stripSlashes(operand);
    let target = joinPath(directory, baseName(source));
    if (options.has('parents')) {
      target = joinPath(directory, source);
      if (!(yield* makeDirectory(run, directoryName(target), { parents: true }))) return 1;
    }
    if (!(yield* copier.copy(source, target))) code = 1;
  }
  return code;
});

function rulesOf(options: Options): CopyRules {
  const has = (key: string) => options.has(key);
  const recursive = has('R') || has('r') || has('a');
  const keepsLinks = has('d') || has('P') || recursive;
  return {
    recursive,
    dereference: has('L') || !keepsLinks,
    dereferenceTop: has('H'),
    preserve: has('p') || has('a'),
    interactive: options.last('i', 'n') === 'i',
    noOverwrite: options.last('i', 'n') === 'n',
    update: has('u'),
    link: has('l') ? 'hard' : has('s') ? 'soft' : 'none',
    removeDestination: has('remove'),
    verbose: has('v'),
  };
}

/** Whether `cp A B` writes B itself and nothing inside it. */
function* isPlainCopy(
  run: Invocation,
  source: Bytes,
  target: Bytes,
  rules: CopyRules,
  options: Options,
) {
  const from = yield* statForCopy(run, source, rules.dereference);
  const to = yield* statForCopy(run, target, true);
  const fromDirectory = from?.type === 'directory';
  const toDirectory = to?.type === 'directory';
  if (options.has('T') && !fromDirectory && toDirectory) {
    throw new Failure(`'${target}' is a directory`);
  }
  if (options.has('parents') && !toDirectory) {
    throw new Failure('with --parents, the destination must be a directory');
  }
  if (!fromDirectory && !toDirectory) return true;
  return (rules.recursive && fromDirectory && !to) || options.has('T');
}

/** stat(2) where only a missing file is no error. Models libbb/cp_mv_stat.c. */
export function* statForCopy(run: Invocation, path: Bytes, follow: boolean) {
  let stat: Stat | undefined;
  try {
    stat = follow ? run.sys.stat(path) : run.sys.lstat(path);
  } catch (error) {
    if (!failedWith(error, 'ENOENT')) {
      yield* run.complainAbout(`can't stat '${path}'`, error);
      throw new Exit(1);
    }
  }
  return stat;
}
