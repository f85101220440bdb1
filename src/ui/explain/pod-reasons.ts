import type { PodPicture } from '../../lab/picture';
import { type Explanation, LINKS } from './explanation';

type Entry = Pick<Explanation, 'plain' | 'rule' | 'link'>;

const NOT_RESTARTED =
  'A Pod is never restarted as a whole because of one container; its containers are, one by one.';

/** By kubectl's STATUS; what has a container's reason in it is explained by that container. */
const STATUS: Readonly<Record<string, Entry>> = {
  Running: {
    plain: 'The Pod has a node, all its containers have been made, and at least one of them runs.',
    rule: 'Running says nothing about health: look at READY for that.',
    link: LINKS.phases,
  },
  Completed: {
    plain:
      'All containers have ended, each with exit code 0, and none of them is to be started again.',
    rule: 'The phase is Succeeded; kubectl prints Completed. It ends this way only with restartPolicy OnFailure or Never.',
    link: LINKS.phases,
  },
  NotReady: {
    plain: 'Some containers have ended for good while others still run, and the Pod is not ready.',
    rule: 'kubectl prints NotReady when a container runs but the condition Ready is not True.',
    link: LINKS.conditions,
  },
  Pending: {
    plain:
      'The API server has accepted the Pod, but it has no node yet, or nothing has been started on it.',
    rule: 'A Pod is Pending until at least one of its containers has been started.',
    link: LINKS.phases,
  },
  ContainerCreating: {
    plain: 'The node is getting things ready: volumes, the Pod’s network, images.',
    rule: 'No container starts before all volumes are mounted. If this lasts, the events say what is missing.',
    link: LINKS.debug,
  },
  PodInitializing: {
    plain: 'The init containers are done, and the app containers are about to start.',
    rule: 'App containers start only after every init container has ended with exit code 0.',
    link: LINKS.init,
  },
  Terminating: {
    plain:
      'The Pod is being deleted: its containers have been asked to stop and have their grace period to do so.',
    rule: 'First the preStop hooks, then signal TERM, and after the grace period (30 s unless set) signal KILL.',
    link: LINKS.termination,
  },
  SchedulingGated: {
    plain: 'The Pod has scheduling gates, and nobody has removed them yet.',
    rule: 'A gated Pod is not considered by the scheduler.',
    link: LINKS.gates,
  },
  Evicted: {
    plain:
      'The node ran short of something, or the Pod used more than it may, and so it was stopped.',
    rule: 'An evicted Pod is not started again; a controller would make a new one.',
    link: LINKS.eviction,
  },
  Error: {
    plain: 'A container has failed.',
    rule: NOT_RESTARTED,
    link: LINKS.restarts,
  },
};

function initEntry(done: string, all: string): Entry {
  return {
    plain: `${done} of ${all} init containers have finished; the next one runs or waits to run.`,
    rule: 'Init containers run one after the other, and the app containers wait for all of them.',
    link: LINKS.init,
  };
}

const failingInit: Entry = {
  plain: 'An init container has failed, so nothing after it can start.',
  rule: 'It is tried again, with longer and longer waits, unless restartPolicy is Never.',
  link: LINKS.init,
};

const anyContainer: Entry = {
  plain: 'kubectl shows the reason of the container that stands out most; look at its card.',
  rule: NOT_RESTARTED,
  link: LINKS.lifecycle,
};

export function explainPod(pod: PodPicture): Explanation {
  const { status, ready, restarts, name, namespace } = pod;
  const n = namespace === 'default' ? '' : ` -n ${namespace}`;
  const [, done, all] = /^Init:(\d+)\/(\d+)$/.exec(status) ?? [];
  const entry =
    STATUS[status] ??
    (done && all ? initEntry(done, all) : status.startsWith('Init:') ? failingInit : anyContainer);
  const unready = pod.conditions.find(({ type, status: is }) => type === 'Ready' && is !== 'True');
  const isHalf = status === 'Running' && unready?.reason === 'ContainersNotReady';
  return {
    ...entry,
    words: `READY ${ready}   STATUS ${status}   RESTARTS ${restarts}`,
    plain: isHalf
      ? `${entry.plain} But not all of them are ready (READY ${ready}), so Services send the Pod no traffic.`
      : entry.plain,
    command: `kubectl get pod ${name}${n}`,
  };
}
