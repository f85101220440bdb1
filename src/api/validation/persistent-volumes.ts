import { dnsSubdomainProblems, nameIsDnsSubdomain } from '../names';
import { parseQuantity, quantityText, signOf } from '../quantity';
import type { KubeObject, PodSpec, Volume } from '../types';
import { ACCESS_MODES } from './claims';
import {
  type FieldError,
  forbidden,
  invalid,
  invalidFor,
  notSupported,
  required,
} from './field-error';
import { validateImmutable, validateObjectMeta } from './object-meta';
import { dnsLabelErrors, dnsSubdomainErrors, noBackstepErrors } from './paths';
import { validateNodeSelector } from './scheduling';
import { csiDriverErrors, type SourceRule, STORAGE_SOURCES } from './volume-sources';
import { HOST_PATH } from './volumes';

/** PersistentVolumes. Models ValidatePersistentVolume. */

type NodeSelector = NonNullable<
  NonNullable<
    NonNullable<PodSpec['affinity']>['nodeAffinity']
  >['requiredDuringSchedulingIgnoredDuringExecution']
>;

interface SecretReference {
  readonly name?: string;
  readonly namespace?: string;
}

interface VolumeSpec {
  readonly accessModes?: readonly string[];
  readonly capacity?: Readonly<Record<string, string | number>>;
  readonly persistentVolumeReclaimPolicy?: string;
  readonly nodeAffinity?: { readonly required?: NodeSelector };
  readonly storageClassName?: string;
  readonly volumeMode?: string;
  readonly volumeAttributesClassName?: string;
  readonly hostPath?: { readonly path?: string };
  readonly local?: { readonly path?: string };
  readonly csi?: { driver?: string; volumeHandle?: string } & Readonly<
    Record<string, SecretReference | undefined>
  >;
  readonly [source: string]: unknown;
}

const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'];
const VOLUME_MODES = ['Block', 'Filesystem'];
const MORE_THAN_ONE = 'may not specify more than 1 volume type';

const CSI_SECRETS = [
  ...['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef'],
  'nodeExpandSecretRef',
];

function secretErrors({ name = '', namespace = '' }: SecretReference, field: string): FieldError[] {
  return [
    ...(name === '' ? [required(`${field}.name`)] : dnsSubdomainErrors(`${field}.name`, name)),
    ...(namespace === ''
      ? [required(`${field}.namespace`)]
      : dnsLabelErrors(`${field}.namespace`, namespace)),
  ];
}

function csiErrors(csi: NonNullable<VolumeSpec['csi']>, field: string): FieldError[] {
  return [
    ...csiDriverErrors(csi.driver ?? '', `${field}.driver`),
    ...(csi.volumeHandle ? [] : [required(`${field}.volumeHandle`)]),
    ...CSI_SECRETS.flatMap((name) =>
      csi[name] === undefined ? [] : secretErrors(csi[name] ?? {}, `${field}.${name}`),
    ),
  ];
}

function localErrors({ local, nodeAffinity }: VolumeSpec, field: string): FieldError[] {
  const { path = '' } = local ?? {};
  const errors =
    path === '' ? [required(`${field}.local.path`)] : noBackstepErrors(`${field}.local.path`, path);
  if (nodeAffinity !== undefined) return errors;
  return [...errors, required(`${field}.nodeAffinity`, 'Local volume requires node affinity')];
}

