import { envVarNameProblems } from '../../api/names';
import { type Bytes, fromBytes, toBytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import type { Invocation } from '../command';
import { plain } from '../errors';
import { goErrno, pathError } from '../files';

/** Takes one entry of the object's data; throws when it cannot be. */
export type AddEntry = (key: string, value: Bytes, fromFile: boolean) => void;

/** --from-literal, --from-file and --from-env-file of ConfigMaps and Secrets. */
export function addLiterals({ flags }: Invocation, add: AddEntry): void {
  for (const source of flags.list('from-literal')) {
    const equals = source.indexOf('=');
    if (equals <= 0) throw plain(`invalid literal source ${source}, expected key=value`);
    add(source.slice(0, equals), toBytes(source.slice(equals + 1)), false);
  }
}

export function* addFiles(
  { sys }: Invocation,
  sources: readonly string[],
  add: AddEntry,
): Call<void> {
  for (const source of sources) {
    const { key, path } = fileSource(source);
    if (typeOf(sys, path) !== 'directory') {
      add(key, yield* readOrFail(sys, path), true);
      continue;
    }
    if (source.includes('=')) throw plain('cannot give a key name for a directory path');
    const names = sys.readdir(toBytes(path)).map(fromBytes);
    for (const name of [...names].sort()) {
      const inside = `${path.replace(/\/$/, '')}/${name}`;
      if (typeOf(sys, inside) !== 'file') continue;
      add(name, yield* readOrFail(sys, inside), true);
    }
  }
}

/** `noun` is what a directory cannot be: an env config file, an env secret file. */
export function* addEnvFiles({ sys, flags }: Invocation, noun: string, add: AddEntry): Call<void> {
  for (const path of flags.list('from-env-file')) {
    if (typeOf(sys, path) === 'directory') throw plain(`env ${noun} file cannot be a directory`);
    const lines = (yield* readOrFail(sys, path)).split('\n');
    lines.forEach((line, index) => {
      const entry = envFileLine(sys, line.replace(/\r$/, ''), index);
      if (entry) add(entry.key, entry.value, false);
    });
  }
}

/** Models processEnvFileLine. */
function envFileLine(
  sys: Sys,
  given: Bytes,
  index: number,
): { key: string; value: Bytes } | undefined {
  const bare = index === 0 ? given.replace(/^\xef\xbb\xbf/, '') : given;
  const line = bare.replace(/^[\s]+/, '');
  if (line === '' || line.startsWith('#')) return undefined;
  const equals = line.indexOf('=');
  const key = fromBytes(equals < 0 ? line : line.slice(0, equals));
  const problems = envVarNameProblems(key);
  if (problems.length > 0) {
    throw plain(`"${key}" is not a valid key name: ${problems.join(';')}`);
  }
  const value = equals < 0 ? (sys.env.get(toBytes(key)) ?? '') : line.slice(equals + 1);
  return { key, value };
}

function fileSource(source: string): { key: string; path: string } {
  const parts = source.split('=');
  const [first = '', second = ''] = parts;
  if (parts.length === 1) return { key: baseName(source), path: source };
  if (parts.length > 2) throw plain("key names or file paths cannot contain '='");
  if (first === '') throw plain(`key name for file path ${second} missing`);
  if (second === '') throw plain(`file path for key name ${first} missing`);
  return { key: first, path: second };
}

function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

function typeOf(sys: Sys, path: string): 'file' | 'directory' | 'other' {
  try {
    const { type } = sys.stat(toBytes(path));
    return type === 'directory' || type === 'file' ? type : 'other';
  } catch (error) {
    if (error instanceof SysError) throw plain(`error reading ${path}: ${goErrno(error)}`);
    throw error;
  }
}

function* readOrFail(sys: Sys, path: string): Call<Bytes> {
  try {
    return yield* readFile(sys, toBytes(path));
  } catch (error) {
    if (error instanceof SysError) throw plain(pathError('open', path, error));
    throw error;
  }
}

/** Whether bytes are UTF-8. */
export function isUtf8(bytes: Bytes): boolean {
  return toBytes(fromBytes(bytes)) === bytes;
}
