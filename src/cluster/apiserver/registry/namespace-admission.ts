import {
  checkClaimLimits,
  checkLimitRanges,
  type LimitRange,
} from '../../../api/admission/limit-ranges';
import type { ResourceInfo, WriteOptions } from '../../../api/client';
import {
  checkNamespaceLabels,
  checkPodSecurity,
  warnOfPodTemplate,
} from '../../../api/podsecurity/admission';
import { chargeQuotas, type ResourceQuota } from '../../../api/quota/quotas';
import type { KubeObject, Pod } from '../../../api/types';
import { groupResource } from '../errors';
import type { RegistryContext } from './strategy';

/** The bounds that a namespace sets for what is in it. */
export function limitRangesOf(context: RegistryContext, namespace: string): readonly LimitRange[] {
  const { store } = context;
  if (!store.hasAny('limitranges', namespace)) return [];
  return store.list('limitranges', namespace) as readonly LimitRange[];
}

/** Most namespaces say nothing of Pod Security. */
function hasPolicy(labels: Readonly<Record<string, string>> | undefined): boolean {
  for (const key in labels) if (key.startsWith('pod-security.')) return true;
  return false;
}

type OnWarning = (text: string) => void;

function warningsOf({ onWarning }: WriteOptions): OnWarning {
  return onWarning ?? (() => {});
}

/**
 * What the namespace says to a new, valid object: its bounds, its Pod Security levels, its quotas, in the
 * order of the plugins LimitRanger, PodSecurity, ResourceQuota. Throws Forbidden. Returns how to charge the
 * quotas once the object is stored.
 */
export function admitIntoNamespace(
  info: ResourceInfo,
  object: KubeObject,
  options: WriteOptions,
  context: RegistryContext,
): () => void {
  const { resource } = info;
  const { namespace } = object.metadata;
  if (resource === 'namespaces') checkLabels(object, undefined, options, context);
  if (namespace === undefined || !context.controllers) return () => {};
  const { store } = context;
  if (resource === 'pods') checkLimitRanges(object as Pod, limitRangesOf(context, namespace));
  else if (resource === 'persistentvolumeclaims') {
    checkClaimLimits(object, limitRangesOf(context, namespace));
  }
  const labels = store.get('namespaces', '', namespace)?.metadata.labels;
  if (hasPolicy(labels)) {
    if (resource === 'pods') checkPodSecurity(object as Pod, labels, warningsOf(options));
    else warnOfPodTemplate(object, labels, warningsOf(options));
  }
  if (!store.hasAny('resourcequotas', namespace)) return () => {};
  const quotas = store.list('resourcequotas', namespace) as readonly ResourceQuota[];
  const charges = chargeQuotas(groupResource(info), resource, object, quotas, context.nowMs());
  return () => {
    for (const { quota, used } of charges) {
      store.put('resourcequotas', { ...quota, status: { ...quota.status, used } } as KubeObject);
    }
  };
}

/** Ephemeral containers must keep to the levels of Pod Security too. Throws Forbidden. */
export function admitEphemeralContainers(
  pod: Pod,
  options: WriteOptions,
  { store, controllers }: RegistryContext,
): void {
  if (!controllers) return;
  const labels = store.get('namespaces', '', pod.metadata.namespace ?? '')?.metadata.labels;
  checkPodSecurity(pod, labels, warningsOf(options));
}

/** What a namespace says to itself: whether its labels make sense, and which of its pods they forbid. */
export function checkLabels(
  namespace: KubeObject,
  old: KubeObject | undefined,
  options: WriteOptions,
  { store }: RegistryContext,
): void {
  if (old && old.metadata.labels === namespace.metadata.labels) return;
  const pods = old ? (store.list('pods', old.metadata.name) as readonly Pod[]) : [];
  checkNamespaceLabels(namespace, old, pods, warningsOf(options));
}
