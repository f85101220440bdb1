import { dnsSubdomainProblems, nameIsDnsSubdomain, rangeProblem } from '../names';
import type { Volume } from '../types';
import { claimTemplateErrors } from './claims';
import {
  type FieldError,
  invalid,
  invalidFor,
  notSupported,
  required,
  tooLong,
} from './field-error';
import { dnsLabelErrors, localPathErrors } from './paths';

/** Sources that lie outside the node. Models pkg/apis/core/validation validate…VolumeSource. */

export type SourceRule = (
  volume: Volume,
  field: string,
  context: { isPod: boolean },
) => FieldError[];

/** Names of SCSI nodes by how they begin. */
const SCSI_NAMES: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9.-]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
};

/** Errors of the fields that a source cannot do without. */
function needs(field: string, source: object | undefined, ...names: string[]): FieldError[] {
  const values = (source ?? {}) as Record<string, unknown>;
  return names.filter((name) => !values[name]).map((name) => required(`${field}.${name}`));
}

function partitionErrors(field: string, partition = 0): FieldError[] {
  if (partition >= 0 && partition <= 255) return [];
  return [invalid(`${field}.partition`, partition, rangeProblem(1, 255))];
}

function lunErrors(field: string, lun = 0): FieldError[] {
  return lun >= 0 && lun <= 255 ? [] : [invalid(`${field}.lun`, lun, rangeProblem(0, 255))];
}

export function scsiNameErrors(field: string, name: string): FieldError[] {
  const pattern = SCSI_NAMES[name.slice(0, 3)];
  if (pattern === undefined) {
    return [invalid(field, name, 'must be valid format starting with iqn, eui, or naa')];
  }
  return pattern.test(name) ? [] : [invalid(field, name, 'must be valid format')];
}

/** A reference to a secret, where there is one, has to name it. */
function secretNameErrors(field: string, secret: { name?: string } | undefined): FieldError[] {
  return secret !== undefined && !secret.name ? [required(`${field}.name`)] : [];
}

const QUOBYTE_HOSTS = 'must be a host:port pair or multiple pairs separated by commas';
const QUOBYTE_TENANT_LENGTH = 64;

