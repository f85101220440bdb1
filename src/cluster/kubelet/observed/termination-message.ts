import { type Bytes, fromBytes } from '../../../runtime/bytes';
import type { CriContainerStatus, RuntimeService } from '../../../runtime/cri';

const LONGEST_FILE = 4096;
const LONGEST_LOG = 2048;
const MOST_LOG_LINES = 80;

export interface MessageSettings {
  readonly path: Bytes;
  /** File or FallbackToLogsOnError. */
  readonly policy: string;
}

/**
 * The message of an ended container: the runtime's, joined with what the container left in its termination
 * message file (or at the end of its log). Models kuberuntime convertToKubeContainerStatus.
 */
export function terminationMessage(
  runtime: RuntimeService,
  status: CriContainerStatus,
  settings: MessageSettings,
): string {
  const file = settings.path === '' ? '' : (runtime.readFile(status.id, settings.path) ?? '');
  const fallback =
    settings.policy === 'FallbackToLogsOnError' &&
    status.exitCode !== 0 &&
    status.reason !== 'ContainerCannotRun';
  let own = file.slice(-LONGEST_FILE);
  if (own === '' && fallback) own = endOfLog(runtime, status.id);
  if (own === '') return status.message;
  return status.message === '' ? fromBytes(own) : `${status.message}: ${fromBytes(own)}`;
}

function endOfLog(runtime: RuntimeService, id: string): Bytes {
  const entries = runtime.containerLog(id)?.entries ?? [];
  const lines: Bytes[] = [];
  let line = '';
  for (const { text, full } of entries) {
    line += text;
    if (!full) continue;
    lines.push(`${line}\n`);
    line = '';
  }
  if (line !== '') lines.push(line);
  return lines.slice(-MOST_LOG_LINES).join('').slice(-LONGEST_LOG);
}
