import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, strerror, UsageFailure } from './applet';
import { closeInput, openOrFail } from './files';
import { readLines } from './lines';
import { parseOptions } from './options';
import { Output } from './output';
import { SedInput } from './sed-input';
import { SedMachine } from './sed-machine';
import { SedParser, type SedScript } from './sed-script';

/** Models editors/sed.c. */
export const sed = applet('sed', function* (run) {
  if (run.args[0] === '--version') {
    yield* run.out.write('This is not GNU sed version 4.0\n');
    return 0;
  }
  const options = parseOptions(run.args, {
    letters: 'i::rEne:f:',
    long: {
      'in-place=?': 'i',
      'regexp-extended': 'r',
      quiet: 'n',
      silent: 'n',
      'expression=': 'e',
      'file=': 'f',
    },
  });
  const operands = [...options.operands];
  const parser = new SedParser(options.has('r') || options.has('E'));
  for (const text of options.values('e')) parser.addBlock(text);
  for (const file of options.values('f')) {
    const fd = yield* openOrFail(run, file);
    for (const line of yield* readLines(run.sys, fd)) parser.addLine(line);
    closeInput(run, fd);
  }
  if (!options.has('e') && !options.has('f')) {
    const text = operands.shift();
    if (text === undefined) throw new UsageFailure();
    parser.addBlock(text);
  }
  const script = parser.finish();
  const quiet = options.has('n') || script.quiet;
  const machine = new SedMachine(run, script, quiet);
  yield* machine.openFiles();
  if (options.has('i')) {
    if (operands.length === 0) throw new Failure('-i requires an argument');
    return yield* editInPlace(run, machine, script, operands, options.value('i'));
  }
  const input = new SedInput(run, operands.length > 0 ? operands : ['-']);
  yield* machine.process(input, run.out);
  yield* machine.flushFiles();
  return input.failed ? 1 : 0;
});

function* editInPlace(
  run: Invocation,
  machine: SedMachine,
  script: SedScript,
  files: readonly Bytes[],
  suffix: Bytes | undefined,
): Call<number> {
  const { sys } = run;
  let code = 0;
  for (const file of files) {
    let mode: number;
    let owner: { uid: number; gid: number };
    try {
      const stat = sys.stat(file);
      mode = stat.mode;
      owner = stat;
    } catch (error) {
      yield* run.complainAbout(file, error);
      code = 1;
      continue;
    }
    const { fd, name } = yield* createTemporary(run, file);
    sys.chmod(name, mode);
    try {
      sys.chown(name, owner.uid, owner.gid);
      sys.chmod(name, mode);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
    const output = new Output(sys, fd);
    const input = new SedInput(run, [file]);
    try {
      yield* machine.process(input, output);
      yield* output.flush();
    } catch (error) {
      sys.unlink(name);
      throw error;
    }
    if (input.failed) code = 1;
    sys.close(fd);
    if (suffix !== undefined) rename(run, file, file + suffix);
    rename(run, name, file);
    machine.forgetLines(script);
  }
  yield* machine.flushFiles();
  return code;
}

function rename(run: Invocation, from: Bytes, to: Bytes): void {
  try {
    run.sys.rename(from, to);
  } catch (error) {
    throw new Failure(`can't move '${from}' to '${to}': ${strerror(error)}`);
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** mkstemp(3) beside the file. */
function* createTemporary(run: Invocation, file: Bytes): Call<{ fd: number; name: Bytes }> {
  for (;;) {
    let name = file;
    for (let i = 0; i < 6; i++) name += LETTERS[run.sys.random(LETTERS.length)];
    try {
      const flags = { read: true, write: true, create: true, exclusive: true };
      return { fd: yield* run.sys.open(name, flags, 0o600), name };
    } catch (error) {
      if (error instanceof SysError && error.errno === 'EEXIST') continue;
      throw new Failure(`can't create temp file '${file}XXXXXX': ${strerror(error)}`);
    }
  }
}
