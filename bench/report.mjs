// How the results of podbench are printed.

import { judge } from './budgets.mjs';

const HOUR_S = 3600;
/** Sides whose wall time is compute. */
const WITHOUT_WAITING = /event|step/;

const ms = (value) => (value < 100 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`);
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const times = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)}×`;

/** Podlab's next hours: the first one includes the compilation of its code. */
function nextText({ nextMs }) {
  if (!nextMs) return '';
  return `   the hours after it ${ms(nextMs)}, ${times((HOUR_S * 1000) / nextMs)}`;
}

function sideText(id, side) {
  if (side.refused) return `no result: ${side.refused}`;
  const range = `(${ms(side.minWallMs)} to ${ms(side.maxWallMs)})`;
  switch (id) {
    case 'P1':
      return `${ms(side.sinceStartMs)} since the process began   boot ${ms(side.bootMs)}   cluster time ${ms(side.simMs)}`;
    case 'P5':
      return `wall ${ms(side.wallMs)} ${range}   ${times((HOUR_S * 1000) / side.wallMs)} real time   ${side.probes} probes   ${side.peakRssMb.toFixed(0)} MB${nextText(side)}`;
    case 'P6':
      return `wall ${ms(side.wallMs)} ${range}   ${times((HOUR_S * 1000) / side.wallMs)} real time   ${side.restarts} restarts   first pod started at ${side.starts
        .slice(0, 7)
        .map((second) => second.toFixed(1))
        .join(', ')} … s`;
    case 'P7': {
      const { timeOrderText, orderText, texts } = side.sameLogs;
      const word = (same) => (same ? 'same' : 'different');
      return `time, order and text ${word(timeOrderText)}   order and text ${word(orderText)}   texts ${word(texts)}`;
    }
    default:
      return `wall ${ms(side.wallMs)} ${range}   cpu ${ms(side.cpuMs)}   cluster time ${ms(side.simMs)}   ${side.events} events   ${side.peakRssMb.toFixed(0)} MB`;
  }
}

/** Podlab's advantage over each side that computes without waiting. */
function ratioText(row) {
  const own = row.sides.podlab;
  if (!own || own.refused || row.id === 'P7') return [];
  const field = row.id === 'P1' ? 'sinceStartMs' : 'wallMs';
  return Object.entries(row.sides)
    .filter(([name, side]) => WITHOUT_WAITING.test(name) && !side.refused)
    .map(
      ([name, side]) =>
        `${times(side[field] / own[field])} less wall and ${times(side.cpuMs / own.cpuMs)} less CPU than ${name}`,
    );
}

function printRow(row) {
  console.log(`${row.id} ${row.title}, N = ${row.count}`);
  for (const [name, side] of Object.entries(row.sides))
    console.log(`  ${name.padEnd(22)} ${sideText(row.id, side)}`);
  for (const line of ratioText(row)) console.log(`  → ${line}`);
  console.log('');
}

function printOwn({ growth, sizes, seek, hour }) {
  if (growth !== undefined)
    console.log(`P2 growth of Podlab's CPU time from N = 100 on: exponent ${growth.toFixed(2)}`);
  if (sizes) {
    console.log('P9 the engine alone, minified');
    for (const [name, size] of Object.entries(sizes))
      console.log(
        `  ${name.padEnd(22)} ${kB(size.bytes)}   gzip ${kB(size.gzip)}   brotli ${kB(size.brotli)}`,
      );
  }
  if (seek) {
    console.log(
      seek.refused
        ? `P10 no result: ${seek.refused}`
        : `P10 rewind into an hour's session: to its end ${ms(seek.endMs)}, median ${ms(seek.medianMs)}; a link there and back ${ms(seek.linkMs)}, ${seek.linkBytes} characters (webernetes: not offered)`,
    );
  }
  if (hour) {
    console.log(
      hour.refused
        ? `Hour of the writer/reader pod: no result: ${hour.refused}`
        : `Hour of the writer/reader pod: ${ms(hour.wallMs)} as the first thing a process does, ${ms(hour.warmMs)} once its code is compiled`,
    );
  }
}

function printBudgets(verdicts) {
  if (verdicts.length === 0) return;
  console.log('\nBudgets (those of the page: node bench/page.mjs)');
  for (const { what, budget, measured, isHeld } of verdicts)
    console.log(`  ${isHeld ? 'held  ' : 'MISSED'} ${what}: ${measured}; budget ${budget}`);
}

export function printReport(result) {
  for (const row of result.rows) printRow(row);
  printOwn(result);
  printBudgets(judge(result));
  console.log(
    '\nWhat is compared: the time until a learner has the same pods and events. Webernetes keeps an etcd-like\n' +
      "store, informer copies and a port of the kubelet's loops for it; Podlab does not do that work.",
  );
  if (result.load > 0.3)
    console.log(
      `\nThe machine was busy (load ${result.load.toFixed(2)}): take these numbers with care.`,
    );
}
