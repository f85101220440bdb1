import type { Container, ContainerStatus, Pod, PodSpec } from '../../api/stored-objects';
import type { KubeObject } from '../../api/types';
import { createKernel, type Kernel } from '../../kernel/kernel';
import type { TraceRecord } from '../../kernel/trace';
import { fromBytes } from '../../runtime/bytes';
import { NodeImages } from '../../runtime/cri/image-service';
import { ContainerRuntime, NO_LATENCY, TYPICAL_LATENCY } from '../../runtime/cri/runtime-service';
import { SysError } from '../../runtime/errno';
import type { ImageModel } from '../../runtime/image';
import { Namespace } from '../../runtime/net/namespace';
import { Network } from '../../runtime/net/network';
import { Machine } from '../../runtime/process/machine';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { createApiServer } from '../apiserver/server';
import { latencyOf } from '../latency';
import { startScheduler } from '../scheduler/scheduler';
import { type Kubelet, startKubelet } from './kubelet';
import { describeNode } from './node/node-status';
import { NodeProbeNetwork } from './probes/node-probe-network';
import { NodeStorage } from './volumes/node-storage';

/** 2026-01-01T00:00:00Z. */
export const EPOCH_MS = 1_767_225_600_000;

/**
 * The one program of the test image. Each argument is a step: `say:TEXT`, `sleep:SECONDS`, `exit:CODE`,
 * `trap:CODE` (TERM ends the program with it), `cat:PATH` (ends with 1 when there is no such file),
 * `append:PATH=TEXT`, `rm:PATH`, `env:NAME`, `links:PATH`, `http:PORT=STATUS` (serves for ever).
 */
const app: Program = function* (sys) {
  let onTerm: number | undefined;
  for (const step of sys.argv.slice(1)) {
    const [, verb = '', rest = ''] = /^([a-z]+):(.*)$/s.exec(step) ?? [];
    if (verb === 'exit') return Number(rest);
    if (verb === 'trap') {
      onTerm = Number(rest);
      sys.signalAction('TERM', 'catch');
    }
    try {
      yield* runStep(sys, verb, rest);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (onTerm !== undefined && sys.takeSignals().includes('TERM')) return onTerm;
      yield* sys.write(2, `${error.message}\n`);
      return 1;
    }
  }
  return 0;
};

function* runStep(sys: Sys, verb: string, rest: string): Call<void> {
  const [path = '', text = ''] = rest.split('=');
  if (verb === 'say') yield* sys.write(1, `${rest}\n`);
  else if (verb === 'sleep') yield* sys.sleep(Number(rest) * 1000, { interruptible: true });
  else if (verb === 'env') yield* sys.write(1, `${sys.env.get(rest) ?? '(none)'}\n`);
  else if (verb === 'links') yield* sys.write(1, `${sys.readlink(rest)}\n`);
  else if (verb === 'rm') sys.unlink(rest);
  else if (verb === 'cat') {
    const fd = yield* sys.open(rest, { read: true });
    yield* sys.write(1, yield* sys.read(fd, 65_536));
    sys.close(fd);
  } else if (verb === 'append') {
    const fd = yield* sys.open(path, { write: true, create: true, append: true }, 0o644);
    yield* sys.write(fd, text);
    sys.close(fd);
  } else if (verb === 'http') yield* serve(sys, Number(path), text);
}

function* serve(sys: Sys, port: number, status: string): Call<void> {
  const listening = sys.listen({ host: '0.0.0.0', port });
  for (;;) {
    const { fd } = yield* sys.accept(listening);
    yield* sys.read(fd, 4096);
    yield* sys.write(fd, `HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n`);
    sys.close(fd);
  }
}

const IMAGE: ImageModel = {
  repositories: ['docker.io/library/app'],
  sizeBytes: 1000,
  modelled: 'lab',
  about: '',
  files: () =>
    new Map([
      ['/bin/app', { kind: 'program' as const, program: app, mode: 0o755 }],
      ['/etc/passwd', { kind: 'file' as const, content: 'root:x:0:0:root:/root:/bin/sh\n' }],
    ]),
};

