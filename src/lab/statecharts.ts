import { containerMachine } from '../cluster/kubelet/machines/container-machine';
import { podMachine } from '../cluster/kubelet/machines/pod-machine';
import { probeMachine } from '../cluster/kubelet/machines/probe-machine';

/** A machine, or a state of it, as XState's JSON has it. */
export interface StatechartState {
  readonly initial?: unknown;
  readonly type?: unknown;
  readonly description?: unknown;
  readonly on?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly always?: unknown;
  readonly states?: Readonly<Record<string, StatechartState>>;
}

/**
 * The definitions of the lifecycle machines that the kubelet runs, as JSON: what the page draws is what
 * runs.
 */
export function statecharts(): Readonly<Record<'pod' | 'container' | 'probe', StatechartState>> {
  const definition = (machine: { readonly config: unknown }): StatechartState =>
    JSON.parse(JSON.stringify(machine.config)) as StatechartState;
  return {
    pod: definition(podMachine),
    container: definition(containerMachine),
    probe: definition(probeMachine),
  };
}
