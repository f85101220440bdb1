import type { ListOptions } from '../../api/client';
import { apiVersionOf } from '../../api/client';
import type { Json, JsonObject } from '../../api/patch/json-value';
import type { Event } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { interval } from '../describe/events';
import { KubectlError, plain } from '../errors';
import { ALL_NAMESPACES_FLAG, CHUNK_SIZE_FLAG, PRINT_FLAGS } from '../flags/common-flags';
import { bool, string, stringSlice } from '../flags/flag';
import { inGoOrder } from '../generate/generator';
import { createPrinter, type ObjectPrinter } from '../print/formats';
import { goSort } from '../print/go-sort';
import { TABLE_TABS, TabWriter } from '../print/tab-writer';
import { findResource } from '../resource/mapper';

export const events: Command = {
  name: 'events',
  summary: 'List events',
  flags: [
    ALL_NAMESPACES_FLAG,
    CHUNK_SIZE_FLAG,
    string('for'),
    bool('no-headers'),
    ...PRINT_FLAGS,
    stringSlice('types'),
    bool('watch', 'w'),
  ],
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { client, flags, namespace, output } = invocation;
  const fieldSelector = selectorFor(invocation);
  const asked = flags.string('output') !== '';
  const printer =
    (asked ? yield* createPrinter(invocation, { typed: true }) : undefined) ??
    eventTable(invocation);
  const types = flags.list('types').map((type) => type.toLowerCase());
  if (types.some((type) => type !== 'normal' && type !== 'warning')) {
    throw plain('valid --types are Normal or Warning');
  }
  const wanted = (event: Event) =>
    types.length === 0 || types.includes((event.type ?? '').toLowerCase());
  const everywhere = flags.bool('all-namespaces');
  const asTable = flags.string('output') === '';
  const scope: ListOptions = {
    ...(everywhere ? {} : { namespace }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
  if (flags.bool('watch')) return yield* follow(invocation, scope, wanted, printer);
  const found = (client.list('events', scope).items as Event[]).filter(wanted);
  if (found.length === 0) {
    output.err(`No events found${everywhere ? '' : ` in ${namespace} namespace`}.\n`);
    return 0;
  }
  if (flags.string('output') === 'name') return 0;
  const sorted = goSort(found, (a, b) => timeOf(a) < timeOf(b));
  const items = asTable ? sorted : sorted.map((event) => inGoOrder(event as unknown as JsonObject));
  const list = { kind: 'EventList', apiVersion: 'v1', metadata: {}, items };
  output.out(printer(list as unknown as Json, 0));
  return 0;
}

/** What --for means. */
function selectorFor({ client, flags }: Invocation): string | undefined {
  const text = flags.string('for');
  if (text === '') return undefined;
  const [type = '', name, ...more] = text.split('/');
  if (name === undefined) throw plain('--for must be in resource/name form');
  if (more.length > 0) {
    throw plain('arguments in resource/name form may not have more than one slash');
  }
  const info = findResource(client, type);
  if (!info) throw new KubectlError(`the server doesn't have a resource type "${type}"`);
  const terms = { kind: info.kind, apiVersion: apiVersionOf(info), name };
  return Object.entries(terms)
    .map(([field, value]) => `involvedObject.${field}=${value}`)
    .join(',');
}

function timeOf({ series, lastTimestamp, eventTime }: Event): number {
  const time = series?.lastObservedTime ?? lastTimestamp ?? eventTime;
  return time ? Date.parse(time) : Number.NEGATIVE_INFINITY;
}

/** Models pkg/cmd/events/event_printer.go. */
function eventTable({ flags, sys }: Invocation): ObjectPrinter {
  const writer = new TabWriter(TABLE_TABS);
  const withNamespace = flags.bool('all-namespaces');
  let headed = flags.bool('no-headers');
  return (object) => {
    if (!headed) {
      writer.write(
        `${withNamespace ? 'NAMESPACE\t' : ''}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`,
      );
    }
    headed = true;
    for (const event of (object as unknown as { items: Event[] }).items) {
      const { metadata, type = '', reason = '', involvedObject, message = '' } = event;
      const cells = [
        interval(event, sys.nowMs),
        type,
        reason,
        `${involvedObject.kind}/${involvedObject.name}`,
        message.trim(),
      ];
      if (withNamespace) cells.unshift(metadata.namespace ?? '');
      writer.write(`${cells.join('\t')}\n`);
    }
    return writer.flush();
  };
}

/** --watch: the events there are, unsorted, and each that comes. */
function* follow(
  invocation: Invocation,
  scope: ListOptions,
  wanted: (event: Event) => boolean,
  printer: ObjectPrinter,
): Task<number> {
  const { client, flags, output, sys } = invocation;
  const asTable = flags.string('output') === '';
  const watch = client.watch('events', scope);
  let index = 0;
  try {
    for (;;) {
      for (let change = watch.take(); change; change = watch.take()) {
        const event = change.object as Event;
        if (change.type === 'DELETED' || !wanted(event)) continue;
        const shown = asTable ? { items: [event] } : event;
        output.out(printer(shown as unknown as Json, index++));
      }
      yield* output.flush(sys);
      if (watch.closed) return 0;
      yield* sys.wait(watch.changed);
    }
  } finally {
    watch.close();
  }
}
