import { copyJson } from '../copy-json';
import { goQuote } from '../golang/quote';
import { nameIsPathSegment } from '../names';
import { admissionError } from '../status';
import type { Container, Pod, ServiceAccount, Toleration, Volume, VolumeMount } from '../types';
import { withFields } from '../with-fields';

/** What pod admission looks up in the cluster. */
export interface PodAdmissionContext {
  /** The service account of that name in the pod's namespace. */
  serviceAccount(name: string): ServiceAccount | undefined;
  priorityClass?(name: string): { value: number; preemptionPolicy?: string } | undefined;
  /** The class that is taken when a pod names none. */
  defaultPriorityClass?(): { name: string; value: number; preemptionPolicy?: string } | undefined;
  runtimeClass?(name: string): object | undefined;
  /** Five characters that end the token volume's name. */
  suffix(): string;
}

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const TOKEN_VOLUME = 'kube-api-access-';
const TOKEN_SECONDS = 3607;

const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

/**
 * Admits a pod: service account and its token, priority, tolerations for nodes that fail. Takes a
 * defaulted pod and returns a new one; throws ApiError (Forbidden). Models the admission plugins
 * ServiceAccount, Priority, DefaultTolerationSeconds and RuntimeClass, in this order.
 */
export function admitPod(pod: Pod, context: PodAdmissionContext): Pod {
  const admitted = withOwnContainers(pod);
  admitServiceAccount(admitted, context);
  admitPriority(admitted, context);
  admitTolerations(admitted);
  admitRuntimeClass(admitted, context);
  return admitted;
}

/** A copy of the pod as far as admission changes it. */
function withOwnContainers(pod: Pod): Pod {
  const { containers, initContainers } = pod.spec;
  const own = (list: readonly Container[]) => list.map((one) => withFields(one, {}));
  const spec = withFields(pod.spec, containers ? { containers: own(containers) } : {});
  if (initContainers) spec.initContainers = own(initContainers);
  return withFields(pod, { spec });
}

/**
 * Admits a change of a pod: what a client leaves out that admission once added is there again. Returns a new
 * pod. Of the plugins, Priority and DefaultTolerationSeconds look at changes.
 */
export function admitPodUpdate(pod: Pod, old: Pod): Pod {
  const admitted = copyJson(pod);
  admitted.spec.priority ??= old.spec.priority;
  admitted.spec.preemptionPolicy ??= old.spec.preemptionPolicy;
  admitTolerations(admitted);
  return admitted;
}

function refuse(pod: Pod, why: string): never {
  throw admissionError('pods', pod.metadata.name, why);
}

function admitServiceAccount(pod: Pod, context: PodAdmissionContext): void {
  const { spec, metadata } = pod;
  if (metadata.annotations?.[MIRROR] !== undefined) {
    refuseMirror(pod);
    return;
  }
  const name = spec.serviceAccountName || 'default';
  spec.serviceAccountName = spec.serviceAccount = name;
  const account = context.serviceAccount(name);
  if (account === undefined) {
    const where = `${pod.metadata.namespace ?? ''}/${name}`;
    const problems = nameIsPathSegment(name);
    const why =
      problems.length > 0
        ? `invalid resource name ${goQuote(name)}: [${problems.join(' ')}]`
        : `serviceaccount "${name}" not found`;
    refuse(pod, `error looking up service account ${where}: ${why}`);
  }
  const mounts = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  if (mounts) mountToken(pod, context);
  const secrets = account.imagePullSecrets ?? [];
  if ((spec.imagePullSecrets ?? []).length === 0 && secrets.length > 0) {
    spec.imagePullSecrets = secrets.map((secret) => ({ name: secret.name }));
  }
}

const MIRROR = 'kubernetes.io/config.mirror';

/** A mirror pod stands for one that the kubelet runs from a file: it gets no account and no token. */
function refuseMirror(pod: Pod): void {
  if (pod.spec.serviceAccountName) refuse(pod, 'a mirror pod may not reference service accounts');
  for (const { projected } of pod.spec.volumes ?? []) {
    if (projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken)) {
      refuse(pod, 'a mirror pod may not use ServiceAccountToken volume projections');
    }
  }
}

function mountToken({ spec }: Pod, context: PodAdmissionContext): void {
  const existing = spec.volumes?.find((volume) => volume.name.startsWith(TOKEN_VOLUME));
  const name = existing?.name ?? TOKEN_VOLUME + context.suffix();
  const mount: VolumeMount = { name, readOnly: true, mountPath: TOKEN_PATH };
  let mounted = false;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    const mounts = container.volumeMounts ?? [];
    if (mounts.some(({ mountPath }) => mountPath === TOKEN_PATH)) continue;
    container.volumeMounts = [...mounts, { ...mount }];
    mounted = true;
  }
  if (mounted && existing === undefined)
    spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
}

function tokenVolume(name: string): Volume {
  const namespace = { apiVersion: 'v1', fieldPath: 'metadata.namespace' };
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
        {
          configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] },
        },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: namespace }] } },
      ],
      defaultMode: 0o644,
    },
  };
}

function admitPriority(pod: Pod, context: PodAdmissionContext): void {
  const { spec } = pod;
  const { value, policy } = priorityOf(pod, context);
  if (spec.priority !== undefined && spec.priority !== value) {
    refuse(
      pod,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    refuse(
      pod,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  }
  spec.priority = value;
  spec.preemptionPolicy = policy as typeof spec.preemptionPolicy;
}

function priorityOf(pod: Pod, context: PodAdmissionContext): { value: number; policy: string } {
  const { spec } = pod;
  const ordinary = 'PreemptLowerPriority';
  const name = spec.priorityClassName ?? '';
  if (name === '') {
    const preset = context.defaultPriorityClass?.();
    if (preset === undefined) return { value: 0, policy: ordinary };
    spec.priorityClassName = preset.name;
    return { value: preset.value, policy: preset.preemptionPolicy ?? ordinary };
  }
  const system = SYSTEM_PRIORITIES[name];
  const found =
    context.priorityClass?.(name) ?? (system === undefined ? undefined : { value: system });
  if (found === undefined) refuse(pod, `no PriorityClass with name ${name} was found`);
  const policy = 'preemptionPolicy' in found ? found.preemptionPolicy : undefined;
  return { value: found.value, policy: policy ?? ordinary };
}

const FAILING_NODES = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

function admitTolerations({ spec }: Pod): void {
  const given = spec.tolerations ?? [];
  const added = FAILING_NODES.filter((key) => !given.some((toleration) => covers(toleration, key)));
  if (added.length === 0) return;
  spec.tolerations = [
    ...given,
    ...added.map(
      (key): Toleration => ({
        key,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      }),
    ),
  ];
}

function covers({ key, effect }: Toleration, taint: string): boolean {
  return (key === taint || !key) && (effect === 'NoExecute' || !effect);
}

function admitRuntimeClass(pod: Pod, context: PodAdmissionContext): void {
  const name = pod.spec.runtimeClassName;
  if (name === undefined || context.runtimeClass?.(name) !== undefined) return;
  refuse(pod, `pod rejected: RuntimeClass "${name}" not found`);
}
