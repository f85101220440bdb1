// What design allows itself, and whether a run of podbench kept to it. The page's budgets: bench/page.mjs.

const HOUR_MS = 3_600_000;
const PEER_SHARE = 30;
const LARGEST_GROWTH = 1.1;
const LEAST_SPEED = 30_000;
const LONGEST_HOUR_MS = 100;
const LONGEST_REWIND_MS = 300;

const ms = (value) => `${Math.round(value)} ms`;
const speed = (wallMs) => Math.round(HOUR_MS / wallMs);

function sidesOf(rows, id, count) {
  const row = rows.find((one) => one.id === id && one.count === count);
  const refused = row && Object.values(row.sides).some((side) => side.refused);
  return refused ? undefined : row?.sides;
}

/**
 * The budgets that this run measured, each with what it came to. Both sides of P2 compute without waiting, so
 * that their wall time is compute. Budgets of an engine that runs are judged once its code is compiled; what a
 * fresh process takes stands beside.
 */
export function judge({ rows, growth, seek, hour }) {
  const verdicts = [];
  const add = (what, budget, measured, isHeld) => verdicts.push({ what, budget, measured, isHeld });

  const burst = sidesOf(rows, 'P2', 1000);
  const peer = burst?.['webernetes event'];
  if (peer) {
    const share = peer.wallMs / burst.podlab.wallMs;
    const cpuShare = peer.cpuMs / burst.podlab.cpuMs;
    add(
      '1,000 pods to Ready',
      `1/${PEER_SHARE} of the peer's compute time`,
      `1/${share.toFixed(0)} (processor time, other threads included: 1/${cpuShare.toFixed(0)})`,
      share >= PEER_SHARE,
    );
  }
  if (growth !== undefined) {
    const exponent = growth.toFixed(2);
    add(
      'growth with the number of pods',
      `exponent ${LARGEST_GROWTH}`,
      exponent,
      growth <= LARGEST_GROWTH,
    );
  }
  const probed = sidesOf(rows, 'P5', 10)?.podlab;
  if (probed) {
    add(
      'an hour of ten probed pods',
      `${LEAST_SPEED}× real time`,
      `${speed(probed.nextMs)}× (first hour of a process: ${speed(probed.wallMs)}×)`,
      speed(probed.nextMs) >= LEAST_SPEED,
    );
  }
  if (hour && !hour.refused) {
    add(
      'an hour of the writer/reader pod',
      ms(LONGEST_HOUR_MS),
      `${ms(hour.warmMs)} (first thing a process does: ${ms(hour.wallMs)})`,
      hour.warmMs <= LONGEST_HOUR_MS,
    );
  }
  if (seek && !seek.refused) {
    const isHeld = seek.endMs <= LONGEST_REWIND_MS;
    add("rewinding in an hour's session", ms(LONGEST_REWIND_MS), ms(seek.endMs), isHeld);
  }
  return verdicts;
}
