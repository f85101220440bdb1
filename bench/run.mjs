// `npm run bench`: Podlab and @ngrok/webernetes side by side, in one run on one machine.
//   --count N (100)   --samples N (5)   --json
// Each sample is a fresh process; samples are interleaved (A B B A); medians are reported.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from '../scripts/bundle.mjs';

const bench = fileURLToPath(new URL('.', import.meta.url));
const cache = path.join(bench, '../node_modules/.cache/podlab/bench');

/** The rows of P2. Only rows of compute are compared; `real` waits for the wall clock. */
const SIDES = {
  podlab: { entry: 'podlab-burst', args: [] },
  'webernetes event': { entry: 'webernetes-burst', args: ['event'] },
  'webernetes step(100)': { entry: 'webernetes-burst', args: ['step100'] },
  'webernetes as shipped': { entry: 'webernetes-burst', args: ['real'] },
};
const COMPARED = ['webernetes event', 'webernetes step(100)'];

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
    return {
      refused: child.stderr?.trim().split('\n').at(-1) || child.error?.message || 'no result',
    };
  }
}

function median(samples, field) {
  const values = samples.map((sample) => sample[field]).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)];
}

function summarize(samples) {
  const refused = samples.find((sample) => sample.refused)?.refused;
  if (refused) return { refused };
  const walls = samples.map(({ wallMs }) => wallMs);
  const fields = ['wallMs', 'cpuMs', 'simMs', 'bootMs', 'events', 'peakRssMb'];
  return {
    ...Object.fromEntries(fields.map((field) => [field, median(samples, field)])),
    minWallMs: Math.min(...walls),
    maxWallMs: Math.max(...walls),
  };
}

/** Runs all sides `rounds` times, every other round backwards. */
function interleave(files, rounds, args) {
  const samples = Object.fromEntries(Object.keys(SIDES).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const order = Object.entries(SIDES);
    if (round % 2 === 1) order.reverse();
    for (const [name, side] of order) {
      samples[name].push(runSample(files[side.entry], [...args, ...side.args]));
    }
  }
  return Object.fromEntries(Object.entries(samples).map(([name, list]) => [name, summarize(list)]));
}

const ms = (value) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;

function printBurst(count, results) {
  console.log(`P2 burst: ${count} pods of one pause container to all Ready (medians)\n`);
  for (const [name, row] of Object.entries(results)) {
    const text = row.refused
      ? `no result: ${row.refused}`
      : `wall ${ms(row.wallMs)} (${ms(row.minWallMs)} to ${ms(row.maxWallMs)})   cpu ${ms(row.cpuMs)}   ` +
        `cluster time ${ms(row.simMs)}   boot ${ms(row.bootMs)}   ${row.events} events   ${row.peakRssMb.toFixed(0)} MB`;
    console.log(`  ${name.padEnd(22)} ${text}`);
  }
}

function ratios(results) {
  const own = results.podlab;
  return COMPARED.flatMap((name) => {
    const peer = results[name];
    if (own.refused || peer.refused) return [];
    return [{ against: name, wall: peer.wallMs / own.wallMs, cpu: peer.cpuMs / own.cpuMs }];
  });
}

async function main() {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '100' },
      samples: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
    },
  });
  const [load = 0] = os.loadavg();
  installPeer();
  mkdirSync(cache, { recursive: true });
  const files = {};
  for (const name of ['podlab-burst', 'webernetes-burst', 'podlab-hour'])
    files[name] = await bundleEntry(name);

  const rounds = Number(values.samples);
  const burst = interleave(files, rounds, [values.count]);
  const hours = Array.from({ length: rounds }, () => runSample(files['podlab-hour'], []));
  const hour = hours.find(({ refused }) => refused) ?? {
    wallMs: median(hours, 'wallMs'),
    warmMs: median(hours, 'warmMs'),
  };
  const compared = ratios(burst);

  if (values.json) {
    console.log(JSON.stringify({ load, burst, ratios: compared, hour }, undefined, 2));
    return;
  }
  printBurst(values.count, burst);
  console.log('');
  for (const { against, wall, cpu } of compared) {
    console.log(
      `  podlab against ${against}: ${wall.toFixed(1)} times less wall time, ${cpu.toFixed(1)} times less CPU time`,
    );
  }
  console.log(
    `\nOne hour of the writer/reader pod: ${hour.refused ? `no result: ${hour.refused}` : `${ms(hour.wallMs)} as the first thing a process does, ${ms(hour.warmMs)} once its code is compiled`}`,
  );
  console.log(
    `\nWhat is compared: the time until a learner has the same pods and events. Webernetes keeps an etcd-like\n` +
      `store, informer copies and a port of the kubelet's loops for it; Podlab does not do that work.`,
  );
  if (load > 0.3)
    console.log(`\nThe machine was busy (load ${load.toFixed(2)}): take these numbers with care.`);
}

await main();
