// `node bench/page.mjs`: the page's budgets, measured in Chromium.
//   --seconds N (30)   --rounds N (7)   --port N (4189)   --address URL (of a page that is served)   --json
// Needs a browser (npm run setup).

import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import { chromiumArguments, findChromium } from '../scripts/chromium.mjs';
import { TRACE_CATEGORIES, tasksOf } from './main-thread.mjs';
import { LABS, linkTo, linkToAnHour, serve } from './page-labs.mjs';

const KIB = 1024;
const LONG_TASK_MS = 50;
const SETTLE_MS = 4000;
/** Load per processor; the measurement itself makes about one. */
const BUSY_LOAD = 2;
const LOOK_MS = 1500;
/** Only ends what hangs, on a machine however busy. */
const PATIENCE_MS = 120_000;

const VIEWPORT = { width: 1440, height: 900 };

/** Runs in the page before its scripts: notes when the first pod is drawn and when it can be used. */
function watchTheStart() {
  const seen = {};
  globalThis.seenAtStart = seen;
  let isInFrame = false;
  const request = globalThis.requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (draw) =>
    request((t) => {
      isInFrame = true;
      setTimeout(() => {
        isInFrame = false;
      });
      draw(t);
    });
  /** Once the change that was just made is drawn: with this frame, if the page is at one, else with the next. */
  globalThis.afterFrame = (note) =>
    isInFrame ? setTimeout(note) : request(() => setTimeout(note));
  const look = () => {
    if (seen.pod === undefined && document.querySelector('article.pod')) {
      seen.pod = Number.NaN;
      globalThis.afterFrame(() => {
        seen.pod = performance.now();
      });
    }
    if (seen.usable === undefined && document.querySelector('button.apply:not(:disabled)')) {
      seen.usable = performance.now();
    }
  };
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
  });
}

/**
 * Runs in the page: real ms from an event of a kind until what `selector` finds says something else, and that is
 * drawn.
 */
function timeUntilChanged([kind, selector]) {
  const say = () =>
    [...document.querySelectorAll(selector)].map((one) => one.textContent).join('\n');
  globalThis.changed = new Promise((resolve) => {
    addEventListener(
      kind,
      ({ timeStamp }) => {
        const before = say();
        const observer = new MutationObserver(() => {
          if (say() === before) return;
          observer.disconnect();
          globalThis.afterFrame(() => resolve(performance.now() - timeStamp));
        });
        const whole = { subtree: true, childList: true, characterData: true };
        observer.observe(document.body, whole);
      },
      { capture: true, once: true },
    );
  });
}

async function timeOf(page, kind, selector, act) {
  await page.evaluate(timeUntilChanged, [kind, selector]);
  await act();
  return page.evaluate(() => globalThis.changed);
}

