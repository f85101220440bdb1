import type {
  ByteStream,
  ExecOptions,
  LogOptions,
  PortConnection,
  RemoteCommand,
} from '../../api/client';
import { goQuote } from '../../api/golang/quote';
import { badRequestError } from '../../api/status';
import { parseTime } from '../../api/time';
import type { ContainerStatus, Pod } from '../../api/types';
import type { KubeletEndpoint } from './kubelet-endpoint';

type EndpointOf = (node: string) => KubeletEndpoint | undefined;

/** Names of all containers in the order in which the server lists them. */
function containerNames(pod: Pod): string[] {
  return [
    ...(pod.spec.initContainers ?? []),
    ...pod.spec.containers,
    ...(pod.spec.ephemeralContainers ?? []),
  ].map((container) => container.name);
}

/** Models validateContainer and the default of pkg/registry/core/pod/strategy.go. */
function chooseContainer(pod: Pod, container: string | undefined): string {
  const names = containerNames(pod);
  const name = pod.metadata.name ?? '';
  if (!container) {
    const only = pod.spec.containers[0];
    if (pod.spec.containers.length === 1 && only) return only.name;
    throw badRequestError(
      `a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`,
    );
  }
  if (!names.includes(container)) {
    throw badRequestError(`container ${container} is not valid for pod ${name}`);
  }
  return container;
}

function statusOf(pod: Pod, container: string): ContainerStatus | undefined {
  const { status } = pod;
  const named = (one: ContainerStatus) => one.name === container;
  return (
    status?.containerStatuses?.find(named) ??
    status?.initContainerStatuses?.find(named) ??
    status?.ephemeralContainerStatuses?.find(named)
  );
}

/**
 * Which instance's log is meant, or why there is none. Models pkg/kubelet/kubelet_pods.go
 * validateContainerLogStatus.
 */
function loggedInstance(
  pod: Pod,
  container: string,
  previous: boolean,
): { readonly id: string; readonly previous: boolean } {
  const subject = `container ${goQuote(container)} in pod ${goQuote(pod.metadata.name ?? '')}`;
  const status = statusOf(pod, container);
  if (!status) throw badRequestError(`${subject} is not available`);
  const last = status.lastState?.terminated;
  const { waiting, running, terminated } = status.state ?? {};
  if (previous) {
    if (!last?.containerID) throw badRequestError(`previous terminated ${subject} not found`);
    return { id: last.containerID, previous: true };
  }
  if (running) return { id: status.containerID ?? '', previous: false };
  if (terminated?.containerID) return { id: terminated.containerID, previous: false };
  if (terminated || last) {
    if (last?.containerID) return { id: last.containerID, previous: true };
    throw badRequestError(`${subject} is terminated`);
  }
  if (!waiting) throw badRequestError(`${subject} is waiting to start - no logs yet`);
  throw badRequestError(`${subject} is waiting to start: ${waitingText(waiting.reason ?? '')}`);
}

function waitingText(reason: string): string {
  if (reason === 'ErrImagePull') return "image can't be pulled";
  if (reason === 'ImagePullBackOff') return 'trying and failing to pull image';
  return reason;
}

const NOTHING: ByteStream = {
  take: () => undefined,
  closed: true,
  changed: () => () => {},
  close: () => {},
};

/** The log of a pod's container. `nowMs` is Unix ms. */
export function podLogs(
  pod: Pod,
  options: LogOptions,
  endpointOf: EndpointOf,
  nowMs: number,
): ByteStream {
  const container = chooseContainer(pod, options.container);
  const node = pod.spec.nodeName;
  if (!node) return NOTHING;
  const instance = loggedInstance(pod, container, options.previous ?? false);
  const endpoint = endpointOf(node);
  if (!endpoint) throw unreachable(node);
  const sinceMs =
    options.sinceSeconds === undefined
      ? parseTime(options.sinceTime)
      : nowMs - options.sinceSeconds * 1000;
  return endpoint.logs(pod, {
    container,
    containerId: instance.id,
    previous: instance.previous,
    follow: options.follow ?? false,
    timestamps: options.timestamps ?? false,
    tailLines: options.tailLines,
    limitBytes: options.limitBytes,
    sinceMs,
  });
}

/** Runs a command in a container, on the node that the pod is on. */
export function podExec(pod: Pod, options: ExecOptions, endpointOf: EndpointOf): RemoteCommand {
  const { container, endpoint } = streamTarget(pod, options.container, endpointOf);
  return endpoint.exec(pod, {
    container,
    command: options.command,
    stdin: options.stdin ?? false,
    tty: options.tty ?? false,
  });
}

/** Attaches to a running container. Models pkg/registry/core/pod/rest AttachREST. */
export function podAttach(
  pod: Pod,
  options: Omit<ExecOptions, 'command'>,
  endpointOf: EndpointOf,
): RemoteCommand {
  const { container, endpoint } = streamTarget(pod, options.container, endpointOf);
  return endpoint.attach(pod, {
    container,
    stdin: options.stdin ?? false,
    tty: options.tty ?? false,
  });
}

/** Models pkg/registry/core/pod/strategy.go PortForwardLocation. */
export function podPortForward(pod: Pod, port: number, endpointOf: EndpointOf): PortConnection {
  return endpointOfPod(pod, endpointOf).portForward(pod, port);
}

/** Models pkg/registry/core/pod/strategy.go streamLocation. */
function streamTarget(
  pod: Pod,
  wanted: string | undefined,
  endpointOf: EndpointOf,
): { readonly container: string; readonly endpoint: KubeletEndpoint } {
  const container = chooseContainer(pod, wanted);
  return { container, endpoint: endpointOfPod(pod, endpointOf) };
}

function endpointOfPod(pod: Pod, endpointOf: EndpointOf): KubeletEndpoint {
  const node = pod.spec.nodeName;
  if (!node) {
    throw badRequestError(`pod ${pod.metadata.name} does not have a host assigned`);
  }
  const endpoint = endpointOf(node);
  if (!endpoint) throw unreachable(node);
  return endpoint;
}

/** The node's kubelet does not answer: it has been stopped, or the node is cut off. */
function unreachable(node: string) {
  return badRequestError(`dial tcp: lookup ${node}: connect: connection refused`);
}
