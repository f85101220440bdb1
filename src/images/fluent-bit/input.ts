import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import type { LogEvent } from '../records/record';
import type { Strands } from '../strands';
import type { FluentBitLog, LogLevel } from './log';
import type { LogParser } from './parsers';
import type { InputInstance } from './pipeline';

/** What an input plugin works with. */
export interface InputRun {
  readonly sys: Sys;
  readonly strands: Strands;
  readonly log: FluentBitLog;
  readonly input: InputInstance;
  /** As configured, or the instance's name. */
  readonly tag: Bytes;
  readonly parsers: ReadonlyMap<Bytes, LogParser>;
  /** Logs with the instance's name in front. */
  say(level: LogLevel, text: Bytes): void;
  emit(tag: Bytes, events: readonly LogEvent[]): void;
}

/** What runs once the engine has started; 'failed': the plugin cannot be initialised (it has said why). */
export type StartedInput = { readonly collect: Call<void> } | 'failed';

/** Listens; what stands in the way goes to the log. */
export function listenOrSay(run: InputRun, host: Bytes, port: number): number | undefined {
  try {
    return run.sys.listen({ host, port });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    run.log.add('warn', `Cannot listen on ${host} port ${port}`);
    return undefined;
  }
}
