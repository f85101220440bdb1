import type { Volume } from '../../api/types';
import type { DescriptionWriter } from './writer';

/** Models describeVolumes. */
export function describeVolumes(
  writer: DescriptionWriter,
  volumes: readonly Volume[] | undefined,
  level = 0,
): void {
  const space = level > 0 ? '  ' : '';
  const indent = level > 0 ? ' ' : '';
  if (!volumes || volumes.length === 0) {
    writer.line(0, `${space}Volumes:\t<none>`);
    return;
  }
  writer.line(0, `${space}Volumes:`);
  for (const volume of volumes) {
    writer.line(1, `${indent}${volume.name}:`);
    for (const [label, value] of volumeFields(volume)) writer.line(2, `${label}:\t${value}`);
    for (const { path, from } of downwardItems(volume)) writer.line(3, `${from} -> ${path}`);
  }
}

type Field = readonly [label: string, value: unknown];

function volumeFields(volume: Volume): readonly Field[] {
  const { hostPath, emptyDir, secret, configMap, projected, persistentVolumeClaim } = volume;
  if (hostPath) {
    return [
      ['Type', 'HostPath (bare host directory volume)'],
      ['Path', hostPath.path],
      ['HostPathType', hostPath.type ?? '<none>'],
    ];
  }
  if (emptyDir) {
    return [
      ['Type', "EmptyDir (a temporary directory that shares a pod's lifetime)"],
      ['Medium', emptyDir.medium ?? ''],
      ['SizeLimit', emptyDir.sizeLimit ?? '<unset>'],
    ];
  }
  if (secret) {
    return [
      ['Type', 'Secret (a volume populated by a Secret)'],
      ['SecretName', secret.secretName ?? ''],
      ['Optional', secret.optional ?? false],
    ];
  }
  if (configMap) {
    return [
      ['Type', 'ConfigMap (a volume populated by a ConfigMap)'],
      ['Name', configMap.name ?? ''],
      ['Optional', configMap.optional ?? false],
    ];
  }
  if (projected) return projectedFields(projected);
  if (persistentVolumeClaim) {
    return [
      [
        'Type',
        'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
      ],
      ['ClaimName', persistentVolumeClaim.claimName],
      ['ReadOnly', persistentVolumeClaim.readOnly ?? false],
    ];
  }
  return rareFields(volume);
}

function projectedFields({ sources }: NonNullable<Volume['projected']>): Field[] {
  const fields: Field[] = [
    ['Type', 'Projected (a volume that contains injected data from multiple sources)'],
  ];
  for (const { secret, configMap, downwardAPI, serviceAccountToken } of sources ?? []) {
    if (secret) {
      fields.push(['SecretName', secret.name ?? ''], ['Optional', secret.optional ?? false]);
    } else if (downwardAPI) {
      fields.push(['DownwardAPI', true]);
    } else if (configMap) {
      fields.push(
        ['ConfigMapName', configMap.name ?? ''],
        ['Optional', configMap.optional ?? false],
      );
    } else if (serviceAccountToken) {
      fields.push(['TokenExpirationSeconds', serviceAccountToken.expirationSeconds]);
    }
  }
  return fields;
}

function rareFields({ downwardAPI, nfs, csi, image, ephemeral }: Volume): readonly Field[] {
  if (downwardAPI) {
    return [
      ['Type', 'DownwardAPI (a volume populated by information about the pod)'],
      ['Items', ''],
    ];
  }
  if (nfs) {
    return [
      ['Type', 'NFS (an NFS mount that lasts the lifetime of a pod)'],
      ['Server', nfs.server],
      ['Path', nfs.path],
      ['ReadOnly', nfs.readOnly ?? false],
    ];
  }
  if (csi) {
    return [
      ['Type', 'CSI (a Container Storage Interface (CSI) volume source)'],
      ['Driver', csi.driver],
      ['FSType', csi.fsType ?? ''],
      ['ReadOnly', csi.readOnly ?? false],
    ];
  }
  if (image) {
    return [
      ['Type', 'Image (a container image or OCI artifact)'],
      ['Reference', image.reference],
      ['PullPolicy', image.pullPolicy],
    ];
  }
  if (ephemeral) {
    return [
      [
        'Type',
        'EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)',
      ],
    ];
  }
  return [];
}

function downwardItems({ downwardAPI }: Volume): { path: string; from: string }[] {
  return (downwardAPI?.items ?? []).map(({ path, fieldRef, resourceFieldRef }) => ({
    path,
    from: fieldRef?.fieldPath ?? resourceFieldRef?.resource ?? '',
  }));
}
