import { forbiddenError } from '../../../api/status';
import type { Container, Pod, Toleration, Volume } from '../../../api/types';
import type { RegistryContext } from './strategy';

/** Characters of generated names: no vowels and no 0, 1, 3. */
export const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const TOKEN_EXPIRATION_SECONDS = 3607;
const NODE_TROUBLE_SECONDS = 300;

/**
 * What the admission plugins add to a new pod: service account and its token, priority, tolerations.
 * Models plugin/pkg/admission/{serviceaccount,priority,defaulttolerationseconds}.
 */
export function admitPod(pod: Pod, context: RegistryContext): Pod {
  return tolerateNodeTrouble(withPriority(withServiceAccount(pod, context), context));
}

function withServiceAccount(pod: Pod, context: RegistryContext): Pod {
  const name = pod.spec.serviceAccountName || 'default';
  const namespace = pod.metadata.namespace ?? 'default';
  const account = context.store.get('serviceaccounts', namespace, name);
  if (!account) {
    throw forbiddenError(
      'pods',
      pod.metadata.name ?? '',
      `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
    );
  }
  const spec = { ...pod.spec, serviceAccountName: name, serviceAccount: name };
  const accountWants = (account as { automountServiceAccountToken?: boolean })
    .automountServiceAccountToken;
  const automount = pod.spec.automountServiceAccountToken ?? accountWants ?? true;
  if (!automount) return { ...pod, spec };
  return mountToken({ ...pod, spec }, context);
}

function mountToken(pod: Pod, context: RegistryContext): Pod {
  const existing = pod.spec.volumes?.find((volume) => volume.name.startsWith('kube-api-access-'));
  const name = existing?.name ?? `kube-api-access-${context.random.text(5, NAME_ALPHABET)}`;
  let mounted = false;
  const mount = (container: Container): Container => {
    const mounts = container.volumeMounts ?? [];
    if (mounts.some((one) => one.mountPath === TOKEN_PATH)) return container;
    mounted = true;
    return {
      ...container,
      volumeMounts: [...mounts, { name, readOnly: true, mountPath: TOKEN_PATH }],
    };
  };
  const initContainers = pod.spec.initContainers?.map(mount);
  const containers = pod.spec.containers.map(mount);
  if (!mounted) return pod;
  const volumes = existing ? pod.spec.volumes : [...(pod.spec.volumes ?? []), tokenVolume(name)];
  const spec = { ...pod.spec, volumes, containers };
  return { ...pod, spec: initContainers ? { ...spec, initContainers } : spec };
}

function tokenVolume(name: string): Volume {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: TOKEN_EXPIRATION_SECONDS, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [
              {
                path: 'namespace',
                fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' },
              },
            ],
          },
        },
      ],
      defaultMode: 0o644,
    },
  };
}

function withPriority(pod: Pod, context: RegistryContext): Pod {
  const className = pod.spec.priorityClassName;
  const found = className
    ? context.store.get('priorityclasses.scheduling.k8s.io', '', className)
    : undefined;
  const known = className === undefined ? undefined : SYSTEM_PRIORITIES[className];
  if (className && !found && known === undefined) {
    throw forbiddenError(
      'pods',
      pod.metadata.name ?? '',
      `no PriorityClass with name ${className} was found`,
    );
  }
  const priorityClass = found as { value?: number; preemptionPolicy?: string } | undefined;
  const priority = priorityClass?.value ?? known ?? 0;
  const policy = priorityClass?.preemptionPolicy ?? 'PreemptLowerPriority';
  if (pod.spec.priority !== undefined && pod.spec.priority !== priority) {
    throw forbiddenError(
      'pods',
      pod.metadata.name ?? '',
      `the integer value of priority (${pod.spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`,
    );
  }
  if (pod.spec.preemptionPolicy !== undefined && pod.spec.preemptionPolicy !== policy) {
    throw forbiddenError(
      'pods',
      pod.metadata.name ?? '',
      `the string value of PreemptionPolicy (${pod.spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  }
  return {
    ...pod,
    spec: { ...pod.spec, priority, preemptionPolicy: policy as 'PreemptLowerPriority' | 'Never' },
  };
}

const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

function tolerateNodeTrouble(pod: Pod): Pod {
  const given = pod.spec.tolerations ?? [];
  const added: Toleration[] = [];
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const tolerated = given.some(
      (one) => (one.key === key || !one.key) && (one.effect === 'NoExecute' || !one.effect),
    );
    if (!tolerated) {
      added.push({
        key,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: NODE_TROUBLE_SECONDS,
      });
    }
  }
  if (added.length === 0) return pod;
  return { ...pod, spec: { ...pod.spec, tolerations: [...given, ...added] } };
}
