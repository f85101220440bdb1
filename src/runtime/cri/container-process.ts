import type { Bytes } from '../bytes';
import { CriError } from '../cri';
import type { OpenFile } from '../open-file';
import type { Machine } from '../process/machine';
import type { Process } from '../process/process';
import { StartFailure, spawnInit } from '../process/spawn';
import type { Tty } from '../process/terminal';
import { type ExitStatus, exitCodeOf } from '../syscalls';
import { openDevice } from '../vfs/device-files';
import type { MountNamespace } from '../vfs/mounts';
import { DeviceNode } from '../vfs/node';
import { findInside } from '../vfs/tree';
import type { Container, LiveContainer } from './container';
import { PipeSession, TerminalSession } from './exec-session';

/** What a process of a container is started with, beside what it has of the container. */
interface ProcessOptions {
  readonly argv: readonly Bytes[];
  readonly env: Map<Bytes, Bytes>;
  /** /dev/null unless told. */
  readonly stdin: OpenFile | undefined;
  readonly stdout: OpenFile;
  readonly stderr: OpenFile;
  readonly terminal: Tty | undefined;
  readonly onExit: (status: ExitStatus) => void;
  /** How long the program takes before it does anything, ms. */
  readonly startDelayMs?: number | undefined;
}

/** A command in a container, and how to end it at once. */
export type Command = (TerminalSession | PipeSession) & { kill(): void };

/** Starts a process in a container: its first one, or another. Throws StartFailure. */
export function startProcess(
  machine: Machine,
  { config, sandbox, cwd, capabilities }: Container,
  { mounts, namespace, cgroup, user }: Omit<LiveContainer, 'init' | 'streams'>,
  { argv, env, stdin, stdout, stderr, terminal, onExit, startDelayMs }: ProcessOptions,
): Process {
  const input = stdin ?? nullInput(mounts);
  return spawnInit(machine, {
    mounts,
    cwd,
    argv,
    env,
    uid: user.uid,
    gid: user.gid,
    groups: user.groups,
    capabilities,
    noNewPrivileges: config.security?.noNewPrivileges,
    namespace,
    cgroup,
    net: sandbox.net,
    host: sandbox.host,
    ...(input ? { stdin: input } : {}),
    stdout,
    stderr,
    terminal,
    actor: { pod: `${sandbox.config.namespace}/${sandbox.config.name}`, container: config.name },
    onExit,
    startDelayMs,
  });
}

/** Runs a command in a container. Throws CriError where it is not running or has no such program. */
export function execCommand(
  machine: Machine,
  container: Container,
  argv: readonly Bytes[],
  options: { readonly stdin: boolean; readonly tty: boolean },
  newId: () => string,
): Command {
  const { live } = container;
  if (!live) {
    throw new CriError(
      'Unknown',
      `failed to exec in container: container is in CONTAINER_${container.state.toUpperCase()} state`,
    );
  }
  const terminal = options.tty ? machine.createTerminal() : undefined;
  const stdin = options.stdin && !terminal ? machine.newPipe() : undefined;
  const [stdout, stderr] = [machine.newPipe(), machine.newPipe()];
  const session = terminal ? new TerminalSession(terminal) : new PipeSession(stdin, stdout, stderr);
  const env = container.environment(live.user.home);
  if (options.tty) env.set('TERM', 'xterm');
  try {
    const process = startProcess(machine, container, live, {
      argv,
      env,
      stdin: stdin?.openReader(),
      stdout: stdout.openWriter(),
      stderr: stderr.openWriter(),
      terminal,
      onExit: (status) => session.finished(exitCodeOf(status)),
    });
    return Object.assign(session, { kill: () => process.deliver('KILL', 'node') });
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    throw new CriError(
      'Unknown',
      `failed to exec in container: failed to start exec "${newId()}": OCI runtime exec failed: exec failed: unable to start container process: ${error.text}`,
    );
  }
}

/** Programs without input read /dev/null. */
function nullInput(mounts: MountNamespace): OpenFile | undefined {
  const node = findInside(mounts, '/dev/null')?.node;
  if (!(node instanceof DeviceNode)) return undefined;
  return openDevice(node, { random: () => 0, openTerminal: () => undefined });
}
