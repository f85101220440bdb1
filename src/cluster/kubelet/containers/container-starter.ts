import type { Container, Pod } from '../../../api/stored-objects';
import type { Kernel } from '../../../kernel/kernel';
import type { Task } from '../../../kernel/task';
import { toBytes } from '../../../runtime/bytes';
import { CriError, type PulledImage, type RuntimeService } from '../../../runtime/cri';
import type { FileNode } from '../../../runtime/vfs/node';
import { podKey } from '../../pod-containers';
import type { PodEvents } from '../../pod-events';
import type { ApiLookup } from '../api-lookup';
import type { NodeFacts } from '../field-ref';
import type { LifecycleTracker } from '../machines/lifecycle-tracker';
import type { NodeRecords } from '../observed/node-records';
import {
  findContainerStatus,
  hashContainer,
  type RuntimePodStatus,
} from '../observed/runtime-status';
import { type Cancellation, CancelledError } from '../sync-error';
import type { SyncResult } from '../sync-result';
import type { TaskGroup } from '../task-group';
import type { MountedVolume } from '../volumes/volume-manager';
import { generateContainerConfig } from './container-config';
import type { ContainerKiller } from './container-killer';
import { makeEnvironmentVariables } from './environment';
import { ImageError, type ImageManager } from './image-manager';
import { HookError, type HookRunner } from './lifecycle-hooks';

export interface ContainerStarterOptions {
  readonly kernel: Kernel;
  readonly runtime: RuntimeService;
  readonly images: ImageManager;
  readonly records: NodeRecords;
  readonly lookup: ApiLookup;
  readonly events: PodEvents;
  readonly hooks: HookRunner;
  readonly killer: ContainerKiller;
  readonly tasks: TaskGroup;
  readonly tracker: LifecycleTracker;
  readonly volumes: (uid: string) => ReadonlyMap<string, MountedVolume>;
  /** The node's memory, bytes. */
  readonly nodeMemoryBytes: number;
  readonly nodeFacts: (pod: Pod, podIPs: readonly string[]) => NodeFacts;
  /** The file that all containers of the sandbox mount as /etc/hosts. */
  readonly hostsFile: (pod: Pod, podIPs: readonly string[]) => FileNode | undefined;
}

function runningId({ containers }: RuntimePodStatus, name: string): string | undefined {
  return containers.find((one) => one.name === name && one.state === 'running')?.id;
}

type StartError = NonNullable<SyncResult['error']>;

/**
 * Starts one container: image, configuration, creation, start, postStart hook, in this order. Models
 * kuberuntime startContainer.
 */
export class ContainerStarter {
  readonly #options: ContainerStarterOptions;

  constructor(options: ContainerStarterOptions) {
    this.#options = options;
  }

  /** Returns why it could not be started; undefined when it runs. */
  *start(
    pod: Pod,
    container: Container,
    sandboxId: string,
    status: RuntimePodStatus,
    podIPs: readonly string[],
    cancellation: Cancellation,
  ): Task<StartError | undefined> {
    const { events, images, tracker } = this.#options;
    const { name } = container;
    const machine = tracker.container(pod, name);
    let image: PulledImage;
    let pulls = false;
    const noteThePull = () => {
      pulls = true;
      machine.send({ type: 'pull' });
    };
    try {
      image = yield* images.ensureImageExists(pod, container, cancellation, noteThePull);
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      if (!pulls) noteThePull();
      machine.send({ type: 'pull failed' });
      events.container(pod, name, 'Warning', 'Failed', `Error: ${error.reason}`);
      return { reason: error.reason, message: error.message };
    }
    machine.send({ type: 'create' });
    const created = this.#create(pod, container, sandboxId, status, podIPs, image);
    if ('error' in created) {
      machine.send({ type: 'start failed' });
      return created.error;
    }
    return yield* this.#run(pod, container, created.id, created.attempt, cancellation);
  }