export interface TestCluster {
  readonly kernel: Kernel;
  readonly client: ReturnType<typeof createApiServer>['client'];
  readonly runtime: ContainerRuntime;
  readonly images: NodeImages;
  readonly kubelet: Kubelet;
  /** Runs on to a virtual instant, s. */
  until(seconds: number): void;
  create(plural: string, object: unknown): void;
  /** Creates a pod from its spec; the default grace period is short. */
  pod(name: string, spec: Partial<PodSpec> & { readonly containers: PodSpec['containers'] }): void;
  get(name: string): Pod;
  exists(name: string): boolean;
  status(name: string, container: string): ContainerStatus | undefined;
  /** `TYPE REASON MESSAGE` of the events of a pod, by their names. */
  events(name: string): string[];
  /** What the newest instance of a container has printed. */
  log(name: string, container: string): string;
  trace(type: string): readonly TraceRecord[];
}

/** A whole cluster with one node, for tests. Images other than `app` do not exist. */
export function testCluster(
  options: { seed?: number; latency?: 'typical' | 'none' } = {},
): TestCluster {
  const { seed = 1, latency: choice = 'none' } = options;
  const kernel = createKernel({ seed, epochMs: EPOCH_MS });
  const { client, setKubelet } = createApiServer({ kernel });
  const network = new Network(kernel);
  const nodeNetwork = new Namespace(network, '192.168.49.2');
  const registry = {
    find: ({ repository }: { repository: string }) =>
      repository === IMAGE.repositories[0] ? IMAGE : undefined,
  };
  const images = new NodeImages(kernel, registry, { instant: choice === 'none' });
  let host = 5;
  const runtime = new ContainerRuntime({
    kernel,
    machine: new Machine({ kernel, name: 'node-1' }),
    images,
    latency: choice === 'none' ? NO_LATENCY : TYPICAL_LATENCY,
    newPodNetwork: (pod) => new Namespace(network, `10.244.0.${host++}`, pod),
    nodeNetwork,
  });
  const latency = latencyOf(choice);
  const kubelet = startKubelet({
    kernel,
    client,
    runtime,
    images,
    node: describeNode('node-1', '192.168.49.2', '10.244.0.0/24'),
    storage: new NodeStorage(kernel),
    network: new NodeProbeNetwork(kernel, nodeNetwork),
    dns: { ip: '10.96.0.10', domain: 'cluster.local', hostResolvConf: '' },
    latency,
  });
  setKubelet('node-1', kubelet.endpoint);
  startScheduler({ kernel, client, latency });
  const get = (name: string) => client.get('pods', 'default', name) as unknown as Pod;
  const podIsThere = (name: string) =>
    client.list('pods').items.some(({ metadata }) => metadata.name === name);
  const create = (plural: string, object: unknown) =>
    void client.create(plural, 'default', object as KubeObject);
  return {
    kernel,
    client,
    runtime,
    images,
    kubelet,
    until: (seconds) => kernel.clock.runUntil(seconds * 1000),
    create,
    pod: (name, spec) =>
      create('pods', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name },
        spec: { terminationGracePeriodSeconds: 5, ...spec },
      }),
    get,
    exists: podIsThere,
    status: (name, container) => {
      const { status } = get(name);
      return [
        ...(status?.initContainerStatuses ?? []),
        ...(status?.containerStatuses ?? []),
        ...(status?.ephemeralContainerStatuses ?? []),
      ].find((one) => one.name === container);
    },
    events: (name) =>
      (client.list('events').items as unknown as ApiEvent[])
        .filter(({ involvedObject }) => involvedObject.name === name)
        .map(({ type, reason, message }) => `${type} ${reason} ${message}`),
    log: (name, container) => {
      const { uid } = get(name).metadata;
      const newest = runtime.listContainers(uid).find((one) => one.name === container);
      const entries = newest ? (runtime.containerLog(newest.id)?.entries ?? []) : [];
      return entries.map(({ text, full }) => fromBytes(text) + (full ? '\n' : '')).join('');
    },
    trace: (type) => kernel.trace.records.filter((record) => record.type === type),
  };
}

interface ApiEvent {
  readonly involvedObject: { readonly name: string };
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** A container of the test image that does these steps. */
export function container(
  name: string,
  steps: readonly string[],
  more: Partial<Container> = {},
): Container {
  return {
    name,
    image: 'app',
    command: ['app', ...steps],
    imagePullPolicy: 'IfNotPresent',
    ...more,
  };
}
