import fc from 'fast-check';
import type { Fault } from '../../src/lab/run.ts';

/** A pod, what is done to it and when it is deleted, s. */
export interface PodStory {
  readonly manifest: Record<string, unknown>;
  readonly faults: readonly { readonly at: number; readonly fault: Fault }[];
  readonly deleteAt: number;
}

export const POD = 'default/p';
const IMAGE = 'busybox:1.37';

interface Part {
  readonly [field: string]: unknown;
}

/** Scripts that end soon. */
const shortScript = fc.oneof(
  fc
    .tuple(fc.nat(3), fc.constantFrom(0, 0, 0, 1, 3))
    .map(([s, code]) => `sleep ${s}; exit ${code}`),
  fc.constantFrom(
    'echo done',
    'false',
    'test -e /v/seen || { touch /v/seen; exit 1; }',
    'date +%s >> /v/log',
    'nosuchprogram',
  ),
);

/** Scripts that stay, and react to TERM in one way or another. */
const longScript = fc.constantFrom(
  'sleep 100000',
  'trap "exit 0" TERM; while true; do sleep 1 & wait $!; done',
  'trap "sleep 2; exit 0" TERM; while true; do sleep 1 & wait $!; done',
  'trap "" TERM; while true; do sleep 5; done',
  'while true; do echo tick >> /v/log; sleep 3; done',
  'touch /tmp/ok; sleep 20; rm /tmp/ok; sleep 100000',
);

const mainScript = fc.oneof(
  { arbitrary: longScript, weight: 3 },
  { arbitrary: shortScript, weight: 2 },
  { arbitrary: fc.nat(20).map((s) => `sleep ${s}; exit 2`), weight: 1 },
);

const handler = fc.constantFrom<Part>(
  { exec: { command: ['true'] } },
  { exec: { command: ['false'] } },
  { exec: { command: ['test', '-e', '/tmp/ok'] } },
  { exec: { command: ['sleep', '5'] } },
  { tcpSocket: { port: 9 } },
  { httpGet: { port: 80, path: '/' } },
);

function probe(kind: 'liveness' | 'readiness' | 'startup'): fc.Arbitrary<Part> {
  return fc
    .tuple(handler, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }), fc.nat(8))
    .map(([how, periodSeconds, failureThreshold, initialDelaySeconds]) => ({
      [`${kind}Probe`]: { ...how, periodSeconds, failureThreshold, initialDelaySeconds },
    }));
}

const hook = fc.constantFrom<Part>(
  { sleep: { seconds: 1 } },
  { exec: { command: ['sleep', '6'] } },
  { exec: { command: ['sh', '-c', 'echo hook >> /v/log'] } },
  { exec: { command: ['false'] } },
);

const lifecycle = fc.oneof(
  hook.map((one) => ({ lifecycle: { preStop: one } })),
  hook.map((one) => ({ lifecycle: { postStart: one } })),
);

/** Rarely: most pods have neither. */
function sometimes(part: fc.Arbitrary<Part>, weight = 1): fc.Arbitrary<Part> {
  return fc.oneof({ arbitrary: fc.constant({}), weight: 4 - weight }, { arbitrary: part, weight });
}

const ownPolicy: fc.Arbitrary<Part> = fc.oneof(
  fc.constantFrom('Always', 'OnFailure', 'Never').map((restartPolicy) => ({ restartPolicy })),
  fc.constantFrom('Restart', 'RestartAllContainers').map((action) => ({
    restartPolicy: 'Never',
    restartPolicyRules: [{ action, exitCodes: { operator: 'In', values: [3] } }],
  })),
);

function container(
  name: string,
  script: fc.Arbitrary<string>,
  more: fc.Arbitrary<readonly Part[]>,
): fc.Arbitrary<Part> {
  return fc.tuple(script, more).map(([text, parts]) => ({
    name,
    image: IMAGE,
    command: ['sh', '-c', text],
    volumeMounts: [{ name: 'v', mountPath: '/v' }],
    ...Object.assign({}, ...parts),
  }));
}

const probes = [
  sometimes(probe('startup')),
  sometimes(probe('liveness')),
  sometimes(probe('readiness')),
  sometimes(lifecycle),
] as const;

function init(index: number): fc.Arbitrary<Part> {
  return container(`i${index}`, shortScript, fc.tuple(sometimes(ownPolicyOfInit)));
}

const ownPolicyOfInit = fc.constantFrom<Part>(
  { restartPolicy: 'Never' },
  { restartPolicy: 'OnFailure' },
);

function sidecar(index: number): fc.Arbitrary<Part> {
  const always = fc.constant<Part>({ restartPolicy: 'Always' });
  return container(`s${index}`, mainScript, fc.tuple(...probes, always));
}

function regular(index: number): fc.Arbitrary<Part> {
  return container(`c${index}`, mainScript, fc.tuple(...probes, sometimes(ownPolicy)));
}

function several(
  make: (index: number) => fc.Arbitrary<Part>,
  least: number,
  most: number,
): fc.Arbitrary<readonly Part[]> {
  return fc
    .integer({ min: least, max: most })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => make(index))));
}

/** Ordinary init containers with sidecars in between. */
const initContainers = fc
  .tuple(several(init, 1, 4), several(sidecar, 0, 2), fc.array(fc.nat(4), { maxLength: 2 }))
  .map(([inits, sidecars, places]) => {
    const list = [...inits];
    sidecars.forEach((one, index) => {
      list.splice(Math.min(places[index] ?? 0, list.length), 0, one);
    });
    return list;
  });

const manifest = fc
  .record({
    inits: initContainers,
    containers: several(regular, 1, 3),
    restartPolicy: fc.constantFrom('Always', 'OnFailure', 'Never'),
    grace: fc.integer({ min: 2, max: 12 }),
    deadline: fc.option(fc.integer({ min: 5, max: 60 }), { freq: 8, nil: undefined }),
    shared: fc.boolean(),
  })
  .map(({ inits, containers, restartPolicy, grace, deadline, shared }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: {
      restartPolicy,
      terminationGracePeriodSeconds: grace,
      ...(deadline === undefined ? {} : { activeDeadlineSeconds: deadline }),
      ...(shared ? { shareProcessNamespace: true } : {}),
      initContainers: inits,
      containers,
      volumes: [{ name: 'v', emptyDir: {} }],
    },
  }));

const containerName = fc.constantFrom('c0', 'c0', 'c1', 'c2', 's0', 'i0');

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc
    .tuple(containerName, fc.constantFrom('TERM', 'KILL', 'STOP', 'SEGV'))
    .map(([name, signal]) => ({ do: 'signal' as const, pod: POD, container: name, signal })),
  fc
    .tuple(containerName, fc.constantFrom(0, 1, 3))
    .map(([name, exitCode]) => ({ do: 'exit' as const, pod: POD, container: name, exitCode })),
  fc.constantFrom<Fault>(
    { do: 'lose sandbox', pod: POD },
    { do: 'remove containers', pod: POD, which: 'exited init' },
    { do: 'kubelet', action: 'restart' },
    { do: 'reboot node' },
    { do: 'network', fail: true },
    { do: 'leak memory', pod: POD, bytes: 100_000_000 },
  ),
);

export const podStory: fc.Arbitrary<PodStory> = fc.record({
  manifest,
  faults: fc
    .array(fc.record({ at: fc.integer({ min: 1, max: 60 }), fault }), { maxLength: 3 })
    .map((faults) => [...faults].sort((a, b) => a.at - b.at)),
  deleteAt: fc.integer({ min: 1, max: 110 }),
});
