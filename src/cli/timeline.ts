import { type Lane, type LaneState, laneOf, type TraceRecord } from './lanes';

/** A pod as its lanes are headed; the words are kubectl's at the end of what is drawn. */
export interface TimelinePod {
  /** namespace/name. */
  readonly pod: string;
  readonly words: string;
  readonly containers: readonly {
    readonly name: string;
    readonly kind: 'init' | 'sidecar' | 'regular' | 'ephemeral' | undefined;
    readonly words: string;
  }[];
}

const BARS: Readonly<Record<LaneState, string>> = {
  absent: ' ',
  waiting: '.',
  pulling: ':',
  running: '=',
  ready: '#',
  'back-off': '~',
};

const LEGEND =
  '. waiting   : pulling its image   = running   # running and ready   ~ back-off   a number: exit code';

const NARROWEST_BAR = 20;
/** Columns from one label of the time axis to the next, at least. */
const LABEL_COLUMNS = 10;
const TICK_SECONDS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400,
];

/** Lanes for a terminal, one per container; `untilMs` is the right end, `width` in columns. */
export function drawTimeline(
  trace: readonly TraceRecord[],
  pods: readonly TimelinePod[],
  { untilMs, width }: { readonly untilMs: number; readonly width: number },
): string {
  const containers = pods.flatMap((pod) => pod.containers);
  const names = Math.max(4, ...containers.map((container) => label(container).length));
  const words = Math.max(0, ...containers.map((container) => container.words.length));
  const columns = Math.max(NARROWEST_BAR, width - names - words - 6);
  const lines: string[] = [];
  for (const { pod, words: state, containers: lanes } of pods) {
    lines.push(`${pod}  ${state}`.trimEnd());
    for (const container of lanes) {
      const bar = drawBar(laneOf(trace, pod, container.name), untilMs, columns);
      lines.push(`  ${label(container).padEnd(names)}  ${bar}  ${container.words}`.trimEnd());
    }
  }
  const gutter = ' '.repeat(names + 4);
  const axis = drawAxis(untilMs, columns).map((line) => `${gutter}${line}`.trimEnd());
  return [...axis, ...lines, '', LEGEND, ''].join('\n');
}

function label({ name, kind }: TimelinePod['containers'][number]): string {
  return kind === undefined || kind === 'regular' ? name : `${name} (${kind})`;
}

/** One character per column: the state that fills most of it, and exit codes where instances ended. */
function drawBar(lane: Lane, untilMs: number, columns: number): string {
  const perColumn = untilMs / columns;
  const spans = lane.spans.map(({ fromMs, state }, index) => ({
    fromMs,
    toMs: lane.spans[index + 1]?.fromMs ?? untilMs,
    state,
  }));
  const cells = Array.from(
    { length: columns },
    (_, column) => BARS[longestState(spans, column * perColumn, (column + 1) * perColumn)],
  );
  const columnOf = (ms: number) => Math.min(columns - 1, Math.floor(ms / perColumn));
  // An instance that fills no column is shown all the same: where it started.
  const starts = new Set<number>();
  for (const [index, { fromMs, toMs, state }] of spans.entries()) {
    const before = spans[index - 1]?.state;
    if (state !== 'running' || before === 'ready' || toMs === fromMs) continue;
    starts.add(columnOf(fromMs));
    cells[columnOf(fromMs)] = BARS.running;
  }
  for (const { atMs, exitCode } of lane.exits) {
    let column = columnOf(atMs);
    if (starts.has(column)) column++;
    const digits = String(exitCode);
    const room = [...digits].every((_, i) => column + i < columns && !starts.has(column + i));
    if (room) for (const [i, digit] of [...digits].entries()) cells[column + i] = digit;
    else if (column < columns && !starts.has(column)) cells[column] = 'x';
  }
  return cells.join('');
}

function longestState(
  spans: readonly { fromMs: number; toMs: number; state: LaneState }[],
  fromMs: number,
  toMs: number,
): LaneState {
  const shares = new Map<LaneState, number>();
  for (const span of spans) {
    const share = Math.min(span.toMs, toMs) - Math.max(span.fromMs, fromMs);
    if (share > 0) shares.set(span.state, (shares.get(span.state) ?? 0) + share);
  }
  let longest: LaneState = 'absent';
  for (const [state, share] of shares) {
    if (share > (shares.get(longest) ?? 0)) longest = state;
  }
  return longest;
}

/** Labels and, below them, ticks. */
function drawAxis(untilMs: number, columns: number): [string, string] {
  const perColumn = untilMs / columns;
  const wanted = (LABEL_COLUMNS * perColumn) / 1000;
  const seconds =
    TICK_SECONDS.find((tick) => tick >= wanted) ?? Math.ceil(wanted / 86_400) * 86_400;
  let labels = '';
  const ticks = Array.from({ length: columns }, () => '-');
  for (let at = 0; at * 1000 <= untilMs; at += seconds) {
    const column = Math.round((at * 1000) / perColumn);
    if (column >= columns) break;
    labels = labels.padEnd(column) + shortTime(at);
    ticks[column] = '|';
  }
  return [labels, ticks.join('')];
}

/** `45s`, `2m`, `2m30s`, `1h`. */
function shortTime(seconds: number): string {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const parts = [h > 0 ? `${h}h` : '', m > 0 ? `${m}m` : '', s > 0 ? `${s}s` : ''].join('');
  return parts === '' ? '0s' : parts;
}