async function repeat(count, measure) {
  const results = [];
  for (let i = 0; i < count; i++) results.push(await measure(i));
  return results;
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

function spread(values) {
  return { median: median(values), best: Math.min(...values), worst: Math.max(...values) };
}

const apply = (page) => page.getByRole('button', { name: /^Apply/ });

class PageBench {
  constructor(browser, address, options) {
    this.browser = browser;
    this.address = address;
    this.options = options;
  }

  /** A page that knows nothing of earlier ones: no cache, no kept work. */
  async open(link, use) {
    const context = await this.browser.newContext({ viewport: VIEWPORT });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      await page.addInitScript(watchTheStart);
      await page.goto(new URL(link, this.address).href);
      await page.waitForFunction(() => globalThis.seenAtStart.usable !== undefined);
      return await use(page);
    } finally {
      await context.close();
    }
  }

  async coldStart() {
    const starts = await repeat(this.options.rounds, () =>
      this.open('', async (page) => {
        await page.waitForFunction(() => globalThis.seenAtStart.pod > 0);
        const scripts = await page.evaluate(() =>
          performance
            .getEntriesByType('resource')
            .filter(({ name, startTime }) => {
              return /\.js$/.test(name) && startTime < globalThis.seenAtStart.usable;
            })
            .map(({ name }) => name),
        );
        return { scripts, ...(await page.evaluate(() => globalThis.seenAtStart)) };
      }),
    );
    const bytes = {};
    for (const script of new Set(starts.flatMap(({ scripts }) => scripts))) {
      const code = Buffer.from(await (await fetch(script)).arrayBuffer());
      bytes[path.basename(script)] = gzipSync(code, { level: 9 }).length;
    }
    const isWorker = ([name]) => name.startsWith('worker');
    const sum = (entries) => entries.reduce((total, [, size]) => total + size, 0);
    const sizes = Object.entries(bytes);
    return {
      firstPodMs: spread(starts.map(({ pod }) => pod)),
      pageKib: sum(sizes.filter((one) => !isWorker(one))) / KIB,
      workerKib: sum(sizes.filter(isWorker)) / KIB,
    };
  }

  async applyToFrame(lab) {
    const link = await linkTo(LABS[lab].text);
    const times = await repeat(this.options.rounds, () =>
      this.open(link, async (page) => {
        await page.locator('[data-testid=monaco] .view-lines').waitFor();
        await page.waitForTimeout(SETTLE_MS);
        return timeOf(page, 'click', '#pane-pod .pod-title h3', () => apply(page).click());
      }),
    );
    return spread(times);
  }

  /** Breaks and mends a line of the manifest, letter by letter. */
  async keystrokes(page) {
    await page.locator('[data-testid=monaco] .view-lines').waitFor();
    await page.locator('[data-testid=monaco] .view-line', { hasText: 'kind:' }).first().click();
    await page.keyboard.press('End');
    const times = await repeat(this.options.rounds * 2, async (i) => {
      const key = i % 2 === 0 ? 'x' : 'Backspace';
      const time = await timeOf(page, 'keydown', '.problems .verdict', () =>
        page.keyboard.press(key),
      );
      await page.waitForTimeout(300);
      return time;
    });
    return spread(times);
  }

  async rewinds() {
    return this.open(await linkToAnHour(), async (page) => {
      const playhead = page.getByRole('slider', { name: 'Playhead' });
      await page.waitForTimeout(3000);
      await playhead.focus();
      const times = await repeat(this.options.rounds, async () => {
        const shown = '#pane-pod .container-line';
        const time = await timeOf(page, 'keydown', shown, () => page.keyboard.press('PageDown'));
        await page.waitForTimeout(300);
        return time;
      });
      return spread(times);
    });
  }

  async traced(page, act) {
    await this.browser.startTracing(page, { categories: TRACE_CATEGORIES });
    await act();
    return tasksOf(await this.browser.stopTracing());
  }

  /** A lab of a hundred containers: its start, its life untouched, and a person who looks around in it. */
  async busyLab(name) {
    const { text, pods } = LABS[name];
    const beside = [{ path: 'one.yaml', text: LABS['one pod'].text }];
    return this.open(await linkTo(text, { beside }), async (page) => {
      await page.locator('[data-testid=monaco] .view-lines').waitFor();
      await page.waitForTimeout(SETTLE_MS);
      const start = await this.traced(page, async () => {
        await click(page, 'button.apply');
        await page.waitForFunction((wanted) => {
          const said = [...document.querySelectorAll('.pod-list button .soft')];
          return said.filter((one) => /^([1-9]\d*)\/\1$/.test(one.textContent)).length === wanted;
        }, pods);
      });
      await page.waitForTimeout(SETTLE_MS);
      const run = await this.traced(page, () => page.waitForTimeout(this.options.seconds * 1000));
      const look = await this.traced(page, () => lookAround(page));
      const largeVerdictMs = await this.keystrokes(page);
      await page.getByRole('tab', { name: 'one.yaml' }).click();
      await page.waitForTimeout(SETTLE_MS);
      const verdictMs = await this.keystrokes(page);
      return { start, run, look, verdictMs, largeVerdictMs };
    });
  }
}

/** Clicks without asking where and whether it can be seen: the page's main thread would have to answer that. */
function click(page, selector, index = 0) {
  return page.evaluate(
    ([wanted, at]) => document.querySelectorAll(wanted)[at].click(),
    [selector, index],
  );
}

/** What a curious person opens. */
async function lookAround(page) {
  const events = 2;
  for (const tab of [1, 2, 3, 4, 5, 0]) {
    await click(page, '#pane-output [role=tab]', tab);
    await page.waitForTimeout(LOOK_MS);
    await click(page, '.pod-list button', 5 * tab);
    await page.waitForTimeout(LOOK_MS);
  }
  await click(page, '#pane-output [role=tab]', events);
  for (const selector of [
    '#pane-output .toolbar input',
    '[aria-label="Fit everything"]',
    '[aria-label="As a list"]',
  ]) {
    await page.waitForTimeout(LOOK_MS);
    await click(page, selector);
  }
  await page.waitForTimeout(LOOK_MS);
}

