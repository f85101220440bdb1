import type { KubeObject, Pod } from '../../api/types';
import { plain } from '../errors';

/** A local port and the pod's; 0: any that is free. */
export interface ForwardedPort {
  readonly local: number;
  readonly remote: number;
}

interface NamedPort {
  readonly name?: string;
  readonly containerPort?: number;
  readonly protocol?: string;
}

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
}

const HIGHEST_PORT = 65_535;
const isNumber = (text: string): boolean => /^[+-]?\d+$/.test(text);

/** `[LOCAL:]REMOTE`, the remote part a number or a port's name. */
function split(text: string): readonly [local: string, remote: string] {
  const parts = text.split(':');
  return parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : [text, text];
}

/** The arguments with names turned into numbers. Models convertPodNamedPortToNumber. */
export function portsOfPod(words: readonly string[], pod: Pod): string[] {
  return words.map((word) => {
    const [local, remote] = split(word);
    if (isNumber(remote)) {
      refuseUdp(
        remote,
        containerPorts(pod).filter(({ containerPort }) => containerPort === Number(remote)),
      );
      return local === remote ? remote : `${local}:${remote}`;
    }
    const number = namedContainerPort(pod, remote);
    return local === remote ? String(number) : `${local}:${number}`;
  });
}

/** The arguments as ports of a pod behind the Service. Models translateServicePortToTargetPort. */
export function portsOfService(words: readonly string[], service: KubeObject, pod: Pod): string[] {
  const { name = '' } = service.metadata;
  const spec = (service.spec ?? {}) as { clusterIP?: string; ports?: ServicePort[] };
  const ports = spec.ports ?? [];
  return words.map((word) => {
    const [local, remote] = split(word);
    const found = isNumber(remote)
      ? ports.find(({ port }) => port === Number(remote))
      : ports.find((port) => port.name === remote);
    if (!found) {
      throw plain(
        isNumber(remote)
          ? `Service ${name} does not have a service port ${Number(remote)}`
          : `Service '${name}' does not have a named port '${remote}'`,
      );
    }
    refuseUdp(remote, [found]);
    const target = targetOf(found, spec.clusterIP === 'None', pod);
    const own = local === remote ? String(found.port) : local;
    return own === String(target) ? own : `${own}:${target}`;
  });
}

function targetOf(port: ServicePort, headless: boolean, pod: Pod): number {
  if (headless || port.targetPort === undefined || port.targetPort === 0) return port.port;
  if (typeof port.targetPort === 'number') return port.targetPort;
  return namedContainerPort(pod, port.targetPort);
}

function containerPorts(pod: Pod): NamedPort[] {
  const { containers = [], initContainers = [] } = pod.spec as {
    containers?: { ports?: NamedPort[] }[];
    initContainers?: { ports?: NamedPort[] }[];
  };
  return [...containers, ...initContainers].flatMap(({ ports }) => ports ?? []);
}

function namedContainerPort(pod: Pod, name: string): number {
  const found = containerPorts(pod).find((port) => port.name === name);
  if (found?.containerPort === undefined) {
    throw plain(`Pod '${pod.metadata.name}' does not have a named port '${name}'`);
  }
  return found.containerPort;
}

function refuseUdp(shown: string, ports: readonly { readonly protocol?: string }[]): void {
  if (ports.length === 0 || ports.some(({ protocol = 'TCP' }) => protocol !== 'UDP')) return;
  throw plain(`UDP protocol is not supported for ${shown}`);
}

/** Models parsePorts of client-go's portforward.go. */
export function parsePorts(words: readonly string[]): ForwardedPort[] {
  return words.map((word) => {
    const parts = word.split(':');
    if (parts.length > 2) throw plain(`invalid port format '${word}'`);
    const [first = '', second = first] = parts;
    const local = portNumber(parts.length === 2 && first === '' ? '0' : first, 'local');
    const remote = portNumber(second, 'remote');
    if (remote === 0) throw plain('remote port must be > 0');
    return { local, remote };
  });
}

function portNumber(text: string, side: string): number {
  const fail = (why: string) =>
    plain(`error parsing ${side} port '${text}': strconv.ParseUint: parsing "${text}": ${why}`);
  if (!/^\d+$/.test(text)) throw fail('invalid syntax');
  if (Number(text) > HIGHEST_PORT) throw fail('value out of range');
  return Number(text);
}
