import type { Pod } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { KubectlError, plain } from '../errors';
import { podRunningTimeout } from '../flags/common-flags';
import { bool, string } from '../flags/flag';
import { findContainer } from '../pods/containers';
import { streamCommand } from '../pods/stream-command';
import { chooseContainer, connected, noticesOf, podOfArguments, streamsOf } from './exec';

export const attach: Command = {
  name: 'attach',
  summary: 'Attach to a running container',
  flags: [
    string('container', 'c'),
    string('detach-keys'),
    podRunningTimeout('1m0s'),
    bool('quiet', 'q'),
    bool('stdin', 'i'),
    bool('tty', 't'),
  ],
  run,
};

const ATTACH_NOTICES =
  "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n";

function* run(invocation: Invocation): Task<number> {
  const { args, path } = invocation;
  if (args.length === 0) {
    throw new KubectlError(
      `error: at least 1 argument is required for attach\nSee '${path} -h' for help and examples`,
    );
  }
  if (args.length > 2) {
    throw new KubectlError(
      `error: expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]\nSee '${path} -h' for help and examples`,
    );
  }
  const pod = yield* podOfArguments(invocation);
  const phase = pod.status?.phase;
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw plain(`cannot attach a container in a completed pod; current phase is ${phase}`);
  }
  return yield* attachTo(invocation, pod, attachedContainer(invocation, pod));
}

/** Joins a container's main process with this one's streams, as -i, -t and -q say. */
export function* attachTo(invocation: Invocation, pod: Pod, container: string): Task<number> {
  const { client, flags, output, sys } = invocation;
  const { stdin, tty } = streamsOf(invocation, wantsTerminal(invocation, pod, container));
  const quiet = flags.bool('quiet');
  if (!quiet) output.err(ATTACH_NOTICES);
  yield* output.flush(sys);
  const { namespace = '', name = '' } = pod.metadata;
  const remote = connected(() => client.attach(namespace, name, { container, stdin, tty }));
  yield* streamCommand(sys, remote, { stdin, tty });
  if (tty && !quiet) output.out(`${reattachMessage(pod, container)}\n`);
  return 0;
}

/** A terminal is used where the container has one. */
function wantsTerminal({ flags, output }: Invocation, pod: Pod, container: string): boolean {
  const has = findContainer(pod, container)?.tty ?? false;
  if (flags.bool('tty') && !has && !flags.bool('quiet')) {
    output.err(`error: Unable to use a TTY - container ${container} did not allocate one\n`);
  }
  return has;
}

function reattachMessage({ metadata, spec }: Pod, container: string): string {
  const how = `'kubectl attach ${metadata.name} -c ${container} -n ${metadata.namespace} -i -t'`;
  if (spec.ephemeralContainers?.some(({ name }) => name === container)) {
    return `Session ended, the ephemeral container will not be restarted but may be reattached using ${how} if it is still running`;
  }
  return `Session ended, resume using ${how} command`;
}

function attachedContainer(invocation: Invocation, pod: Pod): string {
  try {
    return chooseContainer(invocation, pod, noticesOf(invocation));
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    throw plain(`cannot attach to the container: ${error.message.replace('error: ', '')}`);
  }
}
