import type { ILease } from 'kubernetes-models/coordination.k8s.io/v1';
import type { IClusterRoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1';
import type { IPriorityClass } from 'kubernetes-models/scheduling.k8s.io/v1';
import type { IStorageClass } from 'kubernetes-models/storage.k8s.io/v1';
import type { IPersistentVolume, IPersistentVolumeClaim } from 'kubernetes-models/v1';
import { age, columns, type Meta, type Printer } from './printer';

const ACCESS_MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

function accessModes(modes: readonly string[] | undefined): string {
  const given = new Set(modes ?? []);
  return Object.keys(ACCESS_MODES)
    .filter((mode) => given.has(mode))
    .map((mode) => ACCESS_MODES[mode])
    .join(',');
}

/** A storage class may still stand in the annotation that came before the field. */
function storageClassOf(
  metadata: { annotations?: Record<string, string> } | undefined,
  field: string | undefined,
): string {
  return metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? field ?? '';
}

export const persistentVolumePrinter: Printer = {
  columns: columns(
    'Name',
    'Capacity',
    'Access Modes',
    'Reclaim Policy',
    'Status',
    'Claim',
    'StorageClass',
    'VolumeAttributesClass',
    'Reason',
    'Age',
    'wide:',
    'VolumeMode',
  ),
  row: ({ metadata, spec, status }: IPersistentVolume, context) => {
    const claim = spec?.claimRef;
    return {
      cells: [
        metadata?.name ?? '',
        String(spec?.capacity?.storage ?? ''),
        accessModes(spec?.accessModes),
        spec?.persistentVolumeReclaimPolicy ?? '',
        metadata?.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
        claim ? `${claim.namespace}/${claim.name}` : '',
        storageClassOf(metadata, spec?.storageClassName),
        spec?.volumeAttributesClassName ?? '<unset>',
        status?.reason ?? '',
        age(metadata, context),
        spec?.volumeMode ?? '<unset>',
      ],
    };
  },
};

export const persistentVolumeClaimPrinter: Printer = {
  columns: columns(
    'Name',
    'Status',
    'Volume',
    'Capacity',
    'Access Modes',
    'StorageClass',
    'VolumeAttributesClass',
    'Age',
    'wide:',
    'VolumeMode',
  ),
  row: ({ metadata, spec, status }: IPersistentVolumeClaim, context) => {
    const bound = Boolean(spec?.volumeName);
    return {
      cells: [
        metadata?.name ?? '',
        metadata?.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
        spec?.volumeName ?? '',
        bound ? String(status?.capacity?.storage ?? '') : '',
        bound ? accessModes(status?.accessModes) : '',
        storageClassOf(metadata, spec?.storageClassName),
        spec?.volumeAttributesClassName ?? '<unset>',
        age(metadata, context),
        spec?.volumeMode ?? '<unset>',
      ],
    };
  },
};

export const storageClassPrinter: Printer = {
  columns: columns(
    'Name',
    'Provisioner',
    'ReclaimPolicy',
    'VolumeBindingMode',
    'AllowVolumeExpansion',
    'Age',
  ),
  row: (storageClass: IStorageClass, context) => {
    const { metadata } = storageClass;
    const annotations = metadata?.annotations ?? {};
    const isDefault =
      annotations['storageclass.kubernetes.io/is-default-class'] === 'true' ||
      annotations['storageclass.beta.kubernetes.io/is-default-class'] === 'true';
    const name = metadata?.name ?? '';
    return {
      cells: [
        isDefault ? `${name} (default)` : name,
        storageClass.provisioner,
        storageClass.reclaimPolicy ?? 'Delete',
        storageClass.volumeBindingMode ?? 'Immediate',
        storageClass.allowVolumeExpansion ?? false,
        age(metadata, context),
      ],
    };
  },
};

export const roleBindingPrinter: Printer = {
  columns: columns('Name', 'Role', 'Age', 'wide:', 'Users', 'Groups', 'ServiceAccounts'),
  row: ({ metadata, roleRef, subjects }: IClusterRoleBinding, context) => {
    const named = (kind: string) => (subjects ?? []).filter((subject) => subject.kind === kind);
    const accounts = named('ServiceAccount').map(({ namespace, name }) => `${namespace}/${name}`);
    return {
      cells: [
        metadata?.name ?? '',
        `${roleRef.kind}/${roleRef.name}`,
        age(metadata, context),
        named('User')
          .map(({ name }) => name)
          .join(', '),
        named('Group')
          .map(({ name }) => name)
          .join(', '),
        accounts.join(', '),
      ],
    };
  },
};

/** Roles, cluster roles, limit ranges: the time of creation instead of an age. */
export const createdAtPrinter: Printer = {
  columns: columns('Name', 'Created At'),
  row: ({ metadata }: { metadata?: Meta }) => ({
    cells: [metadata?.name ?? '', metadata?.creationTimestamp ?? '<unknown>'],
  }),
};

export const leasePrinter: Printer = {
  columns: columns('Name', 'Holder', 'Age'),
  row: ({ metadata, spec }: ILease, context) => ({
    cells: [metadata?.name ?? '', spec?.holderIdentity ?? '', age(metadata, context)],
  }),
};

export const priorityClassPrinter: Printer = {
  columns: columns('Name', 'Value', 'Global-Default', 'Age', 'PreemptionPolicy'),
  row: (priorityClass: IPriorityClass, context) => ({
    cells: [
      priorityClass.metadata?.name ?? '',
      priorityClass.value ?? 0,
      priorityClass.globalDefault ?? false,
      age(priorityClass.metadata, context),
      priorityClass.preemptionPolicy ?? 'PreemptLowerPriority',
    ],
  }),
};

/** Kinds without columns of their own. */
export const plainPrinter: Printer = {
  columns: columns('Name', 'Age'),
  row: ({ metadata }: { metadata?: Meta }, context) => ({
    cells: [metadata?.name ?? '', age(metadata, context)],
  }),
};
