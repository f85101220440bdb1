import type { Bytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import { eventTime, type LogEvent, type Value } from '../records/record';
import type { Strands } from '../strands';
import { ConfigError, children, type Element } from './config';
import { createEventFilter, type EventFilter, type FilterServices } from './filters';
import type { FluentdLog } from './log';
import { checkOutput, createOutput } from './outputs';
import { type Output, type PluginContext, speaker } from './plugin';
import { checkSource, createSource } from './sources';

/** Plugins that fluentd brings along and this model has not. */
const NOT_SIMULATED = new Set(
  `exec exec_filter debug_agent gc_stat monitor_agent object_space syslog tcp udp unix buffer roundrobin
  secondary_file stream null_filter`.split(/\s+/),
);

/** Matches and filters of the top level or of a label, in their order. */
interface Agent {
  readonly rules: (
    | { readonly matches: (tag: Bytes) => boolean; readonly filter: EventFilter }
    | { readonly matches: (tag: Bytes) => boolean; readonly output: Output }
  )[];
}

/** Checks every plugin of a configuration, saying what is added, as `Engine.run_configure` does. */
export function checkConfig(root: Element, log: FluentdLog, services: FilterServices): void {
  const shared = { shared: true };
  for (const label of children(root, 'label')) {
    for (const element of label.elements) checkRule(element, ` in ${label.arg}`, log, services);
  }
  for (const element of root.elements) {
    if (element.name === 'filter' || element.name === 'match')
      checkRule(element, '', log, services);
  }
  for (const source of children(root, 'source')) {
    const type = typeOf(source);
    log.add('info', 'adding source', { type }, shared);
    if (!checkSource(source)) unknownPlugin('input', type);
    if (type === 'tail' && !source.parameters.has('pos_file')) {
      log.add('warn', "'pos_file PATH' parameter is not set to a 'tail' source.");
      log.add(
        'warn',
        'this parameter is highly recommended to save the position to resume tailing.',
      );
    }
  }
}

function typeOf(element: Element): Bytes {
  const type = element.parameters.get('@type');
  if (type === undefined) {
    throw new ConfigError(`Missing '@type' parameter on <${element.name}> directive`);
  }
  return type;
}

function checkRule(
  element: Element,
  where: string,
  log: FluentdLog,
  services: FilterServices,
): void {
  const type = typeOf(element);
  const attributes = { pattern: element.arg, type };
  log.add('info', `adding ${element.name}${where}`, attributes, { shared: true });
  if (element.name === 'filter') {
    if (!createEventFilter(element, services)) unknownPlugin('filter', type);
    return;
  }
  checkOutputs(element);
}

function checkOutputs(element: Element): void {
  if (!checkOutput(element)) unknownPlugin('output', typeOf(element));
  for (const store of children(element, 'store')) checkOutputs(store);
}

function unknownPlugin(kind: string, type: Bytes): never {
  if (NOT_SIMULATED.has(type)) {
    throw new ConfigError(`the ${kind} plugin '${type}' is not simulated`, 'Podlab');
  }
  throw new ConfigError(
    `Unknown ${kind} plugin '${type}'. Run 'gem search -rd fluent-plugin' to find plugins`,
    'Fluent::NotFoundPluginError',
  );
}

/** The worker's plugins, connected as the configuration says. Models root_agent.rb and event_router.rb. */
export class Router {
  readonly outputs: Output[] = [];
  readonly sources: { readonly element: Element; start(): Call<void> }[] = [];
  readonly #sys: Sys;
  readonly #strands: Strands;
  readonly #log: FluentdLog;
  readonly #agents = new Map<Bytes, Agent>();
  readonly #services: FilterServices;
  #bufferedBytes = 0;

  constructor(sys: Sys, strands: Strands, log: FluentdLog, root: Element) {
    this.#sys = sys;
    this.#strands = strands;
    this.#log = log;
    this.#services = {
      hostname: sys.hostname,
      nowMs: () => sys.nowMs,
      print: (text) => log.addText(text),
    };
    for (const label of children(root, 'label')) this.#addAgent(label.arg, label);
    this.#addAgent('', root);
    for (const element of children(root, 'source')) {
      const source = createSource(this.#context(element));
      this.sources.push({ element, start: () => source.start() });
    }
  }

  #context(element: Element): PluginContext {
    const label = element.parameters.get('@label') ?? '';
    return {
      sys: this.#sys,
      strands: this.#strands,
      log: this.#log,
      element,
      emit: (tag, events) => this.emit(label, tag, events),
      say: speaker(this.#log, element),
      account: (bytes) => {
        this.#bufferedBytes += bytes;
        this.#sys.setMemory(this.#bufferedBytes);
      },
    };
  }

  #addAgent(label: Bytes, element: Element): void {
    const agent: Agent = { rules: [] };
    this.#agents.set(label, agent);
    for (const inner of element.elements) {
      const matches = tagPattern(inner.arg === '' ? '**' : inner.arg);
      if (inner.name === 'filter') {
        const filter = createEventFilter(inner, this.#services);
        if (filter) agent.rules.push({ matches, filter });
      } else if (inner.name === 'match') {
        const output = this.#output(inner);
        this.outputs.push(output);
        agent.rules.push({ matches, output });
      }
    }
  }

  #output(element: Element): Output {
    const copies = children(element, 'store').map((store) => this.#output(store));
    return createOutput(this.#context(element), this.#services.print, copies);
  }

  /** Whether some rule of the top level (or @FLUENT_LOG) takes fluentd's own log. */
  get collectsOwnLog(): boolean {
    if (this.#agents.has('@FLUENT_LOG')) return true;
    const rules = this.#agents.get('')?.rules ?? [];
    return rules.some((rule) => 'output' in rule && rule.matches('fluent.info'));
  }

  emitOwnLog(level: string, record: ReadonlyMap<Bytes, Value>): void {
    const label = this.#agents.has('@FLUENT_LOG') ? '@FLUENT_LOG' : '';
    this.emit(label, `fluent.${level}`, [{ time: eventTime(this.#sys.nowMs), record }]);
  }

  /** Through the filters in front of the first match, and into it. */
  emit(label: Bytes, tag: Bytes, events: readonly LogEvent[]): void {
    let current = events;
    for (const rule of this.#agents.get(label)?.rules ?? []) {
      if (!rule.matches(tag)) continue;
      if ('output' in rule) {
        if (current.length > 0) rule.output.take(tag, current);
        return;
      }
      current = current
        .map((event) => rule.filter(tag, event))
        .filter((event) => event !== undefined);
    }
    if (!tag.startsWith('fluent.')) {
      this.#log.add('warn', 'no patterns matched', { tag });
    }
  }
}

/** `*` is one part of a tag, `**` any number, `{a,b}` either; several patterns with blanks between. */
export function tagPattern(text: Bytes): (tag: Bytes) => boolean {
  const patterns = text.split(/\s+/).map((pattern) => {
    let source = '';
    for (let i = 0; i < pattern.length; i++) {
      const char = pattern[i] ?? '';
      if (pattern.startsWith('.**', i)) {
        source += '(?:\\..*)?';
        i += 2;
      } else if (pattern.startsWith('**.', i)) {
        source += '(?:.*\\.)?';
        i += 2;
      } else if (pattern.startsWith('**', i)) {
        source += '.*';
        i += 1;
      } else if (char === '*') source += '[^.]*';
      else if (char === '{') source += '(?:';
      else if (char === '}') source += ')';
      else if (char === ',') source += '|';
      else source += char.replace(/[.+?^$()|[\]\\]/g, '\\$&');
    }
    return new RegExp(`^(?:${source})$`);
  });
  return (tag) => patterns.some((pattern) => pattern.test(tag));
}
