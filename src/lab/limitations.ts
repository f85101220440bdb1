/**
 * What Podlab does not simulate, as data: the page lists it, and where somebody meets an item, the page says
 * so with a link there.
 */
export interface Limitation {
  /** Names it in links: `#limits=ID`. */
  readonly id: string;
  readonly group: LimitationGroup;
  readonly what: string;
  /** What happens here instead. */
  readonly instead: string;
  /** Where in the page one meets it. */
  readonly met: string;
  /** Fields that it is about, below a pod's spec, or with a leading `[]` below each container. */
  readonly fields?: readonly LimitedField[];
  /** Kinds that are stored and nothing more. */
  readonly kinds?: readonly string[];
}

export interface LimitedField {
  readonly path: string;
  /** Only these values are meant; default: any but false, and empty lists. */
  readonly values?: readonly unknown[];
}

export type LimitationGroup =
  | 'Fields of Pods'
  | 'Kinds of objects'
  | 'Images and programs'
  | 'Node and network'
  | 'Cluster';

const IN_EDITOR = 'Under the editor, as soon as a file has it';
const ON_CARD = 'On the container’s card';

/** A field that says the same at the Pod and at each container. */
function secured(field: string): LimitedField[] {
  return [{ path: `securityContext.${field}` }, { path: `[]securityContext.${field}` }];
}

