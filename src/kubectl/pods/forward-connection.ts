import type { PortConnection } from '../../api/client';
import { ApiError } from '../../api/status';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';

const PIECE = 65_536;

/** Joins a local connection with one into the pod until both have ended; why it could not, if so. */
export function* forwardConnection(
  sys: Sys,
  fd: number,
  connect: () => PortConnection,
): Call<string | undefined> {
  let connection: PortConnection;
  try {
    connection = connect();
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
  // Reading and writing go on side by side, so a child does the reading.
  const reader = sys.fork((child) => pumpInput(child, fd, connection));
  try {
    for (;;) {
      for (let bytes = connection.take(); bytes; bytes = connection.take()) {
        yield* sys.write(fd, bytes);
      }
      if (connection.error !== undefined) return connection.error;
      if (connection.ended) break;
      yield* sys.wait(connection.changed);
    }
    sys.shutdown(fd);
  } catch (error) {
    // The client has gone.
    if (!(error instanceof SysError)) throw error;
  } finally {
    connection.close();
    endReader(sys, reader);
  }
  return undefined;
}

function* pumpInput(child: Sys, fd: number, connection: PortConnection): Call<number> {
  try {
    for (;;) {
      const bytes = yield* child.read(fd, PIECE);
      if (bytes === '') break;
      connection.write(bytes);
    }
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  connection.closeInput();
  return 0;
}

/** Kills the child that reads, if it has not ended by itself. */
export function endReader(sys: Sys, pid: number): void {
  try {
    sys.kill(pid, 'KILL');
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}
