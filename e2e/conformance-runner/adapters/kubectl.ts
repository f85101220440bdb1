import { existsSync } from 'node:fs';
import path from 'node:path';
import { createSimulator, type Dump } from '../../../src/simulator.ts';
import { outcomeOf, textDifference } from '../difference.ts';
import { type Case, isRecord, type Outcome, readJson } from '../table.ts';
import { stateDifference } from './kubectl-state.ts';

/** Where fixtures lie: beside the table that is run, or in the folder `conformance` beside its folder. */
let fixtureFolder = '';

/** Tells the adapter which folder its table is in. */
export function takeFixturesOf(tableFile: string): void {
  const folder = path.dirname(tableFile);
  const own = path.join(folder, 'fixtures');
  fixtureFolder = existsSync(own) ? own : path.join(folder, '..', 'conformance', 'fixtures');
}

const dumps = new Map<string, Dump>();

function fixture(name: string): Dump {
  let dump = dumps.get(name);
  if (!dump) {
    const file = path.join(fixtureFolder, `${name}.json`);
    if (!existsSync(file)) throw new Error(`no fixture ${file}`);
    dump = readJson(file) as Dump;
    dumps.set(name, dump);
  }
  return dump;
}

/** What the recording put in place of what changes from run to run. */
function normalised(text: string): string {
  return (
    text
      .replaceAll(/\/tmp\/kubectl-edit-\d+\.yaml/g, '/tmp/kubectl-edit-1234567890.yaml')
      .replaceAll(/\/tmp\/(LIVE|MERGED)-\d+/g, '/tmp/$1-1234567890')
      // The recording writes the working folder as `.`; here it is the home folder.
      .replaceAll(/\blstat \/root\//g, 'lstat ./')
      .replaceAll(/^([WEIF]\d{4} [\d:]+\.)\d+ +\d+ /gm, (_line, head) => `${head}000000    1234 `)
      .replaceAll(/^((?:---|\+\+\+) .*\t[-\d]+ [\d:]+\.)\d+/gm, (_line, head) => `${head}000000000`)
  );
}

/** Numbers that the recording's stand-in for a server made up. */
function withoutMadeUp(text: string): string {
  return text
    .replaceAll(/(\bresourceVersion"?: )"\d+"/g, '$1"1"')
    .replaceAll(/(\buid"?: "?)[-0-9a-f]{36}/g, '$1uid');
}

function comparable(text: string, { unordered, serverText }: Case): string {
  const shown = serverText === true ? withoutMadeUp(normalised(text)) : normalised(text);
  return unordered === true ? shown.split('\n').sort().join('\n') : shown;
}

const KNOWN_FIELDS = new Set([
  'name',
  'category',
  'fixture',
  'files',
  'stdin',
  'env',
  'command',
  'expect',
  'after',
  'filesAfter',
  'unordered',
  'serverText',
  'note',
]);

/** Table kubectl: command lines against a recorded cluster state. */
export function kubectl(testCase: Case): Outcome {
  const unknown = Object.keys(testCase).filter((field) => !KNOWN_FIELDS.has(field));
  if (unknown.length > 0) throw new Error(`unknown fields ${unknown.join(', ')}`);
  const { expect, command, files, stdin, env, after, filesAfter } = testCase;
  if (!isRecord(expect)) throw new Error('the case has no expectation');
  const name = typeof testCase.fixture === 'string' ? testCase.fixture : undefined;
  const dump = name === undefined ? undefined : fixture(name);
  const epoch = dump?.now ?? '2026-01-01T12:00:00Z';
  const simulator = createSimulator({ controlPlane: false, epoch });
  if (dump) simulator.load(dump);
  const result = simulator.sh(String(command), {
    files: (files ?? {}) as Record<string, string>,
    env: (env ?? {}) as Record<string, string>,
    ...(typeof stdin === 'string' ? { stdin } : {}),
  });
  const wanted = isRecord(filesAfter) ? filesAfter : {};
  return outcomeOf([
    textDifference(
      'stdout',
      comparable(String(expect.stdout ?? ''), testCase),
      comparable(result.stdout, testCase),
    ),
    textDifference(
      'stderr',
      comparable(String(expect.stderr ?? ''), testCase),
      comparable(result.stderr, testCase),
    ),
    textDifference('exit code', String(expect.exitCode ?? 0), String(result.exitCode)),
    ...Object.entries(wanted).map(([file, text]) =>
      textDifference(`file ${file}`, String(text), result.filesAfter[file] ?? ''),
    ),
    dump && stateDifference(simulator, dump, after),
  ]);
}
