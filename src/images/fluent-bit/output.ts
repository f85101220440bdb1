import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import type { DateSettings } from './event-text';
import type { FluentBitLog, LogLevel } from './log';
import type { Chunk, FlushResult } from './pipeline';
import { property, type Section } from './section';

/** What an output plugin works with. */
export interface OutputRun {
  readonly sys: Sys;
  readonly log: FluentBitLog;
  readonly plugin: Bytes;
  readonly section: Section;
  say(level: LogLevel, text: Bytes): void;
}

export type Flush = (chunk: Chunk) => Call<FlushResult>;

export function dateSettings(section: Section, format = 'double'): DateSettings {
  const key = property(section, 'json_date_key') ?? 'date';
  return {
    key: /^(false|off|no)$/i.test(key) ? undefined : key,
    format: property(section, 'json_date_format')?.toLowerCase() ?? format,
  };
}

/** The JSON format that a section asks for; undefined: the plugin's own one. */
export function jsonFormat(section: Section): 'json' | 'json_lines' | 'json_stream' | undefined {
  const format = property(section, 'format')?.toLowerCase();
  return format === 'json' || format === 'json_lines' || format === 'json_stream'
    ? format
    : undefined;
}

export function upstreamOf(section: Section, port: number): { host: Bytes; port: number } {
  return {
    host: property(section, 'host') ?? '127.0.0.1',
    port: Number(property(section, 'port') ?? port),
  };
}
