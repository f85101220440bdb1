import { expand } from '../../../api/expansion';
import { parseQuantity, scaledValue } from '../../../api/quantity';
import type { Container, Pod, Quantity, VolumeMount } from '../../../api/stored-objects';
import { toBytes } from '../../../runtime/bytes';
import type { ContainerConfig, ContainerSecurity, Mount, PulledImage } from '../../../runtime/cri';
import { fileSystemOf } from '../../../runtime/vfs/file-system';
import { DirectoryNode, type FileNode, SymlinkNode } from '../../../runtime/vfs/node';
import { ensureDirectory } from '../../../runtime/vfs/tree';
import { formatPod } from '../../pod-containers';
import type { MountedVolume } from '../volumes/volume-manager';
import type { Variables } from './environment';
import { oomScoreAdjustment } from './oom-score';

export interface ContainerConfigInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly attempt: number;
  readonly image: PulledImage;
  readonly variables: Variables;
  readonly volumes: ReadonlyMap<string, MountedVolume>;
  /** Of ephemeral containers: the instance whose processes it is to see. */
  readonly targetContainerId: string | undefined;
  /** The node's memory, bytes. */
  readonly nodeMemoryBytes: number;
  /** The pod's /etc/hosts; undefined: the sandbox has no address. */
  readonly hosts: FileNode | undefined;
}

/**
 * Everything that the runtime needs to make a container. Throws an Error with the text of a
 * CreateContainerConfigError. Models kuberuntime generateContainerConfig.
 */
export function generateContainerConfig(input: ContainerConfigInput): ContainerConfig {
  const { pod, container, image, variables } = input;
  const mounts = makeMounts(input);
  verifyRunAsNonRoot(pod, container, image);
  const known = (name: string) => variables.get(name);
  const expanded = (words: readonly string[] | undefined) =>
    words && words.length > 0 ? words.map((word) => toBytes(expand(word, known))) : undefined;
  return {
    name: container.name,
    attempt: input.attempt,
    imageId: image.id,
    command: expanded(container.command),
    args: expanded(container.args),
    ...(container.workingDir ? { workingDir: toBytes(container.workingDir) } : {}),
    env: inBytes(variables),
    mounts,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    security: effectiveSecurity(pod, container),
    ...containerLimits(container),
    oomScoreAdj: oomScoreAdjustment(pod, container, input.nodeMemoryBytes),
    ...(input.targetContainerId === undefined
      ? {}
      : { targetContainerId: input.targetContainerId }),
    terminationMessagePath: toBytes(container.terminationMessagePath ?? '/dev/termination-log'),
  };
}

/** Containers without variables of their own have the same ones, and share them. */
const environments = new WeakMap<Variables, ContainerConfig['env']>();

function inBytes(variables: Variables): ContainerConfig['env'] {
  let bytes = environments.get(variables);
  if (!bytes) {
    bytes = [...variables].map(([name, value]) => [toBytes(name), toBytes(value)] as const);
    environments.set(variables, bytes);
  }
  return bytes;
}

/** What the cgroup of a container is set to. */
export function containerLimits({
  resources,
}: Container): Pick<ContainerConfig, 'memoryLimitBytes' | 'cpuLimitMillis' | 'cpuRequestMillis'> {
  const { limits, requests } = resources ?? {};
  return {
    memoryLimitBytes: positive(limits?.memory, 0),
    cpuLimitMillis: positive(limits?.cpu, -3),
    cpuRequestMillis: positive(requests?.cpu ?? limits?.cpu, -3),
  };
}

function positive(quantity: Quantity | undefined, scale: number): number | undefined {
  if (quantity === undefined) return undefined;
  const value = Number(scaledValue(parseQuantity(String(quantity)), scale));
  return value > 0 ? value : undefined;
}

/** Container settings win over the pod's. Models pkg/securitycontext DetermineEffectiveSecurityContext. */
function effectiveSecurity(pod: Pod, container: Container): ContainerSecurity {
  const own = container.securityContext ?? {};
  const shared = pod.spec.securityContext ?? {};
  const uid = own.runAsUser ?? shared.runAsUser;
  const gid = own.runAsGroup ?? shared.runAsGroup;
  const groups = [
    ...(shared.fsGroup === undefined ? [] : [shared.fsGroup]),
    ...(shared.supplementalGroups ?? []),
  ];
  return {
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(groups.length > 0 ? { supplementalGroups: groups } : {}),
    readOnlyRootFilesystem: own.readOnlyRootFilesystem ?? false,
    ...(own.capabilities?.add ? { addCapabilities: own.capabilities.add } : {}),
    ...(own.capabilities?.drop ? { dropCapabilities: own.capabilities.drop } : {}),
    privileged: own.privileged ?? false,
    noNewPrivileges: own.allowPrivilegeEscalation === false,
  };
}

const HIGHEST_ID = 2_147_483_647;

