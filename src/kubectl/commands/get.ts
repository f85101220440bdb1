import type { ResourceInfo, Table } from '../../api/client';
import { ageSince } from '../../api/duration';
import { isNotFound } from '../../api/find-object';
import type { Json } from '../../api/patch/json-value';
import type { KubeObject } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Sys } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import { KubectlError, plain, throwAll } from '../errors';
import {
  ALL_NAMESPACES_FLAG,
  CHUNK_SIZE_FLAG,
  FIELD_SELECTOR_FLAG,
  FILENAME_FLAGS,
  PRINT_FLAGS,
  SELECTOR_FLAG,
} from '../flags/common-flags';
import { bool, string, stringSlice } from '../flags/flag';
import { klogFatal } from '../klog';
import { createPrinter } from '../print/formats';
import { FieldNotFound, sortByField, Unsortable } from '../print/sort-objects';
import { TABLE_TABS, TabWriter } from '../print/tab-writer';
import type { TablePrinter } from '../print/table';
import { fetchTargets, type Resolved, resolveTargets, type Target } from '../resource/builder';
import { checkSubresource } from '../resource/subresources';
import { getRaw } from './get-raw';
import { tablePrinter } from './get-table';
import { watchObjects } from './get-watch';
import { checkRawPath } from './raw-write';

export const get: Command = {
  name: 'get',
  suggestFor: ['list', 'ls'],
  summary: 'Display one or many resources',
  flags: [
    ALL_NAMESPACES_FLAG,
    CHUNK_SIZE_FLAG,
    FIELD_SELECTOR_FLAG,
    ...FILENAME_FLAGS,
    bool('ignore-not-found'),
    stringSlice('label-columns', 'L'),
    bool('no-headers'),
    ...PRINT_FLAGS,
    bool('output-watch-events'),
    string('raw'),
    SELECTOR_FLAG,
    bool('server-print', undefined, { default: 'true' }),
    bool('show-kind'),
    bool('show-labels'),
    string('sort-by'),
    string('subresource'),
    bool('watch', 'w'),
    bool('watch-only'),
  ],
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { flags, args } = invocation;
  checkFlags(invocation);
  if (flags.string('raw') !== '') return getRaw(invocation);
  if (args.length === 0 && !flags.namesFiles) throw missingType(invocation);
  const printer = yield* createPrinter(invocation, { forGet: true });
  const resolved = yield* resolveTargets(invocation, {
    typeMeansAll: true,
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    allNamespaces: flags.bool('all-namespaces'),
  });
  const subresource = flags.string('subresource');
  if (subresource !== '' && resolved.targets.some(({ kind }) => kind === 'list')) {
    throw plain('subresource cannot be used when bulk resources are specified');
  }
  for (const { info } of resolved.targets) checkSubresource(info, subresource);
  if (flags.bool('watch') || flags.bool('watch-only')) {
    return yield* watchObjects(invocation, resolved, printer);
  }
  if (!printer) printTables(invocation, resolved);
  else printObjects(invocation, resolved, printer);
  return 0;
}

/** Models GetOptions.Complete and Validate. */
function checkFlags({ args, flags }: Invocation): void {
  const watching = flags.bool('watch') || flags.bool('watch-only');
  const format = flags.string('output');
  if (flags.string('raw') !== '') {
    if (args.length > 0) throw plain('arguments may not be passed when --raw is specified');
    if (watching || flags.string('selector') !== '') {
      throw plain(
        '--raw may not be specified with other flags that filter the server request or alter the output',
      );
    }
    if (format !== '') throw plain('--raw and --output are mutually exclusive');
    checkRawPath(flags.string('raw'));
  }
  if (flags.bool('show-labels') && format !== '' && format !== 'wide') {
    throw plain(`--show-labels option cannot be used with ${format} printer`);
  }
  if (flags.bool('output-watch-events') && !watching) {
    throw plain('--output-watch-events option can only be used with --watch or --watch-only');
  }
}

function missingType({ path }: Invocation): KubectlError {
  return new KubectlError(
    `You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\nerror: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee '${path} -h' for help and examples`,
  );
}

interface FetchedTable {
  readonly info: ResourceInfo;
  readonly table: Table;
}

function fetchTables(
  invocation: Invocation,
  targets: readonly Target[],
): { tables: FetchedTable[]; errors: unknown[] } {
  const { client, flags, output, sys } = invocation;
  const serverPrint = flags.bool('server-print');
  const { nowMs } = sys;
  const tables: FetchedTable[] = [];
  const errors: unknown[] = [];
  for (const target of targets) {
    const { info, namespace } = target;
    try {
      const options = target.kind === 'name' ? { namespace, name: target.name } : target;
      output.serverWarning(info.deprecation);
      const table = client.table(info.resource, options);
      tables.push({ info, table: serverPrint ? table : plainTable(table, nowMs) });
    } catch (error) {
      if (!(invocation.flags.bool('ignore-not-found') && isNotFound(error))) errors.push(error);
    }
  }
  return { tables, errors };
}

