import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { parseMode } from '../builtins/file-mode';
import { applet, Failure } from './applet';
import { directoryName } from './files';
import { makeDirectory } from './make-directory';
import { parseOptions } from './options';

/** Models coreutils/mkdir.c. */
export const mkdir = applet('mkdir', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'm:pv',
    long: { 'mode=': 'm', parents: 'p', verbose: 'v' },
    least: 1,
  });
  const text = options.value('m');
  let mode: number | undefined;
  if (text !== undefined) {
    mode = parseMode(text, 0o777, run.sys.umask());
    if (mode === undefined) throw new Failure(`invalid mode '${text}'`);
  }
  let code = 0;
  for (const path of options.operands) {
    const rules = { mode, parents: options.has('p'), verbose: options.has('v') };
    if (!(yield* makeDirectory(run, path, rules))) code = 1;
  }
  return code;
});

/** Models coreutils/rmdir.c. */
export const rmdir = applet('rmdir', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'pv',
    long: { parents: 'p', 'ignore-fail-on-non-empty': 'ignore', verbose: 'v' },
    least: 1,
  });
  let code = 0;
  for (const operand of options.operands) {
    let path: Bytes = operand;
    do {
      if (options.has('v')) yield* run.out.write(`rmdir: removing directory, '${path}'\n`);
      try {
        run.sys.rmdir(path);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        if (options.has('ignore') && error.errno === 'ENOTEMPTY') break;
        yield* run.complainAbout(`'${path}'`, error);
        code = 1;
        break;
      }
      path = directoryName(path);
    } while (options.has('p') && path !== '.');
  }
  return code;
});
