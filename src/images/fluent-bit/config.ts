import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { expandPathnames } from '../../shell/expansion/pathnames';
import type { FluentBitLog } from './log';
import { type Section, translate } from './section';
import { parseYamlConfig } from './yaml-config';

/** A configuration that cannot be used; what was wrong has been logged. */
export class ConfigFailure {}

/** How many files a configuration may consist of. */
const FILE_LIMIT = 32;

/**
 * Reads a configuration and what it includes, in the classic or in the YAML format. Models
 * src/config_format/flb_cf_fluentbit.c. Throws ConfigFailure.
 */
export function* loadSections(sys: Sys, path: Bytes, log: FluentBitLog): Call<Section[]> {
  if (/\.ya?ml$/.test(path)) {
    const sections = parseYamlConfig(yield* readFile(sys, path));
    if (typeof sections === 'string') {
      yield* log.write('error', `[config] error in ${path}: ${sections}`);
      throw new ConfigFailure();
    }
    return sections;
  }
  const reader = new ClassicReader(sys, path, log);
  yield* reader.read(path);
  return reader.sections;
}

class ClassicReader {
  readonly sections: Section[] = [];
  readonly #sys: Sys;
  readonly #log: FluentBitLog;
  readonly #root: Bytes;
  readonly #variables = new Map<Bytes, Bytes>();
  readonly #seen = new Set<number>();

  constructor(sys: Sys, path: Bytes, log: FluentBitLog) {
    this.#sys = sys;
    this.#log = log;
    this.#root = path.slice(0, path.lastIndexOf('/') + 1);
  }

  *read(given: Bytes): Call<void> {
    const path = given.startsWith('/') || this.#exists(given) ? given : this.#root + given;
    const stat = this.#sys.tryStat(path);
    if (typeof stat === 'string' || this.#seen.size >= FILE_LIMIT) throw new ConfigFailure();
    if (this.#seen.has(stat.inode)) {
      yield* this.#log.write('warn', `[config] Read twice. path=${path}`);
      throw new ConfigFailure();
    }
    this.#seen.add(stat.inode);
    let text: Bytes;
    try {
      text = yield* readFile(this.#sys, path);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* this.#log.write('warn', `[config] I cannot open ${path} file`);
      throw new ConfigFailure();
    }
    yield* this.#lines(path, text);
  }

  *#lines(path: Bytes, text: Bytes): Call<void> {
    let indent: Bytes | undefined;
    for (const [index, raw] of text.split('\n').entries()) {
      const line = raw.replace(/\r$/, '');
      if (line === '' || line.startsWith('#')) continue;
      if (/^@include /i.test(line)) {
        const pattern = line.slice('@include '.length).trim();
        for (const file of this.#included(pattern)) yield* this.read(file);
      } else if (line.startsWith('@')) {
        this.#define(line);
      } else if (line.startsWith('[')) {
        const end = line.indexOf(']');
        if (end < 0) yield* this.#fail(path, index, 'bad header definition');
        this.sections.push({ kind: line.slice(1, end).toLowerCase(), properties: [] });
      } else {
        indent ??= /^.[ \t]*/.exec(line)?.[0] ?? line;
        yield* this.#entry(path, index, line, indent);
      }
    }
  }

  #included(pattern: Bytes): Bytes[] {
    if (!pattern.includes('*')) return [pattern];
    const full = pattern.startsWith('/') ? pattern : this.#root + pattern;
    return expandPathnames(this.#sys, full).filter((path) => this.#exists(path));
  }

  /** `@SET NAME=value`. */
  #define(line: Bytes): void {
    const match = /^@set\s+([^=\s]+)\s*=(.*)$/i.exec(line);
    if (match) this.#variables.set(match[1] ?? '', (match[2] ?? '').trim());
  }

  *#entry(path: Bytes, index: number, line: Bytes, indent: Bytes): Call<void> {
    if (!line.startsWith(indent) && line.trim() !== '') {
      const mixed = /^[ \t]/.test(line);
      const what = mixed ? 'inconsistent use of tab and space' : 'indentation level is too low';
      yield* this.#log.write('error', `[config] ${what}`);
      yield* this.#fail(path, index, 'invalid indentation level');
    }
    const content = line.slice(indent.length);
    if (/^[ \t]/.test(content) && content.trim() !== '' && !content.trim().startsWith('#')) {
      yield* this.#log.write('error', '[config] extra indentation level found');
      yield* this.#fail(path, index, 'invalid indentation level');
    }
    if (content === '' || content.startsWith('#')) return;
    if (content.trim() === '') return;
    const space = content.indexOf(' ');
    if (space < 0) {
      const message = 'undefined value - check config is in valid classic format';
      yield* this.#fail(path, index, message);
    }
    const value = content.slice(space + 1).trim();
    if (value === '') yield* this.#fail(path, index, 'key has an empty value');
    const section = this.sections.at(-1);
    if (!section) yield* this.#fail(path, index, 'could not allocate key value pair');
    section?.properties.push([content.slice(0, space), this.#translate(value)]);
  }

  /** Puts in `${NAME}` from `@SET` and from the environment. */
  #translate(value: Bytes): Bytes {
    return translate(value, (name) => this.#variables.get(name) ?? this.#sys.env.get(name));
  }

  *#fail(path: Bytes, index: number, message: string): Call<never> {
    yield* this.#log.write('error', `[config] error in ${path}:${index + 1}: ${message}`);
    throw new ConfigFailure();
  }

  #exists(path: Bytes): boolean {
    return typeof this.#sys.tryStat(path) !== 'string';
  }
}
