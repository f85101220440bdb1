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

interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** The edges of the drawn chart that stand for the transition that was taken last. */
export function takenEdges<Edge extends DrawnEdge>(
  edges: readonly Edge[],
  last: TransitionPicture | undefined,
): readonly Edge[] {
  if (!last) return [];
  const candidates = edges.filter(({ label, to }) => {
    const causes = label.split(', ');
    const isCause =
      last.event === undefined
        ? causes.some((cause) => cause.startsWith('after '))
        : causes.includes(last.event);
    return isCause && isLit(to, last.to);
  });
  const own = candidates.filter(({ from }) => isLit(from, last.from));
  if (own.length > 0) return own;
  // A group's transition is drawn from its first state.
  return candidates.filter(({ from }) => parentOf(from) === parentOf(last.from));
}

function parentOf(path: string): string | undefined {
  const at = path.lastIndexOf('.');
  return at < 0 ? undefined : path.slice(0, at);
}