/** What kubectl makes of objects by itself: names and ages. */
function plainTable(table: Table, nowMs: number): Table {
  const column = { type: 'string', format: '', description: '', priority: 0 };
  return {
    ...table,
    columnDefinitions: [
      { ...column, name: 'Name', format: 'name' },
      { ...column, name: 'Age' },
    ],
    rows: table.rows.map(({ object }) => ({
      object,
      cells: [object.metadata.name ?? '', ageSince(object.metadata.creationTimestamp, nowMs)],
    })),
  };
}

/** Tables as the server prints them, one under the other. */
function printTables(invocation: Invocation, { targets, errors: earlier }: Resolved): void {
  const { flags, output } = invocation;
  const fetched = fetchTables(invocation, targets);
  const errors = [...earlier, ...fetched.errors];
  const tables = sortedTables(invocation, fetched.tables);
  const kinds = new Set(tables.map(({ info }) => info.resource));
  const writer = new TabWriter(TABLE_TABS);
  let written = false;
  let last: ResourceInfo | undefined;
  let printer: TablePrinter | undefined;
  const finish = (): void => {
    output.out(writer.flush());
  };
  for (const { info, table } of tables) {
    if (!printer || info !== last) {
      finish();
      writer.forgetWidths();
      printer = tablePrinter(invocation, info, kinds.size > 1);
      last = info;
      if (written && !flags.bool('no-headers') && table.rows.length > 0) output.out('\n');
    }
    if (table.rows.length > 0) written = true;
    printer.print(table, writer);
  }
  finish();
  if (!written && errors.length === 0 && !flags.bool('ignore-not-found')) {
    const namespaced = targets.every(({ info }) => info.namespaced);
    output.err(nothingFound(invocation, namespaced));
  }
  throwAll(errors);
}

/** `No resources found in default namespace.` */
export function nothingFound({ flags, namespace }: Invocation, namespaced: boolean): string {
  const everywhere = flags.find('all-namespaces') && flags.bool('all-namespaces');
  if (!namespaced || everywhere) return 'No resources found\n';
  return `No resources found in ${namespace} namespace.\n`;
}

/**
 * Tables with their rows sorted. What several requests brought is one sequence to kubectl, which then looks
 * for the field in the tables themselves, not in their rows. Models RuntimeSorter and SortingPrinter.
 */
function sortedTables(
  { flags, sys }: Invocation,
  tables: readonly FetchedTable[],
): readonly FetchedTable[] {
  const field = flags.string('sort-by');
  if (field === '') return tables;
  let inOrder = tables;
  if (tables.length > 1) {
    try {
      inOrder = sortByField(tables, ({ table }) => tableAsJson(table), field, false);
    } catch (error) {
      throw ended(sys, error);
    }
  }
  return inOrder.map(({ info, table }) => {
    if (table.rows.length < 2) return { info, table };
    try {
      const rows = sortByField(table.rows, ({ object }) => asJson(object), field, true);
      return { info, table: { ...table, rows } };
    } catch (error) {
      // Errors of a table's sorter are not looked at: there is nothing to print then.
      if (!(error instanceof Unsortable)) return { info, table: { ...table, rows: [] } };
      throw ended(sys, error);
    }
  });
}

function tableAsJson({ columnDefinitions, resourceVersion, rows }: Table): Json {
  const table = { kind: 'Table', apiVersion: 'meta.k8s.io/v1', columnDefinitions, rows };
  return { ...table, metadata: { resourceVersion } } as unknown as Json;
}

function asJson(object: KubeObject): Json {
  return object as unknown as Json;
}

/** Formats that work on whole objects: one object as it is, several as a List. */
function printObjects(
  invocation: Invocation,
  resolved: Resolved,
  printer: (object: Json, index: number) => string,
): void {
  const { flags, output } = invocation;
  const { found, errors: failed } = fetchTargets(invocation, resolved.targets);
  const ignoring = flags.bool('ignore-not-found');
  const errors = [
    ...resolved.errors,
    ...failed.filter((error) => !(ignoring && isNotFound(error))),
  ];
  if (resolved.single && errors.length > 0) throwAll(errors);
  if (found.length === 0 && ignoring) {
    throwAll(errors);
    return;
  }
  const [only] = found;
  if (resolved.single && found.length === 1 && only) {
    output.out(printer(asJson(only.object), 0));
    return;
  }
  const items = sortedObjects(
    invocation,
    found.map(({ object }) => asJson(object)),
  );
  const list = { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items };
  output.out(printer(list, 0));
  throwAll(errors);
}

/** What kubectl ends with when objects could not be sorted. */
function ended(sys: Sys, error: unknown): unknown {
  if (error instanceof FieldNotFound) return plain(error.message);
  if (error instanceof Unsortable) {
    return new KubectlError(klogFatal(sys, error.place, error.text));
  }
  return error;
}

function sortedObjects({ flags, sys }: Invocation, items: readonly Json[]): readonly Json[] {
  if (flags.string('sort-by') === '' || items.length === 0) return items;
  try {
    return sortByField(items, (item) => item, flags.string('sort-by'), false);
  } catch (error) {
    throw ended(sys, error);
  }
}
