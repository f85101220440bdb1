import type { ImageReference } from '../runtime/cri/image-reference';
import type { ImageRegistry } from '../runtime/cri/image-service';
import type { ImageModel } from '../runtime/image';
import { busyboxImage } from './busybox';
import { curlImage } from './curl/image';
import { nginxImage } from './nginx/image';
import { PLACEHOLDER_REPOSITORIES, placeholderImage } from './placeholder';
import { redisImage } from './redis/image';
import { webappImage } from './webapp';

/** How a repository's image depends on its tag. */
type Builder = (tag: string) => ImageModel;

const BUILDERS: ReadonlyMap<string, Builder> = new Map<string, Builder>([
  ['docker.io/library/busybox', busyboxImage],
  ['docker.io/library/nginx', nginxImage],
  ['docker.io/library/redis', redisImage],
  ['docker.io/curlimages/curl', curlImage],
  ['quay.io/curl/curl', curlImage],
  ['docker.io/library/webapp', webappImage],
  ['registry.k8s.io/pause', pauseImage],
  ['k8s.gcr.io/pause', pauseImage],
]);

/** Tags that image authors use: versions, `latest`, variants. Others do not exist in the registry. */
const PLAUSIBLE_TAG =
  /^(latest|stable|mainline|edge|glibc|musl|uclibc|alpine|perl|v?\d+(\.\d+)*)([.-][a-z0-9.]+)*$/;

/** The image registry of the lab. Anything it does not know ends in `not found`, as in a real one. */
export function createRegistry(extra: readonly ImageModel[] = []): ImageRegistry {
  const models = new Map<string, ImageModel>();
  return {
    find(reference: ImageReference): ImageModel | undefined {
      const own = extra.find(
        ({ repositories, tags }) =>
          repositories.includes(reference.repository) &&
          (tags === undefined || tags.includes(reference.tag ?? 'latest')),
      );
      if (own) return own;
      const { repository } = reference;
      const known = PLACEHOLDER_REPOSITORIES.has(repository);
      const builder =
        BUILDERS.get(repository) ?? (known ? () => placeholderImage(repository) : undefined);
      const tag = reference.tag ?? 'latest';
      if (!builder || reference.digest !== undefined || !PLAUSIBLE_TAG.test(tag)) return undefined;
      let model = models.get(reference.full);
      if (!model) {
        model = builder(tag);
        models.set(reference.full, model);
      }
      return model;
    },
  };
}

function pauseImage(): ImageModel {
  return {
    repositories: ['registry.k8s.io/pause'],
    sizeBytes: 321_520,
    entrypoint: ['/pause'],
    modelled: 'real',
    about: 'Waits until it is told to end, and reaps processes.',
    files: () =>
      new Map([
        [
          '/pause',
          {
            kind: 'program' as const,
            sizeBytes: 742_472,
            mode: 0o755,
            *program(sys) {
              for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
              while (sys.takeSignals().length === 0) yield* sys.wait(() => () => {});
              return 0;
            },
          },
        ],
      ]),
  };
}
