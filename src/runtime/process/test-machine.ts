import { createKernel } from '../../kernel/kernel';
import { WaitQueue } from '../../kernel/task';
import type { Bytes } from '../bytes';
import { fail, SysError } from '../errno';
import type { ImageFile, ImageModel } from '../image';
import type { NetNamespace, OpenFile } from '../open-file';
import type { ExitStatus, Program, Stat } from '../syscalls';
import { DEFAULT_CAPABILITIES } from '../vfs/credentials';
import { imageLayer } from '../vfs/layer';
import { MountNamespace } from '../vfs/mounts';
import { findInside } from '../vfs/tree';
import type { CgroupLimits } from './cgroup';
import { Machine } from './machine';
import { type SpawnInitOptions, spawnInit } from './spawn';

/** 2026-01-01T00:00:00Z. */
const EPOCH_MS = 1_767_225_600_000;

/** Collects what is written to it, as a container's log does. */
export class Collector implements OpenFile {
  text: Bytes = '';
  released = false;
  readonly readable = true;
  readonly writable = true;
  readonly #queue = new WaitQueue();
  readonly changed = this.#queue.wait;

  tryRead(): Bytes {
    return '';
  }

  tryWrite(bytes: Bytes): number {
    this.text += bytes;
    return bytes.length;
  }

  stat(): Stat {
    return fail('EINVAL');
  }

  release(): void {
    this.released = true;
  }
}

const NO_NETWORK: NetNamespace = {
  ip: '10.244.0.5',
  listen: () => fail('EADDRNOTAVAIL'),
  connect: () => fail('ENETUNREACH'),
  dnsQuery: () => fail('ENETUNREACH'),
  bindDatagrams: () => fail('ENETUNREACH'),
  sockets: () => [],
  addresses: () => [{ name: 'lo', ip: '127.0.0.1' }],
};

export interface TestContainer {
  readonly machine: Machine;
  readonly mounts: MountNamespace;
  readonly stdout: Collector;
  readonly stderr: Collector;
  /** Starts a program as the next process of the container's namespace: the first one is PID 1. */
  start(program: Program, options?: Partial<SpawnInitOptions>): StartedProcess;
  spawn(options: Partial<SpawnInitOptions> & { argv: readonly Bytes[] }): StartedProcess;
  readonly cgroup: ReturnType<Machine['createCgroup']>;
}

export interface StartedProcess {
  readonly process: ReturnType<typeof spawnInit>;
  status: ExitStatus | undefined;
}

/** A machine with one container on it, for tests. `programs` become /bin/NAME. */
export function testContainer(
  options: {
    programs?: Readonly<Record<string, Program>>;
    files?: Readonly<Record<string, ImageFile>>;
    limits?: Partial<CgroupLimits>;
    /** The machine of another container, if they shall share one. */
    machine?: Machine;
  } = {},
): TestContainer {
  const machine =
    options.machine ??
    new Machine({ kernel: createKernel({ seed: 1, epochMs: EPOCH_MS }), name: 'node-1' });
  const started: Program[] = [];
  const files = new Map<Bytes, ImageFile>([
    ['/tmp', { kind: 'directory', mode: 0o1777 }],
    ['/w', { kind: 'directory', mode: 0o777 }],
    ['/proc', { kind: 'directory' }],
    ['/dev', { kind: 'directory' }],
    ['/etc/passwd', { kind: 'file', content: 'root:x:0:0:root:/root:/bin/sh\n' }],
  ]);
  for (const [name, program] of Object.entries(options.programs ?? {})) {
    files.set(`/bin/${name}`, { kind: 'program', program });
  }
  files.set('/bin/test-main', {
    kind: 'program',
    program: (sys) => (started.shift() as Program)(sys),
  });
  for (const [path, file] of Object.entries(options.files ?? {})) files.set(path, file);
  const model: ImageModel = {
    repositories: ['docker.io/library/test'],
    sizeBytes: 1,
    files: () => files,
    modelled: 'lab',
    about: 'for tests',
  };
  const mounts = new MountNamespace(machine.createRoot(imageLayer(model, EPOCH_MS)).root);
  const namespace = machine.createPidNamespace();
  const host = { hostname: 'pod-1' };
  const cgroup = machine.createCgroup(options.limits);
  mount(mounts, '/proc', machine.createProc(namespace, NO_NETWORK, host));
  mount(mounts, '/dev', machine.createDevices().root);
  const stdout = new Collector();
  const stderr = new Collector();
  const spawn: TestContainer['spawn'] = (own) => {
    const result: { status: ExitStatus | undefined } = { status: undefined };
    const process = spawnInit(machine, {
      mounts,
      cwd: '/w',
      env: [['PATH', '/usr/bin:/bin']],
      uid: 0,
      gid: 0,
      groups: [0],
      capabilities: DEFAULT_CAPABILITIES,
      namespace,
      cgroup,
      net: NO_NETWORK,
      host,
      stdin: undefined,
      stdout,
      stderr,
      actor: { pod: 'default/p', container: 'c' },
      onExit: (status) => {
        result.status = status;
      },
      ...own,
    });
    return Object.assign(result, { process });
  };
  return {
    machine,
    mounts,
    stdout,
    stderr,
    cgroup,
    spawn,
    start: (program, own) => {
      started.push(program);
      return spawn({ argv: ['test-main'], ...own });
    },
  };
}

/** The error's name; anything but a failed system call is thrown on. */
export function errnoOf(error: unknown): string {
  if (error instanceof SysError) return error.errno;
  throw error;
}

/** Mounts a tree on a path that exists. */
export function mount(
  mounts: MountNamespace,
  path: Bytes,
  root: Parameters<MountNamespace['mount']>[1],
  options: Parameters<MountNamespace['mount']>[2] = {},
): void {
  const at = findInside(mounts, path);
  if (!at) throw new Error(`no ${path} to mount on`);
  mounts.mount(at, root, options);
}
