import { createRegistry } from '../../images/registry';
import { parseImageReference } from '../../runtime/cri/image-reference';
import type { ImageModel } from '../../runtime/image';
import { containersOf, type Finding, type PodText } from './remark';

const registry = createRegistry();

/** What the lab's registry has under a name. */
export function modelOf(image: string): ImageModel | undefined {
  const reference = parseImageReference(image);
  return reference && registry.find(reference);
}

/** Images that a real cluster would not find. */
export function remarkOnImages(pod: PodText): Finding[] {
  const invented = containersOf(pod).filter(
    ({ container }) => modelOf(container.image ?? '')?.modelled === 'lab',
  );
  const [first] = invented;
  if (!first) return [];
  const images = [...new Set(invented.map(({ container }) => container.image ?? ''))];
  const isLatest = invented.some(
    ({ container: { image = '', imagePullPolicy } }) =>
      imagePullPolicy === undefined && parseImageReference(image)?.tag === 'latest',
  );
  const more = isLatest
    ? ' And with :latest, or no tag, the registry is asked at every start, even if the node has the image.'
    : '';
  const verb = images.length === 1 ? 'exists' : 'exist';
  return [
    {
      path: `${first.path}.image`,
      message: `${images.join(', ')} ${verb} only in this lab: a real cluster would answer ErrImagePull.${more}`,
    },
  ];
}
