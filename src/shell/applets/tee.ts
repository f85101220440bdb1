import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { applet, Failure } from './applet';
import { parseOptions } from './options';

/** Models coreutils/tee.c. */
export const tee = applet('tee', function* (run) {
  const options = parseOptions(run.args, { letters: 'ia' });
  const { sys } = run;
  if (options.has('i')) sys.signalAction('INT', 'ignore');
  const append = options.has('a');
  const flags = { write: true, create: true, append, truncate: !append };
  const outputs: { readonly fd: number; readonly name: Bytes }[] = [
    { fd: 1, name: 'standard output' },
  ];
  const failed: Bytes[] = [];
  let code = 0;
  for (const name of options.operands) {
    try {
      outputs.push({ fd: name === '-' ? 1 : yield* sys.open(name, flags, 0o666), name });
    } catch (error) {
      yield* run.complainAbout(name, error);
      code = 1;
    }
  }
  for (let part = yield* sys.read(0, 65536); part !== ''; part = yield* sys.read(0, 65536)) {
    for (const output of [...outputs]) {
      try {
        yield* sys.write(output.fd, part);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        failed.push(output.name);
        outputs.splice(outputs.indexOf(output), 1);
      }
    }
    yield* sys.breathe();
  }
  // Like stdio's error flag, a failed write is only reported when the input has ended.
  if (failed[0] !== undefined) throw new Failure(`${failed[0]}: I/O error`);
  return code;
});
