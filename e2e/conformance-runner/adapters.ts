import { backoff } from './adapters/backoff.ts';
import { conditions } from './adapters/conditions.ts';
import { containerScript } from './adapters/container-script.ts';
import { containerstatuses } from './adapters/containerstatuses.ts';
import { cronschedule, rollout, workqueue } from './adapters/controllers.ts';
import { decode } from './adapters/decode.ts';
import { endpoints } from './adapters/endpoints.ts';
import { events } from './adapters/events.ts';
import { jsonpath, jsonpathMore } from './adapters/jsonpath.ts';
import { kubectl, takeFixturesOf } from './adapters/kubectl.ts';
import { lifecycle } from './adapters/lifecycle.ts';
import { metadata } from './adapters/metadata.ts';
import { patch } from './adapters/patch.ts';
import { phase } from './adapters/phase.ts';
import { podactions } from './adapters/podactions.ts';
import { podsecurity } from './adapters/podsecurity.ts';
import { podstatus } from './adapters/podstatus.ts';
import { printers, printersOther } from './adapters/printers.ts';
import { probes } from './adapters/probes.ts';
import { quantity } from './adapters/quantity.ts';
import { manifests, mistakes } from './adapters/recorded-manifests.ts';
import { resources } from './adapters/resources.ts';
import { partsOf, partsOfScenarios, recordedLifecycle, runs } from './adapters/runs.ts';
import { scheduling } from './adapters/scheduling.ts';
import { selector } from './adapters/selector.ts';
import { serversideapply } from './adapters/serversideapply.ts';
import { duration, expansion, qos } from './adapters/small-tables.ts';
import { validation } from './adapters/validation.ts';
import { yaml } from './adapters/yaml.ts';
import type { Adapter, Case, Outcome, Table } from './table.ts';

/** Which adapter runs a table, by the table's name. */
const ADAPTERS: Readonly<Record<string, Adapter>> = {
  applets: containerScript,
  backoff,
  conditions,
  cronschedule,
  containerstatuses,
  decode,
  duration,
  endpoints,
  events,
  expansion,
  humanduration_more: duration,
  jsonpath,
  jsonpath_more: jsonpathMore,
  lifecycle,
  lifecycle_recorded: recordedLifecycle,
  manifests,
  kubectl,
  kubectl_corpus: kubectl,
  metadata,
  mistakes,
  patch,
  phase,
  podactions,
  podsecurity,
  podstatus,
  printers,
  printers_other: printersOther,
  probes,
  qos,
  quantity,
  quantity_more: quantity,
  resources,
  rollout,
  runs,
  scheduling,
  selector,
  serversideapply,
  shell: containerScript,
  validation,
  workqueue,
  wild: containerScript,
  yaml,
};

/** Cases that run against the cluster states kept beside their table. */
function withFixtures(table: Table): readonly Case[] {
  takeFixturesOf(table.file);
  return table.cases;
}

/** Cases that name what they work on. An unknown name is left to the adapter to refuse. */
function withInputs(table: Table): readonly Case[] {
  return table.cases.map((testCase) => {
    const { inputRef, ...rest } = testCase;
    if (typeof inputRef !== 'string' || table.inputs?.[inputRef] === undefined) return testCase;
    return { ...rest, name: testCase.name, input: table.inputs[inputRef] };
  });
}

/** Tables of which one entry is several cases, or that need something beside them. */
const EXPANSIONS: Readonly<Record<string, (table: Table) => readonly Case[]>> = {
  jsonpath: withInputs,
  jsonpath_more: withInputs,
  kubectl: withFixtures,
  kubectl_corpus: withFixtures,
  lifecycle_recorded: partsOfScenarios,
  runs: partsOf,
};

/** A table with each of its entries as the cases it stands for. */
export function expandTable(table: Table): Table {
  const expand = Object.hasOwn(EXPANSIONS, table.name) ? EXPANSIONS[table.name] : undefined;
  return expand ? { ...table, cases: expand(table) } : table;
}

export function knowsTable(table: string): boolean {
  return Object.hasOwn(ADAPTERS, table);
}

/** Runs one case. Never throws: an unknown table and an error of the product's are failures. */
export function runCase(table: string, testCase: Case): Outcome {
  const adapter = knowsTable(table) ? ADAPTERS[table] : undefined;
  if (!adapter) return { pass: false, difference: `no adapter for the table "${table}"` };
  try {
    return adapter(testCase);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { pass: false, difference: `threw ${text}` };
  }
}
