import type { Call, Sys } from '../../runtime/syscalls';
import { timestampText } from '../sql/types';

/** A line as PostgreSQL logs it to standard error: `2026-01-01 00:00:01.123 UTC [1] LOG:  …`. */
export function* logLine(sys: Sys, pid: number, level: string, text: string): Call<void> {
  yield* sys.write(2, logText(sys.nowMs, pid, level, text));
}

export function logText(unixMs: number, pid: number, level: string, text: string): string {
  const ms = String(Math.floor(unixMs) % 1000).padStart(3, '0');
  return `${timestampText(unixMs)}.${ms} UTC [${pid}] ${level}:  ${text}\n`;
}
