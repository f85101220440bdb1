import type { ListOptions, ResourceInfo, Table, WatchEvent } from '../../api/client';
import type { Json } from '../../api/patch/json-value';
import type { KubeObject } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Invocation } from '../command';
import { plain, throwAll } from '../errors';
import type { ObjectPrinter } from '../print/formats';
import { TABLE_TABS, TabWriter } from '../print/tab-writer';
import type { Resolved, Target } from '../resource/builder';
import { tablePrinter } from './get-table';

/** `get -w`: the objects as they are, then each change as it comes, until the stream or the user ends it. */
export function* watchObjects(
  invocation: Invocation,
  { targets, errors }: Resolved,
  printer: ObjectPrinter | undefined,
): Task<number> {
  throwAll(errors);
  const [target] = targets;
  if (!target) return 0;
  if (new Set(targets.map(({ info }) => info)).size > 1) {
    throw plain('you may only specify a single resource type');
  }
  if (targets.length > 1) {
    throw plain(
      'watch is only supported on individual resources and resource collections - more than 1 resource was found',
    );
  }
  const { client, flags, output, sys } = invocation;
  const { info } = target;
  const options = selectorOf(target);
  const { items, resourceVersion } =
    target.kind === 'name'
      ? { items: [client.get(info.resource, target.namespace, target.name)], resourceVersion: '' }
      : client.list(info.resource, options);
  const show = shower(invocation, info, printer);
  if (!flags.bool('watch-only')) {
    output.out(show(items.map((object) => ({ type: 'ADDED', object }))));
  }
  yield* output.flush(sys);
  const since = resourceVersion || items[0]?.metadata.resourceVersion;
  const watch = client.watch(info.resource, { ...options, resourceVersion: since });
  try {
    for (;;) {
      for (let event = watch.take(); event; event = watch.take()) output.out(show([event]));
      yield* output.flush(sys);
      if (watch.closed) return 0;
      yield* sys.wait(watch.changed);
    }
  } finally {
    watch.close();
  }
}

function selectorOf(target: Target): ListOptions {
  if (target.kind === 'list') return target;
  return { namespace: target.namespace, fieldSelector: `metadata.name=${target.name}` };
}

/** How events become text; columns keep their widths from one event to the next. */
function shower(
  invocation: Invocation,
  info: ResourceInfo,
  printer: ObjectPrinter | undefined,
): (events: readonly WatchEvent[]) => string {
  const { client, flags } = invocation;
  const withEvents = flags.bool('output-watch-events');
  if (printer) {
    let index = 0;
    return (events) =>
      events
        .map(({ type, object }) => {
          const json = object as unknown as Json;
          return printer(withEvents ? { type, object: json } : json, index++);
        })
        .join('');
  }
  const writer = new TabWriter(TABLE_TABS);
  const tables = tablePrinter(invocation, info, false);
  return (events) => {
    const objects: readonly KubeObject[] = events.map(({ object }) => object);
    const table = client.tableOf(info.resource, objects);
    tables.print(withEvents ? withEventColumn(table, events) : table, writer);
    return writer.flush();
  };
}

/** The longest type, so that rows that come later line up. */
const EVENT_WIDTH = 'MODIFIED'.length;

function withEventColumn(table: Table, events: readonly WatchEvent[]): Table {
  const column = { name: 'Event', type: 'string', format: '', description: '', priority: 0 };
  return {
    ...table,
    columnDefinitions: [column, ...table.columnDefinitions],
    rows: table.rows.map((row, i) => ({
      ...row,
      cells: [(events[i]?.type ?? '').padEnd(EVENT_WIDTH), ...row.cells],
    })),
  };
}
