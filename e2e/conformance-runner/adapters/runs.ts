import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Case, isRecord, type Outcome, readTable, type Table } from '../table.ts';
import { expectationsHold } from './lifecycle.ts';
import { type Expect, NO_PARTS, PARTS } from './recorded/parts.ts';
import { imagesPresent, type Recording, recordRun } from './recorded/recording.ts';
import { runScenario } from './scenario/run-scenario.ts';
import { readScenario } from './scenario/scenario.ts';

type Recorded = { readonly recording: Recording } | { readonly error: unknown };

/** The run that was made last: the parts of one run stand one after the other in the table. */
let latest: { readonly of: unknown; readonly recorded: Recorded } | undefined;

function recordOnce(of: unknown, record: () => Recording): Recording {
  const recorded = latest && latest.of === of ? latest.recorded : attempt(record);
  latest = { of, recorded };
  if ('error' in recorded) throw recorded.error;
  return recorded.recording;
}

function attempt(record: () => Recording): Recorded {
  try {
    return { recording: record() };
  } catch (error) {
    return { error };
  }
}

/** The parts of a table's runs as cases of their own: NAME#PART, with the run itself in `run`. */
export function partsOf({ cases }: Table): Case[] {
  return cases.flatMap(partsOfRun);
}

/** As partsOf, for a table whose runs name scenarios of ../conformance/lifecycle.json. */
export function partsOfScenarios({ cases, file }: Table): Case[] {
  const scenarios = path.join(path.dirname(file), '../conformance/lifecycle.json');
  const known = existsSync(scenarios) ? readTable('lifecycle', scenarios).cases : [];
  return cases.flatMap((run) =>
    partsOfRun({ ...run, scenario: known.find(({ name }) => name === run.scenario) }),
  );
}

function partsOfRun(run: Case): Case[] {
  const expect = isRecord(run.expect) ? run.expect : {};
  const names = Object.keys(expect).filter((key) => !NO_PARTS.has(key));
  return names.map((part) => ({ name: `${run.name}#${part}`, category: part, part, run }));
}

function judge(testCase: Case, record: (run: Case) => Recording): Outcome {
  const run = testCase.run as Case;
  const part = String(testCase.part);
  const expect = run.expect as Expect;
  const compare = Object.hasOwn(PARTS, part) ? PARTS[part] : undefined;
  if (!compare) return { pass: false, difference: `  unknown part ${part}` };
  const recording = recordOnce(run, () => record(run));
  const differences = compare(expect[part], recording, expect);
  return differences.length === 0
    ? { pass: true }
    : { pass: false, difference: differences.join('\n') };
}

/** Table runs: one part of one run. */
export function runs(testCase: Case): Outcome {
  return judge(testCase, recordRun);
}

/** Table lifecycle_recorded: one part of what the cluster did in one scenario. */
export function recordedLifecycle(testCase: Case): Outcome {
  return judge(testCase, ({ scenario, seconds, expect }) => {
    const read = readScenario(scenario);
    return runScenario(read, {
      seconds: Number(seconds),
      pulledImages: imagesPresent(expect),
      expectationsHold: (run) => expectationsHold(read.expect, run),
    });
  });
}
