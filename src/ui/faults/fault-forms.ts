import type { ContainerPicture, PodPicture } from '../../lab/picture';
import type { ApiObject, Fault } from '../session/messages';
import type { FaultFormName, FaultRequest } from '../store/state';

/** What a form asks for. Values are kept as texts, as the controls have them. */
export interface FaultField {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** A number above 0, with its unit. */
  readonly unit?: string;
  /** Whether 0 is a number too. */
  readonly zero?: boolean;
  /** The only possible values, or with `free` proposals. */
  readonly options?: readonly { readonly value: string; readonly label?: string }[];
  readonly free?: boolean;
}

export interface FaultForm {
  readonly title: string;
  /** What will come of it. */
  readonly about: string;
  readonly fields: readonly FaultField[];
  /** Why nothing can be done, if so. */
  readonly impossible?: string;
  readonly toFault: (values: Readonly<Record<string, string>>) => Fault;
}

/** What the page knows of the cluster when a form is opened. */
export interface FaultScene {
  readonly pods: readonly PodPicture[];
  readonly nodes: readonly { readonly name: string }[];
  readonly objects: ReadonlyMap<string, ApiObject>;
}

type Make = (request: Required<FaultRequest>, scene: FaultScene) => FaultForm;

const MIB = 1024 * 1024;

const SIGNALS = [
  ['TERM', 'the polite request; a shell as PID 1 ignores it without a trap'],
  ['KILL', 'ends it at once, exit code 137'],
  ['INT', 'as Ctrl+C would'],
  ['HUP', 'many servers reload'],
  ['QUIT', 'nginx finishes its requests first'],
  ['USR1', 'many servers open their logs anew'],
  ['STOP', 'it stands still, and probes run out of time'],
  ['CONT', 'it goes on'],
] as const;

/** What registries say, as containerd 2 passes it on; `url` is that of the image's manifest. */
const REGISTRY_WORDS: Readonly<
  Record<string, { readonly label: string; readonly words: (url: string) => string }>
> = {
  limit: {
    label: '429 Too Many Requests: the registry limits pulls',
    words: (url) => `unexpected status from HEAD request to ${url}: 429 Too Many Requests`,
  },
  denied: {
    label: 'pull access denied: private, or no such repository',
    words: () =>
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
  },
  lookup: {
    label: 'no such host: the node cannot look the registry up',
    words: (url) =>
      `failed to do request: Head "${url}": dial tcp: lookup ${hostOf(url)} on 192.168.49.1:53: no such host`,
  },
  refused: {
    label: 'connection refused: the registry is down',
    words: (url) =>
      `failed to do request: Head "${url}": dial tcp 192.0.2.1:443: connect: connection refused`,
  },
};

/** Where containerd asks for an image's manifest. */
function manifestUrl(image: string): string {
  const parts = image.split('/');
  const first = parts[0] ?? '';
  const hasHost = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  const host = hasHost ? first : 'registry-1.docker.io';
  const rest = hasHost ? parts.slice(1) : parts;
  const path = !hasHost && rest.length === 1 ? `library/${rest[0]}` : rest.join('/');
  const [, repository = path, tag = 'latest'] = /^(.*?)(?:[:@](.*))?$/.exec(path) ?? [];
  return `https://${host}/v2/${repository}/manifests/${tag}`;
}

function hostOf(url: string): string {
  return url.split('/')[2] ?? '';
}