/** Models kuberuntime security_context_others.go verifyRunAsNonRoot. */
function verifyRunAsNonRoot(pod: Pod, container: Container, image: PulledImage): void {
  const own = container.securityContext ?? {};
  const shared = pod.spec.securityContext ?? {};
  if (!(own.runAsNonRoot ?? shared.runAsNonRoot)) return;
  const where = `(pod: "${formatPod(pod)}", container: ${container.name})`;
  const uid = own.runAsUser ?? shared.runAsUser;
  if (uid !== undefined) {
    if (uid === 0) throw new Error(`container's runAsUser breaks non-root policy ${where}`);
    return;
  }
  const user = (image.model.user ?? '').split(':')[0] ?? '';
  const number = user === '' ? 0 : Number(user);
  if (!Number.isInteger(number)) {
    throw new Error(
      `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${where}`,
    );
  }
  if (number === 0) {
    throw new Error(`container has runAsNonRoot and image will run as root ${where}`);
  }
  if (number < 0 || number > HIGHEST_ID) {
    throw new Error(
      `container has runAsNonRoot and image has an invalid user id (${number}). (Must be 1-(${HIGHEST_ID})): must be between 0 and ${HIGHEST_ID}, inclusive ${where}`,
    );
  }
}

/** Models pkg/kubelet/kubelet_pods.go makeMounts. */
function makeMounts(input: ContainerConfigInput): Mount[] {
  const { container, volumes, hosts } = input;
  const mounts: Mount[] = [];
  let ownHosts = false;
  for (const mount of container.volumeMounts ?? []) {
    ownHosts ||= mount.mountPath === '/etc/hosts';
    const volume = volumes.get(mount.name);
    if (!volume) {
      throw new Error(
        `cannot find volume "${mount.name}" to mount into container "${container.name}"`,
      );
    }
    const { mountPath } = mount;
    const source = mountSource(mount, volume, input);
    mounts.push({
      containerPath: toBytes(mountPath.startsWith('/') ? mountPath : `/${mountPath}`),
      source,
      readOnly: (mount.readOnly ?? false) || volume.filled !== undefined,
      volume: fileSystemOf(source).source,
    });
  }
  if (hosts && !ownHosts) {
    mounts.push({
      containerPath: '/etc/hosts',
      source: hosts,
      readOnly: false,
      volume: fileSystemOf(hosts).source,
    });
  }
  return mounts;
}

function mountSource(
  mount: VolumeMount,
  volume: MountedVolume,
  { container, variables }: ContainerConfigInput,
): FileNode {
  const subPath = mount.subPathExpr
    ? expandedSubPath(mount.subPathExpr, variables)
    : (mount.subPath ?? '');
  if (subPath === '') return volume.root;
  if (subPath.startsWith('/')) {
    throw new Error(`error SubPath \`${subPath}\` must not be an absolute path`);
  }
  if (subPath.split('/').includes('..')) {
    throw new Error(`unable to provision SubPath \`${subPath}\`: must not contain '..'`);
  }
  const failed = () =>
    new Error(
      `failed to prepare subPath for volumeMount "${mount.name}" of container "${container.name}"`,
    );
  if (!(volume.root instanceof DirectoryNode)) throw failed();
  const found = followWithin(volume.root, toBytes(subPath));
  if (found === 'broken') throw failed();
  if (found) return found;
  try {
    return ensureDirectory(volume.root, toBytes(subPath), { mode: volume.root.mode });
  } catch {
    throw new Error(
      `failed to create subPath directory for volumeMount "${mount.name}" of container "${container.name}"`,
    );
  }
}

/** Models kubecontainer.ExpandContainerVolumeMounts. */
function expandedSubPath(expression: string, variables: Variables): string {
  const missing = new Set<string>();
  const expanded = expand(expression, (name) => {
    const value = variables.get(name) ?? '';
    if (value === '') missing.add(name);
    return value;
  });
  if (missing.size > 0) throw new Error(`missing value for ${[...missing].sort().join(', ')}`);
  return expanded;
}

const MOST_LINKS = 40;

/** The node under a path, links followed inside the volume only; undefined when nothing is there. */
function followWithin(root: DirectoryNode, path: string): FileNode | undefined | 'broken' {
  let rest = path.split('/').filter((part) => part !== '' && part !== '.');
  let node: FileNode = root;
  const above: DirectoryNode[] = [];
  for (let links = 0; rest.length > 0; ) {
    const [name = '', ...others] = rest;
    rest = others;
    if (name === '..') {
      const parent = above.pop();
      if (!parent) return 'broken';
      node = parent;
      continue;
    }
    if (!(node instanceof DirectoryNode)) return 'broken';
    const next: FileNode | undefined = node.get(name);
    if (!next) return undefined;
    if (next instanceof SymlinkNode) {
      if (next.target.startsWith('/') || ++links > MOST_LINKS) return 'broken';
      rest = [...next.target.split('/').filter((part) => part !== '' && part !== '.'), ...rest];
      continue;
    }
    above.push(node);
    node = next;
  }
  return node;
}