/** Sources as pods have them, in the server's order; two are a volume's own. */
const SOURCES: readonly (readonly [name: string, rule: SourceRule | 'local' | 'csi'])[] = [
  ['hostPath', HOST_PATH],
  ...(
    [
      ...(['gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'flocker', 'nfs'] as const),
      ...(['rbd', 'quobyte', 'cephfs', 'iscsi', 'cinder', 'fc', 'flexVolume'] as const),
      ...(['azureFile', 'vsphereVolume', 'photonPersistentDisk', 'portworxVolume'] as const),
      ...(['azureDisk', 'scaleIO'] as const),
    ] as const
  ).map((name): [string, SourceRule] => [name, STORAGE_SOURCES[name]]),
  ['local', 'local'],
  ['storageos', STORAGE_SOURCES.storageos],
  ['csi', 'csi'],
];

export function validatePersistentVolume(object: KubeObject): FieldError[] {
  const spec = (object.spec ?? {}) as VolumeSpec;
  return [
    ...validateObjectMeta(object.metadata, false, nameIsDnsSubdomain),
    ...accessModeErrors(spec, 'spec.accessModes'),
    ...capacityErrors(spec, 'spec.capacity'),
    ...policyErrors(spec),
    ...sourceErrors(spec, 'spec'),
    ...classErrors(spec),
  ];
}

function accessModeErrors({ accessModes = [] }: VolumeSpec, field: string): FieldError[] {
  const errors = accessModes.length === 0 ? [required(field)] : [];
  const known = accessModes.filter((mode) => ACCESS_MODES.includes(mode));
  for (const mode of accessModes) {
    if (!ACCESS_MODES.includes(mode)) errors.push(notSupported(field, mode, ACCESS_MODES));
  }
  const single = known.includes('ReadWriteOncePod');
  if (!single || known.every((mode) => mode === 'ReadWriteOncePod')) return errors;
  return [...errors, forbidden(field, 'may not use ReadWriteOncePod with other access modes')];
}

function capacityErrors({ capacity = {} }: VolumeSpec, field: string): FieldError[] {
  const entries = Object.entries(capacity);
  const errors = entries.length === 0 ? [required(field)] : [];
  if (capacity.storage === undefined || entries.length > 1) {
    const shown = entries.length === 0 ? null : capacity;
    errors.push(notSupported(field, shown, ['storage']));
  }
  for (const [name, text] of entries) {
    const amount = parseQuantity(String(text));
    if (signOf(amount) > 0) continue;
    const at = `${field}[${name}]`;
    if (signOf(amount) < 0) {
      errors.push(invalid(at, Number(quantityText(amount)), 'must be a valid resource quantity'));
    }
    errors.push(invalid(at, quantityText(amount), 'must be greater than zero'));
  }
  return errors;
}

function policyErrors({ persistentVolumeReclaimPolicy: policy, nodeAffinity }: VolumeSpec) {
  const errors: FieldError[] = [];
  if (policy && !RECLAIM_POLICIES.includes(policy)) {
    errors.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, RECLAIM_POLICIES));
  }
  if (nodeAffinity === undefined) return errors;
  const at = 'spec.nodeAffinity.required';
  if (nodeAffinity.required === undefined) {
    return [...errors, required(at, 'must specify required node constraints')];
  }
  return [...errors, ...validateNodeSelector(nodeAffinity.required, at)];
}

function sourceErrors(spec: VolumeSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  let found = false;
  for (const [name, rule] of SOURCES) {
    if (spec[name] === undefined) continue;
    if (found) {
      const at = name === 'cephfs' ? 'cephFS' : name;
      errors.push(forbidden(`${field}.${at}`, MORE_THAN_ONE));
      continue;
    }
    found = true;
    if (rule === 'local') errors.push(...localErrors(spec, field));
    else if (rule === 'csi') errors.push(...csiErrors(spec.csi ?? {}, `${field}.csi`));
    else {
      const at = `${field}.${name === 'gcePersistentDisk' ? 'persistentDisk' : name}`;
      errors.push(...rule(spec as unknown as Volume, at, { isPod: true }));
    }
  }
  if (!found) errors.push(required(field, 'must specify a volume type'));
  const { path = '' } = spec.hostPath ?? {};
  const isRoot = path !== '' && path.split('/').every((part) => /^\.{0,2}$/.test(part));
  if (path.startsWith('/') && isRoot && spec.persistentVolumeReclaimPolicy === 'Recycle') {
    const why = "may not be 'recycle' for a hostPath mount of '/'";
    errors.push(forbidden(`${field}.persistentVolumeReclaimPolicy`, why));
  }
  return errors;
}

function classErrors(spec: VolumeSpec): FieldError[] {
  const { storageClassName, volumeMode, volumeAttributesClassName: attributes, csi } = spec;
  const errors = storageClassName
    ? dnsSubdomainErrors('spec.storageClassName', storageClassName)
    : [];
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) {
    errors.push(notSupported('spec.volumeMode', volumeMode, VOLUME_MODES));
  }
  if (attributes === undefined) return errors;
  const at = 'spec.volumeAttributesClassName';
  if (attributes === '') errors.push(required(at, 'an empty string is disallowed'));
  else errors.push(...invalidFor(at, attributes, dnsSubdomainProblems(attributes)));
  if (csi !== undefined) return errors;
  const why = 'has to be specified when using volumeAttributesClassName';
  return [...errors, required('spec.csi', why)];
}

/** What a volume is stays as it was. Models ValidatePersistentVolumeUpdate. */
export function validatePersistentVolumeUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [object, old].map(({ spec }) => (spec ?? {}) as VolumeSpec) as [
    VolumeSpec,
    VolumeSpec,
  ];
  const sourceOf = (spec: VolumeSpec) =>
    Object.fromEntries(SOURCES.map(([name]) => [name, spec[name] ?? null]));
  const changed = validateImmutable('spec', sourceOf(now), sourceOf(before)).length > 0;
  const at = 'spec.persistentvolumesource';
  return [
    ...validatePersistentVolume(object),
    ...(changed ? [forbidden(at, `${at} is immutable after creation`)] : []),
    ...validateImmutable('volumeMode', now.volumeMode, before.volumeMode),
    ...(before.nodeAffinity === undefined
      ? []
      : validateImmutable('nodeAffinity', now.nodeAffinity, before.nodeAffinity)),
  ];
}
