import type { IDeployment, IReplicaSet } from 'kubernetes-models/apps/v1';
import type { IJob } from 'kubernetes-models/batch/v1';
import type {
  IConfigMap,
  IContainer,
  IContainerPort,
  IContainerState,
  IContainerStateRunning,
  IContainerStateTerminated,
  IContainerStateWaiting,
  IContainerStatus,
  IEmptyDirVolumeSource,
  IEnvFromSource,
  IEnvVar,
  IEphemeralContainer,
  IEvent,
  IEventSource,
  ILifecycle,
  ILifecycleHandler,
  INamespace,
  INode,
  INodeCondition,
  IObjectReference,
  IPod,
  IPodCondition,
  IPodSecurityContext,
  IPodSpec,
  IPodStatus,
  IPodTemplateSpec,
  IProbe,
  IResourceRequirements,
  ISecret,
  ISecurityContext,
  IService,
  IServiceAccount,
  IServicePort,
  ITaint,
  IToleration,
  IVolume,
  IVolumeMount,
} from 'kubernetes-models/v1';

/**
 * The objects that the API serves, as JSON has them. Fields are those of Kubernetes 1.36. A stored
 * object always has metadata; a Pod always has a spec.
 */

export type ObjectMeta = NonNullable<IPod['metadata']>;
export type OwnerReference = NonNullable<ObjectMeta['ownerReferences']>[number];
export type LabelSelector = NonNullable<IDeployment['spec']>['selector'];
export type ObjectReference = IObjectReference;

/** What all objects have in common. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: unknown;
  status?: unknown;
  data?: unknown;
}

type Stored<Model> = Omit<Model, 'apiVersion' | 'kind' | 'metadata'> & {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
};

export type Pod = Omit<Stored<IPod>, 'spec'> & { spec: PodSpec };
export type PodSpec = IPodSpec;
export type PodStatus = IPodStatus;
export type PodCondition = IPodCondition;
export type PodTemplateSpec = IPodTemplateSpec;
export type PodSecurityContext = IPodSecurityContext;
export type Container = IContainer;
export type EphemeralContainer = IEphemeralContainer;
export type ContainerPort = IContainerPort;
export type ContainerStatus = IContainerStatus;
export type ContainerState = IContainerState;
export type ContainerStateWaiting = IContainerStateWaiting;
export type ContainerStateRunning = IContainerStateRunning;
export type ContainerStateTerminated = IContainerStateTerminated;
export type EnvVar = IEnvVar;
export type EnvFromSource = IEnvFromSource;
export type Lifecycle = ILifecycle;
export type LifecycleHandler = ILifecycleHandler;
export type Probe = IProbe;
export type ResourceRequirements = IResourceRequirements;
export type SecurityContext = ISecurityContext;
export type Taint = ITaint;
export type Toleration = IToleration;
export type Volume = IVolume;
export type VolumeMount = IVolumeMount;
export type EmptyDirVolumeSource = IEmptyDirVolumeSource;

export type Node = Stored<INode>;
export type NodeCondition = INodeCondition;
export type Namespace = Stored<INamespace>;
export type Event = Stored<IEvent>;
export type EventSource = IEventSource;
export type ConfigMap = Stored<IConfigMap>;
export type Secret = Stored<ISecret>;
export type Service = Stored<IService>;
export type ServicePort = IServicePort;
export type ServiceAccount = Stored<IServiceAccount>;
export type Deployment = Stored<IDeployment>;
export type ReplicaSet = Stored<IReplicaSet>;
export type Job = Stored<IJob>;

/** One reason of a Status: for an invalid object, one per field error. */
export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

/** The API server's answer when it refuses a request. */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, never>;
  status: 'Failure' | 'Success';
  message: string;
  reason?: string;
  details?: {
    name?: string;
    group?: string;
    kind?: string;
    uid?: string;
    causes?: StatusCause[];
    retryAfterSeconds?: number;
  };
  code: number;
}
