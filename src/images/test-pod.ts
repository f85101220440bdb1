import { createKernel } from '../kernel/kernel';
import type { Bytes } from '../runtime/bytes';
import type { ImageFile, ImageModel } from '../runtime/image';
import { Namespace } from '../runtime/net/namespace';
import { Network } from '../runtime/net/network';
import { Machine } from '../runtime/process/machine';
import {
  type StartedProcess,
  type TestContainer,
  testContainer,
} from '../runtime/process/test-machine';
import type { Program } from '../runtime/syscalls';
import { file } from './linux-files';

/** 2026-01-01T00:00:00Z. */
const EPOCH_MS = 1_767_225_600_000;
/** Longest that a command may run before a test gives up on it, virtual ms. */
const PATIENCE_MS = 600_000;

/** A node with a pod network, to try images on without a cluster. Names are found by /etc/hosts. */
export class TestNode {
  readonly kernel = createKernel({ seed: 1, epochMs: EPOCH_MS });
  readonly network = new Network(this.kernel);
  readonly machine = new Machine({ kernel: this.kernel, name: 'node-1' });
  readonly #hosts: Bytes;

  /** `hosts`: names with the addresses they stand for. */
  constructor(hosts: Readonly<Record<string, string>> = {}) {
    this.network.setLocalNetwork((ip) => ip.startsWith('10.244.'));
    this.#hosts = Object.entries({ localhost: '127.0.0.1', ...hosts })
      .map(([name, ip]) => `${ip}\t${name}\n`)
      .join('');
  }

  /** A pod's network at an address. */
  pod(ip: string): Namespace {
    return new Namespace(this.network, ip, 'default/p');
  }

  container(
    image: ImageModel,
    pod: Namespace,
    files: Readonly<Record<string, Bytes | ImageFile>> = {},
  ): TestImage {
    const own = Object.entries(files).map(
      ([path, content]) => [path, typeof content === 'string' ? file(content) : content] as const,
    );
    const container = testContainer({
      machine: this.machine,
      files: {
        ...Object.fromEntries(image.files()),
        '/etc/hosts': file(this.#hosts),
        ...Object.fromEntries(own),
      },
    });
    return new TestImage(this, image, container, pod);
  }

  advance(ms: number): void {
    this.kernel.clock.runUntil(this.kernel.clock.now + ms);
  }
}

export interface Ran {
  readonly stdout: Bytes;
  readonly stderr: Bytes;
  readonly exitCode: number | undefined;
}

/** A container of an image, with what it has written so far. */
export class TestImage {
  readonly #node: TestNode;
  readonly #image: ImageModel;
  readonly #container: TestContainer;
  readonly #pod: Namespace;

  constructor(node: TestNode, image: ImageModel, container: TestContainer, pod: Namespace) {
    this.#node = node;
    this.#image = image;
    this.#container = container;
    this.#pod = pod;
  }

  /** Starts what the image starts, or another command. */
  start(
    args: readonly Bytes[] = [...(this.#image.entrypoint ?? []), ...(this.#image.cmd ?? [])],
    ids: { uid?: number; gid?: number } = {},
  ): StartedProcess {
    const env = Object.entries(this.#image.env ?? { PATH: '/usr/bin:/bin' });
    return this.#container.spawn({ argv: args, env, net: this.#pod, cwd: '/', ...ids });
  }

  /** Starts a program that is in no image. */
  startProgram(program: Program): StartedProcess {
    return this.#container.start(program, { net: this.#pod });
  }

  /** Everything written to stdout and stderr; empties both. */
  take(): { stdout: Bytes; stderr: Bytes } {
    const { stdout, stderr } = this.#container;
    const taken = { stdout: stdout.text, stderr: stderr.text };
    stdout.text = '';
    stderr.text = '';
    return taken;
  }

  /** Runs a command until it ends; a string is a shell script. */
  run(command: Bytes | readonly Bytes[]): Ran {
    this.take();
    const argv = typeof command === 'string' ? ['sh', '-c', command] : command;
    return this.#finish(this.start(argv));
  }

  /** Runs a program that is in no image. */
  runProgram(program: Program): Ran {
    this.take();
    return this.#finish(this.startProgram(program));
  }

  #finish(process: StartedProcess): Ran {
    const { clock } = this.#node.kernel;
    const end = clock.now + PATIENCE_MS;
    while (process.status === undefined && clock.now < end) clock.runUntil(clock.now + 10);
    const { status } = process;
    return { ...this.take(), exitCode: status?.kind === 'exited' ? status.code : undefined };
  }
}
