import type { PortConnection } from '../../api/client';
import { goQuote } from '../../api/golang/quote';
import { ApiError } from '../../api/status';
import type { Pod } from '../../api/types';
import type { Task } from '../../kernel/task';
import { toBytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Signal } from '../../runtime/signals';
import type { Call, Sys } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import { plain, throwAll, usage } from '../errors';
import { podRunningTimeout } from '../flags/common-flags';
import { stringSlice } from '../flags/flag';
import { klogError } from '../klog';
import { forwardConnection } from '../pods/forward-connection';
import {
  type ForwardedPort,
  parsePorts,
  portsOfPod,
  portsOfService,
} from '../pods/forwarded-ports';
import { byActivity } from '../pods/pod-order';
import { attachablePod } from '../pods/pods-of-object';
import { fetchTargets, resolveTargets } from '../resource/builder';

export const portForward: Command = {
  name: 'port-forward',
  summary: 'Forward one or more local ports to a pod',
  use: 'TYPE/NAME [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  flags: [stringSlice('address', undefined, { default: 'localhost' }), podRunningTimeout('1m0s')],
  run,
};

/** A connection that could not be made ends the forwarding: its child tells by this signal. */
const LOST: Signal = 'USR1';
const STOPPED: readonly Signal[] = ['INT', 'TERM'];
/** Most time until a deleted pod is noticed, as the connection to the kubelet breaks. */
const LOOK_MS = 1000;

/** What the children need to open a connection into the pod. */
interface Forwarding {
  readonly connect: (port: number) => PortConnection;
  /** The process that waits for the end. */
  readonly parent: number;
}

function* run(invocation: Invocation): Task<number> {
  const { client, output, sys } = invocation;
  const { pod, words } = yield* forwarded(invocation);
  const { namespace = '', name = '' } = pod.metadata;
  const { phase } = (client.get('pods', namespace, name) as Pod).status ?? {};
  if (phase !== 'Running') {
    throw plain(`unable to forward port because pod is not running. Current status=${phase}`);
  }
  const ports = parsePorts(words);
  const listeners = openListeners(invocation, ports);
  yield* output.flush(sys);
  for (const signal of [LOST, ...STOPPED]) sys.signalAction(signal, 'catch');
  const forwarding: Forwarding = {
    connect: (port) => client.portForward(namespace, name, port),
    parent: sys.pid,
  };
  const children = listeners.map((listener) =>
    sys.fork((child) => acceptAll(child, listener, forwarding), { pgid: 0 }),
  );
  try {
    return yield* stay(invocation, pod);
  } finally {
    for (const pid of children) endGroup(sys, pid);
  }
}

/** The pod that is meant, and the ports in its terms. */
function* forwarded(
  invocation: Invocation,
): Call<{ readonly pod: Pod; readonly words: readonly string[] }> {
  const { args, flags, path } = invocation;
  const [what = '', ...words] = args;
  if (words.length === 0) {
    throw usage(path, 'TYPE/NAME and list of ports are required for port-forward');
  }
  const { targets, errors } = yield* resolveTargets(invocation, {
    args: what.includes('/') ? [what] : ['pods', what],
  });
  throwAll(errors);
  const { found, errors: missing } = fetchTargets(invocation, targets);
  throwAll(missing);
  const object = found[0]?.object;
  if (!object) throw plain('no objects found');
  const timeout = flags.duration('pod-running-timeout');
  const pod = yield* attachablePod(invocation, object, byActivity, timeout);
  const isService = object.kind === 'Service';
  return {
    pod,
    words: isService ? portsOfService(words, object, pod) : portsOfPod(words, pod),
  };
}

interface LocalListener extends ForwardedPort {
  readonly fd: number;
}

/** Listens wherever it can; models listenOnPort of client-go's portforward.go. */
function openListeners(
  { flags, output, sys }: Invocation,
  ports: readonly ForwardedPort[],
): LocalListener[] {
  const hosts = flags.list('address').flatMap((host) => {
    if (host === 'localhost') return ['127.0.0.1', '::1'];
    return [host];
  });
  const listeners: LocalListener[] = [];
  for (const { local, remote } of ports) {
    const failures: string[] = [];
    let chosen = local;
    let opened = 0;
    for (const host of hosts) {
      const family = host.includes(':') ? 6 : 4;
      const shown = family === 6 ? `[${host}]` : host;
      try {
        const fd = sys.listen({ host, port: chosen });
        chosen = sys.socketName(fd).port;
        listeners.push({ fd, local: chosen, remote });
        opened++;
        output.out(`Forwarding from ${shown}:${chosen} -> ${remote}\n`);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        const why =
          error.errno === 'EADDRINUSE'
            ? 'address already in use'
            : error.errno === 'EACCES'
              ? 'permission denied'
              : 'cannot assign requested address';
        failures.push(
          `unable to create listener: Error listen tcp${family} ${shown}:${chosen}: bind: ${why}`,
        );
      }
    }
    if (opened === 0) {
      output.err(
        `Unable to listen on port ${local}: Listeners failed to create with the following errors: [${failures.join(' ')}]\n`,
      );
    }
  }
  if (listeners.length > 0) return listeners;
  const wanted = ports.map(({ local, remote }) => `{${local} ${remote}}`).join(' ');
  throw plain(`unable to listen on any of the requested ports: [${wanted}]`);
}

/** Takes connections at one local port, each in a child of its own. */
function* acceptAll(sys: Sys, listener: LocalListener, forwarding: Forwarding): Call<number> {
  for (const signal of [LOST, ...STOPPED]) sys.signalAction(signal, 'default');
  for (;;) {
    const { fd } = yield* sys.accept(listener.fd);
    yield* sys.write(1, `Handling connection for ${listener.local}\n`);
    sys.fork((child) => serve(child, fd, listener, forwarding));
    sys.close(fd);
    while (yield* sys.waitpid(-1, { noHang: true, orNone: true }));
  }
}

function* serve(
  sys: Sys,
  fd: number,
  { local, remote }: LocalListener,
  { connect, parent }: Forwarding,
): Call<number> {
  const why = yield* forwardConnection(sys, fd, () => connect(remote));
  if (why === undefined) return 0;
  const text = `an error occurred forwarding ${local} -> ${remote}: ${why}`;
  const line = klogError(sys, 'portforward.go:424', `"Unhandled Error" err=${goQuote(text)}`);
  yield* sys.write(2, toBytes(line));
  sys.kill(parent, LOST);
  return 1;
}

/** Until it is stopped, or the pod's sandbox is gone. */
function* stay({ client, sys }: Invocation, pod: Pod): Call<number> {
  const { namespace = '', name = '', uid } = pod.metadata;
  for (;;) {
    yield* sleepOrSignal(sys);
    const signals = sys.takeSignals();
    if (signals.includes(LOST)) throw plain('lost connection to pod');
    if (signals.length > 0) return 0;
    if (!isThere()) throw plain('lost connection to pod');
  }
  function isThere(): boolean {
    try {
      const now = client.get('pods', namespace, name) as Pod;
      return now.metadata.uid === uid && now.status?.phase === 'Running';
    } catch (error) {
      if (error instanceof ApiError) return false;
      throw error;
    }
  }
}

function* sleepOrSignal(sys: Sys): Call<void> {
  try {
    yield* sys.sleep(LOOK_MS, { interruptible: true });
  } catch (error) {
    if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
  }
}

function endGroup(sys: Sys, pid: number): void {
  try {
    sys.kill(-pid, 'TERM');
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}
