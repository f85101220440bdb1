import type { ResourceInfo } from '../../api/client';
import { apiVersionOf } from '../../api/client';

const STANDARD_VERBS = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
] as const;

/** One line a resource: plural, kind, then only what differs from the usual. */
interface ResourceLine {
  readonly plural: string;
  readonly kind: string;
  readonly shortNames?: readonly string[];
  readonly clusterScoped?: true;
  readonly verbs?: readonly string[];
  readonly categories?: readonly string[];
  readonly deprecation?: string;
}

const ALL = ['all'] as const;
const EXTENSIONS = ['api-extensions'] as const;
const CREATE_ONLY = ['create'] as const;

/** Group-versions in the order in which the server announces them (discovery). */
const GROUPS: readonly (readonly [groupVersion: string, lines: readonly ResourceLine[]])[] = [
  [
    'v1',
    [
      { plural: 'bindings', kind: 'Binding', verbs: CREATE_ONLY },
      {
        plural: 'componentstatuses',
        kind: 'ComponentStatus',
        shortNames: ['cs'],
        clusterScoped: true,
        verbs: ['get', 'list'],
      },
      { plural: 'configmaps', kind: 'ConfigMap', shortNames: ['cm'] },
      {
        plural: 'endpoints',
        kind: 'Endpoints',
        shortNames: ['ep'],
        deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
      },
      { plural: 'events', kind: 'Event', shortNames: ['ev'] },
      { plural: 'limitranges', kind: 'LimitRange', shortNames: ['limits'] },
      { plural: 'namespaces', kind: 'Namespace', shortNames: ['ns'], clusterScoped: true },
      { plural: 'nodes', kind: 'Node', shortNames: ['no'], clusterScoped: true },
      { plural: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', shortNames: ['pvc'] },
      {
        plural: 'persistentvolumes',
        kind: 'PersistentVolume',
        shortNames: ['pv'],
        clusterScoped: true,
      },
      { plural: 'pods', kind: 'Pod', shortNames: ['po'], categories: ALL },
      { plural: 'podtemplates', kind: 'PodTemplate' },
      {
        plural: 'replicationcontrollers',
        kind: 'ReplicationController',
        shortNames: ['rc'],
        categories: ALL,
      },
      { plural: 'resourcequotas', kind: 'ResourceQuota', shortNames: ['quota'] },
      { plural: 'secrets', kind: 'Secret' },
      { plural: 'serviceaccounts', kind: 'ServiceAccount', shortNames: ['sa'] },
      { plural: 'services', kind: 'Service', shortNames: ['svc'], categories: ALL },
    ],
  ],
  [
    'admissionregistration.k8s.io/v1',
    [
      clusterExtension('mutatingadmissionpolicies', 'MutatingAdmissionPolicy'),
      clusterExtension('mutatingadmissionpolicybindings', 'MutatingAdmissionPolicyBinding'),
      clusterExtension('mutatingwebhookconfigurations', 'MutatingWebhookConfiguration'),
      clusterExtension('validatingadmissionpolicies', 'ValidatingAdmissionPolicy'),
      clusterExtension('validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding'),
      clusterExtension('validatingwebhookconfigurations', 'ValidatingWebhookConfiguration'),
    ],
  ],
  [
    'apiextensions.k8s.io/v1',
    [
      {
        plural: 'customresourcedefinitions',
        kind: 'CustomResourceDefinition',
        shortNames: ['crd', 'crds'],
        clusterScoped: true,
        categories: EXTENSIONS,
      },
    ],
  ],
  ['apiregistration.k8s.io/v1', [clusterExtension('apiservices', 'APIService')]],
  [
    'apps/v1',
    [
      { plural: 'controllerrevisions', kind: 'ControllerRevision' },
      { plural: 'daemonsets', kind: 'DaemonSet', shortNames: ['ds'], categories: ALL },
      { plural: 'deployments', kind: 'Deployment', shortNames: ['deploy'], categories: ALL },
      { plural: 'replicasets', kind: 'ReplicaSet', shortNames: ['rs'], categories: ALL },
      { plural: 'statefulsets', kind: 'StatefulSet', shortNames: ['sts'], categories: ALL },
    ],
  ],
  [
    'authentication.k8s.io/v1',
    [review('selfsubjectreviews', 'SelfSubjectReview'), review('tokenreviews', 'TokenReview')],
  ],
  [
    'authorization.k8s.io/v1',
    [
      { plural: 'localsubjectaccessreviews', kind: 'LocalSubjectAccessReview', verbs: CREATE_ONLY },
      review('selfsubjectaccessreviews', 'SelfSubjectAccessReview'),
      review('selfsubjectrulesreviews', 'SelfSubjectRulesReview'),
      review('subjectaccessreviews', 'SubjectAccessReview'),
    ],
  ],
  [
    'autoscaling/v2',
    [
      {
        plural: 'horizontalpodautoscalers',
        kind: 'HorizontalPodAutoscaler',
        shortNames: ['hpa'],
        categories: ALL,
      },
    ],
  ],
  [
    'batch/v1',
    [
      { plural: 'cronjobs', kind: 'CronJob', shortNames: ['cj'], categories: ALL },
      { plural: 'jobs', kind: 'Job', categories: ALL },
    ],
  ],
  [
    'certificates.k8s.io/v1',
    [cluster('certificatesigningrequests', 'CertificateSigningRequest', 'csr')],
  ],
  ['coordination.k8s.io/v1', [{ plural: 'leases', kind: 'Lease' }]],
  ['discovery.k8s.io/v1', [{ plural: 'endpointslices', kind: 'EndpointSlice' }]],
  ['events.k8s.io/v1', [{ plural: 'events', kind: 'Event', shortNames: ['ev'] }]],
  [
    'flowcontrol.apiserver.k8s.io/v1',
    [
      cluster('flowschemas', 'FlowSchema'),
      cluster('prioritylevelconfigurations', 'PriorityLevelConfiguration'),
    ],
  ],
  [
    'networking.k8s.io/v1',
    [
      cluster('ingressclasses', 'IngressClass'),
      { plural: 'ingresses', kind: 'Ingress', shortNames: ['ing'] },
      cluster('ipaddresses', 'IPAddress', 'ip'),
      { plural: 'networkpolicies', kind: 'NetworkPolicy', shortNames: ['netpol'] },
      cluster('servicecidrs', 'ServiceCIDR'),
    ],
  ],
  ['node.k8s.io/v1', [cluster('runtimeclasses', 'RuntimeClass')]],
  [
    'policy/v1',
    [{ plural: 'poddisruptionbudgets', kind: 'PodDisruptionBudget', shortNames: ['pdb'] }],
  ],
  [
    'rbac.authorization.k8s.io/v1',
    [
      cluster('clusterrolebindings', 'ClusterRoleBinding'),
      cluster('clusterroles', 'ClusterRole'),
      { plural: 'rolebindings', kind: 'RoleBinding' },
      { plural: 'roles', kind: 'Role' },
    ],
  ],
  [
    'resource.k8s.io/v1',
    [
      cluster('deviceclasses', 'DeviceClass'),
      { plural: 'resourceclaims', kind: 'ResourceClaim' },
      { plural: 'resourceclaimtemplates', kind: 'ResourceClaimTemplate' },
      cluster('resourceslices', 'ResourceSlice'),
    ],
  ],
  ['scheduling.k8s.io/v1', [cluster('priorityclasses', 'PriorityClass', 'pc')]],
  [
    'storage.k8s.io/v1',
    [
      cluster('csidrivers', 'CSIDriver'),
      cluster('csinodes', 'CSINode'),
      { plural: 'csistoragecapacities', kind: 'CSIStorageCapacity' },
      cluster('storageclasses', 'StorageClass', 'sc'),
      cluster('volumeattachments', 'VolumeAttachment'),
      cluster('volumeattributesclasses', 'VolumeAttributesClass', 'vac'),
    ],
  ],
];

function cluster(plural: string, kind: string, ...shortNames: string[]): ResourceLine {
  return { plural, kind, shortNames, clusterScoped: true };
}

function clusterExtension(plural: string, kind: string): ResourceLine {
  return { plural, kind, clusterScoped: true, categories: EXTENSIONS };
}

function review(plural: string, kind: string): ResourceLine {
  return { plural, kind, clusterScoped: true, verbs: CREATE_ONLY };
}

/** What a metrics server adds where one runs. */
const METRICS_GROUP = 'metrics.k8s.io';
const READ_ONLY = ['get', 'list'] as const;

const METRICS: (typeof GROUPS)[number] = [
  `${METRICS_GROUP}/v1beta1`,
  [
    { plural: 'nodes', kind: 'NodeMetrics', clusterScoped: true, verbs: READ_ONLY },
    { plural: 'pods', kind: 'PodMetrics', verbs: READ_ONLY },
  ],
];

/** Every resource of a cluster with a metrics server, in discovery order. */
const ALL_RESOURCES: readonly ResourceInfo[] = [...GROUPS, METRICS].flatMap(infosOf);

/** Every resource that the server itself announces, in discovery order. */
export const RESOURCES = ALL_RESOURCES.filter(({ group }) => group !== METRICS_GROUP);

/** What the server announces; metrics only where somebody has measured something. */
export function announced(hasObjects: (resource: string) => boolean): readonly ResourceInfo[] {
  const measured = ['nodes', 'pods'].some((plural) => hasObjects(`${plural}.${METRICS_GROUP}`));
  return measured ? ALL_RESOURCES : RESOURCES;
}

function infosOf([groupVersion, lines]: (typeof GROUPS)[number]): ResourceInfo[] {
  const slash = groupVersion.indexOf('/');
  const group = slash < 0 ? '' : groupVersion.slice(0, slash);
  const version = groupVersion.slice(slash + 1);
  return lines.map((line) => ({
    resource: group === '' ? line.plural : `${line.plural}.${group}`,
    plural: line.plural,
    singular: line.kind.toLowerCase(),
    shortNames: line.shortNames ?? [],
    kind: line.kind,
    group,
    version,
    namespaced: line.clusterScoped !== true,
    categories: line.categories ?? [],
    verbs: line.verbs ?? STANDARD_VERBS,
    ...(line.deprecation === undefined ? {} : { deprecation: line.deprecation }),
  }));
}

const BY_RESOURCE = new Map(ALL_RESOURCES.map((info) => [info.resource, info]));

const BY_KIND = new Map(
  ALL_RESOURCES.map((info) => [kindKey(apiVersionOf(info), info.kind), info] as const),
);

function kindKey(apiVersion: string, kind: string): string {
  return `${apiVersion} ${kind}`;
}

/** The resource of that name (`pods`, `deployments.apps`), if it is served. */
export function findResource(resource: string): ResourceInfo | undefined {
  return BY_RESOURCE.get(resource);
}

/** The resource that holds objects of a kind, if it is served. */
export function resourceOfKind(apiVersion: string, kind: string): ResourceInfo | undefined {
  return BY_KIND.get(kindKey(apiVersion, kind));
}
