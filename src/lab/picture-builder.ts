import type { ApiClient } from '../api/client';
import type { Container, ContainerStatus, Pod, Volume } from '../api/types';
import type { PodInspection } from '../cluster/kubelet/kubelet';
import type { MountedVolume } from '../cluster/kubelet/volumes/volume-manager';
import type { Kernel } from '../kernel/kernel';
import { fromBytes } from '../runtime/bytes';
import { fileSystemOf } from '../runtime/vfs/file-system';
import { DirectoryNode } from '../runtime/vfs/node';
import { walkTree } from '../runtime/vfs/tree';
import { modeString } from '../shell/applets/mode';
import type { LabNode } from './lab-node';
import type {
  ContainerPicture,
  FilePicture,
  ListeningPort,
  Picture,
  PodPicture,
  RequestPicture,
  VolumePicture,
} from './picture';
import { remarkOnLimitedFields } from './remarks/limitation-remarks';
import { podTextOf } from './remarks/remark';

/** Exchanges of a pod that the picture shows. */
const REQUESTS_SHOWN = 8;
/** Files of a volume that the picture shows. */
const FILES_SHOWN = 40;

/** Draws up what is true on the nodes at the present moment, beside what the API says. */
export class PictureBuilder {
  readonly #kernel: Kernel;
  readonly #client: ApiClient;
  readonly #nodes: readonly LabNode[];
  readonly #requests = new Map<string, RequestPicture[]>();
  readonly #limited = new Map<string, readonly string[]>();
  /** How much of the trace has been read for requests. */
  #read = 0;

  constructor(kernel: Kernel, client: ApiClient, nodes: readonly LabNode[]) {
    this.#kernel = kernel;
    this.#client = client;
    this.#nodes = nodes;
  }

  build(): Picture {
    this.#readRequests();
    const pods = this.#client.list('pods').items as Pod[];
    return {
      t: this.#kernel.clock.now,
      nodes: this.#nodes.map(({ name, ip, kubelet }) => ({ name, ip, ready: kubelet.running })),
      pods: pods.map((pod) => this.#pod(pod)),
    };
  }

  #pod(pod: Pod): PodPicture {
    const { uid = '', name = '', namespace = 'default' } = pod.metadata;
    const node = this.#nodes.find((one) => one.name === pod.spec.nodeName);
    const inspection = node?.kubelet.inspect(uid);
    const sandbox = node?.runtime.listSandboxes(uid)[0];
    const cells = this.#client.tableOf('pods', [pod]).rows[0]?.cells ?? [];
    const cell = (index: number) => String(cells[index] ?? '');
    return {
      uid,
      namespace,
      name,
      node: pod.spec.nodeName,
      ip: pod.status?.podIP,
      phase: pod.status?.phase ?? 'Pending',
      ready: cell(1),
      status: cell(2),
      restarts: cell(3),
      conditions: (pod.status?.conditions ?? []).map(({ type, status, reason, message }) => ({
        type,
        status,
        reason,
        message,
      })),
      deleting: pod.metadata.deletionTimestamp !== undefined,
      sandbox: sandbox && { attempt: sandbox.config.attempt, ready: sandbox.state === 'ready' },
      containers: containersOf(pod).map(({ container, kind }) =>
        this.#container(pod, container, kind, node, inspection),
      ),
      ports: node && sandbox ? listeningPorts(node, sandbox.id) : [],
      requests: this.#requests.get(`${namespace}/${name}`) ?? [],
      volumes: this.#volumes(pod, node?.kubelet.volumes(uid)),
      machineState: inspection?.machineState,
      lastTransition: inspection?.lastTransition,
      ...this.#limitations(pod),
    };
  }

