import { describe, expect, it } from 'vitest';
import { containersIn, podsIn, type TraceRecord } from './lanes';
import { drawTimeline } from './timeline';

const pod = 'default/web';

function record(t: number, type: string, container?: string, fields: object = {}): TraceRecord {
  return { t, type, pod, ...(container === undefined ? {} : { container }), ...fields };
}

const TRACE: readonly TraceRecord[] = [
  record(1000, 'pod.scheduled', undefined, { node: 'node-1' }),
  record(2000, 'image.pulling', 'init', { image: 'busybox' }),
  record(5000, 'image.pulled', 'init', { image: 'busybox' }),
  record(6000, 'container.started', 'init', { attempt: 0 }),
  record(10_000, 'container.exited', 'init', { attempt: 0, exitCode: 0 }),
  record(12_000, 'container.started', 'app', { attempt: 0 }),
  record(14_000, 'container.ready', 'app'),
  record(20_000, 'container.exited', 'app', { attempt: 0, exitCode: 137 }),
  record(21_000, 'container.exited', 'elsewhere', { attempt: 0, exitCode: 1 }),
  record(24_000, 'container.backoff', 'app', { delayMs: 10_000 }),
  record(34_000, 'container.started', 'app', { attempt: 1 }),
  record(34_100, 'container.exited', 'app', { attempt: 1, exitCode: 3 }),
];

const PODS = [
  {
    pod,
    words: '0/1  Error',
    containers: [
      { name: 'init', kind: 'init', words: 'Completed' },
      { name: 'app', kind: 'regular', words: 'Error' },
    ],
  },
] as const;

function lanes(untilMs: number, width: number): string[] {
  return drawTimeline(TRACE, PODS, { untilMs, width }).split('\n');
}

const lane = (name: string, bar: string, columns: number, words: string) =>
  `  ${name.padEnd('init (init)'.length)}  ${bar.padEnd(columns)}  ${words}`;

describe('drawTimeline', () => {
  // 40 columns of 1 s: names, words and gaps take 4 + 7 + 2 + 9 columns more.
  const drawn = lanes(40_000, 40 + 6 + 'init (init)'.length + 'Completed'.length);

  it('draws a time axis', () => {
    expect(drawn[0]).toBe(`${' '.repeat(15)}0s        10s       20s       30s`);
    expect(drawn[1]).toBe(`${' '.repeat(15)}|---------|---------|---------|---------`);
  });

  it('draws a lane per container, with its words behind it', () => {
    expect(drawn[2]).toBe('default/web  0/1  Error');
    expect(drawn[3]).toBe(lane('init (init)', ' .:::.====0', 40, 'Completed'));
    expect(drawn[4]).toBe(lane('app', ' ...........==######137 ~~~~~~~~~~=3', 40, 'Error'));
  });

  it('says what its characters mean', () => {
    expect(drawn.at(-2)).toContain('~ back-off');
  });

  it('shows an instance that is shorter than a column, and that it ended', () => {
    const app = lanes(400_000, 40 + 26)[4] ?? '';
    expect(app).toContain('=x=3');
  });

  it('keeps a lane readable in a narrow terminal', () => {
    expect(lanes(40_000, 10)[3]).toBe(lane('init (init)', ' ::==0', 20, 'Completed'));
  });

  it('ends the lanes of a pod that is deleted', () => {
    const trace = [...TRACE.slice(0, 7), record(20_000, 'pod.deleted')];
    const text = drawTimeline(trace, PODS, { untilMs: 40_000, width: 66 });
    expect(text.split('\n')[4]).toBe(lane('app', ' ...........==######', 40, 'Error'));
  });
});

it('lists the pods and containers of a trace in their order', () => {
  expect(podsIn([...TRACE, { t: 40_000, type: 'pod.scheduled', pod: 'default/b' }])).toEqual([
    'default/web',
    'default/b',
  ]);
  expect(containersIn(TRACE, pod)).toEqual(['init', 'app', 'elsewhere']);
});
