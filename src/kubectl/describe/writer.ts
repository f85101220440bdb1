import { LAST_APPLIED } from '../../api/apply/last-applied';
import { formatGo, type Json } from '../../api/patch/json-value';
import { alignText, DESCRIBE_TABS } from '../print/tab-writer';

/** Collects a description: lines with tabs between columns, two blanks for each level. */
export class DescriptionWriter {
  #text = '';

  line(level: number, text: string): void {
    this.#text += `${'  '.repeat(level)}${text}\n`;
  }

  /** `Label:  value`. */
  field(level: number, label: string, value: unknown): void {
    this.line(level, `${label}:\t${String(value)}`);
  }

  /** What has been written, tabs as tabs. */
  unaligned(): string {
    return this.#text;
  }

  /** What has been written, with its columns aligned. */
  aligned(): string {
    return alignText(this.#text, DESCRIBE_TABS);
  }
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** RFC 1123 with a numeric zone: `Thu, 01 Jan 2026 11:54:30 +0000`. */
export function longTime(time: string | null | undefined): string {
  if (!time) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const date = new Date(Date.parse(time));
  const day = String(date.getUTCDate()).padStart(2, '0');
  const clock = date.toISOString().slice(11, 19);
  return `${DAYS[date.getUTCDay()]}, ${day} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()} ${clock} +0000`;
}

type TextMap = Readonly<Record<string, string>>;

/** Labels one below the other. Models printLabelsMultiline. */
export function describeLabels(
  writer: DescriptionWriter,
  title: string,
  labels: TextMap | undefined,
  level = 0,
): void {
  const keys = Object.keys(labels ?? {}).sort();
  if (keys.length === 0) writer.line(level, `${title}:\t<none>`);
  keys.forEach((key, i) => {
    const head = i === 0 ? `${title}:` : '';
    if (i === 0) writer.line(level, `${head}\t${key}=${labels?.[key]}`);
    else writer.line(0, `\t${key}=${labels?.[key]}`);
  });
}

const LONGEST_ANNOTATION = 140;

/** Annotations; long ones stand below their key. Models printAnnotationsMultiline. */
export function describeAnnotations(
  writer: DescriptionWriter,
  title: string,
  annotations: TextMap | undefined,
  level = 0,
): void {
  const keys = Object.keys(annotations ?? {})
    .filter((key) => key !== LAST_APPLIED)
    .sort();
  if (keys.length === 0) writer.line(level, `${title}:\t<none>`);
  keys.forEach((key, i) => {
    const head = i === 0 ? `${title}:\t` : '\t';
    const value = (annotations?.[key] ?? '').replace(/\n$/, '');
    if (value.length + key.length + 2 > LONGEST_ANNOTATION || value.includes('\n')) {
      writer.line(level, `${head}${key}:`);
      for (const line of value.split('\n')) {
        writer.line(level, `\t  ${shorten(line, LONGEST_ANNOTATION - 2)}`);
      }
    } else {
      writer.line(level, `${head}${key}: ${value}`);
    }
  });
}

export function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}...` : text;
}

/** A value as %v prints it; absent values are `<nil>`. */
export function goText(value: unknown): string {
  return formatGo(value as Json);
}

/** Whether something is so, in Python's way: describe prints True and False. */
export function boolText(value: boolean | undefined): string {
  return value ? 'True' : 'False';
}
