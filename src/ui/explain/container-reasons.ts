import type { ContainerPicture } from '../../lab/picture';
import { exitCodeMeaning } from './exit-codes';
import { type Explanation, LINKS } from './explanation';

/** What an explanation of a container may look at. */
export interface ContainerContext {
  readonly container: ContainerPicture;
  readonly pod: string;
  readonly namespace: string;
  readonly restartPolicy: string;
  /** How many other containers of the pod run. */
  readonly running: number;
}

type Entry = Pick<Explanation, 'plain' | 'rule' | 'link'>;

const restartRule: Readonly<Record<string, string>> = {
  Always:
    'With restartPolicy Always a container is started again whatever its exit code, in the same Pod, on the same node.',
  OnFailure:
    'With restartPolicy OnFailure a container is started again only when its exit code is not 0.',
  Never: 'With restartPolicy Never a container that has ended stays ended.',
};

/** The policy that governs this container: sidecars always restart, inits treat Always as OnFailure. */
function policyRule({ container, restartPolicy }: ContainerContext): string {
  if (container.kind === 'sidecar') {
    return 'A sidecar (an init container with restartPolicy: Always) is started again whenever it ends, until the Pod itself ends.';
  }
  if (container.kind === 'init') {
    return restartPolicy === 'Never'
      ? 'With restartPolicy Never a failed init container fails the whole Pod.'
      : 'An init container that fails is tried again until it succeeds; the next one starts only then.';
  }
  return restartRule[restartPolicy] ?? restartRule.Always ?? '';
}

function running({ container }: ContainerContext): Entry {
  const { kind, ready, started } = container;
  if (kind === 'init') {
    return {
      plain:
        'It is doing its work now. Everything after it in the list waits until it ends with exit code 0.',
      rule: 'Init containers run one after the other, in the order of the list, each to its end.',
      link: LINKS.init,
    };
  }
  if (!started) {
    return {
      plain:
        'Its process runs, but its startup probe (or postStart hook) has not succeeded yet, so nothing counts on it.',
      rule: 'Until the startup probe has succeeded, liveness and readiness probes do not run.',
      link: LINKS.probes,
    };
  }
  if (!ready) {
    return {
      plain:
        'Its process runs, but its readiness probe does not succeed, so the Pod gets no traffic from Services.',
      rule: 'A failing readiness probe never restarts a container; it only takes the Pod out of its Services.',
      link: LINKS.probes,
    };
  }
  return {
    plain: 'Its process runs, and it counts as ready.',
    rule: 'A container runs as long as its main process, PID 1. Without a readiness probe it is ready as soon as it runs.',
    link: LINKS.states,
  };
}

/** What the failure means for the rest of the pod. */
function aside({ container, running }: ContainerContext): string {
  if (container.kind === 'init') return ' What comes after it in the list waits.';
  if (running === 0) return '';
  return running === 1 ? ' Its sibling goes on running.' : ' Its siblings go on running.';
}

function ended(context: ContainerContext): Entry {
  const { container } = context;
  const code = container.exitCode ?? 0;
  if (code === 0) {
    const isDone = container.kind === 'init';
    return {
      plain: isDone
        ? 'It has done its work (exit code 0), and the next one may start.'
        : 'Its main process ended with exit code 0. A container lives exactly as long as that process.',
      rule: policyRule(context),
      link: isDone ? LINKS.init : LINKS.policy,
    };
  }
  return {
    plain: `It ended with exit code ${code}: ${exitCodeMeaning(code)}.${aside(context)}`,
    rule: policyRule(context),
    link: LINKS.policy,
  };
}