  #create(
    pod: Pod,
    container: Container,
    sandboxId: string,
    status: RuntimePodStatus,
    podIPs: readonly string[],
    image: PulledImage,
  ): { readonly id: string; readonly attempt: number } | { readonly error: StartError } {
    const { events, records, runtime, kernel } = this.#options;
    const { uid } = pod.metadata;
    const { name } = container;
    const newest = findContainerStatus(status, name);
    const attempt = newest ? newest.restartCount + 1 : records.nextAttempt(uid, name);
    const failed = (reason: string, message: string) => {
      events.container(pod, name, 'Warning', 'Failed', `Error: ${message}`);
      return { error: { reason, message } };
    };
    const target = container.targetContainerName;
    const targetContainerId = target && runningId(status, target);
    if (target && targetContainerId === undefined) {
      return failed('CreateContainerConfigError', `unable to find target container ${target}`);
    }
    try {
      const variables = makeEnvironmentVariables(
        pod,
        container,
        this.#options.lookup,
        this.#options.nodeFacts(pod, podIPs),
      );
      const config = generateContainerConfig({
        pod,
        container,
        attempt,
        image,
        variables,
        volumes: this.#options.volumes(uid),
        targetContainerId: targetContainerId || undefined,
        nodeMemoryBytes: this.#options.nodeMemoryBytes,
        hosts: this.#options.hostsFile(pod, podIPs),
      });
      const id = runtime.createContainer(sandboxId, config);
      records.addContainer(id, {
        podUid: uid,
        name,
        hash: hashContainer(container),
        restartCount: attempt,
        resources: container.resources,
        message: {
          path: toBytes(container.terminationMessagePath ?? ''),
          policy: container.terminationMessagePolicy ?? 'File',
        },
      });
      kernel.trace.emit('container.created', { pod: podKey(pod), container: name, attempt });
      events.container(pod, name, 'Normal', 'Created', 'Container created');
      return { id, attempt };
    } catch (error) {
      if (error instanceof CriError) return failed('CreateContainerError', error.message);
      if (error instanceof Error) return failed('CreateContainerConfigError', error.message);
      throw error;
    }
  }

  *#run(
    pod: Pod,
    container: Container,
    id: string,
    attempt: number,
    cancellation: Cancellation,
  ): Task<StartError | undefined> {
    const { events, runtime, kernel, tracker, tasks } = this.#options;
    const { name } = container;
    const machine = tracker.container(pod, name);
    try {
      yield* runtime.startContainer(id);
    } catch (error) {
      if (!(error instanceof CriError)) throw error;
      events.container(pod, name, 'Warning', 'Failed', `Error: ${error.message}`);
      machine.send({ type: 'start failed' });
      return { reason: 'RunContainerError', message: error.message };
    }
    const hook = container.lifecycle?.postStart;
    kernel.trace.emit('container.started', { pod: podKey(pod), container: name, attempt });
    events.container(pod, name, 'Normal', 'Started', 'Container started');
    machine.send({ type: 'started', attempt, hook: hook !== undefined });
    // A program that ends at once has ended before the machine heard of its start.
    const status = runtime.containerStatus(id);
    if (status?.state === 'exited') machine.send({ type: 'exited', exitCode: status.exitCode });
    if (!hook) return undefined;

    const about = { pod: podKey(pod), container: name, hook: 'postStart' };
    kernel.trace.emit('hook.started', about);
    try {
      const run = this.#options.hooks.run(pod, container, id, hook);
      yield* tasks.unlessCancelled(run, cancellation);
      kernel.trace.emit('hook.finished', { ...about, ok: true });
      machine.send({ type: 'hook done' });
      return undefined;
    } catch (error) {
      const cancelled = error instanceof CancelledError;
      if (!(error instanceof HookError) && !cancelled) throw error;
      const message = cancelled ? 'context canceled' : error.message;
      kernel.trace.emit('hook.finished', { ...about, ok: false, message });
      // The event does not carry the message: it might hold what a container must not give away.
      const text = 'PostStartHook failed';
      events.container(pod, name, 'Warning', 'FailedPostStartHook', text);
      // The pod is to end, and its containers with it.
      if (cancelled) {
        machine.send({ type: 'hook done' });
        throw error;
      }
      const kill = this.#options.killer.kill(pod, id, name, {
        message: 'FailedPostStartHook',
        reason: 'FailedPostStartHook',
      });
      yield* tasks.unlessCancelled(kill, cancellation);
      return { reason: 'PostStartHookError', message };
    }
  }
}
