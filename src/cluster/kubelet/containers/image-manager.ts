import type { Container, Pod } from '../../../api/stored-objects';
import type { Kernel } from '../../../kernel/kernel';
import { anyOf, type Task, WaitQueue } from '../../../kernel/task';
import { CriError, type ImageService, type PulledImage } from '../../../runtime/cri';
import { parseImageReference } from '../../../runtime/cri/image-reference';
import { BackOff } from '../../back-off';
import { podKey } from '../../pod-containers';
import type { PodEvents } from '../../pod-events';
import { goDuration } from '../go-duration';
import { type Cancellation, CancelledError } from '../sync-error';
import type { TaskGroup } from '../task-group';

/** Why a container's image is not there; `reason` is its waiting reason. */
export class ImageError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

const INITIAL_BACK_OFF_MS = 10_000;
const LONGEST_BACK_OFF_MS = 300_000;

/** Brings images to the node, one pull at a time. Models pkg/kubelet/images/image_manager.go. */
export class ImageManager {
  readonly #kernel: Kernel;
  readonly #images: ImageService;
  readonly #events: PodEvents;
  readonly #tasks: TaskGroup;
  readonly #backOff: BackOff;
  readonly #previousErrors = new Map<string, string>();
  /** Those who pull (the first) and who wait for their turn, each to be woken when it comes. */
  readonly #queue: WaitQueue[] = [];

  constructor(kernel: Kernel, images: ImageService, events: PodEvents, tasks: TaskGroup) {
    this.#kernel = kernel;
    this.#images = images;
    this.#events = events;
    this.#tasks = tasks;
    this.#backOff = new BackOff(() => kernel.clock.now, {
      initialMs: INITIAL_BACK_OFF_MS,
      maxMs: LONGEST_BACK_OFF_MS,
    });
  }

  /** Throws ImageError. `onPull` is called when a pull begins (it may wait for others). */
  *ensureImageExists(
    pod: Pod,
    container: Container,
    cancellation: Cancellation,
    onPull: () => void,
  ): Task<PulledImage> {
    const { image } = container;
    const reference = parseImageReference(image);
    if (!reference) this.#invalidName(pod, container);
    const policy = container.imagePullPolicy ?? 'IfNotPresent';
    const present = policy === 'Always' ? undefined : this.#images.imageStatus(image);
    if (present) {
      const text = `Container image "${image}" already present on machine and can be accessed by the pod`;
      this.#events.container(pod, container.name, 'Normal', 'Pulled', text);
      return present;
    }
    if (policy === 'Never') {
      const text = `Container image "${image}" is not present with pull policy of Never`;
      this.#events.container(pod, container.name, 'Warning', 'ErrImageNeverPull', text);
      throw new ImageError('ErrImageNeverPull', text);
    }
    return yield* this.#pull(pod, container, cancellation, onPull);
  }

  *#pull(
    pod: Pod,
    container: Container,
    cancellation: Cancellation,
    onPull: () => void,
  ): Task<PulledImage> {
    const { image, name } = container;
    const { clock, trace } = this.#kernel;
    const key = `${pod.metadata.uid}_${image}`;
    if (this.#backOff.isInBackOffSinceUpdate(key, clock.now)) {
      const text = `Back-off pulling image "${image}"`;
      this.#events.container(pod, name, 'Normal', 'BackOff', text);
      const before = this.#previousErrors.get(key);
      throw new ImageError('ImagePullBackOff', before ? `${text}: ${before}` : text);
    }
    this.#previousErrors.delete(key);
    const about = { pod: podKey(pod), container: name, image };
    this.#events.container(pod, name, 'Normal', 'Pulling', `Pulling image "${image}"`);
    trace.emit('image.pulling', about);
    onPull();
    const queuedMs = clock.now;
    try {
      const { pulled, pullMs } = yield* this.#inTurn(image, cancellation);
      const whole = goDuration(clock.now - queuedMs);
      const text = `Successfully pulled image "${image}" in ${goDuration(pullMs)} (${whole} including waiting). Image size: ${pulled.sizeBytes} bytes.`;
      this.#events.container(pod, name, 'Normal', 'Pulled', text);
      trace.emit('image.pulled', about);
      this.#backOff.collectGarbage();
      return pulled;
    } catch (error) {
      if (!(error instanceof CriError)) throw error;
      const message = `rpc error: code = ${error.code} desc = ${error.message}`;
      const text = `Failed to pull image "${image}": ${message}`;
      this.#events.container(pod, name, 'Warning', 'Failed', text);
      this.#backOff.next(key, clock.now);
      this.#previousErrors.set(key, `ErrImagePull: ${message}`);
      trace.emit('image.failed', { ...about, reason: message });
      throw new ImageError('ErrImagePull', message);
    }
  }

  /** Pulls are serial on a node; the time in the queue counts as waiting. */
  *#inTurn(
    image: string,
    cancellation: Cancellation,
  ): Task<{ pulled: PulledImage; pullMs: number }> {
    const turn = new WaitQueue();
    this.#queue.push(turn);
    try {
      while (this.#queue[0] !== turn) {
        if (cancellation.cancelled) throw new CancelledError();
        yield anyOf(turn.wait, cancellation.changed.wait);
      }
      const began = this.#kernel.clock.now;
      const pull = this.#images.pullImage(image);
      const pulled = yield* this.#tasks.unlessCancelled(pull, cancellation);
      return { pulled, pullMs: this.#kernel.clock.now - began };
    } finally {
      this.#queue.splice(this.#queue.indexOf(turn), 1);
      this.#queue[0]?.wakeAll();
    }
  }

  #invalidName(pod: Pod, container: Container): never {
    const { image } = container;
    const text = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${whyInvalid(image)}`;
    this.#events.container(pod, container.name, 'Warning', 'InspectFailed', text);
    throw new ImageError('InvalidImageName', text);
  }
}

/** Models github.com/distribution/reference ParseNormalizedNamed: capitals have an error of their own. */
function whyInvalid(image: string): string {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const isDomain = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const remainder = isDomain ? image.slice(slash + 1) : image;
  const path = remainder.split(/[:@]/)[0] ?? '';
  const name = slash < 0 ? `library/${path}` : path;
  const capitals = name !== name.toLowerCase();
  return `invalid reference format${capitals ? `: repository name (${name}) must be lowercase` : ''}`;
}
