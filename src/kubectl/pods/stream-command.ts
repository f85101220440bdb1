import type { RemoteCommand } from '../../api/client';
import type { Call, Sys } from '../../runtime/syscalls';
import { endReader } from './forward-connection';

const PIECE = 65_536;

export interface StreamOptions {
  /** Standard input goes to the command. */
  readonly stdin: boolean;
  /** The command has a terminal: this one hands over every key. */
  readonly tty: boolean;
}

/** Joins a remote command with this process's streams until it ends; returns its exit code. */
export function* streamCommand(
  sys: Sys,
  remote: RemoteCommand,
  options: StreamOptions,
): Call<number> {
  const restore = options.tty ? rawTerminal(sys, remote) : () => {};
  // Reading and writing go on side by side, so a child does the reading.
  const reader = options.stdin ? sys.fork((child) => pumpInput(child, remote)) : undefined;
  try {
    for (;;) {
      for (let piece = remote.take(); piece; piece = remote.take()) {
        yield* sys.write(piece.stream === 'stdout' ? 1 : 2, piece.bytes);
      }
      if (remote.exit) return remote.exit.code;
      if (options.tty) passResizes(sys, remote);
      yield* sys.wait(remote.changed);
    }
  } finally {
    restore();
    remote.close();
    if (reader !== undefined) endReader(sys, reader);
  }
}

function* pumpInput(child: Sys, remote: RemoteCommand): Call<number> {
  for (;;) {
    const bytes = yield* child.read(0, PIECE);
    if (bytes === '') break;
    remote.write(bytes);
  }
  remote.closeInput();
  return 0;
}

/** Turns off what the local terminal does by itself; returns how to turn it on again. */
function rawTerminal(sys: Sys, remote: RemoteCommand): () => void {
  const before = sys.terminalMode(0);
  sys.terminalMode(0, { canonical: false, echo: false, signals: false });
  const { columns, rows } = sys.terminalSize(0);
  remote.resize(columns, rows);
  sys.signalAction('WINCH', 'catch');
  return () => sys.terminalMode(0, before);
}

function passResizes(sys: Sys, remote: RemoteCommand): void {
  if (!sys.takeSignals().includes('WINCH')) return;
  const { columns, rows } = sys.terminalSize(0);
  remote.resize(columns, rows);
}