  /** Looked for once per version of a pod: a picture is made for every frame. */
  #limitations(pod: Pod): Pick<PodPicture, 'limitations'> {
    const { uid = '', generation } = pod.metadata;
    const version = `${uid} ${generation}`;
    let found = this.#limited.get(version);
    if (!found) {
      const text = podTextOf(pod);
      const findings = text ? remarkOnLimitedFields(text) : [];
      found = findings.flatMap(({ limitation }) => limitation ?? []);
      this.#limited.set(version, found);
    }
    return found.length > 0 ? { limitations: found } : {};
  }

  #container(
    pod: Pod,
    container: Container,
    kind: ContainerPicture['kind'],
    node: LabNode | undefined,
    inspection: PodInspection | undefined,
  ): ContainerPicture {
    const status = statusOf(pod, container.name);
    const { waiting, running, terminated } = status?.state ?? {};
    const known = inspection?.containers.find(({ name }) => name === container.name);
    const model = node?.images.imageStatus(container.image ?? '')?.model;
    const instance =
      known?.containerId === undefined ? undefined : node?.runtime.container(known.containerId);
    const state = running ? 'running' : terminated ? 'terminated' : waiting ? 'waiting' : 'none';
    return {
      name: container.name,
      kind,
      image: container.image ?? '',
      modelled: model?.modelled,
      about: model?.about,
      state,
      reason: running ? 'Running' : (terminated?.reason ?? waiting?.reason ?? 'Waiting'),
      message: terminated?.message ?? waiting?.message,
      exitCode: terminated?.exitCode ?? status?.lastState?.terminated?.exitCode,
      startedAt: this.#virtual(running?.startedAt ?? terminated?.startedAt),
      finishedAt: this.#virtual(terminated?.finishedAt),
      restartCount: status?.restartCount ?? 0,
      ready: status?.ready === true,
      started: status?.started === true,
      nodeTruth: disagreement(state, known?.nodeTruth),
      backoffUntil: known?.backoffUntil,
      processes: instance?.live ? processesOf(instance.live.namespace.processes.values()) : [],
      probes: known?.probes ?? [],
      machineState: known?.machineState,
      lastTransition: known?.lastTransition,
    };
  }

  /** API times are whole seconds; ms since the run's start, never negative. */
  #virtual(time: unknown): number | undefined {
    if (typeof time !== 'string') return undefined;
    return Math.max(0, Date.parse(time) - this.#kernel.epochMs);
  }

  #volumes(pod: Pod, onNode: ReadonlyMap<string, MountedVolume> | undefined): VolumePicture[] {
    // The token volume that admission adds to every pod says nothing to a learner.
    const volumes = (pod.spec.volumes ?? []).filter(
      ({ name }) => !name.startsWith('kube-api-access-'),
    );
    return volumes.map((volume) => {
      const root = onNode?.get(volume.name)?.root;
      return {
        name: volume.name,
        type: volumeType(volume),
        mounts: containersOf(pod).flatMap(({ container }) =>
          (container.volumeMounts ?? [])
            .filter(({ name }) => name === volume.name)
            .map(({ mountPath, readOnly }) => ({
              container: container.name,
              path: mountPath,
              readOnly: readOnly === true,
            })),
        ),
        files: root instanceof DirectoryNode ? this.#files(root) : [],
        usedBytes: root ? fileSystemOf(root).usedBytes : 0,
      };
    });
  }

  #files(root: DirectoryNode): FilePicture[] {
    return walkTree(root, FILES_SHOWN)
      .filter(({ path }) => !path.startsWith('..'))
      .map(({ path, node }) => ({
        path: fromBytes(path),
        type: node.type,
        size: node.type === 'directory' ? 0 : node.size,
        mode: modeString(node.type, node.mode),
        uid: node.uid,
        gid: node.gid,
        modifiedAt: Math.max(0, node.stat().modifiedMs - this.#kernel.epochMs),
      }));
  }

  #readRequests(): void {
    const { records } = this.#kernel.trace;
    for (; this.#read < records.length; this.#read++) {
      const record = records[this.#read];
      if (record?.type !== 'net') continue;
      const request: RequestPicture = {
        t: record.t,
        source: String(record.source),
        destination: String(record.destination),
        port: Number(record.port),
        outcome: record.outcome as RequestPicture['outcome'],
        summary: record.summary === undefined ? undefined : String(record.summary),
      };
      for (const pod of new Set([record.pod, record.toPod])) {
        if (typeof pod === 'string') this.#remember(pod, request);
      }
    }
  }

  #remember(pod: string, request: RequestPicture): void {
    const known = this.#requests.get(pod) ?? [];
    const last = known.at(-1);
    // The answer takes the place of the connection that it came over.
    const answers =
      last?.outcome === 'open' && last.port === request.port && request.outcome === 'ok';
    const kept = answers ? known.slice(0, -1) : known;
    this.#requests.set(pod, [...kept, request].slice(-REQUESTS_SHOWN));
  }
}

function containersOf(
  pod: Pod,
): readonly { readonly container: Container; readonly kind: ContainerPicture['kind'] }[] {
  return [
    ...(pod.spec.initContainers ?? []).map((container) => ({
      container,
      kind: container.restartPolicy === 'Always' ? ('sidecar' as const) : ('init' as const),
    })),
    ...pod.spec.containers.map((container) => ({ container, kind: 'regular' as const })),
  ];
}

function statusOf(pod: Pod, name: string): ContainerStatus | undefined {
  return [
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.containerStatuses ?? []),
  ].find((status) => status.name === name);
}

/** What the node knows, where the API says otherwise. */
function disagreement(
  state: ContainerPicture['state'],
  truth: string | undefined,
): ContainerPicture['nodeTruth'] {
  if (truth === 'running') return state === 'running' ? undefined : 'running';
  if (truth === 'exited') return state === 'running' ? 'exited' : undefined;
  return undefined;
}

function processesOf(
  processes: Iterable<{
    describe(): { pid: number; argv: readonly string[]; name: string; state: string; uid: number };
  }>,
): ContainerPicture['processes'] {
  return [...processes]
    .map((process) => process.describe())
    .filter(({ state }) => state !== 'Z')
    .map(({ pid, argv, name, uid }) => ({
      pid,
      command: fromBytes(argv.length > 0 ? argv.join(' ') : `[${name}]`),
      user: uid,
    }));
}

function listeningPorts(node: LabNode, sandboxId: string): ListeningPort[] {
  const sockets = node.runtime.sandboxNetwork(sandboxId)?.sockets() ?? [];
  return sockets
    .filter(({ state, user }) => state === 'LISTEN' && user !== undefined)
    .map(({ local, user }) => ({
      port: local.port,
      host: local.host,
      container: user?.container,
      program: fromBytes(user?.program ?? ''),
    }));
}

function volumeType(volume: Volume): string {
  const { name: _, ...sources } = volume;
  return Object.entries(sources).find(([, source]) => source !== undefined)?.[0] ?? 'emptyDir';
}
