import type { Bytes } from '../../runtime/bytes';
import type { Job } from '../interpreter/jobs';
import type { ShellState } from '../interpreter/state';

/** The job that `%1`, `%+`, `%name` … means. Fails with ash's messages. Models ash.c getjob. */
export function findJob(shell: ShellState, name: Bytes | undefined, controlled: boolean): Job {
  const job = lookUp(shell, name);
  if (controlled && !job.controlled) {
    shell.fail(`job ${name ?? '(null)'} not created under job control`);
  }
  return job;
}

function lookUp(shell: ShellState, name: Bytes | undefined): Job {
  const { jobs } = shell;
  if (name === undefined || name === '%' || name === '%+' || name === '%%') {
    return jobs.current ?? shell.fail('No current job');
  }
  if (!name.startsWith('%')) return shell.fail(`${name}: no such job`);
  if (name === '%-') return jobs.previous ?? shell.fail('No previous job');
  const text = name.slice(1);
  if (/^[0-9]+$/.test(text)) {
    const job = jobs.byNumber(Number(text));
    if (job) return job;
  }
  const inside = text.startsWith('?') ? text.slice(1) : undefined;
  const matching = jobs.all.filter((job) => {
    const command = job.processes[0]?.text ?? '';
    return inside === undefined ? command.startsWith(text) : command.includes(inside);
  });
  const [job] = matching;
  if (job === undefined) return shell.fail(`${name}: no such job`);
  if (matching.length > 1) return shell.fail(`${name}: ambiguous`);
  return job;
}