function quobyteErrors(source: Volume['quobyte'], field: string): FieldError[] {
  const { registry = '', tenant = '' } = source ?? {};
  const errors: FieldError[] = [];
  if (registry === '') errors.push(required(`${field}.registry`, QUOBYTE_HOSTS));
  else if (tenant.length > QUOBYTE_TENANT_LENGTH) {
    const why = `must be a UUID and may not exceed a length of ${QUOBYTE_TENANT_LENGTH} characters`;
    errors.push(required(`${field}.tenant`, why));
  } else {
    for (const pair of registry.split(',')) {
      if (/^([^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(pair)) continue;
      errors.push(invalid(`${field}.registry`, registry, QUOBYTE_HOSTS));
    }
  }
  return [...errors, ...needs(field, source, 'volume')];
}

const CACHING_MODES = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared'];
const MANAGED_DISK =
  '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_DISK = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

function azureDiskErrors(source: Volume['azureDisk'], field: string): FieldError[] {
  const { cachingMode, kind, diskURI = '' } = source ?? {};
  const errors = needs(field, source, 'diskName', 'diskURI');
  if (cachingMode !== undefined && !CACHING_MODES.includes(cachingMode)) {
    errors.push(notSupported(`${field}.cachingMode`, cachingMode, CACHING_MODES));
  }
  if (kind === undefined) return errors;
  if (!DISK_KINDS.includes(kind)) errors.push(notSupported(`${field}.kind`, kind, DISK_KINDS));
  const [start, form] =
    kind === 'Managed' ? ['/subscriptions/', MANAGED_DISK] : ['https://', BLOB_DISK];
  if (!diskURI.startsWith(start)) errors.push(notSupported(`${field}.diskURI`, diskURI, [form]));
  return errors;
}

const DRIVER_LENGTH = 63;

/** Models ValidateCSIDriverName. */
export function csiDriverErrors(driver: string, field: string): FieldError[] {
  if (driver === '') return [required(field)];
  const errors = driver.length > DRIVER_LENGTH ? [tooLong(field, DRIVER_LENGTH)] : [];
  return [...errors, ...invalidFor(field, driver, dnsSubdomainProblems(driver.toLowerCase()))];
}

function csiErrors(source: Volume['csi'], field: string): FieldError[] {
  const secret = source?.nodePublishSecretRef;
  const errors = csiDriverErrors(source?.driver ?? '', `${field}.driver`);
  if (secret === undefined) return errors;
  if (!secret.name) return [...errors, required(`${field}.nodePublishSecretRef.name`)];
  const problems = nameIsDnsSubdomain(secret.name);
  return [...errors, ...invalidFor(`${field}.name`, secret.name, problems)];
}

const RESERVED_OPTIONS = /(^|\.)(kubernetes\.io|k8s\.io)$/;

function flexVolumeErrors(source: Volume['flexVolume'], field: string): FieldError[] {
  const errors = needs(field, source, 'driver');
  for (const key of Object.keys(source?.options ?? {})) {
    if (!RESERVED_OPTIONS.test((key.split('/')[0] ?? '').toLowerCase())) continue;
    const why = 'kubernetes.io and k8s.io namespaces are reserved';
    errors.push(invalid(`${field}.options[${key}]`, key, why));
  }
  return errors;
}

function storageosErrors(source: Volume['storageos'], field: string): FieldError[] {
  const { volumeName = '', volumeNamespace = '', secretRef } = source ?? {};
  return [
    ...(volumeName === ''
      ? [required(`${field}.volumeName`)]
      : dnsLabelErrors(`${field}.volumeName`, volumeName)),
    ...(volumeNamespace === '' ? [] : dnsLabelErrors(`${field}.volumeNamespace`, volumeNamespace)),
    ...secretNameErrors(`${field}.secretRef`, secretRef),
  ];
}

export const STORAGE_SOURCES = {
  gitRepo: ({ gitRepo }, field) => [
    ...needs(field, gitRepo, 'repository'),
    ...localPathErrors(`${field}.directory`, gitRepo?.directory ?? ''),
  ],
  gcePersistentDisk: ({ gcePersistentDisk }, field) => [
    ...needs(field, gcePersistentDisk, 'pdName'),
    ...partitionErrors(field, gcePersistentDisk?.partition),
  ],
  awsElasticBlockStore: ({ awsElasticBlockStore }, field) => [
    ...needs(field, awsElasticBlockStore, 'volumeID'),
    ...partitionErrors(field, awsElasticBlockStore?.partition),
  ],
  nfs: ({ nfs }, field) => [
    ...needs(field, nfs, 'server', 'path'),
    ...((nfs?.path ?? '').startsWith('/')
      ? []
      : [invalid(`${field}.path`, nfs?.path ?? '', 'must be an absolute path')]),
  ],
  iscsi: ({ iscsi }, field) => [
    ...needs(field, iscsi, 'targetPortal', 'iqn'),
    ...(iscsi?.iqn ? scsiNameErrors(`${field}.iqn`, iscsi.iqn) : []),
    ...lunErrors(field, iscsi?.lun),
    ...((iscsi?.chapAuthDiscovery || iscsi?.chapAuthSession) && !iscsi.secretRef
      ? [required(`${field}.secretRef`)]
      : []),
    ...(iscsi?.initiatorName === undefined
      ? []
      : scsiNameErrors(`${field}.initiatorname`, iscsi.initiatorName)),
  ],
  glusterfs: ({ glusterfs }, field) => needs(field, glusterfs, 'endpoints', 'path'),
  flocker: ({ flocker }, field) => {
    const { datasetName = '', datasetUUID = '' } = flocker ?? {};
    const errors: FieldError[] = [];
    if (datasetName === '' && datasetUUID === '') {
      errors.push(required(field, 'one of datasetName and datasetUUID is required'));
    }
    if (datasetName !== '' && datasetUUID !== '') {
      const why = 'datasetName and datasetUUID can not be specified simultaneously';
      errors.push(invalid(field, 'resource', why));
    }
    if (datasetName.includes('/')) {
      errors.push(invalid(`${field}.datasetName`, datasetName, "must not contain '/'"));
    }
    return errors;
  },
  rbd: ({ rbd }, field) => [
    ...((rbd?.monitors ?? []).length === 0 ? [required(`${field}.monitors`)] : []),
    ...needs(field, rbd, 'image'),
  ],
  cinder: ({ cinder }, field) => [
    ...needs(field, cinder, 'volumeID'),
    ...secretNameErrors(`${field}.secretRef`, cinder?.secretRef),
  ],
  cephfs: ({ cephfs }, field) =>
    (cephfs?.monitors ?? []).length === 0 ? [required(`${field}.monitors`)] : [],
  quobyte: ({ quobyte }, field) => quobyteErrors(quobyte, field),
  fc: ({ fc }, field) => {
    const names = fc?.targetWWNs ?? [];
    const ids = fc?.wwids ?? [];
    const errors: FieldError[] = [];
    if (names.length === 0 && ids.length === 0) {
      const why = 'must specify either targetWWNs or wwids, but not both';
      errors.push(required(`${field}.targetWWNs`, why));
    }
    if (names.length > 0 && ids.length > 0) {
      const why = 'targetWWNs and wwids can not be specified simultaneously';
      errors.push(invalid(`${field}.targetWWNs`, names, why));
    }
    if (names.length === 0) return errors;
    if (fc?.lun !== undefined) return [...errors, ...lunErrors(field, fc.lun)];
    return [...errors, required(`${field}.lun`, 'lun is required if targetWWNs is specified')];
  },
  flexVolume: ({ flexVolume }, field) => flexVolumeErrors(flexVolume, field),
  azureFile: ({ azureFile }, field) => needs(field, azureFile, 'secretName', 'shareName'),
  vsphereVolume: ({ vsphereVolume }, field) => needs(field, vsphereVolume, 'volumePath'),
  photonPersistentDisk: ({ photonPersistentDisk }, field) =>
    needs(field, photonPersistentDisk, 'pdID'),
  portworxVolume: ({ portworxVolume }, field) => needs(field, portworxVolume, 'volumeID'),
  azureDisk: ({ azureDisk }, field) => azureDiskErrors(azureDisk, field),
  storageos: ({ storageos }, field) => storageosErrors(storageos, field),
  scaleIO: ({ scaleIO }, field) => needs(field, scaleIO, 'gateway', 'system', 'volumeName'),
  csi: ({ csi }, field) => csiErrors(csi, field),
  ephemeral: ({ ephemeral }, field) =>
    claimTemplateErrors(ephemeral?.volumeClaimTemplate, `${field}.volumeClaimTemplate`),
} satisfies Record<string, SourceRule>;
