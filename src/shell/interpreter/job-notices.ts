import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { type Job, jobStateText } from './jobs';
import { waitForChildren } from './processes';
import type { ShellState } from './state';

/** Column at which a job's command begins. */
const COMMAND_COLUMN = 33;

/** A job as `jobs` lists it; a finished one is forgotten. Models ash.c showjob. */
export function describeJob(shell: ShellState, job: Job, withPids: boolean): Bytes {
  const mark = job === shell.jobs.current ? '+' : job === shell.jobs.previous ? '-' : ' ';
  const number = `[${job.number}]${mark}  `;
  const indent = number.length;
  let line = number + (withPids ? `${job.processes[0]?.pid ?? 0} ` : '') + jobStateText(job);
  let text = '';
  for (const [index, { pid, text: command }] of job.processes.entries()) {
    if (index > 0) line = withPids ? `\n${' '.repeat(indent)}${pid} ` : '';
    const width = index > 0 && withPids ? line.length - 1 : line.length;
    const padding = index > 0 && !withPids ? 1 : Math.max(COMMAND_COLUMN - width, 1);
    text += `${line}${' '.repeat(padding)}${index > 0 ? '| ' : ''}${command}`;
  }
  job.changed = false;
  if (job.state === 'done') shell.jobs.free(job);
  return `${text}\n`;
}

/** Tells on standard error what jobs have ended or stopped since the last time. */
export function* stateNotices(shell: ShellState): Call<void> {
  yield* waitForChildren(shell, 'poll', undefined);
  for (const job of [...shell.jobs.all]) {
    if (job.changed) yield* shell.writeError(describeJob(shell, job, false));
  }
}
