import path from 'node:path';
import type { Import } from './imports.ts';

/** The system calls and what their types are made of: all that a program may know of the runtime. */
const SYSTEM_CALLS = [
  'src/runtime/syscalls',
  'src/runtime/bytes',
  'src/runtime/errno',
  'src/runtime/signals',
  // The libc's part: whole files, and names to addresses, by system calls.
  'src/runtime/read-file',
  'src/runtime/net/resolver',
  'src/runtime/net/dns-message',
  // And what libssl is to programs.
  'src/runtime/net/certificate',
  'src/runtime/net/tls',
];

/** What a run is to those who look at it: values and types without the parts that make it. */
const RUN = ['src/lab/run', 'src/lab/picture', 'src/lab/simulator-api'];

/**
 * Who may import whom, beside files of the same room. A room is a folder below src, or a file that
 * lies directly in src. An entry names a room, or a file without its ending.
 */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  runtime: ['kernel'],
  shell: ['kernel', ...SYSTEM_CALLS],
  images: ['kernel', 'runtime', 'shell'],
  api: [],
  cluster: ['api', 'kernel', 'runtime'],
  kubectl: ['api', 'kernel', ...SYSTEM_CALLS],
  // What simulator.ts is put together from: workstation, picture, faults; and what the page exchanges.
  lab: ['api', 'cluster', 'images', 'kernel', 'kubectl', 'runtime', 'shell'],
  simulator: ['api', 'cluster', 'images', 'kernel', 'kubectl', 'lab', 'runtime', 'shell'],
  lessons: ['api', 'lab', 'simulator'],
  // The page knows a run and its picture, not what they are made by.
  ui: ['lessons', 'simulator', 'worker', ...RUN, 'src/lab/limitations'],
  cli: ['api', 'lab', 'lessons', 'simulator'],
  worker: ['lab', 'lessons', 'simulator', 'ui'],
  main: ['lab', 'lessons', 'simulator', 'ui', 'worker'],
  embed: ['lab', 'lessons', 'simulator', 'ui', 'worker'],
};

/** What the tests of a room may import beyond it, to have something to try it on. */
const ROOMS_OF_TESTS: Readonly<Record<string, readonly string[]>> = {
  // A run as a whole is tried on the simulator.
  lab: ['simulator'],
  shell: ['runtime'],
  kubectl: ['cluster', 'runtime'],
};

/** Rooms in which the same run must give the same trace: see determinism.ts. */
export const DETERMINISTIC_ROOMS = new Set(
  'kernel runtime shell images api cluster kubectl lab simulator lessons'.split(' '),
);

/** Tests, and what only they use: `test-….ts`. */
const isTest = (file: string) => /\.test\.tsx?$|\/test-[a-z-]+\.ts$/.test(file);
const withoutEnding = (file: string) => file.replace(/\.tsx?$/, '');

/** `src/kernel/clock.ts` → `kernel`, `src/simulator.ts` → `simulator`. */
export function roomOf(file: string): string {
  const [, first = ''] = file.split('/');
  return first.replace(/(\.test)?\.tsx?$/, '');
}

function mayImport(from: string, to: string): boolean {
  const room = roomOf(from);
  if (room === roomOf(to)) return true;
  const allowed = [...(ROOMS[room] ?? []), ...(isTest(from) ? (ROOMS_OF_TESTS[room] ?? []) : [])];
  return allowed.includes(roomOf(to)) || allowed.includes(withoutEnding(to));
}

const PAGE_PACKAGES = /^(react|react-dom|@xstate\/react|zustand|monaco-|@xterm\/|radix-ui|lucide-)/;
const PAGE_ROOMS = new Set(['ui', 'main', 'embed']);
/** Rooms that run in Node, and may use it. */
const NODE_ROOMS = new Set(['cli']);

function outsideProblem(from: string, specifier: string): string | undefined {
  const room = roomOf(from);
  if (specifier.startsWith('.')) {
    const target = path.posix.join(path.posix.dirname(from), specifier);
    if (!target.startsWith('src/')) {
      return isTest(from) ? undefined : `${from} imports ${specifier}, which is outside src`;
    }
    const isAsset = /\.(css|json|svg|md)(\?.*)?$/.test(specifier);
    return isAsset ? undefined : `${from} imports ${specifier}, which is not there`;
  }
  if (isTest(from)) return undefined;
  if (room === 'kernel') return `${from} imports ${specifier}: the kernel imports nothing`;
  if (specifier.startsWith('node:') && !NODE_ROOMS.has(room)) {
    return `${from} imports ${specifier}: it must also run in a browser`;
  }
  if (PAGE_PACKAGES.test(specifier) && !PAGE_ROOMS.has(room)) {
    return `${from} imports ${specifier}: only src/ui draws`;
  }
  return undefined;
}

/** Imports that go against the rooms' directions. */
export function roomProblems(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, specifier, to }) => {
    const room = roomOf(from);
    if (!(room in ROOMS) && !isTest(from))
      return [`${from}: no such room, see scripts/architecture/rooms.ts`];
    if (to === undefined) return outsideProblem(from, specifier) ?? [];
    if (isTest(to) && !isTest(from)) return [`${from} imports ${to}, which is for tests`];
    if (mayImport(from, to)) return [];
    const allowed = ROOMS[room]?.join(', ') || 'nothing';
    return [`${from} imports ${to}: ${room} may import ${allowed}`];
  });
}
