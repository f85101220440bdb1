import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { ConfigFailure, loadSections } from './config';
import { FluentBitLog } from './log';
import { parseArguments } from './options';
import { createParser, type LogParser } from './parsers';
import { isKnown, type PluginKind } from './plugins';
import { property, type Section, translate } from './section';
import { runService } from './service';

/** Start-up work before the first line, ms. */
const START_MS = 15;

/** Fluent Bit, the log processor. Models src/fluent-bit.c. */
export function fluentBitProgram(version: string): Program {
  return function* fluentBit(sys) {
    const options = parseArguments(sys.argv.slice(1));
    if (options === 'version') {
      yield* sys.write(
        1,
        `Fluent Bit v${version}\nGit commit: 6bc014390c5485b96521c56b98369b44b9faa08b\n`,
      );
      return 0;
    }
    if (typeof options === 'string') {
      yield* sys.write(2, `${options}\n`);
      return 1;
    }
    yield* sys.sleep(START_MS);
    yield* sys.write(
      2,
      `Fluent Bit v${version}\n* Copyright (C) 2015-2025 The Fluent Bit Authors\n* Fluent Bit is a CNCF graduated project under the Fluent organization\n* https://fluentbit.io\n\n`,
    );
    const log = new FluentBitLog(sys);
    const { config } = options;
    if (config !== undefined && !isReadable(sys, config)) {
      yield* log.write('error', 'could not open configuration file, aborting.');
      return 1;
    }
    try {
      const loaded = config === undefined ? [] : yield* loadSections(sys, config, log);
      const sections = [...loaded, ...options.sections].map((section) => translated(sys, section));
      const root = (config ?? '').slice(0, (config ?? '').lastIndexOf('/') + 1);
      const parsers = yield* checkSections(sys, log, sections, root);
      const service = mergeService(sections, options.service);
      const flush = Number(property(service, 'flush') ?? 1);
      if (!(flush > 0)) {
        yield* log.write('error', 'invalid flush value, aborting.');
        return 1;
      }
      if (options.dryRun) {
        yield* sys.write(2, 'configuration test is successful\n');
        return 0;
      }
      return yield* runService(sys, { version, log, sections, service, parsers, flush });
    } catch (error) {
      if (!(error instanceof ConfigFailure)) throw error;
      yield* log.write('error', 'configuration file contains errors, aborting.');
      return 1;
    }
  };
}

function isReadable(sys: Sys, path: Bytes): boolean {
  try {
    sys.access(path, { read: true });
    return true;
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

/** With `${NAME}` from the environment. */
function translated(sys: Sys, { kind, properties }: Section): Section {
  const lookUp = (name: Bytes) => sys.env.get(name);
  return {
    kind,
    properties: properties.map(([name, value]) => [name, translate(value, lookUp)]),
  };
}

function mergeService(sections: readonly Section[], given: Section): Section {
  const services = sections.filter(({ kind }) => kind === 'service');
  const properties = [given, ...services].flatMap((section) => section.properties);
  return { kind: 'service', properties };
}

/** Reads the parsers and makes sure that every plugin exists; throws ConfigFailure. */
function* checkSections(
  sys: Sys,
  log: FluentBitLog,
  sections: readonly Section[],
  root: Bytes,
): Call<ReadonlyMap<Bytes, LogParser>> {
  const parsers = new Map<Bytes, LogParser>();
  const add = function* (section: Section, file: Bytes): Call<void> {
    const parser = createParser(section, file);
    if (typeof parser === 'string') {
      yield* log.write('error', parser);
      throw new ConfigFailure();
    }
    if (parsers.has(parser.name)) {
      yield* log.write('error', `[parser] parser named '${parser.name}' already exists, skip.`);
    } else parsers.set(parser.name, parser);
  };
  for (const { kind, properties } of sections) {
    if (kind !== 'service') continue;
    for (const [name, value] of properties) {
      const key = name.toLowerCase();
      if (key === 'log_level' && !log.setLevel(value)) throw new ConfigFailure();
      if (key !== 'parsers_file' && key !== 'plugins_file') continue;
      const path = typeof sys.tryStat(value) === 'string' ? root + value : value;
      const loaded = yield* loadSections(sys, path, log);
      for (const section of loaded) if (section.kind === 'parser') yield* add(section, path);
    }
  }
  for (const section of sections) if (section.kind === 'parser') yield* add(section, 'yaml');
  for (const section of sections) yield* checkPlugin(section, log);
  return parsers;
}

const KINDS: ReadonlySet<string> = new Set(['input', 'filter', 'output']);

function* checkPlugin(section: Section, log: FluentBitLog): Call<void> {
  if (!KINDS.has(section.kind)) return;
  const name = property(section, 'name');
  if (name === undefined) {
    yield* log.write('error', `[config] section '${section.kind}' is missing the 'name' property`);
    throw new ConfigFailure();
  }
  if (isKnown(section.kind as PluginKind, name.toLowerCase())) return;
  yield* log.write(
    'error',
    `[config] section '${name}' tried to instance a plugin name that doesn't exist`,
  );
  throw new ConfigFailure();
}
