import type * as api from './types';

/**
 * core/v1 objects as the node agent and the scheduler read them from the API server: what the server always
 * fills in is there, times that are not set may be null as Go writes them, and nobody changes an object in
 * place.
 */

type Immutable<T> = T extends readonly (infer Item)[]
  ? readonly Immutable<Item>[]
  : T extends object
    ? { readonly [Field in keyof T]: Immutable<T[Field]> }
    : T;

type Filled<T, Field extends keyof T> = T & { readonly [F in Field]-?: NonNullable<T[F]> };
type NullTimes<T, Field extends keyof T> = Omit<T, Field> & {
  readonly [F in Field]?: string | null;
};
type Item<List> = NonNullable<List> extends readonly (infer One)[] ? One : never;

/** An object while it is put together field by field: many spreads in a literal are slow. */
export type Draft<T> = { -readonly [Field in keyof T]: T[Field] };

export type ObjectMeta = Filled<Immutable<api.ObjectMeta>, 'name' | 'namespace' | 'uid'>;
export type LabelSelector = Immutable<api.LabelSelector>;

// Containers -----------------------------------------------------------------------------------------

export interface Container extends Filled<Immutable<api.Container>, 'image'> {
  /** Of ephemeral containers. */
  readonly targetContainerName?: string;
}

export type ContainerPort = Immutable<api.ContainerPort>;
export type ContainerRestartRule = Item<Container['restartPolicyRules']>;
export type SecurityContext = Immutable<api.SecurityContext>;
export type VolumeMount = Immutable<api.VolumeMount>;

export type ResourceRequirements = Immutable<api.ResourceRequirements>;
export type ResourceList = NonNullable<ResourceRequirements['limits']>;
export type Quantity = ResourceList[string];

export type EnvVar = Immutable<api.EnvVar>;
export type EnvFromSource = Immutable<api.EnvFromSource>;
type EnvVarSource = NonNullable<EnvVar['valueFrom']>;
export type ObjectFieldSelector = NonNullable<EnvVarSource['fieldRef']>;
export type ResourceFieldSelector = NonNullable<EnvVarSource['resourceFieldRef']>;

export type Probe = Immutable<api.Probe>;
export type HTTPGetAction = NonNullable<Probe['httpGet']>;
export type TCPSocketAction = NonNullable<Probe['tcpSocket']>;
export type ExecAction = NonNullable<Probe['exec']>;
export type LifecycleHandler = Immutable<api.LifecycleHandler>;

// Volumes --------------------------------------------------------------------------------------------

export type Volume = Immutable<api.Volume>;
export type HostPath = NonNullable<Volume['hostPath']>;
export type ProjectedSource = Item<NonNullable<Volume['projected']>['sources']>;
export type ConfigMapProjection = NonNullable<ProjectedSource['configMap']>;
export type KeyToPath = Item<ConfigMapProjection['items']>;
export type DownwardAPIItem = Item<NonNullable<Volume['downwardAPI']>['items']>;

// Pods -----------------------------------------------------------------------------------------------

type ContainerLists = 'containers' | 'initContainers' | 'ephemeralContainers';

export interface PodSpec extends Omit<Immutable<api.PodSpec>, ContainerLists> {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
}

export interface Pod {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

export type PodCondition = NullTimes<Immutable<api.PodCondition>, 'lastProbeTime'>;
export type ConditionStatus = PodCondition['status'];

export type ContainerStateTerminated = NullTimes<
  Immutable<api.ContainerStateTerminated>,
  'startedAt' | 'finishedAt'
>;

export interface ContainerState {
  readonly waiting?: Immutable<api.ContainerStateWaiting>;
  readonly running?: NullTimes<Immutable<api.ContainerStateRunning>, 'startedAt'>;
  readonly terminated?: ContainerStateTerminated;
}

export interface ContainerStatus
  extends Omit<Immutable<api.ContainerStatus>, 'state' | 'lastState'> {
  readonly state: ContainerState;
  readonly lastState: ContainerState;
}

export type VolumeMountStatus = Item<ContainerStatus['volumeMounts']>;

type StatusLists =
  | 'conditions'
  | 'containerStatuses'
  | 'initContainerStatuses'
  | 'ephemeralContainerStatuses';

export interface PodStatus extends Omit<Immutable<api.PodStatus>, StatusLists> {
  readonly conditions?: readonly PodCondition[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
}

export type RestartPolicy = NonNullable<PodSpec['restartPolicy']>;
export type PodPhase = NonNullable<PodStatus['phase']>;

// Scheduling -----------------------------------------------------------------------------------------

export type Taint = Immutable<api.Taint>;
export type Toleration = Immutable<api.Toleration>;
export type Affinity = NonNullable<PodSpec['affinity']>;
type NodeAffinity = NonNullable<Affinity['nodeAffinity']>;
export type PreferredSchedulingTerm = Item<
  NodeAffinity['preferredDuringSchedulingIgnoredDuringExecution']
>;
export type NodeSelectorTerm = PreferredSchedulingTerm['preference'];
export type NodeSelectorRequirement = Item<NodeSelectorTerm['matchExpressions']>;
export type PodAffinityTerm = Item<
  NonNullable<Affinity['podAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']
>;

// Other objects --------------------------------------------------------------------------------------

type Bare<Model> = Omit<Immutable<Model>, 'apiVersion' | 'kind' | 'metadata'>;

export interface Node extends Bare<api.Node> {
  readonly metadata: Omit<ObjectMeta, 'namespace'>;
}

export interface ConfigMap extends Bare<api.ConfigMap> {
  readonly metadata: ObjectMeta;
}

export interface Secret extends Bare<api.Secret> {
  readonly metadata: ObjectMeta;
}

export interface Service extends Bare<api.Service> {
  readonly metadata: ObjectMeta;
}
