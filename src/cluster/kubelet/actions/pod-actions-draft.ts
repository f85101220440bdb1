import type { Container, Pod, ResourceRequirements } from '../../../api/stored-objects';
import type { RuntimePodStatus } from '../observed/runtime-status';

export type ProbeResult = 'success' | 'failure' | 'unknown';

export type KillReason =
  | 'StartupProbe'
  | 'LivenessProbe'
  | 'FailedPostStartHook'
  | 'RestartAllContainers'
  | 'Unknown'
  | '';

export interface ContainerToKill {
  readonly container: Container;
  /** Text of the Killing event. */
  readonly message: string;
  readonly reason: KillReason;
}

export interface ContainerToReset {
  readonly id: string;
  readonly container: Container;
  readonly kill: boolean;
}

export interface PodActionsDraft {
  killPod: boolean;
  createSandbox: boolean;
  sandboxId: string | undefined;
  attempt: number;
  /** Indexes into the lists of the spec. */
  initContainersToStart: number[];
  containersToStart: number[];
  ephemeralContainersToStart: number[];
  /** By container id. */
  containersToKill: Map<string, ContainerToKill>;
  containersToReset: ContainerToReset[];
}

/** What one sync of a pod is to do. Models kuberuntime podActions. */
export type PodActions = Readonly<PodActionsDraft>;

export interface PodActionsContext {
  readonly pod: Pod;
  readonly podStatus: RuntimePodStatus;
  readonly restartAllContainers: boolean;
  /** By container id; undefined: no result yet. */
  readonly livenessResult: (id: string) => ProbeResult | undefined;
  readonly startupResult: (id: string) => ProbeResult | undefined;
  /** What an instance has been given (by container id); undefined: nobody has asked for anything else. */
  readonly givenResources?: (id: string) => {
    readonly resources: ResourceRequirements | undefined;
  };
}
