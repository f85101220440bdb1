import { compareQuantities, parseQuantity, quantityText } from '../quantity';
import type { KubeObject } from '../types';
import { cidrWarnings, ipWarnings } from './ip';
import { NODE_LABELS } from './node-labels';

/** Warnings of the smaller kinds. Models the WarningsOnCreate and WarningsOnUpdate of pkg/registry. */

type StringMap = Readonly<Record<string, string>>;

/** Annotations that fields have taken the place of. */
function annotationWarnings({ metadata }: KubeObject, texts: StringMap): string[] {
  return Object.entries(texts)
    .filter(([key]) => metadata.annotations?.[key] !== undefined)
    .map(([key, text]) => `metadata.annotations[${key}]: ${text}`);
}

const CLASS_ANNOTATION = {
  'volume.beta.kubernetes.io/storage-class':
    'deprecated since v1.8; use "storageClassName" attribute instead',
};

export function claimAnnotationWarnings(claim: KubeObject): string[] {
  return annotationWarnings(claim, CLASS_ANNOTATION);
}

export function ingressWarnings({ metadata, spec }: KubeObject): string[] {
  const key = 'kubernetes.io/ingress.class';
  const { ingressClassName } = (spec ?? {}) as { ingressClassName?: string };
  if (metadata.annotations?.[key] === undefined || ingressClassName !== undefined) return [];
  return [`annotation "${key}" is deprecated, please use 'spec.ingressClassName' instead`];
}

interface IpBlockPeer {
  readonly ipBlock?: { readonly cidr?: string; readonly except?: readonly string[] };
}

export function networkPolicyWarnings({ spec }: KubeObject): string[] {
  const { ingress = [], egress = [] } = (spec ?? {}) as {
    ingress?: readonly { from?: readonly IpBlockPeer[] }[];
    egress?: readonly { to?: readonly IpBlockPeer[] }[];
  };
  const ofPeers = (peers: readonly IpBlockPeer[] = [], field: string) =>
    peers.flatMap(({ ipBlock }, index) => {
      if (ipBlock === undefined) return [];
      const at = `${field}[${index}].ipBlock`;
      return [
        ...cidrWarnings(`${at}.cidr`, ipBlock.cidr ?? ''),
        ...(ipBlock.except ?? []).flatMap((except, position) =>
          cidrWarnings(`${at}.except[${position}]`, except),
        ),
      ];
    });
  return [
    ...ingress.flatMap(({ from }, index) => ofPeers(from, `spec.ingress[${index}].from`)),
    ...egress.flatMap(({ to }, index) => ofPeers(to, `spec.egress[${index}].to`)),
  ];
}

const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets';

export function accountWarnings(account: KubeObject, old?: KubeObject): string[] {
  if (old?.metadata.annotations?.[MOUNTABLE] !== undefined) return [];
  const text =
    'deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets';
  return annotationWarnings(account, { [MOUNTABLE]: text });
}

/** A quota that lets pods ask for more than they may use. */
export function quotaWarnings({ spec }: KubeObject): string[] {
  const { hard = {} } = (spec ?? {}) as { hard?: StringMap };
  return ['cpu', 'memory', 'storage', 'ephemeral-storage'].flatMap((name) => {
    const bare = (name === 'cpu' || name === 'memory') && hard[`requests.${name}`] === undefined;
    const request = bare ? name : `requests.${name}`;
    const [most, limit] = [hard[request], hard[`limits.${name}`]].map((text) =>
      text === undefined ? undefined : parseQuantity(String(text)),
    );
    if (most === undefined || limit === undefined) return [];
    if (compareQuantities(most, limit) <= 0) return [];
    const [a, b] = [quantityText(most), quantityText(limit)];
    return [`ResourceQuota ${request} (${a}) should be less than limits.${name} (${b})`];
  });
}

/** Volume plugins that are going or gone, by their field. */
const OLD_PLUGINS: StringMap = {
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
};

interface VolumeTerm {
  readonly matchExpressions?: readonly { readonly key?: string }[];
}

export function volumeWarnings(volume: KubeObject): string[] {
  const spec = (volume.spec ?? {}) as Readonly<Record<string, unknown>> & {
    nodeAffinity?: { required?: { nodeSelectorTerms?: readonly VolumeTerm[] } };
  };
  const recycled = spec.persistentVolumeReclaimPolicy === 'Recycle';
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  return [
    ...annotationWarnings(volume, {
      ...CLASS_ANNOTATION,
      'volume.beta.kubernetes.io/mount-options':
        'deprecated since v1.31; use "mountOptions" attribute instead',
    }),
    ...(recycled
      ? [
          'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
        ]
      : []),
    ...terms.flatMap(({ matchExpressions = [] }, term) =>
      matchExpressions.flatMap(({ key = '' }, index) => {
        const at = `spec.nodeAffinity.required.nodeSelectorTerms[${term}].matchExpressions[${index}]`;
        return NODE_LABELS[key] ? [`${at}.key: ${key} is ${NODE_LABELS[key]}`] : [];
      }),
    ),
    ...Object.entries(OLD_PLUGINS)
      .filter(([field]) => spec[field] !== undefined)
      .map(([field, text]) => `spec.${field === 'storageos' ? 'storageOS' : field}: ${text}`),
  ];
}

export function storageClassWarnings(object: KubeObject): string[] {
  const { allowedTopologies = [] } = object as KubeObject & {
    allowedTopologies?: readonly {
      matchLabelExpressions?: readonly { readonly key?: string }[];
    }[];
  };
  return allowedTopologies.flatMap(({ matchLabelExpressions = [] }, topology) =>
    matchLabelExpressions.flatMap(({ key = '' }, index) => {
      const at = `allowedTopologies[${topology}].matchLabelExpressions[${index}].key`;
      return NODE_LABELS[key] ? [`${at}: ${NODE_LABELS[key]}`] : [];
    }),
  );
}

interface EndpointAddress {
  readonly ip?: string;
}

export function endpointsWarnings(object: KubeObject): string[] {
  type Subset = Partial<Record<'addresses' | 'notReadyAddresses', readonly EndpointAddress[]>>;
  const { subsets = [] } = object as KubeObject & { subsets?: readonly Subset[] };
  return subsets.flatMap((subset, index) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap((list) =>
      (subset[list] ?? []).flatMap(({ ip = '' }, position) =>
        ipWarnings(`subsets[${index}].${list}[${position}].ip`, ip),
      ),
    ),
  );
}
