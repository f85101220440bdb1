import type {
  ByteStream,
  PortConnection,
  RemoteCommand,
  WatchEvent,
  WatchStream,
} from '../../api/client';
import { internalError } from '../../api/status';
import type { Pod } from '../../api/types';
import { toBytes } from '../../runtime/bytes';
import type { ExecRequest, KubeletEndpoint, LogRequest } from './kubelet-endpoint';

/** Logs, commands and changes of a recorded cluster, beside its objects. */
export interface Recording {
  /** `pod/container` → the lines of the current and the previous instance. */
  readonly logs?: Readonly<Record<string, RecordedLog>>;
  readonly exec?: readonly RecordedCommand[];
  /** Resource → what a watch sends after the list, before the server closes it. */
  readonly watch?: Readonly<Record<string, readonly WatchEvent[]>>;
}

interface RecordedLog {
  readonly current?: readonly RecordedLine[];
  readonly previous?: readonly RecordedLine[];
}

interface RecordedLine {
  /** RFC 3339. */
  readonly time: string;
  readonly text: string;
}

interface RecordedCommand {
  readonly pod: string;
  readonly container?: string;
  readonly command: readonly string[];
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
}

const never = () => () => {};

/** A stream whose content is known from the beginning. */
class FinishedStream implements ByteStream {
  readonly #bytes: string;
  readonly changed = never;
  closed = false;

  constructor(bytes: string) {
    this.#bytes = bytes;
  }

  take(): string | undefined {
    if (this.closed) return undefined;
    this.closed = true;
    return this.#bytes === '' ? undefined : this.#bytes;
  }

  close(): void {
    this.closed = true;
  }
}

const EXEC_ID = 'e'.repeat(64);

function requireRunning({ status }: Pod, container: string): void {
  const statuses = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  if (statuses.find(({ name }) => name === container)?.state?.running) return;
  throw internalError(`unable to upgrade connection: container not found ("${container}")`);
}

/** Plays a recording where there are no nodes. */
export class RecordedKubelet implements KubeletEndpoint {
  readonly #recording: Recording;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  logs(pod: Pod, request: LogRequest): ByteStream {
    const log = this.#recording.logs?.[`${pod.metadata.name}/${request.container}`];
    const all = (request.previous ? (log?.previous ?? log?.current) : log?.current) ?? [];
    const { sinceMs, tailLines, limitBytes, timestamps } = request;
    // Recorded times are whole seconds.
    const since = sinceMs === undefined ? 0 : Math.floor(sinceMs / 1000) * 1000;
    const recent = all.filter(({ time }) => Date.parse(time) >= since);
    const shown = tailLines === undefined ? recent : recent.slice(-tailLines || recent.length);
    const lines = tailLines === 0 ? [] : shown;
    const text = lines.map((line) => `${timestamps ? `${line.time} ` : ''}${line.text}\n`).join('');
    const bytes = toBytes(text);
    return new FinishedStream(limitBytes === undefined ? bytes : bytes.slice(0, limitBytes));
  }

  exec(pod: Pod, request: ExecRequest): RemoteCommand {
    const { container, command } = request;
    const found = this.#recording.exec?.find(
      (one) =>
        one.pod === pod.metadata.name &&
        (one.container === undefined || one.container === container) &&
        one.command.join('\0') === command.join('\0'),
    );
    requireRunning(pod, container);
    if (found) return finishedCommand(found);
    const [program = ''] = command;
    const why = program.includes('/')
      ? `stat ${program}: no such file or directory`
      : 'executable file not found in $PATH';
    throw internalError(
      `Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "${EXEC_ID}": OCI runtime exec failed: exec failed: unable to start container process: exec: ${JSON.stringify(program)}: ${why}`,
    );
  }

  attach(pod: Pod, request: Omit<ExecRequest, 'command'>): RemoteCommand {
    requireRunning(pod, request.container);
    return finishedCommand({});
  }

  /** A recording has no network behind it: nobody listens. */
  portForward(_pod: Pod, port: number): PortConnection {
    return {
      take: () => undefined,
      error: `failed to connect to localhost:${port}: connect: connection refused`,
      ended: true,
      changed: () => () => {},
      write: () => {},
      closeInput: () => {},
      close: () => {},
    };
  }
}

function finishedCommand(
  result: Pick<RecordedCommand, 'stdout' | 'stderr' | 'exitCode'>,
): RemoteCommand {
  const pieces: { stream: 'stdout' | 'stderr'; bytes: string }[] = [];
  if (result.stdout) pieces.push({ stream: 'stdout', bytes: toBytes(result.stdout) });
  if (result.stderr) pieces.push({ stream: 'stderr', bytes: toBytes(result.stderr) });
  return {
    take: () => pieces.shift(),
    exit: { code: result.exitCode ?? 0 },
    changed: never,
    write() {},
    closeInput() {},
    resize() {},
    close() {},
  };
}

/** The recorded changes of a resource as a watch that the server closes after them. */
export function recordedWatch(events: readonly WatchEvent[]): WatchStream {
  const left = [...events];
  return {
    take: () => left.shift(),
    get closed() {
      return left.length === 0;
    },
    changed: never,
    close: () => {
      left.length = 0;
    },
  };
}
