import type { Container, EnvVar, EphemeralContainer, KubeObject, Pod } from '../../api/types';
import type { Invocation } from '../command';
import { plain } from '../errors';
import { findContainer } from '../pods/containers';
import type { Profile } from './profiles';

/** A pod to be written for debugging, and the container in which that goes on. */
export interface DebugPod {
  readonly pod: Pod;
  /** '' where images of a copy are changed and nothing else. */
  readonly container: string;
}

/** What the flags and arguments say of the container. */
export interface Wanted {
  readonly command: readonly string[];
  readonly env: readonly EnvVar[];
  readonly images: ReadonlyMap<string, string>;
  readonly profile: Profile;
  /** A partial container on top of the profile's. */
  readonly custom: Partial<Container> | undefined;
}

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

function suffix({ sys }: Invocation): string {
  let text = '';
  for (let i = 0; i < 5; i++) text += ALPHABET.charAt(sys.random(ALPHABET.length));
  return text;
}

function debuggerName(invocation: Invocation, pod: Pod): string {
  const { flags, output } = invocation;
  const given = flags.string('container');
  if (given !== '') return given;
  let name = '';
  while (name === '' || findContainer(pod, name)) name = `debugger-${suffix(invocation)}`;
  if (!flags.bool('quiet')) output.out(`Defaulting debug container name to ${name}.\n`);
  return name;
}

function words({ flags }: Invocation, { command }: Wanted): Partial<Container> {
  if (command.length === 0) return {};
  return flags.bool('arguments-only') ? { args: [...command] } : { command: [...command] };
}

function newContainer(invocation: Invocation, name: string, wanted: Wanted): Container {
  const { flags } = invocation;
  const pull = flags.string('image-pull-policy') as Container['imagePullPolicy'];
  return {
    name,
    image: flags.string('image'),
    ...words(invocation, wanted),
    ...(wanted.env.length > 0 ? { env: [...wanted.env] } : {}),
    ...(pull ? { imagePullPolicy: pull } : {}),
    ...(flags.bool('stdin') ? { stdin: true } : {}),
    ...(flags.bool('tty') ? { tty: true } : {}),
    resources: {},
    terminationMessagePolicy: 'File',
  };
}

function customized(container: Container | undefined, { custom }: Wanted): void {
  if (container && custom) Object.assign(container, custom, { name: container.name });
}

/** The pod with an ephemeral container more. */
export function withEphemeralContainer(
  invocation: Invocation,
  original: Pod,
  wanted: Wanted,
): DebugPod {
  const pod = structuredClone(original);
  const name = debuggerName(invocation, pod);
  const target = invocation.flags.string('target');
  const container: EphemeralContainer = {
    ...newContainer(invocation, name, wanted),
    ...(target === '' ? {} : { targetContainerName: target }),
  } as EphemeralContainer;
  pod.spec.ephemeralContainers = [...(pod.spec.ephemeralContainers ?? []), container];
  wanted.profile(pod, name, 'ephemeral');
  customized(pod.spec.ephemeralContainers.find((one) => one.name === name) as Container, wanted);
  return { pod, container: name };
}

/** A copy of the pod with a container more, or with one changed. */
export function debugCopy(invocation: Invocation, original: Pod, wanted: Wanted): DebugPod {
  const { flags } = invocation;
  const { namespace, annotations, labels } = original.metadata;
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: flags.string('copy-to'),
      ...(namespace ? { namespace } : {}),
      ...(annotations ? { annotations: { ...annotations } } : {}),
      ...(labels ? { labels: { ...labels } } : {}),
    },
    spec: structuredClone(original.spec),
  } as Pod;
  delete pod.spec.ephemeralContainers;
  if (flags.changed('share-processes')) {
    pod.spec.shareProcessNamespace = flags.bool('share-processes');
  }
  if (!flags.bool('same-node')) delete pod.spec.nodeName;
  for (const container of pod.spec.containers) {
    const image = wanted.images.get(container.name) ?? wanted.images.get('*');
    if (image) container.image = image;
  }
  const image = flags.string('image');
  let container = findContainer(pod, flags.string('container'));
  if (!container) {
    if (image === '' && wanted.images.size > 0) return { pod, container: '' };
    if (image === '') throw plain('you must specify image when creating new container');
    const name = debuggerName(invocation, pod);
    container = { name, resources: {}, terminationMessagePolicy: 'File' } as Container;
    pod.spec.containers.push(container);
  }
  const { name } = container;
  change(invocation, container, wanted);
  wanted.profile(pod, name, 'copy');
  customized(findContainer(pod, name), wanted);
  return { pod, container: name };
}

function change(invocation: Invocation, container: Container, wanted: Wanted): void {
  const { flags } = invocation;
  if (wanted.command.length > 0) delete container.args;
  Object.assign(container, words(invocation, wanted));
  if (wanted.env.length > 0) container.env = [...wanted.env];
  if (flags.string('image') !== '') container.image = flags.string('image');
  const pull = flags.string('image-pull-policy') as Container['imagePullPolicy'];
  if (pull) container.imagePullPolicy = pull;
  if (flags.bool('stdin')) container.stdin = true;
  else delete container.stdin;
  if (flags.bool('tty')) container.tty = true;
  else delete container.tty;
}

/** A pod on a node, with the node's files and namespaces. */
export function nodeDebugPod(
  invocation: Invocation,
  { metadata }: KubeObject,
  wanted: Wanted,
): DebugPod {
  const { flags, output } = invocation;
  const node = metadata.name ?? '';
  const container = flags.string('container') || 'debugger';
  const name = `node-debugger-${node}-${suffix(invocation)}`;
  if (!flags.bool('quiet')) {
    output.out(`Creating debugging pod ${name} with container ${container} on node ${node}.\n`);
  }
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
    spec: {
      containers: [newContainer(invocation, container, wanted)],
      nodeName: node,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
    },
  } as Pod;
  wanted.profile(pod, container, 'node');
  customized(pod.spec.containers[0], wanted);
  return { pod, container };
}
