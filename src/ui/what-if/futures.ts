import type { PodPicture } from '../../lab/picture';
import { LINKS } from '../explain/explanation';
import { memoryLimitOf } from '../faults/fault-forms';
import type { ApiObject } from '../session/messages';
import type { FutureStep } from './run-future';

/** Something that may happen to a pod, and the rule that says what comes of it. */
export interface Future {
  readonly id: string;
  readonly title: string;
  readonly steps: readonly FutureStep[];
  readonly rule: string;
  readonly link: { readonly text: string; readonly href: string };
}

interface Rule {
  readonly action?: string;
  readonly exitCodes?: { readonly operator?: string; readonly values?: readonly number[] };
}

interface ContainerSpec {
  readonly name: string;
  readonly image?: string;
  readonly restartPolicy?: string;
  readonly restartPolicyRules?: readonly Rule[];
}

interface PodSpec {
  readonly restartPolicy?: string;
  readonly containers?: readonly ContainerSpec[];
  readonly initContainers?: readonly ContainerSpec[];
}

/** Beyond a limit by this factor nothing holds. */
const OVER_THE_LIMIT = 1.25;

/** What can be asked about a pod as it is now. */
export function futuresOf(
  pod: PodPicture,
  objects: ReadonlyMap<string, ApiObject>,
): readonly Future[] {
  const path = `${pod.namespace}/${pod.name}`;
  const object = objects.get(`Pod/${path}`) as { readonly spec?: PodSpec } | undefined;
  const spec = object?.spec ?? {};
  const specs = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const running = pod.containers.filter(
    ({ state, kind }) => state === 'running' && kind !== 'ephemeral',
  );
  const policy = (name: string) => policyOf(name, specs, spec.restartPolicy ?? 'Always');
  const exits = running.map(({ name }): Future => {
    return {
      id: `exit ${name}`,
      title: `${name} exits with code 1`,
      steps: [{ op: 'inject', fault: { do: 'exit', pod: path, container: name, exitCode: 1 } }],
      rule: exitRule(name, policy(name), rulesOf(name, specs), 1),
      link: LINKS.policy,
    };
  });
  const rules = running.flatMap(({ name }) => ruleFutures(path, name, rulesOf(name, specs)));
  const memory = running.flatMap(({ name }): Future[] => {
    const limit = memoryLimitOf(path, name, objects);
    if (limit === undefined) return [];
    const bytes = Math.ceil(limit * OVER_THE_LIMIT);
    return [
      {
        id: `memory ${name}`,
        title: `${name} exceeds its memory limit`,
        steps: [{ op: 'inject', fault: { do: 'leak memory', pod: path, container: name, bytes } }],
        rule: `The kernel kills it (OOMKilled, exit code 137). ${exitRule(name, policy(name), rulesOf(name, specs), 137)}`,
        link: LINKS.memory,
      },
    ];
  });
  return [
    ...exits,
    ...rules,
    ...memory,
    ...podFutures(pod, path, spec.restartPolicy ?? 'Always'),
    ...imageFutures(pod, specs),
  ];
}

function podFutures(pod: PodPicture, path: string, policy: string): Future[] {
  const { name, namespace, node } = pod;
  if (node === undefined) return [];
  return [
    {
      id: 'sandbox',
      title: 'the sandbox is lost',
      steps: [{ op: 'inject', fault: { do: 'lose sandbox', pod: path } }],
      rule:
        policy === 'Never'
          ? 'The sandbox holds the Pod’s network. Without it the kubelet stops every container; with restartPolicy Never it makes no new one for a Pod that has run, and the Pod ends.'
          : 'The sandbox holds the Pod’s network. Without it the kubelet stops every container, makes a new sandbox with a new IP, runs the init containers again and starts the others. It stays the same Pod, and its volumes stay.',
      link: LINKS.init,
    },
    {
      id: 'reboot',
      title: 'the node reboots',
      steps: [{ op: 'inject', fault: { do: 'reboot node', node } }],
      rule: 'After the boot nothing of the Pod runs any more, as with a lost sandbox: init containers again, then all others. The Pod stays bound to its node; files of an emptyDir on disk stay, those in memory do not.',
      link: LINKS.init,
    },
    {
      id: 'kubelet',
      title: 'the kubelet restarts',
      steps: [{ op: 'inject', fault: { do: 'kubelet', node, action: 'restart' } }],
      rule: 'The container runtime keeps the containers while the kubelet is away: nothing restarts.',
      link: LINKS.lifecycle,
    },
    {
      id: 'delete',
      title: 'the Pod is deleted',
      steps: [
        {
          op: 'sh',
          script: `kubectl delete pod ${name} -n ${namespace} --wait=false`,
        },
      ],
      rule: 'A Pod is never moved or brought back: it ends, and its emptyDir volumes with it. Only what owns it (a Deployment, a Job …) makes another one, with a new UID and a new IP.',
      link: LINKS.termination,
    },
  ];
}

