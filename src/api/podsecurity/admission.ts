import { admissionError, invalidError } from '../status';
import type { KubeObject, Pod } from '../types';
import type { SecurityPod } from './check';
import {
  isSameLevel,
  isStricter,
  type LevelVersion,
  levelText,
  policyOf,
  violationsOf,
  violationsText,
} from './levels';

type Labels = Readonly<Record<string, string>> | undefined;
type OnWarning = (text: string) => void;

/**
 * Refuses a pod that its namespace's labels forbid, and warns of one that they warn of. Models
 * k8s.io/pod-security-admission Admission.ValidatePod. Throws Forbidden.
 */
export function checkPodSecurity(pod: Pod, labels: Labels, onWarning: OnWarning): void {
  const { policy } = policyOf(labels);
  const why = violationText(policy.enforce, pod);
  if (why !== undefined) {
    const text = `violates PodSecurity "${levelText(policy.enforce)}": ${why}`;
    throw admissionError('pods', pod.metadata.name, text);
  }
  warn(policy.warn, pod, onWarning);
}

/** Controllers are let through with a warning: their pods will be refused. */
export function warnOfPodTemplate(object: KubeObject, labels: Labels, onWarning: OnWarning): void {
  const { policy } = policyOf(labels);
  const template = templateOf(object);
  if (template) warn(policy.warn, template, onWarning);
}

function warn(level: LevelVersion, pod: SecurityPod, onWarning: OnWarning): void {
  const why = violationText(level, pod);
  if (why !== undefined) onWarning(`would violate PodSecurity "${levelText(level)}": ${why}`);
}

function violationText(level: LevelVersion, pod: SecurityPod): string | undefined {
  const violations = violationsOf(level, pod);
  return violations.length === 0 ? undefined : violationsText(violations);
}

/** The pod template in an object, if its kind has one. Models DefaultPodSpecExtractor. */
export function templateOf(object: KubeObject): SecurityPod | undefined {
  const { kind, spec } = object as { kind: string; spec?: { template?: SecurityPod } };
  switch (kind) {
    case 'PodTemplate':
      return (object as { template?: SecurityPod }).template;
    case 'ReplicationController':
    case 'ReplicaSet':
    case 'Deployment':
    case 'DaemonSet':
    case 'StatefulSet':
    case 'Job':
      return spec?.template;
    case 'CronJob':
      return (spec as { jobTemplate?: { spec?: { template?: SecurityPod } } } | undefined)
        ?.jobTemplate?.spec?.template;
    default:
      return undefined;
  }
}

/**
 * Checks the labels of a namespace that is made or changed. When it begins to enforce more, tells which of
 * its pods would not be allowed. Models Admission.ValidateNamespace. Throws Invalid.
 */
export function checkNamespaceLabels(
  namespace: KubeObject,
  old: KubeObject | undefined,
  pods: readonly Pod[],
  onWarning: OnWarning,
): void {
  const name = namespace.metadata.name ?? '';
  const { policy, errors } = policyOf(namespace.metadata.labels);
  const before = old ? policyOf(old.metadata.labels) : undefined;
  if (errors.length > 0 && (before?.errors ?? []).length === 0) {
    throw invalidError('Namespace', name, errors);
  }
  if (!before || errors.length > 0) return;
  const { enforce } = policy;
  const { enforce: was } = before.policy;
  if (isSameLevel(enforce, was) || enforce.level === 'privileged') return;
  if (enforce.minor === was.minor && !isStricter(enforce.level, was.level)) return;
  const lines = podLines(enforce, pods);
  if (lines.length === 0) return;
  onWarning(
    `existing pods in namespace "${name}" violate the new PodSecurity enforce level "${levelText(enforce)}"`,
  );
  for (const line of lines) onWarning(line);
}

/** `web-1 (and 1 other pod): privileged`, pods with the same violations together. */
function podLines(level: LevelVersion, pods: readonly Pod[]): string[] {
  const groups = new Map<string, string[]>();
  for (const pod of pods) {
    const violations = violationsOf(level, pod);
    if (violations.length === 0) continue;
    const reasons = violations.map(({ reason }) => reason).join(', ');
    groups.set(reasons, [...(groups.get(reasons) ?? []), pod.metadata.name ?? '']);
  }
  return [...groups]
    .map(([reasons, names]) => {
      const [first = '', ...others] = [...names].sort();
      if (others.length === 0) return `${first}: ${reasons}`;
      const noun = others.length === 1 ? 'other pod' : 'other pods';
      return `${first} (and ${others.length} ${noun}): ${reasons}`;
    })
    .sort();
}
