import { busyboxImage } from '../../../src/images/busybox.ts';
import { createKernel, type Kernel } from '../../../src/kernel/kernel.ts';
import { type Bytes, fromBytes, toBytes } from '../../../src/runtime/bytes.ts';
import { buildContainerRoot } from '../../../src/runtime/cri/container-root.ts';
import { containerUser } from '../../../src/runtime/cri/container-user.ts';
import { Namespace } from '../../../src/runtime/net/namespace.ts';
import { Network } from '../../../src/runtime/net/network.ts';
import { Machine } from '../../../src/runtime/process/machine.ts';
import type { Pipe } from '../../../src/runtime/process/pipe.ts';
import { spawnInit } from '../../../src/runtime/process/spawn.ts';
import type { Signal } from '../../../src/runtime/signals.ts';
import { exitCodeOf } from '../../../src/runtime/syscalls.ts';
import { DEFAULT_CAPABILITIES } from '../../../src/runtime/vfs/credentials.ts';
import type { DirectoryNode } from '../../../src/runtime/vfs/node.ts';
import { ensureDirectory, putFile, putSymlink, removeAt } from '../../../src/runtime/vfs/tree.ts';
import type { CaseFile, ContainerCase, ContainerOutcome } from './container-case.ts';

const EPOCH_MS = Date.UTC(2026, 0, 1);
/** Virtual time that a case may take. */
const LONGEST_MS = 600_000;
/** Turns of the event loop that a case may take: a script that never sleeps meets this bound first. */
const MOST_TURNS = 3_000_000;

/** What the recordings' container had beside the image: its own users, hosts, an open /root. */
const CIRCUMSTANCES: readonly CaseFile[] = [
  textFile('/etc/hosts', '127.0.0.1\tlocalhost\n10.244.0.5\tpod-1\n'),
  textFile(
    '/etc/passwd',
    'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\n' +
      'www-data:x:33:33:www-data:/var/www:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n',
  ),
  textFile('/etc/group', 'root:x:0:\ndaemon:x:1:\nwww-data:x:33:\nnobody:x:65534:\n'),
  { path: '/root', kind: 'directory', content: '', mode: 0o755, uid: 0, gid: 0 },
  { path: '/w', kind: 'directory', content: '', mode: 0o777, uid: 0, gid: 0 },
];

function textFile(path: string, content: string): CaseFile {
  return { path, kind: 'file', content, mode: 0o644, uid: 0, gid: 0 };
}

/** The image is one model for all cases, so that its layer is built once. */
const image = busyboxImage();

function place(root: DirectoryNode, file: CaseFile): void {
  const path = toBytes(file.path.slice(1));
  const { mode, uid, gid } = file;
  if (file.kind === 'link') putSymlink(root, path, toBytes(file.content), { uid, gid });
  else if (file.kind === 'file') putFile(root, path, toBytes(file.content), { mode, uid, gid });
  else {
    ensureDirectory(root, path.split('/').slice(0, -1).join('/'));
    const directory = ensureDirectory(root, path);
    directory.mode = mode;
    directory.uid = uid;
    directory.gid = gid;
  }
}

/** A container's file tree as the recordings had it: /w for the case, /tmp a file system of its own. */
function containerTree(machine: Machine, testCase: ContainerCase, net: Namespace) {
  const namespace = machine.createPidNamespace();
  const cgroup = machine.createCgroup();
  const host = { hostname: toBytes(testCase.hostname) };
  const tmp = machine.createFileSystem({ type: 'tmpfs', source: 'tmpfs', rootMode: 0o1777 });
  const mounts = buildContainerRoot(machine, {
    model: image,
    mounts: [{ containerPath: '/tmp', source: tmp.root, readOnly: false, volume: 'tmpfs' }],
    readOnly: false,
    terminationMessagePath: undefined,
    namespace,
    cgroup,
    net,
    host,
    pod: 'default/pod-1',
    container: 'case',
  });
  const root = mounts.root.root as DirectoryNode;
  for (const file of [...CIRCUMSTANCES, ...testCase.files]) {
    const isInTmp = file.path.startsWith('/tmp/');
    place(isInTmp ? tmp.root : root, isInTmp ? { ...file, path: file.path.slice(4) } : file);
  }
  for (const program of testCase.absent) removeAt(root, `bin/${toBytes(program)}`);
  return { namespace, cgroup, host, mounts };
}

/** Takes what comes out of a pipe as it comes, so that its writer never waits. */
function collect(kernel: Kernel, pipe: Pipe): () => Bytes {
  const reader = pipe.openReader();
  let bytes = '';
  const drain = (): void => {
    for (let piece = reader.tryRead(65_536); piece; piece = reader.tryRead(65_536)) bytes += piece;
  };
  kernel.start(
    (function* () {
      for (;;) {
        drain();
        yield reader.changed;
      }
    })(),
  );
  return () => {
    drain();
    return bytes;
  };
}

/** Runs a case in one container of image busybox:1.37 on a machine of its own, without a cluster. */
export function runInContainer(testCase: ContainerCase): ContainerOutcome {
  const kernel = createKernel({ seed: 1, epochMs: EPOCH_MS });
  const machine = new Machine({ kernel, name: 'node-1', onFile: () => {} });
  const net = new Namespace(new Network(kernel), '127.0.0.1');
  const { namespace, cgroup, host, mounts } = containerTree(machine, testCase, net);
  const user = containerUser(mounts.root.root, image.user, testCase);
  const [stdin, stdout, stderr] = [machine.newPipe(), machine.newPipe(), machine.newPipe()];
  // Opened first: a pipe that nobody reads takes nothing.
  const toInit = stdin.openReader();
  const output = collect(kernel, stdout);
  const errors = collect(kernel, stderr);
  const input = stdin.openWriter();
  if (testCase.stdin !== undefined) input.tryWrite(toBytes(testCase.stdin));
  input.release();

  const variables = { ...image.env, HOSTNAME: testCase.hostname, HOME: '/root', ...testCase.env };
  const env = Object.entries(variables).map(([name, value]) => [name, value].map(toBytes));
  let exitCode: number | undefined;
  const init = spawnInit(machine, {
    mounts,
    cwd: toBytes(testCase.cwd),
    argv: testCase.argv.map(toBytes),
    env: env as [Bytes, Bytes][],
    uid: user.uid,
    gid: user.gid,
    groups: user.groups,
    capabilities: DEFAULT_CAPABILITIES,
    namespace,
    cgroup,
    net,
    host,
    stdin: toInit,
    stdout: stdout.openWriter(),
    stderr: stderr.openWriter(),
    actor: { pod: 'default/pod-1', container: 'case' },
    onExit: (status) => {
      exitCode = exitCodeOf(status);
    },
  });
  for (const { at, signal } of testCase.signals) {
    kernel.clock.after(at * 1000, () => init.deliver(signal as Signal, 'node'));
  }
  for (let turns = 0; exitCode === undefined; turns++) {
    if (turns >= MOST_TURNS) throw new Error(`took more than ${MOST_TURNS} turns`);
    if (!kernel.clock.step()) throw new Error('waits for something that never comes');
    if (kernel.clock.now > LONGEST_MS) throw new Error('did not end within ten virtual minutes');
  }
  const failure = kernel.trace.records.find(({ type }) => type === 'program.failed');
  if (failure) throw new Error(`the program ${failure.program} failed: ${failure.message}`);
  return { stdout: fromBytes(output()), stderr: fromBytes(errors()), exitCode };
}
