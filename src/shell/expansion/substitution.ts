import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import type { Node } from '../ast';
import { forkShell, openPipe, waitForJob } from '../interpreter/processes';
import { EXIT_AFTER, type ShellState } from '../interpreter/state';
import { BYTES_PER_VALUE } from '../limits';

const READ_SIZE = 65536;
/** Descriptors of process substitutions stay clear of those that scripts use. */
const LEAST_PROCESS_FD = 64;

/** Runs the commands of a substitution and returns what they print. Models ash.c evalbackcmd, expbackq. */
export function* commandOutput(shell: ShellState, body: Node | null): Call<Bytes> {
  if (body === null) return '';
  const { sys } = shell;
  const [readEnd, writeEnd] = openPipe(shell);
  const job = shell.jobs.create(shell.jobControl);
  forkShell(shell, job, body, 'no job', (child) => {
    child.sys.close(readEnd);
    return evaluateInPipe(child, body, writeEnd, 1);
  });
  sys.close(writeEnd);
  let output = '';
  for (;;) {
    const bytes = yield* sys.read(readEnd, READ_SIZE);
    if (bytes === '') break;
    output += bytes;
    if (output.length > BYTES_PER_VALUE) {
      sys.close(readEnd);
      shell.fail('out of memory');
    }
  }
  sys.close(readEnd);
  shell.substitutionStatus = yield* waitForJob(shell, job);
  if (output.includes('\0')) output = output.replaceAll('\0', '');
  let end = output.length;
  while (end > 0 && output.charCodeAt(end - 1) === 10) end--;
  return output.slice(0, end);
}

/** Starts the commands of `<(…)` or `>(…)` and returns the name of the pipe to them. */
export function processPipe(shell: ShellState, body: Node | null, reads: boolean): Bytes {
  if (body === null) return '/dev/fd/-1';
  const { sys } = shell;
  const [readEnd, writeEnd] = openPipe(shell);
  const ours = reads ? readEnd : writeEnd;
  const theirs = reads ? writeEnd : readEnd;
  const standard = reads ? 1 : 0;
  forkShell(shell, undefined, body, 'no job', (child) => {
    child.sys.close(ours);
    return evaluateInPipe(child, body, theirs, standard);
  });
  const fd = sys.dup(ours, LEAST_PROCESS_FD);
  sys.close(ours);
  sys.close(theirs);
  // The command that the name is for closes it at its end.
  shell.redirections.push(new Map([[fd, undefined]]));
  return `/dev/fd/${fd}`;
}

/** The rest of a forked shell's life, with one end of a pipe as its standard input or output. */
function evaluateInPipe(
  child: ShellState,
  body: Node | null,
  end: number,
  standard: number,
): Call<number> {
  if (end !== standard) {
    child.sys.dup2(end, standard);
    child.sys.close(end);
  }
  child.options.errexit = false;
  return child.executor.evaluate(child, body, EXIT_AFTER);
}
