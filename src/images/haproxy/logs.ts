import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { clockTime, logDate, monthName } from '../http/message';
import type { LogTarget, ProxyConfig } from './config';

export type HaproxySeverity = 'NOTICE' | 'WARNING' | 'ALERT';

/** What haproxy says on stderr about itself, and in its log about its work. */
export class HaproxyLogs {
  readonly #version: string;
  readonly #targets: readonly LogTarget[];
  #introduced = false;

  constructor(version: string, targets: readonly LogTarget[] = []) {
    this.#version = version;
    this.#targets = targets;
  }

  /** The same process with its log open. */
  withTargets(targets: readonly LogTarget[]): HaproxyLogs {
    const logs = new HaproxyLogs(this.#version, targets);
    logs.#introduced = this.#introduced;
    return logs;
  }

  /** `[ALERT]    (1) : …`; before its first warning a process says what it is. */
  *say(sys: Sys, severity: HaproxySeverity, text: Bytes): Call<void> {
    if (severity !== 'NOTICE' && !this.#introduced) {
      this.#introduced = true;
      yield* this.say(sys, 'NOTICE', `haproxy version is ${this.#version}`);
      yield* this.say(sys, 'NOTICE', 'path to executable is /usr/local/sbin/haproxy');
    }
    yield* put(sys, 2, `${`[${severity}]`.padEnd(10)} (${sys.pid}) : ${text}\n`);
  }

  /** A change of state: on stderr, and in the log of the proxies that have one. */
  *event(
    sys: Sys,
    severity: HaproxySeverity,
    text: Bytes,
    proxy: ProxyConfig,
    inLog: Bytes = text,
  ): Call<void> {
    // A worker has nothing more to say of itself.
    yield* put(sys, 2, `${`[${severity}]`.padEnd(10)} (${sys.pid}) : ${text}\n`);
    if (proxy.logs) yield* this.log(sys, severity === 'ALERT' ? 0 : 1, inLog);
  }

  /** A line of the log; `level` 0 (emerg) to 7 (debug). */
  *log(sys: Sys, level: number, text: Bytes): Call<void> {
    const priority = 16 * 8 + level;
    for (const { fd, format } of this.#targets) {
      const prefix =
        format === 'raw'
          ? ''
          : format === 'short'
            ? `<${level}>`
            : `<${priority}>${monthName(sys.nowMs)} ${dayOf(sys.nowMs)} ${clockTime(sys.nowMs)} haproxy[${sys.pid}]: `;
      yield* put(sys, fd, `${prefix}${text}\n`);
    }
  }
}

function dayOf(unixMs: number): string {
  return String(new Date(unixMs).getUTCDate()).padStart(2);
}

/** `21/Nov/2026:15:50:55.977`. */
export function acceptDate(unixMs: number): string {
  return `${logDate(unixMs).split(' ')[0]}.${String(unixMs % 1000).padStart(3, '0')}`;
}

function* put(sys: Sys, fd: number, text: Bytes): Call<void> {
  try {
    yield* sys.write(fd, text);
  } catch (error) {
    // A closed log does not stop the proxy.
    if (!(error instanceof SysError)) throw error;
  }
}