/** The image of a running container is one of the few things that may change in a Pod. */
function imageFutures(pod: PodPicture, specs: readonly ContainerSpec[]): Future[] {
  const regular = pod.containers.find(
    ({ kind, state }) => kind === 'regular' && state === 'running',
  );
  const image = specs.find(({ name }) => name === regular?.name)?.image;
  if (!regular || !image || image.includes('@')) return [];
  const changed = otherTag(image);
  return [
    {
      id: 'image',
      title: `the image of ${regular.name} is changed in place`,
      steps: [
        {
          op: 'sh',
          script: `kubectl set image pod/${pod.name} ${regular.name}=${changed} -n ${pod.namespace}`,
        },
      ],
      rule: `As kubectl set image to ${changed} does. The image is one of the few fields that may change in a Pod: the kubelet stops that container and starts it from the new image. No other container is touched.`,
      link: LINKS.lifecycle,
    },
  ];
}

function otherTag(image: string): string {
  const colon = image.indexOf(':', image.lastIndexOf('/') + 1);
  const repository = colon < 0 ? image : image.slice(0, colon);
  const tag = colon < 0 ? 'latest' : image.slice(colon + 1);
  return `${repository}:${tag === 'latest' ? 'stable' : 'latest'}`;
}

/** A future for each rule of a container that restarts the whole Pod in place. */
function ruleFutures(pod: string, container: string, rules: readonly Rule[]): Future[] {
  const rule = rules.find(({ action }) => action === 'RestartAllContainers');
  const exitCode = rule && exitCodeFor(rule);
  if (exitCode === undefined) return [];
  return [
    {
      id: `rule ${container}`,
      title: `${container} exits with code ${exitCode}, for which it has a rule`,
      steps: [{ op: 'inject', fault: { do: 'exit', pod, container, exitCode } }],
      rule: 'Its restartPolicyRules say RestartAllContainers for this code: the kubelet ends all containers at once, without preStop hooks, and starts over with the init containers. Sandbox, IP and volumes stay.',
      link: {
        text: 'Restart all containers',
        href: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-all-containers',
      },
    },
  ];
}

/** An exit code that a rule is about. */
function exitCodeFor({ exitCodes }: Rule): number | undefined {
  const values = exitCodes?.values ?? [];
  if (exitCodes?.operator === 'In') return values[0];
  for (let code = 1; code < 256; code++) if (!values.includes(code)) return code;
  return undefined;
}

function rulesOf(container: string, specs: readonly ContainerSpec[]): readonly Rule[] {
  return specs.find(({ name }) => name === container)?.restartPolicyRules ?? [];
}

function policyOf(container: string, specs: readonly ContainerSpec[], ofPod: string): string {
  return specs.find(({ name }) => name === container)?.restartPolicy ?? ofPod;
}

/** What the policy says about an exit with a code other than 0. */
function exitRule(
  container: string,
  policy: string,
  rules: readonly Rule[],
  exitCode: number,
): string {
  const rule = rules.find(({ exitCodes }) => {
    const isAmong = exitCodes?.values?.includes(exitCode) ?? false;
    return exitCodes?.operator === 'In' ? isAmong : !isAmong;
  });
  if (rule?.action === 'RestartAllContainers') {
    return `A rule of ${container} says RestartAllContainers for exit code ${exitCode}: all containers start over.`;
  }
  if (rule?.action === 'Restart' || policy !== 'Never') {
    const why = rule?.action === 'Restart' ? 'a rule says Restart' : `restartPolicy ${policy}`;
    return `The kubelet starts that one container again (${why}), in place and in the same Pod. The others go on: a container’s end is no reason to restart its neighbours.`;
  }
  return 'With restartPolicy Never it stays ended. The others go on.';
}
