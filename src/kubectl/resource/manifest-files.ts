import { goQuote } from '../../api/golang/quote';
import { type ManifestStep, manifestObjects } from '../../api/manifest-objects';
import { readManifestBytes } from '../../api/yaml/read-manifests';
import { type Bytes, fromBytes, toBytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile, readToEnd } from '../../runtime/read-file';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from '../command';
import { KubectlError, plain } from '../errors';
import { fileType, goErrno } from '../files';
import { buildKustomization } from '../kustomize/build';
import { resourceOfKind } from './mapper';

const EXTENSIONS = ['.json', '.yaml', '.yml'];

/** A manifest as a file brings it: an object, or the error that stands in its place. */
export interface FileStep {
  /** How messages name the file. */
  readonly file: string;
  readonly step: ManifestStep;
}

interface Source {
  readonly name: string;
  read(): Call<Bytes>;
}

/**
 * The objects of the files named with -f, or of the kustomization named with -k, in order. Reading goes on after an error, as kubectl's builder
 * does. `validating` is off where the command does not check manifests before it sends anything.
 */
export function* readFiles(
  invocation: Invocation,
  options: { readonly validating: boolean },
): Call<FileStep[]> {
  const sources: Source[] = [];
  const folder = invocation.flags.string('kustomize');
  if (folder !== '' && invocation.flags.list('filename').length > 0) {
    throw plain('only one of -f or -k can be specified');
  }
  if (folder !== '') {
    const read = function* (): Call<Bytes> {
      return toBytes(yield* buildKustomization(invocation.sys, folder));
    };
    sources.push({ name: folder, read });
  }
  for (const path of invocation.flags.list('filename')) {
    sources.push(...sourcesOf(invocation, path));
  }
  const kinds = (apiVersion: string, kind: string) => kindSpelling(invocation, apiVersion, kind);
  const steps: FileStep[] = [];
  for (const source of sources) {
    const read = readManifestBytes(yield* source.read());
    for (const step of manifestObjects(read, source.name, kinds, options.validating)) {
      steps.push({ file: source.name, step });
    }
  }
  return steps;
}

/** Throws for a file named with -f that does not exist. */
export function checkPaths(invocation: Invocation): void {
  for (const path of invocation.flags.list('filename')) sourcesOf(invocation, path);
}

function kindSpelling(
  { client }: Invocation,
  apiVersion: string,
  kind: string,
): string | undefined {
  if (resourceOfKind(client, apiVersion, kind)) return kind;
  const lower = client.resources().find(({ kind: known }) => known.toLowerCase() === kind);
  return lower && resourceOfKind(client, apiVersion, lower.kind)?.kind;
}

function sourcesOf(invocation: Invocation, path: string): Source[] {
  const { sys, flags } = invocation;
  if (path === '-') return [{ name: 'STDIN', read: () => readToEnd(sys, 0) }];
  if (/^https?:\/\//.test(path)) {
    const host = path.replace(/^https?:\/\//, '').replace(/[/?#].*$/, '');
    throw unreachable(host);
  }
  const type = fileType(sys, path);
  if (type === undefined) {
    const matched = globMatches(invocation, path);
    if (matched.length > 0) return matched.map((name) => fileSource(invocation, name));
    throw plain(`the path ${goQuote(path)} does not exist`);
  }
  if (type === 'file') return [fileSource(invocation, path)];
  const found = filesBelow(invocation, path, flags.bool('recursive'));
  if (found.length === 0) {
    throw plain(
      `error reading [${path}]: recognized file extensions are [${EXTENSIONS.join(' ')}]`,
    );
  }
  return found.map((name) => fileSource(invocation, name));
}

function fileSource({ sys }: Invocation, name: string): Source {
  return {
    name,
    *read() {
      try {
        return yield* readFile(sys, toBytes(name));
      } catch (error) {
        if (error instanceof SysError) throw plain(`open ${name}: ${goErrno(error)}`);
        throw error;
      }
    },
  };
}

function globMatches({ sys }: Invocation, path: string): string[] {
  if (!/[*?[]/.test(path)) return [];
  const slash = path.lastIndexOf('/');
  const folder = slash < 0 ? '.' : path.slice(0, slash) || '/';
  const prefix = slash < 0 ? '' : path.slice(0, slash + 1);
  const source = path
    .slice(slash + 1)
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  const pattern = new RegExp(`^${source}$`);
  if (fileType(sys, folder) !== 'directory') return [];
  const names = sys.readdir(toBytes(folder)).map(fromBytes).sort();
  return names.filter((name) => pattern.test(name)).map((name) => prefix + name);
}

/** Manifests in a folder, in the order of filepath.Walk. */
function filesBelow(invocation: Invocation, folder: string, recursive: boolean): string[] {
  const { sys } = invocation;
  const base = folder === '.' ? '' : `${folder.replace(/\/+$/, '')}/`;
  const found: string[] = [];
  for (const name of sys.readdir(toBytes(folder)).map(fromBytes).sort()) {
    const path = base + name;
    if (fileType(sys, path) === 'directory') {
      if (recursive) found.push(...filesBelow(invocation, path, true));
    } else if (EXTENSIONS.some((extension) => name.endsWith(extension))) {
      found.push(path);
    }
  }
  return found;
}

/** There are no servers outside the lab. */
function unreachable(host: string): KubectlError {
  if (/^[\d.]+(:\d+)?$/.test(host)) {
    return new KubectlError(
      `The connection to the server ${host} was refused - did you specify the right host or port?`,
    );
  }
  const name = host.replace(/:\d+$/, '');
  return new KubectlError(
    `Unable to connect to the server: dial tcp: lookup ${name}: no such host`,
  );
}
