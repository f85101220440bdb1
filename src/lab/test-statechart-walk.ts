import { vi } from 'vitest';
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  getInitialSnapshot,
  getNextSnapshot,
} from 'xstate';
import { containerMachine } from '../cluster/kubelet/machines/container-machine';
import { ContainerLifecycle, PodLifecycle } from '../cluster/kubelet/machines/lifecycle-tracker';
import { podMachine } from '../cluster/kubelet/machines/pod-machine';
import { probeMachine } from '../cluster/kubelet/machines/probe-machine';
import { stateName } from '../cluster/kubelet/machines/state-name';
import { ProbeLifecycle } from '../cluster/kubelet/probes/probe-lifecycle';

interface Lifecycle {
  send(event: { readonly type: string }): void;
}

/** What the kubelet's machines have been through since the walk began. */
export interface StatechartWalk {
  /** Events in states whose chart does not foresee them: `container: started in running.ready`. */
  readonly refused: Set<string>;
  readonly visited: Set<string>;
}

/** The states without states inside them, as `visited` writes them. */
export const CHART_STATES: readonly string[] = [
  ...leaves('container', containerMachine),
  ...leaves('pod', podMachine),
  ...leaves('probe', probeMachine),
];

/** Follows every pod, container and probe of the kubelets in machines of its own, until mocks are restored. */
export function walkStatecharts(): StatechartWalk {
  const walk: StatechartWalk = { refused: new Set(), visited: new Set() };
  follow('container', containerMachine, ContainerLifecycle.prototype as Lifecycle, walk);
  follow('pod', podMachine, PodLifecycle.prototype as Lifecycle, walk);
  follow('probe', probeMachine, ProbeLifecycle.prototype as Lifecycle, walk);
  return walk;
}

function follow(
  name: string,
  machine: AnyStateMachine,
  prototype: Lifecycle,
  { refused, visited }: StatechartWalk,
): void {
  const stands = new WeakMap<object, AnyMachineSnapshot>();
  const { send } = prototype;
  vi.spyOn(prototype, 'send').mockImplementation(function (this: Lifecycle, event) {
    let snapshot = stands.get(this) ?? (getInitialSnapshot(machine) as AnyMachineSnapshot);
    visited.add(`${name} ${stateName(snapshot.value)}`);
    // A delay that has run out leads on before anything else happens.
    if (snapshot.value === 'backOff' && event.type !== 'back off') {
      snapshot = getNextSnapshot(machine, snapshot, {
        type: `xstate.after.backOff.${machine.id}.backOff`,
      });
    }
    if (machine.getTransitionData(snapshot, event).length > 0) {
      snapshot = getNextSnapshot(machine, snapshot, event);
    } else {
      refused.add(`${name}: ${event.type} in ${stateName(snapshot.value)}`);
    }
    visited.add(`${name} ${stateName(snapshot.value)}`);
    stands.set(this, snapshot);
    send.call(this, event);
  });
}

function leaves(name: string, { root }: AnyStateMachine): string[] {
  const found: string[] = [];
  const visit = (node: AnyStateNode): void => {
    const inside = Object.values(node.states);
    if (inside.length === 0) found.push(`${name} ${node.path.join('.')}`);
    for (const child of inside) visit(child);
  };
  visit(root);
  return found;
}
