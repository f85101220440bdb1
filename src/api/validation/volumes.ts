import { dnsSubdomainProblems } from '../names';
import type { ObjectMeta, Volume } from '../types';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from './field-error';
import { downwardFileErrors, keyToPathErrors } from './mapped-files';
import { dnsLabelErrors, fileModeErrors, noBackstepErrors } from './paths';
import { validateProjected } from './projected';
import { isNegative } from './resources';
import { type SourceRule, STORAGE_SOURCES } from './volume-sources';

/** Volumes of a pod. Models pkg/apis/core/validation ValidateVolumes. */

const MORE_THAN_ONE = 'may not specify more than 1 volume type';
const HOST_PATH_TYPES = [
  ...['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File'],
  ...['FileOrCreate', 'Socket'],
];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

export function validatePullPolicy(policy: string | undefined, field: string): FieldError[] {
  if (!policy) return [required(field)];
  return PULL_POLICIES.includes(policy) ? [] : [notSupported(field, policy, PULL_POLICIES)];
}

const rule = (validate: SourceRule): SourceRule => validate;

export const HOST_PATH = rule(({ hostPath }, field) => {
  const { path = '', type } = hostPath ?? {};
  if (path === '') return [required(`${field}.path`)];
  const errors = noBackstepErrors(`${field}.path`, path);
  if (type !== undefined && !HOST_PATH_TYPES.includes(type)) {
    errors.push(notSupported(`${field}.type`, type, HOST_PATH_TYPES));
  }
  return errors;
});

/** Sources in the order in which the server looks at them. */
const SOURCES: Readonly<Record<string, SourceRule>> = {
  emptyDir: rule(({ emptyDir }, field) =>
    isNegative(emptyDir?.sizeLimit)
      ? [forbidden(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : [],
  ),
  hostPath: HOST_PATH,
  gitRepo: STORAGE_SOURCES.gitRepo,
  gcePersistentDisk: STORAGE_SOURCES.gcePersistentDisk,
  awsElasticBlockStore: STORAGE_SOURCES.awsElasticBlockStore,
  secret: rule(({ secret }, field) => [
    ...(secret?.secretName ? [] : [required(`${field}.secretName`)]),
    ...fileModeErrors(`${field}.defaultMode`, secret?.defaultMode),
    ...keyToPathErrors(secret?.items, `${field}.items`),
  ]),
  nfs: STORAGE_SOURCES.nfs,
  iscsi: STORAGE_SOURCES.iscsi,
  glusterfs: STORAGE_SOURCES.glusterfs,
  flocker: STORAGE_SOURCES.flocker,
  persistentVolumeClaim: rule(({ persistentVolumeClaim }, field) =>
    persistentVolumeClaim?.claimName ? [] : [required(`${field}.claimName`)],
  ),
  rbd: STORAGE_SOURCES.rbd,
  cinder: STORAGE_SOURCES.cinder,
  cephfs: STORAGE_SOURCES.cephfs,
  quobyte: STORAGE_SOURCES.quobyte,
  downwardAPI: rule(({ downwardAPI }, field) => [
    ...fileModeErrors(`${field}.defaultMode`, downwardAPI?.defaultMode),
    ...(downwardAPI?.items ?? []).flatMap((file) => downwardFileErrors(file, field)),
  ]),
  fc: STORAGE_SOURCES.fc,
  flexVolume: STORAGE_SOURCES.flexVolume,
  configMap: rule(({ configMap }, field) => [
    ...(configMap?.name ? [] : [required(`${field}.name`)]),
    ...fileModeErrors(`${field}.defaultMode`, configMap?.defaultMode),
    ...keyToPathErrors(configMap?.items, `${field}.items`),
  ]),
  azureFile: STORAGE_SOURCES.azureFile,
  vsphereVolume: STORAGE_SOURCES.vsphereVolume,
  photonPersistentDisk: STORAGE_SOURCES.photonPersistentDisk,
  portworxVolume: STORAGE_SOURCES.portworxVolume,
  azureDisk: STORAGE_SOURCES.azureDisk,
  storageos: STORAGE_SOURCES.storageos,
  projected: rule(({ projected }, field) => [
    ...fileModeErrors(`${field}.defaultMode`, projected?.defaultMode),
    ...validateProjected(projected?.sources ?? [], field),
  ]),
  scaleIO: STORAGE_SOURCES.scaleIO,
  csi: STORAGE_SOURCES.csi,
  ephemeral: STORAGE_SOURCES.ephemeral,
  image: rule(({ image }, field, { isPod }) => [
    ...(isPod && !image?.reference ? [required(`${field}.reference`)] : []),
    ...validatePullPolicy(image?.pullPolicy, `${field}.pullPolicy`),
  ]),
};

/** Spelling mistakes of the server's, in the paths of the error about two sources. */
const SECOND_SOURCE: Readonly<Record<string, string>> = {
  cephfs: 'cephFS',
  downwardAPI: 'downwarAPI',
};
const SOURCE_RULES = Object.entries(SOURCES);

/** Where a source's own errors are reported under another name. */
const SOURCE_FIELD: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk' };

function validateSource(
  volume: Volume,
  field: string,
  podName: string,
  isPod: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  let found = false;
  for (const [name, validate] of SOURCE_RULES) {
    if (volume[name as keyof Volume] === undefined) continue;
    if (found) {
      errors.push(forbidden(`${field}.${SECOND_SOURCE[name] ?? name}`, MORE_THAN_ONE));
      continue;
    }
    errors.push(...validate(volume, `${field}.${SOURCE_FIELD[name] ?? name}`, { isPod }));
    if (name === 'ephemeral') errors.push(...claimNameErrors(volume.name, field, podName));
    found = true;
  }
  if (!found) errors.push(required(field, 'must specify a volume type'));
  return errors;
}

/** An ephemeral volume's claim is named after the pod and the volume. */
function claimNameErrors(volume: string | undefined, field: string, pod: string): FieldError[] {
  if (!volume || pod === '') return [];
  const claim = `${pod}-${volume}`;
  return dnsSubdomainProblems(claim).map((why) =>
    invalid(`${field}.name`, volume, `PVC name ${JSON.stringify(claim)}: ${why}`),
  );
}

/** The valid volumes by name, and what is wrong with the others. */
export function validateVolumes(
  volumes: readonly Volume[] = [],
  metadata: ObjectMeta | undefined,
  field: string,
): { found: Map<string, Volume>; errors: FieldError[] } {
  const found = new Map<string, Volume>();
  const errors: FieldError[] = [];
  const podName = metadata?.name ?? '';
  const created = new Set(
    volumes.filter(({ ephemeral }) => ephemeral && podName).map(({ name }) => `${podName}-${name}`),
  );
  volumes.forEach((volume, index) => {
    const at = `${field}[${index}]`;
    const { name = '' } = volume;
    const own = validateSource(volume, at, podName, metadata !== undefined);
    own.push(...(name === '' ? [required(`${at}.name`)] : dnsLabelErrors(`${at}.name`, name)));
    if (found.has(name)) own.push(duplicate(`${at}.name`, name));
    if (own.length === 0) found.set(name, volume);
    errors.push(...own);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim !== undefined && created.has(claim)) {
      const why = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.push(invalid(`${at}.persistentVolumeClaim.claimName`, claim, why));
    }
  });
  return { found, errors };
}
