import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { signalName } from '../../runtime/signals';
import type { Call, Sys } from '../../runtime/syscalls';
import type { ShellState } from '../interpreter/state';
import { findJob } from './job-names';
import { parseInt32 } from './numbers';
import { listSignals, parseSignal, signalText } from './signals';

export interface KillResult {
  readonly output: Bytes;
  /** Messages without the program's name, in order. */
  readonly complaints: readonly Bytes[];
  readonly status: number;
}

/** Carries out `kill` with these arguments (without its name). Models procps/kill.c. */
export function performKill(sys: Sys, args: readonly Bytes[]): KillResult {
  const failure = (complaint: Bytes): KillResult => ({
    output: '',
    complaints: [complaint],
    status: 1,
  });
  let rest = args;
  let number = 15;
  const first = args[0];
  if (first === '-l') return listed(args.slice(1));
  if (first?.startsWith('-')) {
    rest = args.slice(1);
    if (first !== '--') {
      let name = first.slice(1);
      if (name === 's' && rest.length > 0) {
        name = rest[0] as Bytes;
        rest = rest.slice(1);
      }
      const parsed = parseSignal(name);
      if (parsed === undefined) return failure(`bad signal name '${name}'`);
      number = parsed;
    }
  }
  if (rest.length === 0) return failure('you need to specify whom to kill');
  const complaints: Bytes[] = [];
  for (const target of rest) signalTarget(sys, target, number, complaints);
  return { output: '', complaints, status: Math.min(complaints.length, 255) };
}

/** One argument: a pid, a group as a negative number, or what a shell makes of a job: pids with a blank before each. */
function signalTarget(sys: Sys, target: Bytes, number: number, complaints: Bytes[]): void {
  const pids = target.startsWith(' ') ? target.slice(1).split(' ') : [target];
  if (target === '') return;
  for (const text of pids) {
    const pid = parseInt32(text);
    if (pid === undefined) {
      complaints.push(`invalid number '${text}'`);
      return;
    }
    try {
      sys.kill(pid, number === 0 ? undefined : signalName(number));
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      complaints.push(`can't kill pid ${pid}: ${error.message}`);
    }
  }
}

function listed(args: readonly Bytes[]): KillResult {
  if (args.length === 0) return { output: listSignals(), complaints: [], status: 0 };
  let output = '';
  for (const arg of args) {
    const numeric = /^[0-9]+$/.test(arg);
    const number = numeric ? Number(arg) : parseSignal(arg);
    if (number === undefined) {
      return { output, complaints: [`unknown signal '${arg}'`], status: 1 };
    }
    output += numeric ? `${signalText(number & 0x7f)}\n` : `${number}\n`;
  }
  return { output, complaints: [], status: 0 };
}

export function* runKill(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  let args = argv.slice(1);
  if (args.length > 0 && args[0] !== '-l') {
    args = args.map((arg) => (arg.startsWith('%') ? jobTarget(shell, arg) : arg));
  }
  const { output, complaints, status } = performKill(shell.sys, args);
  for (const complaint of complaints) {
    if (shell.bash) {
      yield* shell.warn(complaint.replace(/^can't kill pid (-?\d+): (.*)$/, '($1) - $2'));
    } else yield* shell.writeError(`${shell.applet}: ${complaint}\n`);
  }
  shell.print(output);
  return status;
}

/** The processes of a job as `kill` takes them: its group, or those that still run. */
function jobTarget(shell: ShellState, name: Bytes): Bytes {
  const job = findJob(shell, name, false);
  if (job.controlled) return ` -${job.processes[0]?.pid ?? 0}`;
  return job.processes
    .filter(({ status }) => status === undefined || status.kind === 'stopped')
    .map(({ pid }) => ` ${pid}`)
    .join('');
}