export const LIMITATIONS: readonly Limitation[] = [
  {
    id: 'host-namespaces',
    group: 'Fields of Pods',
    what: 'hostPID and hostIPC',
    instead:
      'The Pod gets process and IPC namespaces of its own: its containers do not see the node’s processes.',
    met: IN_EDITOR,
    fields: [{ path: 'hostPID' }, { path: 'hostIPC' }],
  },
  {
    id: 'user-namespaces',
    group: 'Fields of Pods',
    what: 'User namespaces (hostUsers: false)',
    instead: 'User 0 of a container is user 0 of the node, as without the field.',
    met: IN_EDITOR,
    fields: [{ path: 'hostUsers', values: [false] }],
  },
  {
    id: 'runtime-class',
    group: 'Fields of Pods',
    what: 'Other container runtimes (runtimeClassName)',
    instead:
      'The class has to exist, as on a real cluster; its containers run in the lab’s one runtime all the same.',
    met: IN_EDITOR,
    fields: [{ path: 'runtimeClassName' }],
  },
  {
    id: 'topology-spread',
    group: 'Fields of Pods',
    what: 'Spreading as a wish: topologySpreadConstraints with ScheduleAnyway',
    instead: 'It does not weigh when a node is chosen; DoNotSchedule is kept.',
    met: IN_EDITOR,
    fields: [{ path: 'topologySpreadConstraints[].whenUnsatisfiable', values: ['ScheduleAnyway'] }],
  },
  {
    id: 'kernel-security',
    group: 'Fields of Pods',
    what: 'Seccomp, AppArmor, SELinux and procMount',
    instead: 'They are validated and judged by Pod Security, and forbid nothing at run time.',
    met: IN_EDITOR,
    fields: [
      ...secured('seccompProfile'),
      ...secured('appArmorProfile'),
      ...secured('seLinuxOptions'),
      { path: '[]securityContext.procMount' },
    ],
  },
  {
    id: 'groups-policy',
    group: 'Fields of Pods',
    what: 'fsGroupChangePolicy and supplementalGroupsPolicy',
    instead:
      'Volumes are given to the fsGroup whenever they are mounted, and groups of the image are merged, as by default.',
    met: IN_EDITOR,
    fields: [
      { path: 'securityContext.fsGroupChangePolicy', values: ['OnRootMismatch'] },
      { path: 'securityContext.supplementalGroupsPolicy', values: ['Strict'] },
    ],
  },
  {
    id: 'image-pull-secrets',
    group: 'Fields of Pods',
    what: 'imagePullSecrets',
    instead:
      'The lab’s registry asks nobody for credentials: they are neither needed nor checked. Only a Secret that is missing is reported.',
    met: IN_EDITOR,
    fields: [{ path: 'imagePullSecrets' }],
  },
  {
    id: 'devices',
    group: 'Fields of Pods',
    what: 'Devices: resourceClaims, volumeDevices, GPUs',
    instead: 'There are none on the node, and nothing is handed to a container.',
    met: IN_EDITOR,
    fields: [{ path: 'resourceClaims' }, { path: '[]volumeDevices' }],
    kinds: ['ResourceClaim', 'ResourceClaimTemplate', 'DeviceClass', 'ResourceSlice'],
  },
  {
    id: 'pod-resources',
    group: 'Fields of Pods',
    what: 'Resources of the Pod as a whole (spec.resources) and overhead',
    instead: 'Only what containers ask for and are limited to counts.',
    met: IN_EDITOR,
    fields: [{ path: 'resources' }, { path: 'overhead' }],
  },
  {
    id: 'mount-propagation',
    group: 'Fields of Pods',
    what: 'mountPropagation',
    instead: 'What a container mounts itself is seen by that container alone.',
    met: IN_EDITOR,
    fields: [
      { path: '[]volumeMounts[].mountPropagation', values: ['HostToContainer', 'Bidirectional'] },
    ],
  },
  {
    id: 'file-keys',
    group: 'Fields of Pods',
    what: 'Environment variables from files (fileKeyRef)',
    instead: 'The variable is not set.',
    met: IN_EDITOR,
    fields: [{ path: '[]env[].valueFrom.fileKeyRef' }],
  },
  {
    id: 'windows',
    group: 'Fields of Pods',
    what: 'Windows nodes and containers',
    instead: 'All nodes run Linux; options for Windows have no effect.',
    met: IN_EDITOR,
    fields: [...secured('windowsOptions'), { path: 'os.name', values: ['windows'] }],
  },
  {
    id: 'volume-types',
    group: 'Fields of Pods',
    what: 'Volumes other than emptyDir, configMap, secret, downwardAPI, projected, hostPath and claims',
    instead:
      'The kubelet finds no plugin for them: the Pod stays in ContainerCreating, with FailedMount and no volume plugin matched.',
    met: IN_EDITOR,
    fields: [
      'nfs',
      'csi',
      'image',
      'iscsi',
      'cephfs',
      'ephemeral',
      'fc',
      'rbd',
      'glusterfs',
      'awsElasticBlockStore',
      'gcePersistentDisk',
      'azureDisk',
      'azureFile',
      'vsphereVolume',
    ].map((type) => ({ path: `volumes[].${type}` })),
  },
  {
    id: 'network-policy',
    group: 'Kinds of objects',
    what: 'NetworkPolicy',
    instead: 'It is stored and validated; all traffic goes on as if it were not there.',
    met: IN_EDITOR,
    kinds: ['NetworkPolicy'],
  },
  {
    id: 'ingress',
    group: 'Kinds of objects',
    what: 'Ingress',
    instead: 'It is stored and validated; no controller serves it, as on a cluster without one.',
    met: IN_EDITOR,
    kinds: ['Ingress', 'IngressClass'],
  },
  {
    id: 'autoscaling',
    group: 'Kinds of objects',
    what: 'HorizontalPodAutoscaler',
    instead: 'It is stored; nothing is scaled.',
    met: IN_EDITOR,
    kinds: ['HorizontalPodAutoscaler'],
  },
  {
    id: 'rbac',
    group: 'Kinds of objects',
    what: 'Permissions: Role, ClusterRole and their bindings',
    instead: 'They are stored and validated; everybody may do everything.',
    met: IN_EDITOR,
    kinds: ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'],
  },
  {
    id: 'admission',
    group: 'Kinds of objects',
    what: 'Admission webhooks and policies',
    instead: 'They are stored; nobody asks them.',
    met: IN_EDITOR,
    kinds: [
      'MutatingWebhookConfiguration',
      'ValidatingWebhookConfiguration',
      'MutatingAdmissionPolicy',
      'MutatingAdmissionPolicyBinding',
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicyBinding',
    ],
  },
  {
    id: 'custom-resources',
    group: 'Kinds of objects',
    what: 'Kinds of your own (CustomResourceDefinition, APIService)',
    instead:
      'The definition is stored, but its kind is not served: kubectl says that there are no matches for it.',
    met: IN_EDITOR,
    kinds: ['CustomResourceDefinition', 'APIService'],
  },
  {
    id: 'storage-drivers',
    group: 'Kinds of objects',
    what: 'Storage drivers (CSI)',
    instead:
      'Claims are provisioned as folders of the node; drivers and attachments are only stored.',
    met: IN_EDITOR,
    kinds: [
      'CSIDriver',
      'CSINode',
      'CSIStorageCapacity',
      'VolumeAttachment',
      'VolumeAttributesClass',
    ],
  },
  {
    id: 'flow-control',
    group: 'Kinds of objects',
    what: 'Flow control of the API server, certificates',
    instead: 'They are stored; no request ever waits, and no certificate is signed.',
    met: IN_EDITOR,
    kinds: ['FlowSchema', 'PriorityLevelConfiguration', 'CertificateSigningRequest'],
  },
  {
    id: 'placeholder-images',
    group: 'Images and programs',
    what: 'Most images: there are models of some thirty, and placeholders for other well-known ones',
    instead:
      'A placeholder runs the Pod’s shell commands in busybox; its own program waits and serves nothing, and its log says so. Other images end in ErrImagePull, as in a registry without them.',
    met: ON_CARD,
  },
  {
    id: 'lab-images',
    group: 'Images and programs',
    what: 'Images that the study notes invent',
    instead:
      'They behave as the notes say, and exist only in this lab: a real cluster would answer ErrImagePull.',
    met: ON_CARD,
  },
  {
    id: 'binaries',
    group: 'Images and programs',
    what: 'Real binaries',
    instead:
      'Programs are models: shell and tools as busybox 1.37 has them, servers as far as their cards say. What is left out says “not simulated in Podlab”.',
    met: 'In the container’s log or the terminal',
  },
  {
    id: 'languages',
    group: 'Images and programs',
    what: 'Python, Node.js and other languages',
    instead:
      'A few one-liners and python3 -m http.server run; any other program says that it is not simulated, and waits.',
    met: 'In the container’s log, and on its card',
  },
  {
    id: 'internet',
    group: 'Node and network',
    what: 'The internet',
    instead:
      'Nothing leaves the page. A small fixed internet answers for a few hosts (github.com/user/repo.git, example.com, kubernetes.io …); all others do not exist.',
    met: 'In the output of curl, wget, git and nslookup',
  },
  {
    id: 'network-plugin',
    group: 'Node and network',
    what: 'Network plugins, IPv6, load balancers outside',
    instead:
      'Pods have an IPv4 address in one flat network; a Service of type LoadBalancer waits for its external address for ever.',
    met: 'In kubectl get services: <pending>',
  },
  {
    id: 'kernel',
    group: 'Node and network',
    what: 'A real kernel',
    instead:
      'Processes, files, signals, pipes, sockets, limits of memory and CPU are modelled; modules, tracing and devices are not.',
    met: 'In the output of the program that asks for them',
  },
  {
    id: 'timing',
    group: 'Node and network',
    what: 'The exact time that pulls and starts take',
    instead:
      'They take what is typical of a small cluster, with a little chance from the run’s seed; the waits that Kubernetes prescribes are exact.',
    met: 'On the timeline',
  },
  {
    id: 'single-control-plane',
    group: 'Cluster',
    what: 'A control plane of several machines',
    instead: 'API server, scheduler and controllers are part of the lab: they never fail.',
    met: 'Nowhere: they are just there',
  },
  {
    id: 'addons',
    group: 'Cluster',
    what: 'Add-ons: metrics server, dashboards, log collectors, autoscalers',
    instead: 'There are none, as on a cluster just set up: kubectl top says so.',
    met: 'In kubectl’s answers',
  },
];

export function limitationOf(id: string): Limitation | undefined {
  return LIMITATIONS.find((one) => one.id === id);
}
