import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { toJson } from '../records/json';
import { isFloat, type LogEvent, type Value } from '../records/record';
import { doubleText, secondsAndNanos } from './event-text';
import type { Flush, OutputRun } from './output';
import { isOn, property } from './section';

/** plugins/out_file: appends to Path/File, or to a file named after the tag. */
export function fileOutput(run: OutputRun): Flush | { readonly problem: Bytes } {
  const { section, sys } = run;
  const format = property(section, 'format')?.toLowerCase() ?? 'out_file';
  if (!['out_file', 'plain', 'csv', 'ltsv', 'template'].includes(format)) {
    return { problem: `unknown format ${format}. abort.` };
  }
  const folder = property(section, 'path');
  const fixed = property(section, 'file');
  const delimiter =
    DELIMITERS[property(section, 'delimiter') ?? ''] ?? (format === 'csv' ? ',' : '\t');
  const template = property(section, 'template') ?? '{time} {message}';
  const mkdir = isOn(property(section, 'mkdir'));
  return function* flush(chunk) {
    const name = fixed ?? chunk.tag.replaceAll('/', '_');
    const path = folder === undefined ? name : `${folder}/${name}`;
    const lines = chunk.events.map((event) => line(event, chunk.tag, format, delimiter, template));
    try {
      if (mkdir && folder !== undefined && typeof sys.tryStat(folder) === 'string') {
        sys.mkdir(folder, 0o755);
      }
      const fd = yield* sys.open(path, { write: true, append: true, create: true }, 0o644);
      try {
        yield* sys.write(fd, lines.join(''));
      } finally {
        sys.close(fd);
      }
      return 'ok';
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      run.say('error', `error opening: ${path}`);
      return 'error';
    }
  };
}

const DELIMITERS: Readonly<Record<string, string>> = {
  tab: '\t',
  '\\t': '\t',
  space: ' ',
  comma: ',',
};

function line(
  { time, record }: LogEvent,
  tag: Bytes,
  format: string,
  delimiter: Bytes,
  template: Bytes,
): Bytes {
  const values = [...record];
  switch (format) {
    case 'plain':
      return `${toJson(record)}\n`;
    case 'csv':
      return `${[secondsAndNanos(time), ...values.map(([, value]) => fileValue(value))].join(delimiter)}\n`;
    case 'ltsv':
      return `${[`"time":${doubleText(time)}`, ...values.map(([key, value]) => `"${key}":${fileValue(value)}`)].join(delimiter)}\n`;
    case 'template':
      return `${template.replace(/\{([^}]*)\}/g, (_, key: Bytes) =>
        key === 'time' && !record.has('time') ? doubleText(time) : plainValue(record.get(key)),
      )}\n`;
    default:
      return `${tag}: [${secondsAndNanos(time)}, ${toJson(record)}]\n`;
  }
}

function fileValue(value: Value): Bytes {
  return typeof value === 'string' ? `"${value}"` : plainValue(value);
}

function plainValue(value: Value | undefined): Bytes {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  return isFloat(value) ? value.float.toFixed(6) : toJson(value);
}
