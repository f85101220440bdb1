// `npm run bench`: Podlab and @ngrok/webernetes side by side, in one run on one machine.
//   --samples N (5)   --only P2,P5   --full   --json
// Each sample is a fresh process; samples are interleaved (A B B A); medians are reported.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { bundle } from '../scripts/bundle.mjs';
import { generateDocumentation } from '../scripts/generate-documentation.mjs';
import { judge } from './budgets.mjs';
import { measurePage, printPage } from './page.mjs';
import { printReport } from './report.mjs';

const bench = fileURLToPath(new URL('.', import.meta.url));
const cache = path.join(bench, '../node_modules/.cache/podlab/bench');

const ENTRIES = ['podlab-side', 'webernetes-side', 'podlab-hour', 'podlab-seek'];

/** Who takes part. Only sides that compute without waiting are compared. */
const SIDES = {
  podlab: { entry: 'podlab-side', args: [] },
  'webernetes event': { entry: 'webernetes-side', args: ['event'] },
  'webernetes step(100)': { entry: 'webernetes-side', args: ['step100'] },
  'webernetes as shipped': { entry: 'webernetes-side', args: ['real'] },
};
const COMPUTING = ['podlab', 'webernetes event', 'webernetes step(100)'];

/** The rows of podbench; `full` ones only with --full. The peer's cost grows with the square of N. */
const ROWS = [
  { id: 'P1', title: 'cold: import, new cluster, first pod Ready', count: 1 },
  { id: 'P2', title: 'burst', count: 1 },
  { id: 'P2', title: 'burst', count: 10 },
  { id: 'P2', title: 'burst', count: 100, sides: Object.keys(SIDES) },
  { id: 'P2', title: 'burst', count: 500, full: true },
  {
    id: 'P2',
    title: 'burst',
    count: 1000,
    sides: ['podlab', 'webernetes event'],
    once: ['webernetes event'],
  },
  { id: 'P2', title: 'burst', count: 10_000, sides: ['podlab'], samples: 1, full: true },
  { id: 'P3', title: 'Deployment', count: 10 },
  { id: 'P3', title: 'Deployment', count: 100 },
  { id: 'P3', title: 'Deployment', count: 1000, sides: ['podlab'] },
  { id: 'P4', title: '3 containers each', count: 100 },
  { id: 'P5', title: 'an hour of 10 probed pods', count: 10 },
  { id: 'P6', title: 'an hour of 10 crashing pods', count: 10 },
  { id: 'P7', title: 'ten minutes, three times: the same log?', count: 4, samples: 3 },
];

/** The peer is no dependency of the project: it is installed here, on demand. */
function installPeer() {
  const lock = readFileSync(path.join(bench, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const stamp = path.join(bench, 'node_modules/.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: bench,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('npm ci in bench/ failed');
  writeFileSync(stamp, wanted);
}

async function bundleEntry(name) {
  const file = path.join(cache, `${name}.mjs`);
  writeFileSync(file, await bundle(path.join(bench, `${name}.ts`), { dir: cache }));
  return file;
}

function runSample(file, args) {
  const child = spawnSync(process.execPath, [file, ...args], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  const line = child.stdout?.trim().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(line);
  } catch {
    const why = child.stderr?.trim().split('\n').at(-1);
    return { refused: why || child.error?.message || 'no result' };
  }
}

function median(samples, field) {
  const values = samples.map((sample) => sample[field]).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)];
}

const MEDIANS = [
  'wallMs',
  'cpuMs',
  'simMs',
  'bootMs',
  'sinceStartMs',
  'events',
  'probes',
  'nextMs',
];

function summarize(samples) {
  const refused = samples.find((sample) => sample.refused)?.refused;
  if (refused) return { refused };
  const walls = samples.map(({ wallMs }) => wallMs);
  const equal = (field) => new Set(samples.map(({ hashes }) => hashes[field])).size === 1;
  return {
    ...Object.fromEntries(
      [...MEDIANS, 'restarts', 'peakRssMb'].map((field) => [field, median(samples, field)]),
    ),
    minWallMs: Math.min(...walls),
    maxWallMs: Math.max(...walls),
    starts: samples[0].starts,
    sameLogs: {
      timeOrderText: equal('timeOrderText'),
      orderText: equal('orderText'),
      texts: equal('texts'),
    },
  };
}

/** Runs the sides of a row `rounds` times, every other round backwards; those of `once` a single time. */
function measureRow(row, files, rounds) {
  const names = row.sides ?? COMPUTING;
  console.error(`measuring ${row.id}, N = ${row.count} …`);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < (row.samples ?? rounds); round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      if (round > 0 && row.once?.includes(name)) continue;
      const { entry, args } = SIDES[name];
      samples[name].push(runSample(files[entry], [row.id, String(row.count), ...args]));
    }
  }
  const sides = Object.fromEntries(names.map((name) => [name, summarize(samples[name])]));
  return { id: row.id, title: row.title, count: row.count, sides };
}

