import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Signal } from '../../runtime/signals';
import type { Call, Sys } from '../../runtime/syscalls';
import { HttpLoop } from '../http/server';
import type { LogEvent } from '../records/record';
import { Strands } from '../strands';
import { createFilter } from './filters';
import type { InputRun } from './input';
import { startInput } from './inputs';
import { type FluentBitLog, type LogLevel, logTime } from './log';
import { MetricsServer } from './metrics-server';
import { createOutput, defaultWorkers } from './outputs';
import { type LogParser, rubyRegex } from './parsers';
import { type InputInstance, matcher, Pipeline } from './pipeline';
import { isModelled, type PluginKind, unknownProperty } from './plugins';
import { isOn, property, type Section, sizeInBytes } from './section';

export interface ServiceOptions {
  readonly version: string;
  readonly log: FluentBitLog;
  readonly sections: readonly Section[];
  readonly service: Section;
  readonly parsers: ReadonlyMap<Bytes, LogParser>;
  /** Seconds. */
  readonly flush: number;
}

/** How often a chunk is tried again unless Retry_Limit says otherwise. */
const DEFAULT_RETRIES = 1;

/** Exit code when the engine does not come up: main returns -1. */
const ENGINE_FAILED = 255;

/** The engine from its first line to its end. Models src/flb_engine.c flb_engine_start. */
export function* runService(sys: Sys, options: ServiceOptions): Call<number> {
  return yield* new Service(sys, options).run();
}

class Service {
  readonly #sys: Sys;
  readonly #options: ServiceOptions;
  readonly #log: FluentBitLog;
  readonly #strands = new Strands();
  readonly #pipeline: Pipeline;
  readonly #workers: (readonly [Bytes, number])[] = [];
  #stopping = false;
  #exitCode: number | undefined;

  constructor(sys: Sys, options: ServiceOptions) {
    this.#sys = sys;
    this.#options = options;
    this.#log = options.log;
    const base = Number(this.#setting('scheduler.base') ?? 5);
    const cap = Number(this.#setting('scheduler.cap') ?? 2000);
    this.#pipeline = new Pipeline(sys, this.#strands, options.log, { base, cap });
  }

  #setting(key: string): Bytes | undefined {
    return property(this.#options.service, key);
  }

  *run(): Call<number> {
    const { version } = this.#options;
    const sys = this.#sys;
    for (const signal of ['TERM', 'INT', 'QUIT', 'HUP'] as const) sys.signalAction(signal, 'catch');
    const log = this.#log;
    log.add('info', `[fluent bit] version=${version}, commit=6bc014390c, pid=${sys.pid}`);
    this.#storage();
    log.add('info', '[simd    ] SSE2');
    log.add('info', '[cmetrics] version=1.0.5');
    log.add('info', '[ctraces ] version=0.6.6');
    const collectors = yield* this.#startInputs();
    if (!collectors) return yield* this.#failed('input');
    if (!this.#startFilters()) return yield* this.#failed('filter');
    if (!this.#startOutputs()) return yield* this.#failed('output');
    if (!this.#startServer()) {
      log.add('error', '[engine] could not start HTTP server');
      yield* log.flush();
      return ENGINE_FAILED;
    }
    log.add('info', '[sp] stream processor started');
    log.add('info', '[engine] Shutdown Grace Period=5, Shutdown Input Grace Period=2');
    yield* log.flush();
    for (const collect of collectors) this.#strands.start(collect);
    this.#strands.start(this.#flushTimer());
    yield* this.#strands.run(
      sys,
      () => this.#exitCode !== undefined,
      (signal) => this.#onSignal(signal),
    );
    return this.#exitCode ?? 0;
  }

  #storage(): void {
    const path = this.#setting('storage.path');
    const type = path === undefined ? 'memory' : 'memory+filesystem';
    const sync = this.#setting('storage.sync') ?? 'normal';
    const checksum = isOn(this.#setting('storage.checksum')) ? 'on' : 'off';
    const up = this.#setting('storage.max_chunks_up') ?? '128';
    this.#log.add(
      'info',
      `[storage] ver=1.5.4, type=${type}, sync=${sync}, checksum=${checksum}, max_chunks_up=${up}`,
    );
    if (path !== undefined) {
      this.#log.add('info', '[storage] backlog input plugin: storage_backlog.1');
    }
  }

  *#failed(kind: PluginKind): Call<number> {
    this.#log.add('error', `[engine] ${kind} initialization failed`);
    yield* this.#log.flush();
    return ENGINE_FAILED;
  }

  /** The sections of a kind with their plugin and the name of their instance. */
  #instances(kind: PluginKind): { section: Section; plugin: Bytes; name: Bytes }[] {
    const counts = new Map<Bytes, number>();
    return this.#options.sections
      .filter((section) => section.kind === kind)
      .map((section) => {
        const plugin = (property(section, 'name') ?? '').toLowerCase();
        const number = counts.get(plugin) ?? 0;
        counts.set(plugin, number + 1);
        return { section, plugin, name: property(section, 'alias') ?? `${plugin}.${number}` };
      });
  }

