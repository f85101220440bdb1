import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';

/** How much went which way, and who ended it. */
export interface Relayed {
  readonly fromClient: number;
  readonly fromServer: number;
  readonly end: 'client closed' | 'server closed' | 'client failed' | 'server failed' | 'idle';
}

/**
 * Passes bytes between two connections until both sides have said that they are done, one fails, or nothing
 * moves for `idleMs`. Closes neither.
 */
export function* relay(
  sys: Sys,
  client: number,
  server: number,
  idleMs?: number,
  onMoved: (from: 'client' | 'server', bytes: number) => void = () => {},
): Call<Relayed> {
  const moved = { client: 0, server: 0 };
  const open = new Set<'client' | 'server'>(['client', 'server']);
  let first: 'client' | 'server' | undefined;
  const report = (end: Relayed['end']): Relayed => ({
    fromClient: moved.client,
    fromServer: moved.server,
    end,
  });
  while (open.size > 0) {
    const watched = [...open].map((side) => ({ fd: side === 'client' ? client : server }));
    const ready = yield* pollOn(sys, watched, idleMs);
    if (ready === 'interrupted') continue;
    if (ready === undefined) return report('idle');
    const from = ready === client ? 'client' : 'server';
    const other = from === 'client' ? server : client;
    try {
      const bytes = yield* sys.read(ready, 65_536);
      if (bytes === '') {
        open.delete(from);
        first ??= from;
        sys.shutdown(other);
        continue;
      }
      moved[from] += bytes.length;
      onMoved(from, bytes.length);
      yield* sys.write(other, bytes);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      return report(from === 'client' ? 'client failed' : 'server failed');
    }
  }
  return report(first === 'server' ? 'server closed' : 'client closed');
}

function* pollOn(
  sys: Sys,
  fds: readonly { readonly fd: number }[],
  idleMs: number | undefined,
): Call<number | undefined | 'interrupted'> {
  try {
    return yield* sys.poll(fds, idleMs);
  } catch (error) {
    if (error instanceof SysError && error.errno === 'EINTR') return 'interrupted';
    throw error;
  }
}
