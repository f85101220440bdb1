import { rangeProblem } from '../names';
import type { Volume } from '../types';
import { claimTemplateErrors } from './claims';
import { type FieldError, invalid, required } from './field-error';
import { localPathErrors } from './paths';

/** Sources that lie outside the node. Models pkg/apis/core/validation validate…VolumeSource. */

export type SourceRule = (
  volume: Volume,
  field: string,
  context: { isPod: boolean },
) => FieldError[];

const IQN = /^iqn\.\d{4}-\d{2}\.([a-z0-9]+(-?[a-z0-9]+)*\.)*[a-z0-9]+(-?[a-z0-9]+)*(:.*)?$/;

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

function iqnErrors(field: string, iqn: string): FieldError[] {
  if (!/^(iqn|eui|naa)/.test(iqn)) {
    return [invalid(field, iqn, 'must be valid format starting with iqn, eui, or naa')];
  }
  const valid =
    IQN.test(iqn) || /^eui\.[0-9A-Fa-f]{16}$/.test(iqn) || /^naa\.[0-9A-Fa-f]{16,32}$/.test(iqn);
  return valid ? [] : [invalid(field, iqn, 'must be valid format')];
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
    ...(iscsi?.iqn ? iqnErrors(`${field}.iqn`, iscsi.iqn) : []),
    ...lunErrors(field, iscsi?.lun),
    ...((iscsi?.chapAuthDiscovery || iscsi?.chapAuthSession) && !iscsi.secretRef
      ? [required(`${field}.secretRef`)]
      : []),
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
  cinder: ({ cinder }, field) => needs(field, cinder, 'volumeID'),
  cephfs: ({ cephfs }, field) =>
    (cephfs?.monitors ?? []).length === 0 ? [required(`${field}.monitors`)] : [],
  quobyte: ({ quobyte }, field) => [
    ...(quobyte?.registry
      ? []
      : [
          required(
            `${field}.registry`,
            'must be a host:port pair or multiple pairs separated by commas',
          ),
        ]),
    ...needs(field, quobyte, 'volume'),
  ],
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
  flexVolume: ({ flexVolume }, field) => needs(field, flexVolume, 'driver'),
  azureFile: ({ azureFile }, field) => needs(field, azureFile, 'secretName', 'shareName'),
  vsphereVolume: ({ vsphereVolume }, field) => needs(field, vsphereVolume, 'volumePath'),
  photonPersistentDisk: ({ photonPersistentDisk }, field) =>
    needs(field, photonPersistentDisk, 'pdID'),
  portworxVolume: ({ portworxVolume }, field) => needs(field, portworxVolume, 'volumeID'),
  azureDisk: ({ azureDisk }, field) => needs(field, azureDisk, 'diskName', 'diskURI'),
  storageos: ({ storageos }, field) => needs(field, storageos, 'volumeName'),
  scaleIO: ({ scaleIO }, field) => needs(field, scaleIO, 'gateway', 'system', 'volumeName'),
  csi: ({ csi }, field) => needs(field, csi, 'driver'),
  ephemeral: ({ ephemeral }, field) =>
    claimTemplateErrors(ephemeral?.volumeClaimTemplate, `${field}.volumeClaimTemplate`),
} satisfies Record<string, SourceRule>;