  /** False when its properties are wrong, or when nothing of the plugin is modelled here. */
  #isUsable(kind: PluginKind, plugin: Bytes, section: Section): boolean {
    if (!isModelled(kind, plugin)) {
      this.#log.add('error', `podlab: the ${kind} plugin '${plugin}' is not simulated`);
      return false;
    }
    const problem = unknownProperty(kind, plugin, section);
    if (problem === undefined) return true;
    this.#log.add('error', problem);
    return false;
  }

  *#startInputs(): Call<Call<void>[] | undefined> {
    const collectors: Call<void>[] = [];
    for (const { section, plugin, name } of this.#instances('input')) {
      const input: InputInstance = {
        name,
        plugin,
        memBufLimit: sizeInBytes(property(section, 'mem_buf_limit')),
        pending: [],
        tasks: new Set(),
        paused: false,
        bufferedBytes: 0,
        records: 0,
        bytes: 0,
      };
      this.#pipeline.inputs.push(input);
      const say = (level: LogLevel, text: Bytes) =>
        this.#log.add(level, `[input:${plugin}:${name}] ${text}`);
      say('info', 'initializing');
      const onDisk = property(section, 'storage.type')?.toLowerCase() === 'filesystem';
      say(
        'info',
        `storage_strategy='${onDisk ? "filesystem' (memory + filesystem)" : "memory' (memory only)"}`,
      );
      if (!this.#isUsable('input', plugin, section)) return undefined;
      const run: InputRun = {
        sys: this.#sys,
        strands: this.#strands,
        log: this.#log,
        input,
        tag: property(section, 'tag') ?? name,
        parsers: this.#options.parsers,
        say,
        emit: (tag, events) => this.#emit(input, tag, events),
      };
      const started = yield* startInput(section, run);
      if (started === 'failed') {
        this.#log.add('error', `failed initialize input ${name}`);
        return undefined;
      }
      collectors.push(started.collect);
    }
    return collectors;
  }

  #emit(input: InputInstance, tag: Bytes, events: readonly LogEvent[]): void {
    if (events.length > 0 && !this.#stopping) this.#pipeline.ingest(input, tag, events);
  }

  #startFilters(): boolean {
    const context = { parsers: this.#options.parsers, nowMs: () => this.#sys.nowMs };
    for (const { section, plugin, name } of this.#instances('filter')) {
      if (!this.#isUsable('filter', plugin, section)) return false;
      const apply = createFilter(section, context);
      if (typeof apply !== 'function') {
        this.#log.add('error', `[filter:${plugin}:${name}] ${apply.problem}`);
        this.#log.add('error', `Failed initialize filter ${name}`);
        return false;
      }
      if (
        property(section, 'match') === undefined &&
        property(section, 'match_regex') === undefined
      ) {
        this.#log.add('warn', `[filter] NO match rule for ${name} filter instance, unloading.`);
        continue;
      }
      this.#pipeline.filters.push({ name, matches: matches(section), apply, dropped: 0, added: 0 });
    }
    return true;
  }

  #startOutputs(): boolean {
    for (const { section, plugin, name } of this.#instances('output')) {
      if (!this.#isUsable('output', plugin, section)) return false;
      const say = (level: LogLevel, text: Bytes) =>
        this.#log.add(level, `[output:${plugin}:${name}] ${text}`);
      const flush = createOutput({ sys: this.#sys, log: this.#log, plugin, section, say });
      if (typeof flush !== 'function') {
        say('error', flush.problem);
        this.#log.add('error', `[output] failed to initialize '${plugin}' plugin`);
        return false;
      }
      const retries = retryLimit(property(section, 'retry_limit'));
      if (retries === undefined) {
        this.#log.add('warn', '[config] invalid retry_limit. set default.');
      }
      this.#pipeline.outputs.push({
        name,
        plugin,
        matches: matches(section),
        retryLimit: retries ?? DEFAULT_RETRIES,
        flush,
        counters: {
          procRecords: 0,
          procBytes: 0,
          errors: 0,
          retries: 0,
          retriesFailed: 0,
          retriedRecords: 0,
          droppedRecords: 0,
        },
      });
      const workers = Number(property(section, 'workers') ?? defaultWorkers(plugin));
      for (let i = 0; i < workers; i++) say('info', `worker #${i} started`);
      this.#workers.push([`[output:${plugin}:${name}]`, workers]);
    }
    return true;
  }

  #startServer(): boolean {
    if (!isOn(this.#setting('http_server'))) return true;
    const host = this.#setting('http_listen') ?? '0.0.0.0';
    const port = Number(this.#setting('http_port') ?? 2020);
    let listener: number;
    try {
      listener = this.#sys.listen({ host, port });
    } catch (error) {
      if (error instanceof SysError) return false;
      throw error;
    }
    const health = isOn(this.#setting('health_check'))
      ? {
          errors: Number(this.#setting('hc_errors_count') ?? 5),
          retryFailures: Number(this.#setting('hc_retry_failure_count') ?? 5),
        }
      : undefined;
    const { version } = this.#options;
    const server = new MetricsServer(this.#pipeline, {
      version,
      startedMs: this.#sys.nowMs,
      health,
    });
    this.#log.add('info', `[http_server] listen iface=${host} tcp_port=${port}`);
    this.#strands.start(new HttpLoop(server).run(this.#sys, [listener], () => 'no'));
    return true;
  }

  *#flushTimer(): Call<void> {
    const { flush } = this.#options;
    while (!this.#stopping) {
      yield* this.#sys.sleep(flush * 1000);
      this.#pipeline.flush();
      yield* this.#log.flush();
    }
  }

  #onSignal(signal: Signal): void {
    if (this.#stopping) return;
    // Hot reload is off unless asked for, and then SIGHUP does nothing.
    if (signal === 'HUP') return;
    this.#stopping = true;
    this.#strands.start(this.#shutDown(signal));
  }

  *#shutDown(signal: Signal): Call<void> {
    const log = this.#log;
    const sys = this.#sys;
    yield* log.flush();
    yield* sys.write(2, `[${logTime(sys.nowMs)}] [engine] caught signal (SIG${signal})\n`);
    // The main thread looks once a second whether a signal has come.
    yield* sys.sleep(500);
    this.#pipeline.flush();
    this.#pipeline.stop();
    log.add('warn', '[engine] service will shutdown in max 5 seconds');
    log.add('info', '[engine] pausing all inputs..');
    for (const { name } of this.#pipeline.inputs) log.add('info', `[input] pausing ${name}`);
    yield* log.flush();
    const grace = Number(this.#setting('grace') ?? 5);
    for (let second = 0; second < grace; second++) {
      yield* sys.sleep(1000);
      if (this.#pipeline.runningTasks === 0) break;
      this.#pipeline.reportRunning();
      yield* log.flush();
    }
    const left = this.#pipeline.runningTasks;
    log.add('info', `[engine] service has stopped (${left} pending tasks)`);
    for (const { name } of this.#pipeline.inputs) log.add('info', `[input] pausing ${name}`);
    for (const [name, workers] of this.#workers) {
      for (let i = 0; i < workers; i++) log.add('info', `${name} thread worker #${i} stopping...`);
      for (let i = 0; i < workers; i++) log.add('info', `${name} thread worker #${i} stopped`);
    }
    yield* log.flush();
    this.#exitCode = 0;
  }
}

function matches(section: Section): (tag: Bytes) => boolean {
  const regex = property(section, 'match_regex');
  return matcher(property(section, 'match'), regex === undefined ? undefined : rubyRegex(regex));
}

/** Retry_Limit; undefined for what is no number above 0. */
function retryLimit(value: Bytes | undefined): number | 'none' | undefined {
  if (value === undefined) return DEFAULT_RETRIES;
  if (/^(no_limits|false|off)$/i.test(value)) return Number.POSITIVE_INFINITY;
  if (/^no_retries$/i.test(value)) return 'none';
  const count = Number.parseInt(value, 10);
  return count > 0 ? count : undefined;
}
