import { goQuote } from '../../api/golang/quote';
import type { Pod } from '../../api/types';
import type { Task } from '../../kernel/task';
import { type Bytes, fromBytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import { collect, exists, makeFolders, writeFile } from '../copy/local-files';
import {
  baseOf,
  cleanPath,
  isInside,
  joinPath,
  parentOf,
  withoutLastSlash,
  withoutShortcuts,
} from '../copy/paths';
import { readTar, type TarEntry, writeTar } from '../copy/tar';
import { KubectlError, plain } from '../errors';
import { bool, int, string } from '../flags/flag';
import { connected, executable } from './exec';

export const cp: Command = {
  name: 'cp',
  summary: 'Copy files and directories to and from containers',
  flags: [string('container', 'c'), bool('no-preserve'), int('retries')],
  run,
};

interface FileSpec {
  /** Undefined for files on this machine. */
  readonly pod: string | undefined;
  readonly namespace: string;
  readonly path: string;
}

function* run(invocation: Invocation): Task<number> {
  const { args } = invocation;
  const [from = '', to = ''] = args;
  if (args.length !== 2) throw plain('source and destination are required');
  const source = fileSpec(invocation, from);
  const target = fileSpec(invocation, to);
  if (source.pod !== undefined && target.pod !== undefined) {
    throw plain('one of src or dest must be a local file specification');
  }
  if (source.path === '' || target.path === '') throw plain('filepath can not be empty');
  if (source.pod !== undefined) yield* copyFrom(invocation, source, target.path);
  else if (target.pod !== undefined) yield* copyTo(invocation, source.path, target);
  else throw plain('one of src or dest must be a remote file specification');
  return 0;
}

/** `[[NAMESPACE/]POD:]PATH`. */
function fileSpec({ namespace }: Invocation, text: string): FileSpec {
  const colon = text.indexOf(':');
  if (colon < 0) return { pod: undefined, namespace, path: withoutLastSlash(text) };
  const path = withoutLastSlash(text.slice(colon + 1));
  const parts = text.slice(0, colon).split('/');
  if (colon === 0 || parts.length > 2) {
    throw plain('filespec must match the canonical format: [[namespace/]pod:]file/path');
  }
  const [first = '', second] = parts;
  if (second === undefined) return { pod: first, namespace, path };
  return { pod: second, namespace: first || namespace, path };
}

interface Executed {
  readonly stdout: Bytes;
  readonly code: number;
}

/** Runs a command in the pod; its standard error goes where `onError` takes it. */
function* execute(
  invocation: Invocation,
  { pod = '', namespace }: FileSpec,
  command: readonly string[],
  options: { input?: Bytes; onError(text: string): void },
): Call<Executed> {
  const { client, output, sys } = invocation;
  const found = client.get('pods', namespace, pod) as Pod;
  const container = executable(invocation, found, (notice) => options.onError(`${notice}\n`));
  yield* output.flush(sys);
  const stdin = options.input !== undefined;
  const remote = connected(() => client.exec(namespace, pod, { container, command, stdin }));
  if (options.input !== undefined) {
    remote.write(options.input);
    remote.closeInput();
  }
  const pieces: Bytes[] = [];
  try {
    for (;;) {
      for (let piece = remote.take(); piece; piece = remote.take()) {
        if (piece.stream === 'stdout') pieces.push(piece.bytes);
        else options.onError(fromBytes(piece.bytes));
      }
      if (remote.exit) return { stdout: pieces.join(''), code: remote.exit.code };
      yield* sys.wait(remote.changed);
    }
  } finally {
    remote.close();
  }
}

function failIfAny(code: number): void {
  if (code !== 0) throw new KubectlError(`command terminated with exit code ${code}`, code);
}

function* copyTo(invocation: Invocation, path: string, target: FileSpec): Task<number> {
  const { flags, output, sys } = invocation;
  if (!exists(sys, path)) throw plain(`${path} doesn't exist in local filesystem`);
  const isFolder = yield* remoteFolder(invocation, target);
  const name = isFolder ? joinPath(target.path, baseOf(path)) : target.path;
  const entries = yield* collect(sys, cleanPath(path), baseOf(cleanPath(name)));
  const keep = flags.bool('no-preserve') ? ['--no-same-permissions', '--no-same-owner'] : [];
  const command = ['tar', ...keep, '-xmf', '-', '-C', parentOf(name)];
  const { stdout, code } = yield* execute(invocation, target, command, {
    input: writeTar(entries),
    onError: (text) => output.err(text),
  });
  output.out(fromBytes(stdout));
  failIfAny(code);
  return 0;
}

function* remoteFolder(invocation: Invocation, target: FileSpec): Call<boolean> {
  try {
    const command = ['test', '-d', target.path];
    const { code } = yield* execute(invocation, target, command, { onError() {} });
    return code === 0;
  } catch {
    // Whatever is wrong comes up again when the file is copied.
    return false;
  }
}

function* copyFrom(invocation: Invocation, source: FileSpec, target: string): Task<number> {
  const { output, sys } = invocation;
  const { stdout, code } = yield* execute(invocation, source, ['tar', 'cf', '-', source.path], {
    onError: (text) => output.out(text),
  });
  failIfAny(code);
  const prefix = withoutShortcuts(cleanPath(source.path.replace(/^\/+/, '')));
  for (const entry of readTar(stdout)) {
    if (!entry.name.startsWith(prefix)) throw plain('tar contents corrupted');
    const path = joinPath(target, entry.name.slice(prefix.length));
    if (!isInside(target, path)) {
      output.err(`warning: file ${goQuote(path)} is outside target destination, skipping\n`);
      continue;
    }
    makeFolders(sys, parentOf(path));
    if (entry.type === 'directory') makeFolders(sys, path);
    else if (entry.type === 'symlink') tellSkipped(invocation, source, path, entry);
    else yield* writeFile(sys, path, entry.content);
  }
  return 0;
}

function tellSkipped(
  { output }: Invocation,
  { namespace, path, pod = '' }: FileSpec,
  local: string,
  { target }: TarEntry,
): void {
  const hint = `consider using "kubectl exec -n ${goQuote(namespace)} ${goQuote(pod)} -- tar cf - ${goQuote(path)} | tar xf -"`;
  output.err(`warning: skipping symlink: ${goQuote(local)} -> ${goQuote(target)} (${hint})\n`);
}
