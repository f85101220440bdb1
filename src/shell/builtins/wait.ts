import type { Bytes } from '../../runtime/bytes';
import type { Call, ExitStatus } from '../../runtime/syscalls';
import { jobStatus } from '../interpreter/jobs';
import { waitForChildren } from '../interpreter/processes';
import type { ShellState } from '../interpreter/state';
import { OptionReader } from './builtin';
import { findJob } from './job-names';

export function* runWait(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  const options = new OptionReader(shell, argv);
  const forOne = options.next('n') !== '';
  const { operands } = options;
  if (operands.length === 0) return yield* waitForAny(shell, forOne);
  let status = 127;
  for (const operand of operands) {
    let job = operand.startsWith('%') ? findJob(shell, operand, false) : undefined;
    if (!job) {
      const pid = shell.number(operand);
      job = shell.jobs.all.find(({ processes }) => processes[processes.length - 1]?.pid === pid);
      if (!job) continue;
    }
    yield* waitForChildren(shell, 'signals', job);
    if (shell.pendingSignal !== 0) return 128 | shell.pendingSignal;
    job.waited = true;
    status = jobStatus(job, shell.options.pipefail);
  }
  return status;
}

function* waitForAny(shell: ShellState, forOne: boolean): Call<number> {
  for (;;) {
    if (forOne && shell.jobs.current === undefined) return 127;
    for (const job of shell.jobs.all) if (job.state !== 'running') job.waited = true;
    if (!shell.jobs.anyRunning) return 0;
    let odd = 1;
    yield* waitForChildren(shell, 'signals', undefined, (job, status) => {
      if (!forOne) return 'go on';
      if (job?.state !== 'done') return 'stop';
      const raw = rawStatus(status);
      if (raw === 0) odd = 0;
      return raw === 0 ? 'poll' : 'go on';
    });
    if (shell.pendingSignal !== 0) return 128 | shell.pendingSignal;
    // ash takes a truth value for the status of a process here, 1 looks like a death by SIGHUP.
    if (forOne) return odd === 0 ? 0 : 129;
  }
}

/** Zero only for an exit with code 0. */
function rawStatus(status: ExitStatus): number {
  return status.kind === 'exited' ? status.code : 1;
}
