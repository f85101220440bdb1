import type { PodPicture, TransitionPicture } from '../../lab/picture';
import { isLit } from './chart';

/** A machine of a pod, where it stands, and how it came there. */
export interface MachinePlace {
  /** As the picture names what it explains: `pod`, `container NAME`, `probe NAME TYPE`. */
  readonly id: string;
  readonly title: string;
  readonly machine: 'pod' | 'container' | 'probe';
  readonly state: string | undefined;
  readonly last: TransitionPicture | undefined;
}

/** All machines that the kubelet runs for a pod. */
export function placesOf(pod: PodPicture): readonly MachinePlace[] {
  return [
    {
      id: 'pod',
      title: `Pod ${pod.name}`,
      machine: 'pod',
      state: pod.machineState,
      last: pod.lastTransition,
    },
    ...pod.containers.flatMap(({ name, machineState, lastTransition, probes }): MachinePlace[] => [
      {
        id: `container ${name}`,
        title: name,
        machine: 'container',
        state: machineState,
        last: lastTransition,
      },
      ...probes.map(
        ({ type, ...probe }): MachinePlace => ({
          id: `probe ${name} ${type}`,
          title: `${name}: ${type} probe`,
          machine: 'probe',
          state: probe.machineState,
          last: probe.lastTransition,
        }),
      ),
    ]),
  ];
}

function named(state: string): string {
  return state.replaceAll('.', ' ▸ ');
}

/** `is in running ▸ ready; last: ready, from running ▸ started`. */
export function placeInWords({ state, last }: MachinePlace): string {
  if (state === undefined) return 'has not begun';
  const where = `is in ${named(state)}`;
  if (!last) return where;
  return `${where}; last: ${last.event ?? 'the delay ran out'}, from ${named(last.from)}`;
}

/** Whether an edge of the drawn chart is the transition that was taken last. */
export function isTaken(
  edge: { readonly from: string; readonly to: string; readonly label: string },
  last: TransitionPicture | undefined,
): boolean {
  if (!last) return false;
  const causes = edge.label.split(', ');
  const isCause =
    last.event === undefined
      ? causes.some((cause) => cause.startsWith('after '))
      : causes.includes(last.event);
  // A group's transition is drawn from its first state.
  const isFrom = isLit(edge.from, last.from) || parentOf(edge.from) === parentOf(last.from);
  return isCause && isFrom && isLit(edge.to, last.to);
}

function parentOf(path: string): string | undefined {
  const at = path.lastIndexOf('.');
  return at < 0 ? undefined : path.slice(0, at);
}
