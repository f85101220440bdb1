import type { ApiClient } from '../api/client';
import type { Pod, Service } from '../api/types';
import type { Kernel } from '../kernel/kernel';
import { SIGNAL_NUMBERS, type Signal } from '../runtime/signals';
import { DirectoryNode } from '../runtime/vfs/node';
import { nodeAt, putReserved, removeAt } from '../runtime/vfs/tree';
import type { LabNode } from './lab-node';
import type { NetworkTrouble } from './network-trouble';
import type { Fault } from './run';

/** A fault that cannot be carried out: what, where and why. */
export class FaultError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FaultError';
  }
}

/** What faults can be done to. */
export interface FaultTargets {
  readonly kernel: Kernel;
  readonly client: ApiClient;
  readonly nodes: readonly LabNode[];
  readonly network: NetworkTrouble;
}

/** Where a pod runs. */
interface PodPlace {
  readonly node: LabNode;
  readonly uid: string;
  readonly pod: Pod;
}

type FaultOf<Do extends Fault['do']> = Extract<Fault, { readonly do: Do }>;

/** Does to the cluster what a fault says. Throws FaultError, and then nothing has changed. */
export function injectFault(fault: Fault, targets: FaultTargets): void {
  const carryOut = plan(fault, targets);
  targets.kernel.trace.emit('fault', { ...fault, fault: fault.do });
  carryOut();
}

/** What the fault comes to, once it is certain that it can be done. */
function plan(fault: Fault, targets: FaultTargets): () => void {
  switch (fault.do) {
    case 'signal':
      return planSignal(fault, targets);
    case 'exit': {
      const { node, id } = runningContainer(fault, fault.container, targets);
      return () => node.runtime.exit(id, fault.exitCode);
    }
    case 'lose sandbox': {
      const { node, uid } = placeOf(fault, targets);
      const sandbox = node.runtime.listSandboxes(uid).find(({ state }) => state === 'ready');
      if (!sandbox) throw new FaultError(`lose sandbox: pod "${fault.pod}" has none that is ready`);
      return () => node.runtime.loseSandbox(sandbox.id);
    }
    case 'remove containers': {
      const { node, uid, pod } = placeOf(fault, targets);
      const initNames = new Set((pod.spec.initContainers ?? []).map(({ name }) => name));
      return () => node.removeContainers(uid, fault.which ?? 'all', initNames);
    }
    case 'kubelet': {
      const node = runningNode(fault, targets);
      return () => node.setKubelet(fault.action);
    }
    case 'reboot node':
    case 'cut off node':
    case 'rejoin node':
      return planNode(fault, targets);
    case 'dns':
    case 'network':
      return planNetwork(fault, targets);
    case 'slow start':
      return planSlowStart(fault, targets);
    case 'fill volume':
      return planFill(fault, targets);
    case 'leak memory': {
      const bytes = amount(fault);
      const name = fault.container ?? placeOf(fault, targets).pod.spec.containers[0]?.name ?? '';
      const { node, id } = runningContainer(fault, name, targets);
      return () => node.runtime.leakMemory(id, bytes);
    }
    case 'stop backend':
      return planStopBackend(fault, targets);
    case 'image':
      return planImage(fault, targets);
    default:
      // From a link or a lesson that somebody else has made.
      throw new FaultError(`there is no fault "${String((fault as { do?: unknown }).do)}"`);
  }
}

function planSignal(fault: FaultOf<'signal'>, targets: FaultTargets): () => void {
  const name = fault.signal.replace(/^SIG/, '').toUpperCase();
  if (!(name in SIGNAL_NUMBERS)) throw new FaultError(`signal: unknown signal "${fault.signal}"`);
  const { node, id } = runningContainer(fault, fault.container, targets);
  return () => node.runtime.signal(id, name as Signal, fault.pid ?? 1);
}

function planImage(fault: FaultOf<'image'>, { nodes }: FaultTargets): () => void {
  const { image, fail, seconds } = fault;
  const clears = fail === undefined && seconds === undefined;
  const what = {
    ...(fail === undefined ? {} : { fail }),
    ...(seconds === undefined ? {} : { seconds }),
  };
  return () => {
    for (const { images } of nodes) images.setFault(image, clears ? undefined : what);
  };
}

function planNode(
  fault: FaultOf<'reboot node' | 'cut off node' | 'rejoin node'>,
  targets: FaultTargets,
): () => void {
  const node = runningNode(fault, targets);
  if (fault.do === 'reboot node') return () => node.reboot();
  const cuts = fault.do === 'cut off node';
  if (cuts && !node.connected) {
    throw new FaultError(`cut off node: node "${node.name}" is cut off already`);
  }
  if (!cuts && node.connected) {
    throw new FaultError(`rejoin node: node "${node.name}" is not cut off`);
  }
  return () => {
    if (cuts) node.cutOff();
    else node.rejoin();
    targets.network.update();
  };
}

function planNetwork(fault: FaultOf<'dns' | 'network'>, { network }: FaultTargets): () => void {
  const { fail, host } = fault;
  if (fault.do === 'dns') return () => network.setDns(fail, host);
  if (fail && host !== undefined && !network.knows(host)) {
    throw new FaultError(`network: no host is called "${host}"`);
  }
  return () => network.setNetwork(fail, host);
}