const FORMS: Readonly<Record<FaultFormName, Make>> = {
  signal: ({ pod, container }, scene) => ({
    title: `Send a signal to ${container}`,
    about: 'As kill on the node would. Whether the program minds is its own affair.',
    fields: [
      {
        name: 'signal',
        label: 'Signal',
        value: 'TERM',
        options: SIGNALS.map(([value, hint]) => ({ value, label: `${value}: ${hint}` })),
      },
      {
        name: 'pid',
        label: 'Process',
        value: '1',
        options: processesOf(pod, container, scene).map(({ pid, command }) => ({
          value: String(pid),
          label: `${pid} ${command}`.slice(0, 60),
        })),
      },
    ],
    toFault: ({ signal = 'TERM', pid = '1' }) => {
      const fault = { do: 'signal' as const, pod, container, signal };
      return pid === '1' ? fault : { ...fault, pid: Number(pid) };
    },
  }),
  exit: ({ pod, container }) => ({
    title: `End ${container}`,
    about:
      'Its first process ends with this exit code. 0 counts as success, all others as failure.',
    fields: [{ name: 'exitCode', label: 'Exit code', value: '1', unit: '', zero: true }],
    toFault: ({ exitCode }) => ({ do: 'exit', pod, container, exitCode: Number(exitCode) }),
  }),
  'slow start': ({ pod, container }) => ({
    title: `Let ${container} start late`,
    about:
      'Each instance that starts from now on does nothing for so long. What runs already goes on; probes do not wait.',
    fields: [{ name: 'seconds', label: 'Does nothing for', value: '20', unit: 's' }],
    toFault: ({ seconds }) => ({ do: 'slow start', pod, container, seconds: Number(seconds) }),
  }),
  'leak memory': ({ pod, container }, scene) => {
    const limit = memoryLimitOf(pod, container, scene.objects);
    return {
      title: `Let ${container} leak memory`,
      about:
        limit === undefined
          ? 'Its first process holds so much more. It has no memory limit of its own: only the node’s memory ends it.'
          : `Its first process holds so much more. With its limit of ${amountText(limit)} the kernel ends it: OOMKilled, exit code 137.`,
      fields: [
        {
          name: 'mib',
          label: 'Holds more',
          value: String(limit === undefined ? 64 : Math.max(1, Math.ceil(limit / MIB))),
          unit: 'MiB',
        },
      ],
      toFault: ({ mib }) => ({
        do: 'leak memory',
        pod,
        container,
        bytes: Math.round(Number(mib) * MIB),
      }),
    };
  },
  'fill volume': ({ pod }, scene) => {
    const found = podOf(pod, scene);
    const volumes = (found?.volumes ?? []).filter(({ type }) => !READ_ONLY.has(type));
    const running = (found?.containers ?? []).filter(({ state }) => state === 'running');
    const options = [
      ...volumes.map(({ name, type }) => ({
        value: `volume ${name}`,
        label: `volume ${name} (${type})`,
      })),
      ...running.map(({ name }) => ({
        value: `container ${name}`,
        label: `what ${name} writes outside volumes`,
      })),
    ];
    return {
      title: 'Fill a volume',
      about:
        'A file of that size appears in it. Beyond a size limit the kubelet evicts the Pod, some time later: it looks every minute or so.',
      fields: [
        { name: 'place', label: 'Where', value: options[0]?.value ?? '', options },
        { name: 'mib', label: 'How much', value: '100', unit: 'MiB' },
      ],
      ...(options.length === 0 ? { impossible: 'Nothing can be written to in this Pod now.' } : {}),
      toFault: ({ place = '', mib }) => {
        const [what, name = ''] = [place.split(' ')[0], place.slice(place.indexOf(' ') + 1)];
        const where = what === 'volume' ? { volume: name } : { container: name };
        return { do: 'fill volume', pod, ...where, bytes: Math.round(Number(mib) * MIB) };
      },
    };
  },
  'remove containers': ({ pod }) => ({
    title: 'Remove containers from the node',
    about:
      'As somebody with crictl rm would, or a node that cleans up. The kubelet forgets that the init containers have run.',
    fields: [
      {
        name: 'which',
        label: 'Which',
        value: 'exited init',
        options: [
          { value: 'exited init', label: 'init containers that have ended' },
          { value: 'all', label: 'all containers of the Pod' },
        ],
      },
    ],
    toFault: ({ which }) => ({
      do: 'remove containers',
      pod,
      which: which === 'all' ? 'all' : 'exited init',
    }),
  }),
  'fail image': (_, scene) => ({
    title: 'Let pulls of an image fail',
    about:
      'From the next pull on: ErrImagePull, then ImagePullBackOff. Nodes that have the image already do not ask, unless imagePullPolicy is Always.',
    fields: [
      imageField(scene),
      {
        name: 'answer',
        label: 'What comes back',
        value: 'limit',
        options: Object.entries(REGISTRY_WORDS).map(([value, { label }]) => ({ value, label })),
      },
    ],
    toFault: ({ image: written = '', answer = '' }) => {
      const image = written.trim();
      const fail = REGISTRY_WORDS[answer]?.words(manifestUrl(image)) ?? answer;
      return { do: 'image', image, fail };
    },
  }),
  'slow image': (_, scene) => ({
    title: 'Slow down pulls of an image',
    about: 'From the next pull on. The container waits as ContainerCreating meanwhile.',
    fields: [imageField(scene), { name: 'seconds', label: 'A pull takes', value: '60', unit: 's' }],
    toFault: ({ image = '', seconds }) => ({
      do: 'image',
      image: image.trim(),
      seconds: Number(seconds),
    }),
  }),
  'failing name': (_, scene) => ({
    title: 'Let one name fail',
    about: 'Name servers answer SERVFAIL when they are asked for it; all other names work.',
    fields: [hostField(scene, 'Name', 'service')],
    toFault: ({ host = '' }) => ({ do: 'dns', fail: true, host: host.trim() }),
  }),
  'unreachable host': (_, scene) => ({
    title: 'Cut off a host',
    about:
      'Packets to it and from it are lost: connections hang until they run out of time. A Pod as namespace/name, a node, a Service, an address, or a host of the internet.',
    fields: [hostField(scene, 'Host', 'pod')],
    toFault: ({ host = '' }) => ({ do: 'network', fail: true, host: host.trim() }),
  }),
  'stop backend': (_, scene) => ({
    title: 'Stop what is behind a Service',
    about:
      'The containers behind its ports end with exit code 1, all at once. Until they run again, connections to the Service are refused.',
    ...serviceFields(scene),
    toFault: ({ service = '' }) => ({ do: 'stop backend', service }),
  }),
  'collector outage': (_, scene) => ({
    title: 'A collector falls silent',
    about:
      'Nothing gets through to the Service, as when its network is gone: those who send to it have to wait, to keep or to lose what they have.',
    ...serviceFields(scene),
    toFault: ({ service = '' }) => {
      const [namespace = '', name = ''] = service.split('/');
      return { do: 'network', fail: true, host: `${name}.${namespace}.svc.cluster.local` };
    },
  }),
};

