import type { KubeObject } from '../../../api/types';
import type { RegistryContext } from './strategy';

const IS_DEFAULT = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

/** A claim that names no class gets the default one. Models the DefaultStorageClass admission. */
export function withDefaultClass(object: KubeObject, { store }: RegistryContext): KubeObject {
  const spec = (object.spec ?? {}) as { readonly storageClassName?: string };
  if (spec.storageClassName !== undefined) return object;
  const preset = store
    .list('storageclasses.storage.k8s.io')
    .find(({ metadata }) => IS_DEFAULT.some((key) => metadata.annotations?.[key] === 'true'));
  if (!preset) return object;
  return { ...object, spec: { ...spec, storageClassName: preset.metadata.name } };
}
