import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, ExitStatus, Sys } from '../../runtime/syscalls';
import { Failure } from './applet';

const DEFAULT_PATH = '/usr/bin:/bin';

/** execvp(3): looks the program up in PATH; files that are no programs run in a shell. Throws SysError. */
export function* executeInPath(
  sys: Sys,
  argv: readonly Bytes[],
  env: ReadonlyMap<Bytes, Bytes> = sys.env,
): Call<never> {
  const name = argv[0] ?? '';
  if (name === '') throw new SysError('ENOENT');
  const folders = name.includes('/') ? [undefined] : (env.get('PATH') ?? DEFAULT_PATH).split(':');
  let failure = new SysError('ENOENT');
  for (const folder of folders) {
    const path = folder === undefined ? name : `${folder === '' ? '.' : folder}/${name}`;
    try {
      return yield* executeFile(sys, path, argv, env);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (error.errno !== 'ENOENT' && error.errno !== 'ENOTDIR' && error.errno !== 'EACCES') {
        throw error;
      }
      if (error.errno === 'EACCES' || folder === undefined) failure = error;
    }
  }
  throw failure;
}

function* executeFile(
  sys: Sys,
  path: Bytes,
  argv: readonly Bytes[],
  env: ReadonlyMap<Bytes, Bytes>,
): Call<never> {
  try {
    return yield* sys.exec(path, argv, env);
  } catch (error) {
    if (!(error instanceof SysError) || error.errno !== 'ENOEXEC') throw error;
    return yield* sys.exec('/bin/sh', ['/bin/sh', path, ...argv.slice(1)], env);
  }
}

/** Becomes another program, or fails with 127 (not found) or 126. */
export function* executeOrFail(
  sys: Sys,
  argv: readonly Bytes[],
  env: ReadonlyMap<Bytes, Bytes> = sys.env,
): Call<never> {
  try {
    return yield* executeInPath(sys, argv, env);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new Failure(
      `can't execute '${argv[0]}': ${error.message}`,
      error.errno === 'ENOENT' ? 127 : 126,
    );
  }
}

/**
 * Runs a command, looked up in PATH, as a child to its end. Returns how it ended, or why it could not be
 * started. Models libbb's spawn_and_wait.
 */
export function* runCommand(sys: Sys, argv: readonly Bytes[]): Call<ExitStatus | SysError> {
  const pid = startCommand(sys, argv);
  const ended = yield* sys.waitpid(pid.pid);
  if (pid.failure) return pid.failure;
  return ended?.status ?? new SysError('ECHILD');
}

/** A command that has been started; `failure` is set once the child finds that it cannot be executed. */
export interface StartedCommand {
  readonly pid: number;
  failure: SysError | undefined;
}

export function startCommand(sys: Sys, argv: readonly Bytes[]): StartedCommand {
  const started: { pid: number; failure: SysError | undefined } = { pid: 0, failure: undefined };
  started.pid = sys.fork(function* (child) {
    try {
      return yield* executeInPath(child, argv);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      started.failure = error;
      return error.errno === 'ENOENT' ? 127 : 126;
    }
  });
  return started;
}
