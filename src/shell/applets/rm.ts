import { applet, UsageFailure } from './applet';
import { Confirmation } from './confirmation';
import { baseName, stripSlashes } from './files';
import { parseOptions } from './options';
import { removeFile } from './remove-file';

/** Models coreutils/rm.c. */
export const rm = applet('rm', function* (run) {
  const options = parseOptions(run.args, { letters: 'fiRrv' });
  const mode = options.last('f', 'i');
  const rules = {
    force: mode === 'f',
    interactive: mode === 'i',
    recursive: options.has('r') || options.has('R'),
    verbose: options.has('v'),
  };
  if (options.operands.length === 0 && !rules.force) throw new UsageFailure();
  const confirmation = new Confirmation(run);
  let code = 0;
  for (const operand of options.operands) {
    const path = stripSlashes(operand);
    const name = baseName(path);
    if (name === '.' || name === '..') {
      yield* run.complain("can't remove '.' or '..'");
      code = 1;
    } else if (!(yield* removeFile(run, path, rules, confirmation))) {
      code = 1;
    }
  }
  return code;
});
