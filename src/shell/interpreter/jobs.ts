import type { Bytes } from '../../runtime/bytes';
import { SIGNAL_NUMBERS, type Signal } from '../../runtime/signals';
import type { ExitStatus } from '../../runtime/syscalls';

export interface JobProcess {
  readonly pid: number;
  /** Undefined while it runs. */
  status: ExitStatus | undefined;
  /** The command's text, for `jobs`; only under job control. */
  readonly text: Bytes;
}

/** A pipeline, or one command. */
export interface Job {
  /** As in `%1`. */
  readonly number: number;
  readonly processes: JobProcess[];
  state: 'running' | 'stopped' | 'done';
  stopStatus: ExitStatus | undefined;
  /** Started under job control: a process group of its own. */
  readonly controlled: boolean;
  /** `wait` has told its status: its entry may be used again. */
  waited: boolean;
  changed: boolean;
}

/** The jobs of one shell. Models ash.c jobtab, set_curjob, makejob. */
export class JobTable {
  #slots: (Job | undefined)[] = [];
  /** The current job first. */
  #order: Job[] = [];

  /** The current job first, then the previous one and so on. */
  get all(): readonly Job[] {
    return this.#order;
  }

  get current(): Job | undefined {
    return this.#order[0];
  }

  get previous(): Job | undefined {
    return this.#order[1];
  }

  byNumber(number: number): Job | undefined {
    return this.#slots[number - 1];
  }

  get anyRunning(): boolean {
    return this.#order.some((job) => job.state === 'running');
  }

  clone(): JobTable {
    const copy = new JobTable();
    if (this.#order.length === 0) return copy;
    copy.#order = this.#order.map((job) => ({
      ...job,
      processes: job.processes.map((process) => ({ ...process })),
    }));
    for (const job of copy.#order) copy.#slots[job.number - 1] = job;
    return copy;
  }

  /** A new job, in the first entry that is free. */
  create(controlled: boolean): Job {
    let slot = 0;
    for (; ; slot++) {
      const job = this.#slots[slot];
      if (job === undefined) break;
      if (job.state === 'done' && job.waited && !controlled) {
        this.free(job);
        break;
      }
    }
    const job: Job = {
      number: slot + 1,
      processes: [],
      state: 'running',
      stopStatus: undefined,
      controlled,
      waited: false,
      changed: false,
    };
    this.#slots[slot] = job;
    this.#order.unshift(job);
    return job;
  }

  free(job: Job): void {
    if (this.#slots[job.number - 1] === job) this.#slots[job.number - 1] = undefined;
    const { length } = this.#order;
    if (length === 1 && this.#order[0] === job) this.#order = [];
    else this.#order = this.#order.filter((other) => other !== job);
  }

  /** Puts a job behind all stopped ones (it runs), or in front of all (it has stopped). */
  place(job: Job, how: 'running' | 'stopped'): void {
    this.#order = this.#order.filter((other) => other !== job);
    let at = 0;
    if (how === 'running') while (this.#order[at]?.state === 'stopped') at++;
    this.#order.splice(at, 0, job);
  }

  /** Notes what has become of a process; returns its job. */
  note(pid: number, status: ExitStatus): Job | undefined {
    for (let i = 0; i < this.#order.length; i++) {
      const job = this.#order[i];
      if (!job || job.state === 'done') continue;
      const process = processOf(job, pid);
      if (!process) continue;
      process.status = status;
      const state = stateOf(job);
      if (state !== 'running') {
        job.changed = true;
        if (job.state !== state) {
          job.state = state;
          if (state === 'stopped') this.place(job, 'stopped');
        }
      }
      return job;
    }
    return undefined;
  }
}

function processOf({ processes }: Job, pid: number): JobProcess | undefined {
  for (let i = 0; i < processes.length; i++) if (processes[i]?.pid === pid) return processes[i];
  return undefined;
}

function stateOf(job: Job): Job['state'] {
  const { processes } = job;
  let state: Job['state'] = 'done';
  for (let i = 0; i < processes.length; i++) {
    const status = processes[i]?.status;
    if (status === undefined) return 'running';
    if (status.kind === 'stopped') {
      job.stopStatus = status;
      state = 'stopped';
    }
  }
  return state;
}

/** The exit status as `$?` shows it. */
export function statusCode(status: ExitStatus | undefined): number {
  if (status === undefined) return 0;
  return status.kind === 'exited' ? status.code : 128 | SIGNAL_NUMBERS[status.signal];
}

/** The status of a finished job: its last process', or with `pipefail` the last that is not 0. */
export function jobStatus(job: Job, pipefail: boolean): number {
  let last = job.processes.length - 1;
  if (pipefail) while (last > 0 && statusCode(job.processes[last]?.status) === 0) last--;
  return statusCode(job.processes[last]?.status);
}

/** What the shell says of a job that has ended by a signal while it was waited for; '' if nothing. */
export function deathNotice(status: ExitStatus): Bytes {
  if (status.kind !== 'signaled' || status.signal === 'INT' || status.signal === 'PIPE') return '';
  return `${SIGNAL_TEXT[status.signal]}\n`;
}

/** `Running`, `Done`, `Done(3)`, `Terminated` … */
export function jobStateText(job: Job): Bytes {
  if (job.state === 'running') return 'Running';
  const last = job.processes[job.processes.length - 1]?.status;
  const status = job.state === 'stopped' ? job.stopStatus : last;
  if (status === undefined) return 'Done';
  if (status.kind !== 'exited') return SIGNAL_TEXT[status.signal];
  return status.code === 0 ? 'Done' : `Done(${status.code})`;
}

/** strsignal(3). */
export const SIGNAL_TEXT: Readonly<Record<Signal, Bytes>> = {
  HUP: 'Hangup',
  INT: 'Interrupt',
  QUIT: 'Quit',
  ILL: 'Illegal instruction',
  TRAP: 'Trace/breakpoint trap',
  ABRT: 'Aborted',
  BUS: 'Bus error',
  FPE: 'Floating point exception',
  KILL: 'Killed',
  USR1: 'User defined signal 1',
  SEGV: 'Segmentation fault',
  USR2: 'User defined signal 2',
  PIPE: 'Broken pipe',
  ALRM: 'Alarm clock',
  TERM: 'Terminated',
  STKFLT: 'Stack fault',
  CHLD: 'Child exited',
  CONT: 'Continued',
  STOP: 'Stopped (signal)',
  TSTP: 'Stopped',
  TTIN: 'Stopped (tty input)',
  TTOU: 'Stopped (tty output)',
  URG: 'Urgent I/O condition',
  XCPU: 'CPU time limit exceeded',
  XFSZ: 'File size limit exceeded',
  VTALRM: 'Virtual timer expired',
  PROF: 'Profiling timer expired',
  WINCH: 'Window changed',
  POLL: 'I/O possible',
  PWR: 'Power failure',
  SYS: 'Bad system call',
};
