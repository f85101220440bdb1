// `npm test`: all checks, one stage after the other; the last line adds them up.
//   npm test -- --only unit,lint    runs these stages
//   npm test -- --only unit src/shell   hands what follows to a single stage's tool

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = path.join(root, 'node_modules/.cache/podlab/reports');
const bin = (name) => path.join(root, 'node_modules/.bin', name);

/** Runs a command with its output on ours (or, with `capture`, returned); resolves when it ended. */
function run(command, args, { env = {}, capture = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', capture ? 'pipe' : 'inherit', 'inherit'],
      shell: process.platform === 'win32',
      // INIT_CWD would move the runner's working folder to where npm was called.
      env: { ...process.env, INIT_CWD: root, ...env },
    });
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => {
      console.error(error.message);
      resolve({ ok: false, output });
    });
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

function readReport(name) {
  try {
    return JSON.parse(readFileSync(path.join(reports, name), 'utf8'));
  } catch {
    return undefined;
  }
}

/** A stage that is no set of tests: it counts only when it fails. */
const plain = (command, args) => async () => {
  const { ok } = await run(command, args);
  return { passed: 0, failed: ok ? 0 : 1 };
};

/** Counts of a stage of tests; a tool that failed without a failed test still counts one. */
function counted(ok, passed, failed) {
  return { passed, failed: ok ? failed : Math.max(1, failed) };
}

async function unit(extra) {
  const file = path.join(reports, 'unit.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { ok } = await run(bin('vitest'), ['run', ...reporters, ...extra]);
  const report = readReport('unit.json');
  return counted(ok, report?.numPassedTests ?? 0, report?.numFailedTests ?? 0);
}

async function conformance(extra) {
  const minimum = path.join(root, 'e2e/conformance/minimum.json');
  const claims = path.join(root, 'src/ui/fidelity/results.json');
  const runner = ['scripts/run-ts.mjs', 'e2e/conformance-runner/main.ts', '--json'];
  const args = [...runner, '--min', minimum, '--claims', claims];
  const { ok, output } = await run(process.execPath, [...args, ...extra], { capture: true });
  let tables = [];
  try {
    tables = JSON.parse(output).tables;
  } catch {
    console.error(output);
  }
  for (const { table, passed, total, shortBy } of tables) {
    console.log(`${table} ${passed}/${total}${shortBy ? `: below the minimum by ${shortBy}` : ''}`);
  }
  // Cases that fail above the minimum are gaps that we know of, not failures of this run.
  const sum = (field) => tables.reduce((total, table) => total + (table[field] ?? 0), 0);
  return counted(ok, sum('passed'), sum('shortBy'));
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function browser(extra) {
  const env = {
    PODLAB_E2E_PORT: String(await freePort()),
    PLAYWRIGHT_JSON_OUTPUT_FILE: path.join(reports, 'browser.json'),
  };
  const { ok } = await run(bin('playwright'), ['test', '--reporter=list,json', ...extra], { env });
  const stats = readReport('browser.json')?.stats;
  // A flaky test cannot be: there are no retries.
  return counted(ok, stats?.expected ?? 0, (stats?.unexpected ?? 0) + (stats?.skipped ?? 0));
}

const STAGES = {
  lockfile: plain(process.execPath, ['scripts/check-lockfile.mjs']),
  types: plain(bin('tsc'), ['--noEmit']),
  lint: plain(bin('biome'), ['check', '--error-on-warnings']),
  unit,
  conformance,
  build: plain(process.execPath, ['scripts/build.mjs']),
  browser,
};

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: 'string' } },
  });
  const wanted = values.only?.split(',') ?? Object.keys(STAGES);
  const unknown = wanted.filter((name) => !(name in STAGES));
  if (unknown.length > 0)
    throw new Error(`no stage ${unknown}; stages: ${Object.keys(STAGES).join(', ')}`);

  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const total = { passed: 0, failed: 0 };
  const lines = [];
  for (const name of wanted) {
    const skipped =
      name === 'browser' &&
      lines.some((line) => line.startsWith('build') && line.includes('FAILED'));
    console.log(`\n── ${name} ${'─'.repeat(60 - name.length)}`);
    if (skipped) {
      console.log('not run: the build failed');
      continue;
    }
    const started = performance.now();
    const result = await STAGES[name](positionals);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    total.passed += result.passed;
    total.failed += result.failed;
    const verdict = result.failed > 0 ? `FAILED (${result.failed})` : 'ok';
    const tests = result.passed > 0 ? `, ${result.passed} passed` : '';
    lines.push(`${name.padEnd(12)} ${seconds.padStart(6)} s   ${verdict}${tests}`);
  }
  console.log(`\n${lines.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`);
  if (total.failed > 0) process.exitCode = 1;
}

await main();
