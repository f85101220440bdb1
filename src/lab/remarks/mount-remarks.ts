import type { ImageFile, ImageModel } from '../../runtime/image';
import { modelOf } from './image-remarks';
import { type ContainerText, containersOf, type Finding, type PodText } from './remark';

/** Mounts over folders in which the image has files: they are hidden, not merged. */
export function remarkOnMounts(pod: PodText): Finding[] {
  return containersOf(pod).flatMap((one) => mountsOf(one).flatMap((mount) => hiding(one, mount)));
}

interface Mount {
  readonly mountPath: string;
  readonly path: string;
}

/** With a subPath the rest of the folder stays as it is. */
function mountsOf({ container, path }: ContainerText): Mount[] {
  return (container.volumeMounts ?? []).flatMap(({ mountPath, subPath, subPathExpr }, i) =>
    subPath || subPathExpr ? [] : [{ mountPath, path: `${path}.volumeMounts[${i}].mountPath` }],
  );
}

function hiding({ container }: ContainerText, { mountPath, path }: Mount): Finding[] {
  const model = modelOf(container.image ?? '');
  // Of a placeholder’s files nothing can be said.
  if (!model || model.modelled === 'placeholder') return [];
  const folder = `${mountPath.replace(/\/+$/, '')}/`;
  const hidden = [...filesOf(model)].filter(([file]) => file.startsWith(folder));
  if (hidden.length === 0) return [];
  const names = hidden.map(([file]) => file.slice(folder.length));
  const shown = names.length > 3 ? `${names.slice(0, 3).join(', ')} …` : names.join(', ');
  const isLog = hidden.some(
    ([, file]) => file.kind === 'symlink' && /^\/dev\/std(out|err)$/.test(file.target),
  );
  const more = isLog
    ? ' There they lead to the container’s log; in the volume they are plain files, and kubectl logs does not show what is written to them.'
    : '';
  return [
    {
      path,
      message: `The mount at ${mountPath} hides what the image of ${container.name} has there: ${shown}.${more}`,
    },
  ];
}

const known = new WeakMap<ImageModel, ReadonlyMap<string, ImageFile>>();

/** All that is no folder. */
function filesOf(model: ImageModel): ReadonlyMap<string, ImageFile> {
  let files = known.get(model);
  if (!files) {
    files = new Map([...model.files()].filter(([, { kind }]) => kind !== 'directory'));
    known.set(model, files);
  }
  return files;
}
