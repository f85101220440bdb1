// What a page's main thread did, read from Chromium's own trace.

/** Events of Chromium's timeline: which kind of work they are. Those inside them count by themselves. */
const KINDS = {
  'style and layout': [
    'UpdateLayoutTree',
    'Layout',
    'IntersectionObserverController::computeIntersections',
  ],
  painting: ['PrePaint', 'Paint', 'Layerize', 'Commit', 'UpdateLayerTree', 'CompositeLayers'],
  'garbage collection': [
    'MinorGC',
    'MajorGC',
    'V8.GCScavenger',
    'V8.GCIncrementalMarking',
    'BlinkGC.AtomicPhase',
  ],
  'loading scripts': ['EvaluateScript', 'v8.compile', 'v8.compileModule', 'v8.evaluateModule'],
  parsing: ['ParseHTML', 'ParseAuthorStyleSheet'],
  script: [
    'FunctionCall',
    'RunMicrotasks',
    'FireAnimationFrame',
    'TimerFire',
    'EventDispatch',
    'FireIdleCallback',
    'HandlePostMessage',
    'V8.DeserializeValue',
  ],
};
const KIND_OF = new Map(
  Object.entries(KINDS).flatMap(([kind, names]) => names.map((name) => [name, kind])),
);
const TASK = 'RunTask';

export const TRACE_CATEGORIES = [
  '-*',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'v8',
  'blink.user_timing',
];

/** The page's main thread: of the renderers' main threads, the one that worked most. */
function busiestMainThread(events) {
  const names = events.filter(
    ({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain',
  );
  const workOf = ({ pid, tid }) =>
    events
      .filter((event) => event.pid === pid && event.tid === tid && event.name === TASK)
      .reduce((sum, { tdur = 0 }) => sum + tdur, 0);
  const [busiest] = names.sort((a, b) => workOf(b) - workOf(a));
  if (!busiest) throw new Error('the trace has no main thread of a page');
  return events.filter(
    ({ pid, tid, ph }) => ph === 'X' && pid === busiest.pid && tid === busiest.tid,
  );
}

/** CPU ms by kind of work; what has no name is called `other`. */
function partsOf(task, inside) {
  const own = new Map();
  const open = [];
  const count = ({ event, left }) => {
    const kind = KIND_OF.get(event.name) ?? (event === task ? 'other' : undefined);
    if (kind === undefined) {
      // Part of whatever it happened in.
      if (open.length > 0) open.at(-1).left += left;
    } else own.set(kind, (own.get(kind) ?? 0) + left / 1000);
  };
  for (const event of [task, ...inside]) {
    while (open.length > 0 && open.at(-1).end <= event.ts) count(open.pop());
    if (open.length > 0) open.at(-1).left -= event.tdur ?? 0;
    open.push({ event, end: event.ts + event.dur, left: event.tdur ?? 0 });
  }
  while (open.length > 0) count(open.pop());
  return Object.fromEntries([...own].filter(([, ms]) => ms >= 0.1).sort(([, a], [, b]) => b - a));
}

/** What a task was about: the event that brought it, if it was somebody's. */
function causeOf(inside) {
  const dispatched = inside.find(({ name }) => name === 'EventDispatch');
  if (dispatched) return dispatched.args?.data?.type;
  for (const [name, cause] of [
    ['FireAnimationFrame', 'frame'],
    ['TimerFire', 'timer'],
    ['FireIdleCallback', 'idle'],
    ['EvaluateScript', 'loading'],
    ['v8.evaluateModule', 'loading'],
  ]) {
    if (inside.some((event) => event.name === name)) return cause;
  }
  return inside.some(({ name }) => name === 'FunctionCall') ? 'message' : undefined;
}

/**
 * The tasks of the page's main thread, longest first. `cpuMs` does not count what other processes took away
 * meanwhile; `wallMs` does.
 */
export function tasksOf(trace) {
  const events = busiestMainThread(JSON.parse(trace.toString()).traceEvents);
  events.sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  const tasks = [];
  for (let i = 0; i < events.length; ) {
    const task = events[i++];
    if (task.name !== TASK) continue;
    const from = i;
    while (i < events.length && events[i].ts < task.ts + task.dur) i++;
    const inside = events.slice(from, i);
    tasks.push({
      cpuMs: (task.tdur ?? 0) / 1000,
      wallMs: task.dur / 1000,
      cause: causeOf(inside),
      parts: partsOf(task, inside),
    });
  }
  return tasks.sort((a, b) => b.cpuMs - a.cpuMs);
}
