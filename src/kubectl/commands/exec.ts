import { ApiError } from '../../api/status';
import type { Pod } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Call } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import { KubectlError, plain, throwAll, usage } from '../errors';
import { FILENAME_FLAGS, podRunningTimeout } from '../flags/common-flags';
import { bool, string } from '../flags/flag';
import { defaultContainer, hasContainer, invalidContainer } from '../pods/containers';
import { byActivity } from '../pods/pod-order';
import { attachablePod } from '../pods/pods-of-object';
import { streamCommand } from '../pods/stream-command';
import { fetchTargets, resolveTargets } from '../resource/builder';

export const exec: Command = {
  name: 'exec',
  summary: 'Execute a command in a container',
  flags: [
    string('container', 'c'),
    ...FILENAME_FLAGS,
    podRunningTimeout('1m0s'),
    bool('quiet', 'q'),
    bool('stdin', 'i'),
    bool('tty', 't'),
  ],
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { client, output, sys } = invocation;
  const command = commandOf(invocation);
  const pod = yield* podOfArguments(invocation);
  const container = executable(invocation, pod, noticesOf(invocation));
  const { stdin, tty } = streamsOf(invocation);
  yield* output.flush(sys);
  const { namespace = '', name = '' } = pod.metadata;
  const remote = connected(() => client.exec(namespace, name, { container, command, stdin, tty }));
  const code = yield* streamCommand(sys, remote, { stdin, tty });
  if (code !== 0) {
    throw new KubectlError(`command terminated with exit code ${code}`, code);
  }
  return 0;
}

/** The container for a command, if the pod still runs. */
export function executable(
  invocation: Invocation,
  pod: Pod,
  tell: (notice: string) => void,
): string {
  const phase = pod.status?.phase;
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw plain(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  }
  return chooseContainer(invocation, pod, tell);
}

function commandOf({ args, dash, flags, path }: Invocation): readonly string[] {
  const hasFile = flags.list('filename').length > 0;
  const hasPod = args.length > 0 && dash !== 0;
  let command: readonly string[] = [];
  if (dash >= 0) command = args.slice(dash);
  else if (args.length > 1 || (args.length > 0 && hasFile)) {
    throw usage(
      path,
      'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead',
    );
  }
  if (!hasPod && !hasFile) throw plain('pod, type/name or --filename must be specified');
  if (command.length === 0) {
    throw plain('you must specify at least one command for the container');
  }
  return command;
}

/** The pod that the first argument (POD or TYPE/NAME) names. */
export function* podOfArguments(invocation: Invocation): Call<Pod> {
  const { args, dash, flags } = invocation;
  const [word = ''] = args;
  const named = args.length > 0 && dash !== 0;
  const words = dash < 0 ? args : args.slice(0, dash);
  const one = word.includes('/') ? [word] : ['pods', word];
  const targetArgs = !named ? [] : words.length > 1 ? words : one;
  const { targets, errors } = yield* resolveTargets(invocation, { args: targetArgs });
  throwAll(errors);
  const { found, errors: missing } = fetchTargets(invocation, targets);
  throwAll(missing);
  const object = found[0]?.object;
  if (!object || found.length > 1) throw plain('cannot exec into multiple objects at a time');
  const timeout = flags.duration('pod-running-timeout');
  return yield* attachablePod(invocation, object, byActivity, timeout);
}

/** Where notices about the choice of a container go. */
export function noticesOf({ flags, output }: Invocation): (notice: string) => void {
  return (notice) => {
    if (!flags.bool('quiet')) output.err(`${notice}\n`);
  };
}

export function chooseContainer(
  { flags }: Invocation,
  pod: Pod,
  tell: (notice: string) => void,
): string {
  const wanted = flags.string('container');
  if (wanted !== '') {
    if (!hasContainer(pod, wanted)) throw plain(invalidContainer(pod, wanted));
    return wanted;
  }
  const { name = '', notices } = defaultContainer(pod);
  for (const notice of notices) tell(notice);
  return name;
}

/** What of -i and -t can be had: a terminal only where there is one. */
export function streamsOf(
  { flags, output, sys }: Invocation,
  wantsTty = flags.bool('tty'),
): { stdin: boolean; tty: boolean } {
  const stdin = flags.bool('stdin');
  if (!wantsTty || !stdin) return { stdin, tty: false };
  const tty = sys.isatty(0);
  if (!tty) {
    output.err('Unable to use a TTY - input is not a terminal or the right kind of file\n');
  }
  return { stdin, tty };
}

/** Errors of a connection that is to be upgraded to streams are kubectl's, not the server's. */
export function connected<T>(connect: () => T): T {
  try {
    return connect();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { message, status } = error;
    if (status.reason === 'InternalError') throw plain(message);
    throw plain(`unable to upgrade connection: ${message}`);
  }
}
