import { describe, expect, it } from 'vitest';
import { normalise, normaliseOutput } from './adapters/recorded/normalise.ts';
import { imagesPresent, splitLine } from './adapters/recorded/recording.ts';
import { partsOf, runs } from './adapters/runs.ts';
import { LOG_TESTS } from './adapters/scenario/log-assertions.ts';

describe('normalise', () => {
  it.each([
    [
      '10.244.0.7 asks 10.96.0.10 for 10.104.3.9 on 192.168.49.2',
      'POD-IP asks DNS-IP for SERVICE-IP on NODE-IP',
    ],
    [
      'in 392ms (1.4s including waiting). Image size: 22 bytes.',
      'in T (T including waiting). Image size: N bytes.',
    ],
    ['web-6d4cf56db6-x7k2z and kube-api-access-b77v8', 'web-HASH-XXXXX and kube-api-access-XXXXX'],
    ['pod p_s23(afcf9f3a-050c-4481-883d-d7ed6e9d65ee)', 'pod p_default(UID)'],
    ['webserver-with-logging-sidecar', 'webserver-with-logging-sidecar'],
  ])('%s', (text, expected) => {
    expect(normalise(text)).toBe(expected);
    expect(normalise(expected)).toBe(expected);
  });

  it.each([
    ['p     2/2   Running   1 (3m20s ago)   45s  ', 'p  2/2  Running  1 (AGE ago)  AGE'],
    ['-rw-r--r-- 1 0 0 85 Jan  1 00:00 a', '-rw-r--r-- 1 0 0 85 TIME a'],
    ['Started:   Thu, 01 Jan 2026 00:00:05 +0000', 'Started:  TIME'],
    ['delay=0s period=10s', 'delay=0s period=10s'],
    ['Server:\t\t10.96.0.10', 'Server:\t\tDNS-IP'],
  ])('%s, as kubectl prints it', (text, expected) => {
    expect(normaliseOutput(text)).toBe(expected);
  });
});

it('takes kubectl lines apart without expanding anything', () => {
  expect(splitLine(`exec p -- sh -c 'kill $(pidof sleep | cut -d" " -f1)'`)).toEqual([
    'exec',
    'p',
    '--',
    'sh',
    '-c',
    'kill $(pidof sleep | cut -d" " -f1)',
  ]);
  expect(splitLine(`get pod p -o jsonpath={.items[*].name} "a \\"b\\"" c\\ d`)).toEqual([
    'get',
    'pod',
    'p',
    '-o',
    'jsonpath={.items[*].name}',
    'a "b"',
    'c d',
  ]);
});

it('knows which images the recording’s node had', () => {
  const present = 'already present on machine and can be accessed by the pod';
  const events = [
    { message: `Container image "busybox:1.36" ${present}` },
    { message: `Container image "nginx:1.29" ${present}` },
    { message: 'Pulling image "nginx:1.29"' },
  ];
  expect(imagesPresent({ events })).toEqual(['busybox:1.36']);
});

describe('a run', () => {
  const pod =
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"restartPolicy":"Never","containers":[{"name":"a","image":"busybox:1.37","command":["sh","-c","echo hi; sleep 2; exit 3"]}]}}';
  const run = {
    name: 'ends',
    manifests: pod,
    steps: [{ at: 10, kubectl: 'get pod p -o jsonpath={.status.phase}' }],
    seconds: 12,
    expect: {
      phases: { p: ['Pending', 'Running', 'Failed'] },
      transitions: { 'p/a': ['waiting ContainerCreating', 'running', 'terminated 3 Error'] },
      times: { 'p/a': [[0.1, 1, 60]] },
      final: { p: { phase: 'Failed', containers: { a: { restartCount: 0 } } } },
      logs: { 'p/a': 'ho\n' },
      steps: [
        { stdout: 'pod/p created\n', stderr: '', exitCode: 0 },
        { stdout: 'Failed', stderr: '', exitCode: 0 },
      ],
      events: [],
      maybeEvents: [],
    },
  };
  const cases = partsOf({ name: 'runs', file: 'runs.json', cases: [run] });
  const outcomes = Object.fromEntries(cases.map((one) => [one.name, runs(one)]));

  it('is a case per part', () => {
    expect(Object.keys(outcomes).sort()).toEqual(
      ['events', 'final', 'logs', 'phases', 'steps', 'times', 'transitions'].map(
        (part) => `ends#${part}`,
      ),
    );
  });

  it.each(['phases', 'transitions', 'final', 'steps'])('passes where it agrees: %s', (part) => {
    expect(outcomes[`ends#${part}`]).toEqual({ pass: true });
  });

  it('fails where it differs, and says how', () => {
    expect(outcomes['ends#logs']?.difference).toContain('+ hi');
    expect(outcomes['ends#times']?.difference).toMatch(/transition 2 came at .* not from 51\.0/);
    expect(outcomes['ends#events']?.difference).toContain(
      'too many  Pod | p |  | Normal | Scheduled',
    );
  });
});

describe('assertions about the log of a scenario', () => {
  const log = ['a Starting', 'a Started', 'b Starting', 'b Started', 'a Exiting', 'a Starting'].map(
    (value, index) => ({ at: index, value }),
  );
  const holds = (key: string, expected: unknown, more = {}) =>
    LOG_TESTS[key]?.(expected, log, more);

  it.each([
    ['startsBefore', ['a', 'b'], {}],
    ['runTogetherFirst', ['a', 'b'], {}],
    ['restarts', 'a', { atLeast: 1 }],
    ['exits', 'a', {}],
    ['doesNotStart', 'c', {}],
    ['doesNotRestart', 'b', {}],
    ['startWithinMs', ['a', 'b'], { toleranceMs: 2000 }],
  ])('%s %s holds', (key, expected, more) => {
    expect(holds(key, expected, more)).toBe(true);
  });

  it.each([
    ['startsBefore', ['b', 'b'], {}],
    ['exitsBefore', ['a', 'b'], {}],
    ['restarts', 'a', { atLeast: 2 }],
    ['nthStartBefore', ['a', 'b'], { n: 2 }],
    ['starts', 'c', {}],
    ['startWithinMs', ['a', 'b'], { toleranceMs: 1000 }],
  ])('%s %s does not hold', (key, expected, more) => {
    expect(holds(key, expected, more)).toBe(false);
  });
});
