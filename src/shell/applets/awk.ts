import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { applet, type Invocation, UsageFailure } from './applet';
import { AwkInput, tryToAssign } from './awk-input';
import { unescaped } from './awk-lexer';
import { parseAwk } from './awk-parser';
import { AwkProgram } from './awk-program';
import { AwkExit, AwkStatements } from './awk-statements';
import { AwkStreams } from './awk-streams';
import { AwkVariables } from './awk-variables';
import { closeInput, openOrFail } from './files';
import { readAll } from './lines';

const OPTIONS_WITH_VALUE = 'FvfeEW';

/** Models editors/awk.c. */
export const awk = applet('awk', function* (run) {
  const program = new AwkProgram();
  const variables = new AwkVariables(program);
  for (const [name, value] of run.sys.env) variables.environment.element(name).setInput(value);
  const { operands, assigns } = yield* readOptions(run, program, variables);
  setArguments(variables, operands);
  const streams = new AwkStreams(run.sys);
  const input = new AwkInput(run, program, variables, { assigns });
  const statements = new AwkStatements(run, variables, streams, input);
  try {
    yield* statements.runAll(program.begin);
    if (program.rules.length > 0 || program.end.length > 0) {
      yield* readFiles(program, variables, statements, input);
    }
  } catch (thrown) {
    if (!(thrown instanceof AwkExit)) throw thrown;
  }
  try {
    yield* statements.runAll(program.end);
  } catch (thrown) {
    if (!(thrown instanceof AwkExit)) throw thrown;
  }
  yield* streams.closeCommands();
  return statements.exitCode;
});

function setArguments(variables: AwkVariables, operands: readonly Bytes[]): void {
  for (const [index, value] of ['awk', ...operands].entries()) {
    variables.arguments.element(String(index)).setInput(value);
  }
  variables.argumentCount.setNumber(operands.length + 1);
}

function* readFiles(
  program: AwkProgram,
  variables: AwkVariables,
  statements: AwkStatements,
  input: AwkInput,
): Call<void> {
  if (!input.isOpen && !(yield* input.nextFile())) return;
  do {
    variables.fileRecordNumber.setNumber(0);
    for (;;) {
      const result = yield* input.read(variables.record.whole);
      if (result instanceof SysError) throw variables.fail(result.message);
      if (result === 0) break;
      input.count();
      if (yield* statements.runRules(program.rules)) break;
    }
  } while (yield* input.nextFile());
}

/** Reads the options; programs of -e and -f are parsed as they come. */
function* readOptions(
  run: Invocation,
  program: AwkProgram,
  variables: AwkVariables,
): Call<{ readonly operands: readonly Bytes[]; readonly assigns: boolean }> {
  const args = [...run.args];
  let parsed = false;
  let assigns = true;
  while (assigns && args[0] !== undefined && /^-./.test(args[0])) {
    let letters = (args.shift() as Bytes).slice(1);
    if (letters === '-') break;
    while (letters !== '') {
      const letter = letters[0] as string;
      letters = letters.slice(1);
      if (!OPTIONS_WITH_VALUE.includes(letter)) {
        throw new UsageFailure(`invalid option -- '${letter}'`);
      }
      const value = letters === '' ? args.shift() : letters;
      if (value === undefined) throw new UsageFailure(`option requires an argument -- '${letter}'`);
      letters = '';
      if (letter === 'F') variables.fieldSeparatorText.setText(unescaped(value));
      else if (letter === 'v') {
        if (!tryToAssign(program, value)) throw new UsageFailure();
      } else if (letter === 'W') yield* run.complain('warning: option -W is ignored');
      else {
        const text = letter === 'e' ? value : yield* readProgram(run, value);
        parseAwk(program, letter === 'e' ? 'cmd. line' : value, text);
        parsed = true;
        if (letter === 'E') assigns = false;
      }
    }
  }
  if (!parsed) {
    const text = args.shift();
    if (text === undefined) throw new UsageFailure();
    parseAwk(program, 'cmd. line', text);
  }
  return { operands: args, assigns };
}

function* readProgram(run: Invocation, path: Bytes): Call<Bytes> {
  const fd = path === '-' ? 0 : yield* openOrFail(run, path);
  const text = yield* readAll(run.sys, fd);
  closeInput(run, fd);
  return text;
}
