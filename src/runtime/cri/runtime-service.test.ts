import { describe, expect, it } from 'vitest';
import { createKernel } from '../../kernel/kernel';
import type { ContainerConfig, SandboxConfig } from '../cri';
import type { ImageModel } from '../image';
import { Namespace } from '../net/namespace';
import { Network } from '../net/network';
import { Machine } from '../process/machine';
import type { Program } from '../syscalls';
import { NodeImages } from './image-service';
import { ContainerRuntime, NO_LATENCY } from './runtime-service';

const SANDBOX: SandboxConfig = {
  name: 'web',
  namespace: 'default',
  uid: 'u1',
  attempt: 0,
  hostname: 'web',
  hostNetwork: false,
  shareProcessNamespace: false,
  resolvConf: 'nameserver 10.96.0.10\n',
};

function image(program: Program): ImageModel {
  return {
    repositories: ['docker.io/library/app'],
    sizeBytes: 1000,
    entrypoint: ['app'],
    modelled: 'real',
    about: '',
    files: () =>
      new Map([
        ['/bin/app', { kind: 'program' as const, program, mode: 0o755 }],
        ['/etc/passwd', { kind: 'file' as const, content: 'root:x:0:0:root:/root:/bin/sh\n' }],
      ]),
  };
}

function lab(program: Program, latency = NO_LATENCY) {
  const kernel = createKernel({ seed: 1, epochMs: 0 });
  const network = new Network(kernel);
  const machine = new Machine({ kernel, name: 'node-1' });
  const images = new NodeImages(kernel, { find: () => image(program) }, { instant: true });
  let host = 5;
  const runtime = new ContainerRuntime({
    kernel,
    machine,
    images,
    latency,
    newPodNetwork: (pod) => new Namespace(network, `10.244.0.${host++}`, pod),
    nodeNetwork: new Namespace(network, '192.168.49.2'),
  });
  const start = (config: Partial<ContainerConfig> = {}): string => {
    let id = '';
    kernel.start(
      (function* () {
        const pulled = yield* images.pullImage('app');
        const sandbox = yield* runtime.runPodSandbox(SANDBOX);
        id = runtime.createContainer(sandbox, {
          name: 'app',
          attempt: 0,
          imageId: pulled.id,
          env: [],
          mounts: [],
          ...config,
        });
        yield* runtime.startContainer(id);
      })(),
    );
    kernel.clock.runUntil(0);
    return id;
  };
  return { kernel, runtime, start };
}

describe('ContainerRuntime', () => {
  it('runs a program to its end and keeps its log', () => {
    const { kernel, runtime, start } = lab(function* (sys) {
      yield* sys.write(1, 'hello\npart');
      yield* sys.sleep(2000);
      return 3;
    });
    const id = start();
    kernel.clock.runUntil(1000);
    expect(runtime.containerStatus(id)?.state).toBe('running');
    kernel.clock.runUntil(10_000);
    const status = runtime.containerStatus(id);
    expect(status).toMatchObject({ state: 'exited', exitCode: 3, reason: 'Error' });
    expect(runtime.containerLog(id)?.entries.map(({ text, full }) => [text, full])).toEqual([
      ['hello', true],
      ['part', false],
    ]);
  });

  it('kills a program that ignores the stop signal when the grace period is over', () => {
    const { kernel, runtime, start } = lab(function* (sys) {
      for (;;) yield* sys.sleep(1_000_000);
    });
    const id = start();
    kernel.start(runtime.stopContainer(id, 5000));
    kernel.clock.runUntil(4999);
    expect(runtime.containerStatus(id)?.state).toBe('running');
    kernel.clock.runUntil(5001);
    expect(runtime.containerStatus(id)).toMatchObject({ state: 'exited', exitCode: 137 });
  });

  it('mounts the files of sandbox and kubelet from the disk of the node', () => {
    const { kernel, runtime, start } = lab(function* (sys) {
      const fd = yield* sys.open('/proc/mounts', { read: true });
      yield* sys.write(1, yield* sys.read(fd, 65_536));
      return 0;
    });
    const id = start({ terminationMessagePath: '/dev/termination-log' });
    kernel.clock.runUntil(1000);
    const lines = runtime.containerLog(id)?.entries.map(({ text }) => text) ?? [];
    for (const path of ['/etc/hostname', '/etc/resolv.conf', '/dev/termination-log']) {
      const line = lines.find((one) => one.includes(` ${path} `));
      expect(line).toMatch(/^\/dev\/sda1 \S+ ext4 /);
    }
  });

  it('words a missing program as the OCI runtime does', () => {
    const { runtime, kernel, start } = lab(function* (sys) {
      yield* sys.sleep(1);
      return 0;
    });
    expect(() => {
      start({ command: ['nope'] });
      kernel.clock.runUntil(10);
    }).toThrow('exec: "nope": executable file not found in $PATH');
    expect(runtime.listContainers()[0]).toMatchObject({ reason: 'StartError', exitCode: 128 });
  });

  it('runs a command beside the program and gives back its output and exit code', () => {
    const { kernel, runtime, start } = lab(function* (sys) {
      if (sys.argv[1] === 'ask') {
        yield* sys.write(1, `pid ${sys.pid}\n`);
        return 7;
      }
      for (;;) yield* sys.sleep(1_000_000);
    });
    const id = start();
    let result: unknown;
    kernel.start(runtime.execSync(id, ['app', 'ask'], 1000), (done) => {
      result = done;
    });
    kernel.clock.runUntil(100);
    expect(result).toEqual({ stdout: 'pid 6\n', stderr: '', exitCode: 7 });
  });

  it('lets a program that has just started come first: a command beside it takes its time', () => {
    const { kernel, runtime, start } = lab(
      function* (sys) {
        if (sys.argv[1] === 'ask') {
          yield* sys.write(1, 'hook\n');
          return 0;
        }
        for (;;) yield* sys.sleep(1_000_000);
      },
      { ...NO_LATENCY, execMs: 30 },
    );
    const id = start();
    let endedAt: number | undefined;
    kernel.start(runtime.execSync(id, ['app', 'ask'], 1000), () => {
      endedAt = kernel.clock.now;
    });
    kernel.clock.runUntil(29);
    expect(endedAt).toBeUndefined();
    kernel.clock.runUntil(100);
    expect(endedAt).toBeGreaterThanOrEqual(30);
  });

  it('frees the address of a sandbox that is lost', () => {
    const { kernel, runtime, start } = lab(function* (sys) {
      for (;;) yield* sys.sleep(1_000_000);
    });
    start();
    const sandbox = runtime.listSandboxes('u1')[0];
    runtime.loseSandbox(sandbox?.id ?? '');
    expect(runtime.listSandboxes('u1')[0]?.state).toBe('notready');
    expect(kernel.trace.records.some(({ type }) => type === 'sandbox.lost')).toBe(true);
  });
});