const TABLE: Readonly<Record<string, (context: ContainerContext) => Entry>> = {
  Running: running,
  Completed: ended,
  Error: ended,
  OOMKilled: () => ({
    plain: 'It used more memory than its limit allows, and the kernel killed it (exit code 137).',
    rule: 'A memory limit is enforced by killing. The container is then treated like any other that failed.',
    link: LINKS.memory,
  }),
  CrashLoopBackOff: (context) => ({
    plain:
      context.container.exitCode === 0
        ? 'It keeps ending, and with exit code 0 at that. Kubernetes waits before starting it again, longer each time.'
        : 'It keeps failing soon after it starts. Kubernetes waits before the next try, longer each time.',
    rule: 'The wait starts at 10 s and doubles to at most 300 s (5 minutes); ten minutes of good running reset it. Only this container waits, not the Pod.',
    link: LINKS.restarts,
  }),
  ContainerCreating: () => ({
    plain: 'The node is getting things ready: volumes, the Pod’s network, the image.',
    rule: 'No container starts before all volumes of the Pod are mounted. If this lasts, the events say what is missing.',
    link: LINKS.states,
  }),
  PodInitializing: ({ container }) => ({
    plain:
      container.kind === 'init'
        ? 'Its turn has not come: the init container before it has not finished.'
        : container.nodeTruth === 'running' || container.nodeTruth === 'exited'
          ? 'The init containers have finished, and it was started: the kubelet is about to report that.'
          : 'It waits for the init containers to finish.',
    rule: 'App containers start only after every init container has ended with exit code 0, and every sidecar has started.',
    link: LINKS.init,
  }),
  ErrImagePull: () => ({
    plain:
      'The image could not be pulled: the name may be misspelt, the tag missing, or the registry private.',
    rule: 'The kubelet tries again by itself, waiting longer each time. Other containers of the Pod are not held up.',
    link: LINKS.images,
  }),
  ImagePullBackOff: () => ({
    plain: 'The last pull failed, and the node waits before it tries again.',
    rule: 'The wait between pulls starts at 10 s and doubles to at most 300 s. restartPolicy has no say in this: the container never ran.',
    link: LINKS.imageBackoff,
  }),
  InvalidImageName: () => ({
    plain: 'The image’s name is not a valid name, so nobody was even asked for it.',
    rule: 'A name is lower case, with an optional registry in front and an optional :tag or @digest at the end.',
    link: LINKS.images,
  }),
  ErrImageNeverPull: () => ({
    plain: 'The image is not on this node, and the container forbids pulling it.',
    rule: 'With imagePullPolicy: Never only images that are on the node already can run.',
    link: LINKS.pullPolicy,
  }),
  CreateContainerConfigError: () => ({
    plain:
      'The container’s settings refer to something that does not exist: usually a ConfigMap, a Secret or one of its keys.',
    rule: 'Values for env and envFrom are looked up when the container is created. It is tried again by itself once they exist.',
    link: LINKS.configMap,
  }),
  CreateContainerError: () => ({
    plain: 'The container runtime refused to create the container; the message says why.',
    rule: 'Creation is tried again. Without a command in the Pod, the image must bring one.',
    link: LINKS.command,
  }),
  RunContainerError: () => ({
    plain: 'The container was created, but its program could not be started.',
    rule: 'command replaces the image’s ENTRYPOINT and is not run by a shell: its first word must be a program.',
    link: LINKS.command,
  }),
  StartError: () => ({
    plain:
      'The program could not be started: it does not exist in the image, or may not be executed.',
    rule: 'command replaces the image’s ENTRYPOINT and is not run by a shell: its first word must be a program.',
    link: LINKS.command,
  }),
  PostStartHookError: () => ({
    plain: 'Its postStart hook failed, so the container was killed.',
    rule: 'A postStart hook runs beside the main process; the container counts as started only when it succeeds.',
    link: LINKS.hooks,
  }),
  ContainerStatusUnknown: () => ({
    plain: 'The node can no longer find this container, so nobody knows how it really ended.',
    rule: 'The kubelet reports exit code 137 for a container that vanished while its status said it was running.',
    link: LINKS.states,
  }),
  RestartingAllContainers: () => ({
    plain:
      'One container ended with an exit code for which a rule says: restart all containers of the Pod.',
    rule: 'RestartAllContainers starts over in place: the Pod keeps its name, node, address and volumes, and the init containers run again.',
    link: LINKS.restarts,
  }),
};

const unnamedWait: Entry = {
  plain: 'It has not started yet; the message and the Pod’s events say what it waits for.',
  rule: 'A container is Waiting, Running or Terminated. Waiting always has a reason.',
  link: LINKS.states,
};

const notReported: Entry = {
  plain: 'Nothing is known about it yet: its Pod has no node, or the node has not reported.',
  rule: 'A container’s state is what the kubelet of its node last reported to the API server.',
  link: LINKS.states,
};

/** kubectl's words: state, reason, exit code and message as `kubectl describe pod` lists them. */
function wordsOf(container: ContainerPicture): string {
  const { state, reason, exitCode, message } = container;
  if (state === 'running') return 'State: Running';
  if (state === 'none') return reason || 'Waiting';
  const name = state === 'terminated' ? 'Terminated' : 'Waiting';
  const code = state === 'terminated' ? `, Exit Code: ${exitCode ?? 0}` : '';
  const said = message ? `\n${message}` : '';
  return `State: ${name}, Reason: ${reason}${code}${said}`;
}

function commandFor({ container, pod, namespace }: ContainerContext): string {
  const n = namespace === 'default' ? '' : ` -n ${namespace}`;
  if (container.state === 'terminated' || container.reason === 'CrashLoopBackOff') {
    const previous =
      container.state === 'waiting' || container.restartCount > 0 ? ' --previous' : '';
    const which = container.state === 'terminated' ? '' : previous;
    return `kubectl logs ${pod}${n} -c ${container.name}${which}`;
  }
  return container.state === 'running'
    ? `kubectl logs ${pod}${n} -c ${container.name}`
    : `kubectl describe pod ${pod}${n}`;
}

export function explainContainer(context: ContainerContext): Explanation {
  const { container } = context;
  const entry =
    container.state === 'terminated' && !TABLE[container.reason]
      ? ended(context)
      : (TABLE[container.reason]?.(context) ??
        (container.state === 'none' ? notReported : unnamedWait));
  return { ...entry, words: wordsOf(container), command: commandFor(context) };
}

/** What the node knows while the API still says something else, or undefined when they agree. */
export function explainDisagreement(container: ContainerPicture): string | undefined {
  if (container.nodeTruth !== undefined) {
    const node = {
      running: 'it runs already',
      exited: 'it has ended',
      created: 'it has been created',
      none: 'it does not exist',
    }[container.nodeTruth];
    return `On the node ${node}; kubectl will show it with the kubelet’s next report.`;
  }
  if (container.backoffUntil !== undefined && container.reason !== 'CrashLoopBackOff') {
    return `A back-off is running; kubectl still says ${container.reason}, and shows CrashLoopBackOff only with the kubelet’s next look at the Pod.`;
  }
  return undefined;
}