/** P9: bytes of the engine alone. */
async function sizes() {
  const result = {};
  for (const name of ['podlab', 'webernetes']) {
    const entry = path.join(bench, `${name}-engine.ts`);
    const code = await bundle(entry, { dir: cache, minify: true, page: true });
    const bytes = Buffer.from(code);
    result[name] = {
      bytes: bytes.length,
      gzip: gzipSync(bytes, { level: 9 }).length,
      brotli: brotliCompressSync(bytes).length,
    };
  }
  return result;
}

/** How compute grows with the number of pods: the exponent of the best power law through the rows. */
function growth(rows) {
  const points = rows
    .filter(({ id, count, sides }) => id === 'P2' && count >= 100 && !sides.podlab?.refused)
    .map(({ count, sides }) => [Math.log(count), Math.log(sides.podlab.cpuMs)]);
  if (new Set(points.map(([x]) => x)).size < 2) return undefined;
  const mean = (index) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

/** P8: the budgets of the page, or why they could not be measured. */
async function measureInBrowser() {
  console.error('measuring the page …');
  try {
    return await measurePage();
  } catch (error) {
    return { refused: error.message.split('\n')[0] };
  }
}

/** A measurement of Podlab alone: medians of its own fields. */
function measureOwn(file, rounds) {
  const samples = Array.from({ length: rounds }, () => runSample(file, []));
  const failed = samples.find(({ refused }) => refused);
  if (failed) return { refused: failed.refused };
  return Object.fromEntries(
    Object.keys(samples[0]).map((field) => [field, median(samples, field)]),
  );
}

async function main() {
  const { values } = parseArgs({
    options: {
      samples: { type: 'string', default: '5' },
      only: { type: 'string' },
      full: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const only = values.only?.split(',');
  const isWanted = (id) => only === undefined || only.includes(id);
  const rounds = Number(values.samples);
  const [load = 0] = os.loadavg();
  installPeer();
  generateDocumentation();
  mkdirSync(cache, { recursive: true });
  const files = {};
  for (const name of ENTRIES) files[name] = await bundleEntry(name);

  const rows = ROWS.filter(({ id, full }) => isWanted(id) && (values.full || !full)).map((row) =>
    measureRow(row, files, rounds),
  );
  const result = {
    load,
    rows,
    growth: growth(rows),
    sizes: isWanted('P9') ? await sizes() : undefined,
    seek: isWanted('P10') ? measureOwn(files['podlab-seek'], rounds) : undefined,
    hour: isWanted('hour') ? measureOwn(files['podlab-hour'], rounds) : undefined,
    page: isWanted('P8') ? await measureInBrowser() : undefined,
  };
  if (values.json) console.log(JSON.stringify({ ...result, budgets: judge(result) }, undefined, 2));
  else {
    printReport(result);
    if (result.page?.refused) console.log(`\nP8 no result: ${result.page.refused}`);
    else if (result.page) printPage(result.page);
  }
}

await main();