function taskRow(what, tasks) {
  const above = tasks.filter(({ cpuMs }) => cpuMs > LONG_TASK_MS).length;
  return {
    what: `${what}: longest task of the main thread`,
    value: tasks[0]?.cpuMs ?? 0,
    budget: LONG_TASK_MS,
    unit: 'ms CPU',
    note: [
      above > 0 ? `${above} above ${LONG_TASK_MS} ms` : '',
      `in wall time ${Math.max(...tasks.map(({ wallMs }) => wallMs)).toFixed(0)} ms`,
    ]
      .filter(Boolean)
      .join('; '),
    tasks: tasks.slice(0, 5),
  };
}

function timeRow(what, { median: value, best, worst }, budget) {
  const note = `median; best ${best.toFixed(0)} ms, worst ${worst.toFixed(0)} ms`;
  // Others had the processors meanwhile: real time that is missed only sometimes says nothing.
  const isBusy = os.loadavg()[0] > BUSY_LOAD * os.availableParallelism();
  return { what, value, budget, unit: 'ms', note, isUnsure: isBusy && best <= budget };
}

async function measure(bench) {
  const rows = [];
  const add = (...more) => rows.push(...more);
  const { firstPodMs, pageKib, workerKib } = await bench.coldStart();
  add({
    what: 'JavaScript before the first interactive frame',
    value: pageKib,
    budget: 150,
    unit: 'KiB gzip',
    note: `of the page; the lab’s worker loads ${workerKib.toFixed(0)} KiB beside it`,
  });
  add(timeRow('first pod drawn, cold', firstPodMs, 2000));
  add(timeRow('apply → first frame, one pod', await bench.applyToFrame('one pod'), 100));
  add(timeRow('rewind by 10 s at the end of an hour', await bench.rewinds(), 300));
  add(
    timeRow(
      'keystroke → verdict, one pod',
      await bench.open(await linkTo(LABS['one pod'].text), (page) => bench.keystrokes(page)),
      100,
    ),
  );
  for (const lab of ['100 pods', '34 pods of 3']) {
    const { start, run, look, verdictMs, largeVerdictMs } = await bench.busyLab(lab);
    add(taskRow(`${lab} at 1×`, run));
    add(taskRow(`${lab} start`, start));
    add(taskRow(`${lab}, looking at every pane`, look));
    add(timeRow(`keystroke → verdict, one pod beside ${lab}`, verdictMs, 100));
    add(timeRow(`keystroke → verdict, in the file of ${lab}`, largeVerdictMs, 100));
  }
  return rows;
}

/** Every budget of the page with what was measured. Throws when there is no browser. */
export async function measurePage({ seconds = 30, rounds = 7, port = 4189, address } = {}) {
  const executablePath = await findChromium();
  const server = address ? { address, stop: () => {} } : await serve(port);
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: chromiumArguments(),
  });
  try {
    return await measure(new PageBench(browser, server.address, { seconds, rounds }));
  } finally {
    await browser.close();
    server.stop();
  }
}

function taskText({ cpuMs, wallMs, cause, parts }) {
  const said = Object.entries(parts).map(([kind, ms]) => `${kind} ${ms.toFixed(1)}`);
  const by = cause ? ` (${cause})` : '';
  return `${cpuMs.toFixed(1)} ms CPU, ${wallMs.toFixed(1)} ms wall${by}: ${said.join(', ')}`;
}

export function printPage(rows) {
  console.log('The page in Chromium');
  for (const { what, value, budget, unit, note, tasks, isUnsure } of rows) {
    const verdict = value <= budget ? 'held  ' : isUnsure ? 'unsure' : 'MISSED';
    const digits = value < 100 ? 1 : 0;
    const figures = `${value.toFixed(digits)} of ${budget} ${unit}`.padEnd(26);
    console.log(`  ${verdict} ${what.padEnd(58)} ${figures} ${note}`);
    for (const task of tasks?.slice(0, 3) ?? []) console.log(`           ${taskText(task)}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '30' },
      rounds: { type: 'string', default: '7' },
      port: { type: 'string', default: '4189' },
      address: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [load = 0] = os.loadavg();
  const { seconds, rounds, port, address } = values;
  const rows = await measurePage({
    seconds: Number(seconds),
    rounds: Number(rounds),
    port: Number(port),
    address,
  });
  if (values.json) console.log(JSON.stringify({ load, rows }, undefined, 2));
  else printPage(rows);
  if (load > 0.5 && !values.json) {
    console.log(
      `\nThe machine was busy (load ${load.toFixed(2)}): CPU times hold, wall times may not.`,
    );
  }
}