function planSlowStart(fault: FaultOf<'slow start'>, { nodes, client }: FaultTargets): () => void {
  const { pod: name, container, seconds } = fault;
  if (!(seconds >= 0)) throw new FaultError(`slow start: ${seconds} is no number of seconds`);
  const pod = podOf(name, client);
  if (pod && !containersOf(pod).some((one) => one.name === container)) {
    throw new FaultError(`slow start: pod "${name}" has no container "${container}"`);
  }
  return () => {
    for (const { runtime } of nodes) runtime.setStartDelay(name, container, seconds * 1000);
  };
}

function planFill(fault: FaultOf<'fill volume'>, targets: FaultTargets): () => void {
  const bytes = fault.bytes === 0 ? 0 : amount(fault);
  const { node, uid, pod } = placeOf(fault, targets);
  if (fault.volume !== undefined) {
    const root = node.kubelet.volumes(uid)?.get(fault.volume)?.root;
    if (!(root instanceof DirectoryNode)) {
      throw new FaultError(`fill volume: pod "${fault.pod}" has no volume "${fault.volume}"`);
    }
    return () => fill(root, bytes);
  }
  const name = fault.container ?? pod.spec.containers[0]?.name ?? '';
  const { id } = runningContainer(fault, name, targets);
  const layer = node.runtime.container(id)?.mounts?.root.root;
  if (!(layer instanceof DirectoryNode)) {
    throw new FaultError(`fill volume: container "${name}" has no files of its own`);
  }
  return () => fill(layer, bytes);
}

function fill(folder: DirectoryNode, bytes: number): void {
  if (bytes > 0) putReserved(folder, FILLER, bytes);
  else if (nodeAt(folder, FILLER)) removeAt(folder, FILLER);
}

/** The file that a filled volume is full of. */
const FILLER = 'filler';

/** Ends what listens behind a Service: of each pod the containers that declare its ports, else all. */
function planStopBackend(fault: FaultOf<'stop backend'>, targets: FaultTargets): () => void {
  const { client } = targets;
  const [namespace = '', name = ''] = fault.service.split('/');
  const services = client.list('services', { namespace }).items as Service[];
  const service = services.find(({ metadata }) => metadata?.name === name);
  if (!service) throw new FaultError(`stop backend: there is no Service "${fault.service}"`);
  const selector = Object.entries(service.spec?.selector ?? {});
  const pods = (client.list('pods', { namespace }).items as Pod[]).filter(
    ({ metadata }) =>
      selector.length > 0 &&
      selector.every(([key, value]) => metadata?.labels?.[key as string] === value),
  );
  const wanted = new Set((service.spec?.ports ?? []).map((one) => one.targetPort ?? one.port));
  const found = pods.flatMap((pod) => {
    const declares = pod.spec.containers.filter(({ ports = [] }) =>
      ports.some((port) => wanted.has(port.containerPort) || wanted.has(port.name ?? '')),
    );
    const names = (declares.length > 0 ? declares : pod.spec.containers).map((one) => one.name);
    const about = { do: fault.do, pod: `${namespace}/${pod.metadata.name}` };
    return names.flatMap((container) => tryContainer(about, container, targets) ?? []);
  });
  if (found.length === 0) {
    throw new FaultError(`stop backend: nothing runs behind Service "${fault.service}"`);
  }
  return () => {
    for (const { node, id } of found) node.runtime.exit(id, 1);
  };
}

// Who is meant ---------------------------------------------------------------------------------------

type AboutPod = { readonly do: string; readonly pod: string };

function podOf(name: string, client: ApiClient): Pod | undefined {
  const [namespace = '', podName = ''] = name.split('/');
  const pods = client.list('pods', { namespace, fieldSelector: `metadata.name=${podName}` });
  return pods.items[0] as Pod | undefined;
}

function containersOf({ spec }: Pod) {
  return [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
}

function placeOf(fault: AboutPod, { nodes, client }: FaultTargets): PodPlace {
  const pod = podOf(fault.pod, client);
  const node = nodes.find(({ name }) => name === pod?.spec.nodeName);
  if (!pod?.metadata.uid || !node) {
    throw new FaultError(`${fault.do}: pod "${fault.pod}" is on no node`);
  }
  return { node, pod, uid: pod.metadata.uid };
}

function runningNode(
  fault: { readonly do: string; readonly node?: string },
  { nodes }: FaultTargets,
): LabNode {
  const { node: name } = fault;
  const node = name === undefined ? nodes[0] : nodes.find((one) => one.name === name);
  if (!node) {
    throw new FaultError(name === undefined ? `${fault.do}: no node` : `no node "${name}"`);
  }
  if (!node.up) throw new FaultError(`${fault.do}: node "${node.name}" is being booted`);
  return node;
}

function tryContainer(
  fault: AboutPod,
  container: string,
  targets: FaultTargets,
): { readonly node: LabNode; readonly id: string } | undefined {
  const { node, uid } = placeOf(fault, targets);
  const newest = node.runtime.listContainers(uid).find(({ name }) => name === container);
  return newest?.state === 'running' ? { node, id: newest.id } : undefined;
}

function runningContainer(fault: AboutPod, container: string, targets: FaultTargets) {
  const found = tryContainer(fault, container, targets);
  if (!found) {
    throw new FaultError(
      `${fault.do}: container "${container}" of pod "${fault.pod}" does not run`,
    );
  }
  return found;
}

function amount(fault: { readonly do: string; readonly bytes: number }): number {
  if (!(fault.bytes > 0 && Number.isSafeInteger(fault.bytes))) {
    throw new FaultError(`${fault.do}: ${fault.bytes} is no number of bytes`);
  }
  return fault.bytes;
}
