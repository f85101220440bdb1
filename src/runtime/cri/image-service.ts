import type { Kernel } from '../../kernel/kernel';
import { sleepFully, type Task } from '../../kernel/task';
import { CriError, type ImageService, type PulledImage } from '../cri';
import type { ImageModel } from '../image';
import { type ImageReference, parseImageReference } from './image-reference';

/** Where images come from: the models that exist in this lab. */
export interface ImageRegistry {
  find(reference: ImageReference): ImageModel | undefined;
}

/** What a fault does to the pulls of one image. */
export interface PullFault {
  /** The registry's message; the pull fails with it. */
  readonly fail?: string;
  /** The pull takes this long. */
  readonly seconds?: number;
}

/**
 * The first pull of a node: the registry's name and certificates, a token, the first layers into an empty
 * store, ms. The recorded cluster took 2 to 5 s for it, whatever the image, and a quarter of a second for each
 * pull after it.
 */
const FIRST_PULL_MS = 3600;
/** Resolving a reference and asking for its manifest, ms. */
const RESOLVE_MS = 250;
/** Download and unpacking of one MiB, ms. */
const MS_PER_MIB = 22;

/** The images of one node. Models containerd's image service behind the CRI. */
export class NodeImages implements ImageService {
  readonly #kernel: Kernel;
  readonly #registry: ImageRegistry;
  readonly #instant: boolean;
  readonly #pulled = new Map<string, PulledImage>();
  readonly #faults = new Map<string, PullFault>();
  /** Whether there was a pull before. */
  #contacted = false;

  constructor(kernel: Kernel, registry: ImageRegistry, options: { instant: boolean }) {
    this.#kernel = kernel;
    this.#registry = registry;
    this.#instant = options.instant;
  }

  /** Pulls of `image` fail or dawdle from now on; undefined ends that. */
  setFault(image: string, fault: PullFault | undefined): void {
    const full = parseImageReference(image)?.full ?? image;
    if (fault) this.#faults.set(full, fault);
    else this.#faults.delete(full);
  }

  imageStatus(image: string): PulledImage | undefined {
    const reference = parseImageReference(image);
    return reference && this.#pulled.get(reference.full);
  }

  /** Makes the node have an image as if it had been pulled before; false when there is no such image. */
  preload(image: string): boolean {
    const reference = parseImageReference(image);
    const model = reference && this.#registry.find(reference);
    if (!model) return false;
    this.#keep(model, reference.full);
    return true;
  }

  listImages(): readonly PulledImage[] {
    return [...this.#pulled.values()];
  }

  *pullImage(image: string): Task<PulledImage> {
    const reference = parseImageReference(image);
    if (!reference) {
      throw new CriError('InvalidArgument', `failed to parse image reference "${image}"`);
    }
    const { full } = reference;
    const fault = this.#faults.get(full);
    const model = this.#registry.find(reference);
    const duration =
      fault?.seconds !== undefined ? fault.seconds * 1000 : this.#duration(model, full);
    if (duration > 0) yield* sleepFully(this.#kernel.clock, duration);
    if (fault?.fail !== undefined) {
      throw new CriError(
        'Unknown',
        `failed to pull and unpack image "${full}": failed to resolve image: ${fault.fail}`,
      );
    }
    if (!model) {
      throw new CriError(
        'NotFound',
        `failed to pull and unpack image "${full}": failed to resolve image: ${full}: not found`,
      );
    }
    return this.#keep(model, full);
  }

  #keep(model: ImageModel, full: string): PulledImage {
    const pulled: PulledImage = {
      id: `sha256:${this.#kernel.random.stream(`image ${full}`).text(64, '0123456789abcdef')}`,
      model,
      reference: full,
      sizeBytes: model.sizeBytes,
    };
    this.#pulled.set(full, pulled);
    return pulled;
  }

  /** A node that has the image already only asks the registry whether it is still the newest. */
  #duration(model: ImageModel | undefined, full: string): number {
    if (this.#instant) return 0;
    const random = this.#kernel.random.stream(`pull ${full} ${this.#kernel.clock.now}`);
    const spread = 0.8 + 0.4 * random.fraction();
    const resolve = this.#contacted ? RESOLVE_MS : FIRST_PULL_MS;
    this.#contacted = true;
    const download =
      model && !this.#pulled.has(full) ? (model.sizeBytes / 1_048_576) * MS_PER_MIB : 0;
    return Math.round((resolve + download) * spread);
  }
}
