import { type Bytes, fromBytes, toBytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { plain } from '../errors';
import { writeText } from '../files';

const DEFAULT_EDITOR = 'vi';
const DEFAULT_SHELL = '/bin/bash';
const FILE_MODE = 0o600;
const NOT_FOUND = 127;

/** What the editor left, and where. */
export interface EditedFile {
  readonly path: string;
  readonly text: string;
}

/** Lets the user edit a text in a temporary file. Models pkg/cmd/util/editor/editor.go. */
export function* editText(sys: Sys, text: string): Call<EditedFile> {
  const path = `/tmp/kubectl-edit-${1_000_000_000 + sys.random(3_000_000_000)}.yaml`;
  yield* writeText(sys, path, text, FILE_MODE);
  yield* launch(sys, path);
  return { path, text: fromBytes(yield* readFile(sys, toBytes(path))) };
}

function variable(sys: Sys, name: string): string {
  return fromBytes(sys.env.get(name) ?? '');
}

function* launch(sys: Sys, path: string): Call<void> {
  const editor = variable(sys, 'KUBE_EDITOR') || variable(sys, 'EDITOR') || DEFAULT_EDITOR;
  const quoted = editor.includes(' ') && /["'\\]/.test(editor);
  const shell = variable(sys, 'SHELL') || DEFAULT_SHELL;
  const argv = quoted ? [shell, '-c', `${editor} "${path}"`] : [...editor.split(' '), path];
  const file = yield* findProgram(sys, argv[0] ?? '');
  if (file === undefined) throw plain(`unable to launch the editor "${editor}"`);
  const pid = sys.fork(function* run(child): Call<number> {
    try {
      return yield* child.exec(file, argv.map(toBytes));
    } catch (error) {
      if (error instanceof SysError) return NOT_FOUND;
      throw error;
    }
  });
  const ended = yield* sys.waitpid(pid);
  const status = ended?.status;
  if (status?.kind === 'exited' && status.code === 0) return;
  throw plain(`there was a problem with the editor "${editor}"`);
}

/** The program's file, looked for along $PATH. */
function* findProgram(sys: Sys, name: string): Call<Bytes | undefined> {
  const folders = name.includes('/') ? [''] : variable(sys, 'PATH').split(':');
  for (const folder of folders) {
    const path = toBytes(folder === '' ? name : `${folder}/${name}`);
    const found = sys.tryStat(path);
    if (typeof found !== 'string' && found.type === 'file') return path;
    yield* sys.breathe();
  }
  return undefined;
}

export function removeFile(sys: Sys, path: string): void {
  try {
    sys.unlink(toBytes(path));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}
