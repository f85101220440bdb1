import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import type { LogEvent } from '../records/record';
import type { Strands } from '../strands';
import type { Element } from './config';
import type { Attributes, FluentdLevel, FluentdLog } from './log';

/** What plugins of a worker work with. */
export interface PluginContext {
  readonly sys: Sys;
  readonly strands: Strands;
  readonly log: FluentdLog;
  readonly element: Element;
  /** Hands events on: to the section's label, or to the top level. */
  emit(tag: Bytes, events: readonly LogEvent[]): void;
  say(level: FluentdLevel, message: Bytes, attributes?: Attributes): void;
  /** Bytes more (or less) that wait in buffers. */
  account(bytes: number): void;
}

export interface Source {
  /** Opens ports and files; may throw ConfigError or SysError. */
  start(): Call<void>;
}

export interface Output {
  readonly element: Element;
  take(tag: Bytes, events: readonly LogEvent[]): void;
  start(): void;
  /** Sends what is buffered before the end. */
  stop(): Call<void>;
}

/** Says something with the plugin's @id in front. */
export function speaker(log: FluentdLog, element: Element): PluginContext['say'] {
  const id = element.parameters.get('@id');
  return (level, message, attributes = {}) => log.add(level, message, attributes, { id });
}
