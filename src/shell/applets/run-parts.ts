import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { exitCodeOf } from '../../runtime/syscalls';
import { applet } from './applet';
import { runCommand } from './execute';
import { byteOrder, statOf } from './files';
import { parseOptions } from './options';

/** Names that run-parts takes; everything else is left out. */
const NAME = /^[-A-Za-z0-9_.]+$/;

/** Models debianutils/run_parts.c. */
export const runParts = applet('run-parts', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'a:u:',
    long: {
      'arg=': 'a',
      'umask=': 'u',
      reverse: 'reverse',
      test: 'test',
      'exit-on-error': 'strict',
      list: 'list',
    },
    least: 1,
    most: 1,
  });
  const { sys } = run;
  sys.umask(Number.parseInt(options.value('u') ?? '022', 8));
  const [folder] = options.operands as [Bytes];
  let names: readonly Bytes[];
  try {
    names = sys.readdir(folder);
  } catch (error) {
    yield* run.complainAbout(folder, error);
    return 0;
  }
  const paths = names
    .filter((name) => NAME.test(name))
    .map((name) => `${folder}/${name}`)
    .filter((path) => {
      if (statOf(run, path)?.type !== 'file') return false;
      if (options.has('list')) return true;
      try {
        sys.access(path, { execute: true });
        return true;
      } catch (error) {
        if (error instanceof SysError) return false;
        throw error;
      }
    })
    .sort(byteOrder);
  if (options.has('reverse')) paths.reverse();
  let code = 0;
  for (const path of paths) {
    if (options.has('test') || options.has('list')) {
      yield* run.out.write(`${path}\n`);
      continue;
    }
    const result = yield* runCommand(sys, [path, ...options.values('a')]);
    const failed = result instanceof SysError ? 1 : exitCodeOf(result);
    if (failed === 0) continue;
    code = 1;
    if (result instanceof SysError)
      yield* run.complain(`can't execute '${path}': ${result.message}`);
    else yield* run.complain(`${path}: exit status ${failed & 0xff}`);
    if (options.has('strict')) break;
  }
  return code;
});