/** Volumes that nothing can be written into. */
const READ_ONLY = new Set(['configMap', 'secret', 'downwardAPI', 'projected']);

export function faultForm(request: FaultRequest, scene: FaultScene): FaultForm {
  return FORMS[request.form]({ pod: '', container: '', ...request }, scene);
}

/** What is wrong with a value, or undefined. */
export function complaintAbout(field: FaultField, value: string): string | undefined {
  if (field.unit !== undefined) {
    const number = Number(value);
    const isFine = value.trim() !== '' && (field.zero ? number >= 0 : number > 0);
    if (!isFine) return field.zero ? 'a number from 0 on' : 'a number above 0';
    return undefined;
  }
  return value.trim() === '' ? 'cannot be empty' : undefined;
}

function podOf(path: string, { pods }: FaultScene): PodPicture | undefined {
  return pods.find(({ namespace, name }) => `${namespace}/${name}` === path);
}

function processesOf(
  pod: string,
  container: string,
  scene: FaultScene,
): ContainerPicture['processes'] {
  const found = podOf(pod, scene)?.containers.find(({ name }) => name === container);
  const { processes = [] } = found ?? {};
  return processes.length > 0 ? processes : [{ pid: 1, command: '', user: 0 }];
}

function imageField({ pods }: FaultScene): FaultField {
  const images = [...new Set(pods.flatMap((pod) => pod.containers.map(({ image }) => image)))];
  return {
    name: 'image',
    label: 'Image',
    value: images[0] ?? 'nginx:1.29',
    free: true,
    options: images.map((value) => ({ value })),
  };
}

function servicesOf(objects: FaultScene['objects']): string[] {
  return [...objects.values()]
    .filter(({ kind }) => kind === 'Service')
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    .filter((service) => service !== 'default/kubernetes');
}

function serviceFields({ objects }: FaultScene): Pick<FaultForm, 'fields' | 'impossible'> {
  const services = servicesOf(objects);
  const options = services.map((value) => ({ value }));
  return {
    fields: [{ name: 'service', label: 'Service', value: services[0] ?? '', options }],
    ...(services.length === 0
      ? { impossible: 'There is no Service in the cluster: apply one first.' }
      : {}),
  };
}

function hostField(
  { pods, nodes, objects }: FaultScene,
  label: string,
  first: 'pod' | 'service',
): FaultField {
  const services = servicesOf(objects).map((path) => {
    const [namespace, name] = path.split('/');
    return `${name}.${namespace}.svc.cluster.local`;
  });
  const paths = pods.map(({ namespace, name }) => `${namespace}/${name}`);
  const known =
    first === 'service' ? services : [...paths, ...services, ...nodes.map(({ name }) => name)];
  const outside = ['github.com', 'example.com'];
  return {
    name: 'host',
    label,
    value: known[0] ?? 'example.com',
    free: true,
    options: [...known, ...outside].map((value) => ({ value })),
  };
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: MIB,
  Gi: 1024 * MIB,
};

/** A container's memory limit in bytes, as its Pod says it. */
export function memoryLimitOf(
  pod: string,
  container: string,
  objects: FaultScene['objects'],
): number | undefined {
  const object = objects.get(`Pod/${pod}`) as PodLike | undefined;
  const { initContainers = [], containers = [] } = object?.spec ?? {};
  const found = [...initContainers, ...containers].find(({ name }) => name === container);
  const memory = found?.resources?.limits?.memory;
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([KMG]i|[kMG])?$/.exec(String(memory)) ?? [];
  return digits === undefined ? undefined : Number(digits) * (UNITS[unit] ?? 1);
}

interface PodLike {
  readonly spec?: Partial<Record<'initContainers' | 'containers', readonly ContainerLike[]>>;
}

interface ContainerLike {
  readonly name: string;
  readonly resources?: { readonly limits?: { readonly memory?: unknown } };
}

function amountText(bytes: number): string {
  return `${Math.round((bytes / MIB) * 10) / 10} MiB`;
}
