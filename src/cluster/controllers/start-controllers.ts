import type { ApiClient } from '../../api/client';
import type { Kernel } from '../../kernel/kernel';
import type { Latency } from '../latency';
import type { ControllerContext } from './controller-context';
import { Dependents } from './dependents';
import { DisruptionController } from './disruption-controller';
import { EndpointSliceController } from './endpoints/endpoint-slice-controller';
import { EndpointsController } from './endpoints/endpoints-controller';
import { GarbageCollector } from './garbage-collector';
import { CronJobController } from './job/cron-job-controller';
import { FinishedJobController } from './job/finished-job-controller';
import { JobController } from './job/job-controller';
import { NamespaceController } from './namespace-controller';
import { NodeLifecycleController } from './nodes/node-lifecycle-controller';
import { PodGarbageCollector } from './nodes/pod-garbage-collector';
import { TaintEvictionController } from './nodes/taint-eviction-controller';
import type { Subscribe } from './object-change';
import { QuotaController } from './quota-controller';
import { ClaimProtectionController } from './volumes/claim-protection-controller';
import { PersistentVolumeController } from './volumes/persistent-volume-controller';
import { DaemonSetController } from './workloads/daemon-set-controller';
import { DeploymentController } from './workloads/deployment-controller';
import {
  REPLICA_SET,
  REPLICATION_CONTROLLER,
  ReplicaSetController,
} from './workloads/replica-set-controller';
import { StatefulSetController } from './workloads/stateful-set-controller';

export interface ControllersOptions {
  readonly kernel: Kernel;
  readonly client: ApiClient;
  readonly latency: Latency;
  readonly subscribe: Subscribe;
}

/**
 * Starts the control loops of kube-controller-manager that the lab has. Models
 * cmd/kube-controller-manager/app/controllermanager.go NewControllerDescriptors.
 */
export function startControllers(options: ControllersOptions): void {
  const { client } = options;
  const indexes = new Map<string, Dependents>();
  // What is there already, such as the nodes, is told first.
  const subscribe: Subscribe = (resource, listener) => {
    for (const object of client.list(resource).items) {
      listener({ type: 'ADDED', object, previous: undefined });
    }
    options.subscribe(resource, listener);
  };
  const context: ControllerContext = {
    ...options,
    subscribe,
    dependents(resource) {
      let index = indexes.get(resource);
      if (!index) {
        index = new Dependents(subscribe, resource);
        indexes.set(resource, index);
      }
      return index;
    },
  };
  new EndpointSliceController(context);
  new EndpointsController(context);
  new QuotaController(context);
  new PersistentVolumeController(context);
  new ClaimProtectionController(context);
  new DisruptionController(context);
  new DeploymentController(context);
  new ReplicaSetController(context, REPLICA_SET);
  new ReplicaSetController(context, REPLICATION_CONTROLLER);
  new StatefulSetController(context);
  new DaemonSetController(context);
  new JobController(context);
  new CronJobController(context);
  new FinishedJobController(context);
  new NodeLifecycleController(context);
  new TaintEvictionController(context);
  new PodGarbageCollector(context);
  new GarbageCollector(context);
  new NamespaceController(context);
}
