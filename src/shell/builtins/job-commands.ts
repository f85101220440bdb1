import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import { describeJob } from '../interpreter/job-notices';
import type { Job } from '../interpreter/jobs';
import { waitForChildren, waitForJob } from '../interpreter/processes';
import type { ShellState } from '../interpreter/state';
import { OptionReader } from './builtin';
import { findJob } from './job-names';

export function* runJobs(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  const options = new OptionReader(shell, argv);
  let withPids = false;
  let onlyPids = false;
  for (let letter = options.next('lp'); letter !== ''; letter = options.next('lp')) {
    if (letter === 'l') withPids = true;
    else onlyPids = true;
  }
  const show = (job: Job) => {
    shell.print(onlyPids ? `${job.processes[0]?.pid ?? 0}\n` : describeJob(shell, job, withPids));
  };
  if (options.operands.length > 0) {
    for (const name of options.operands) show(findJob(shell, name, false));
    return 0;
  }
  yield* waitForChildren(shell, 'poll', undefined);
  for (const job of [...shell.jobs.all]) show(job);
  return 0;
}

/** `fg` and `bg`. */
export function* runForeground(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  const foreground = argv[0] === 'fg';
  const options = new OptionReader(shell, argv);
  options.next('');
  const names: readonly (Bytes | undefined)[] =
    options.operands.length > 0 ? options.operands : [undefined];
  let status = 0;
  for (const name of names) {
    const job = findJob(shell, name, true);
    if (!foreground) {
      shell.jobs.place(job, 'running');
      shell.print(`[${job.number}] `);
    }
    shell.print(`${job.processes.map(({ text }) => text).join(' | ')}\n`);
    yield* shell.flush();
    restart(shell, job, foreground);
    status = foreground ? yield* waitForJob(shell, job) : 0;
  }
  return status;
}

/** Lets a stopped job go on. Models ash.c restartjob. */
function restart(shell: ShellState, job: Job, foreground: boolean): void {
  if (job.state === 'done') return;
  job.state = 'running';
  const group = job.processes[0]?.pid ?? 0;
  try {
    if (foreground) shell.sys.foregroundGroup(shell.terminalFd, group);
    shell.sys.kill(-group, 'CONT');
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  for (const process of job.processes) {
    if (process.status?.kind === 'stopped') process.status = undefined;
  }
}
