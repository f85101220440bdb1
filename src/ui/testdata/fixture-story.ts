import type { ContainerPicture, PodPicture } from '../../lab/picture';
import type { TraceRecord } from '../session/messages';

/**
 * A story that the page's tests and drawings use: an init container writes a page, nginx serves it, and a
 * collector that starts too early crashes. Written by hand; instants in virtual ms after the apply.
 */

const POD = 'default/webserver';
const UID = 'f1a2c3d4-0000-4000-8000-000000000001';
const PATH_TO_LOG = '/var/log/nginx/access.log';

interface Attempt {
  readonly start: number;
  readonly end: number;
}

/** Starts and ends of the collector's instances, each ending with code 1. */
const COLLECTOR: readonly Attempt[] = [
  { start: 2300, end: 2420 },
  { start: 3100, end: 3210 },
  { start: 14_900, end: 15_020 },
  { start: 38_700, end: 38_810 },
  { start: 84_000, end: 84_120 },
];
const DELAYS = [0, 10_000, 20_000, 40_000, 80_000];

function record(t: number, type: string, fields: Readonly<Record<string, unknown>>): TraceRecord {
  return { t, type, pod: POD, ...fields } as TraceRecord;
}

function startOf(container: string, t: number, attempt: number): TraceRecord[] {
  return [
    record(t - 60, 'container.created', { container, attempt }),
    record(t, 'container.started', { container, attempt }),
  ];
}

function collectorRecords(): TraceRecord[] {
  const container = 'log-collector';
  return COLLECTOR.flatMap(({ start, end }, attempt) => {
    const log = (text: string) =>
      record(end - 20, 'log', { container, attempt, stream: 'stderr', text });
    return [
      ...startOf(container, start, attempt),
      log(`tail: can't open '${PATH_TO_LOG}': No such file or directory`),
      log('tail: no files'),
      record(end, 'container.exited', { container, attempt, exitCode: 1, reason: 'Error' }),
      ...(DELAYS[attempt]
        ? [
            record(end + 900, 'container.backoff', { container, delayMs: DELAYS[attempt] }),
            record(end + 900, 'event', {
              eventType: 'Warning',
              reason: 'BackOff',
              message:
                'Back-off restarting failed container log-collector in pod webserver_default',
              count: attempt,
            }),
          ]
        : []),
    ];
  });
}

function nginxRecords(until: number): TraceRecord[] {
  const container = 'nginx';
  const records = [
    ...startOf(container, 2100, 0),
    record(2350, 'log', {
      container,
      attempt: 0,
      stream: 'stdout',
      text: '/docker-entrypoint.sh: Configuration complete; ready for start up',
    }),
    record(3600, 'container.ready', { container }),
  ];
  for (let t = 3500; t < until; t += 5000) {
    records.push(
      record(t, 'probe', { container, probe: 'readiness', result: 'success', message: '' }),
    );
  }
  for (let t = 6100; t < until; t += 7000) {
    records.push(
      record(t, 'net', { source: 'curl', destination: '127.0.0.1', port: 80, outcome: 'ok' }),
      record(t, 'file', {
        container,
        volume: 'logs-volume',
        path: 'access.log',
        operation: 'write',
      }),
      record(t, 'log', {
        container,
        attempt: 0,
        stream: 'stdout',
        text: '127.0.0.1 - - [01/Jan/2026:00:00:06 +0000] "GET / HTTP/1.1" 200 6 "-" "curl/8.10.1"',
      }),
    );
  }
  return records;
}

/** Everything that happens after the apply, in order, up to `until`. */
export function storyRecords(until: number): TraceRecord[] {
  const first = [
    record(40, 'pod.scheduled', { node: 'node-1' }),
    record(40, 'pod.phase', { from: '', to: 'Pending' }),
    record(520, 'sandbox.created', { attempt: 0, ip: '10.244.0.5' }),
    record(560, 'image.pulling', { container: 'fetch-page', image: 'busybox:1.37' }),
    record(1180, 'image.pulled', { container: 'fetch-page', image: 'busybox:1.37' }),
    ...startOf('fetch-page', 1300, 0),
    record(1400, 'file', {
      container: 'fetch-page',
      volume: 'pages',
      path: 'index.html',
      operation: 'write',
    }),
    record(1500, 'container.exited', {
      container: 'fetch-page',
      attempt: 0,
      exitCode: 0,
      reason: 'Completed',
    }),
    record(2600, 'pod.phase', { from: 'Pending', to: 'Running' }),
  ];
  return [...first, ...nginxRecords(until), ...collectorRecords()]
    .filter((one) => one.t <= until)
    .sort((a, b) => a.t - b.t);
}

function container(name: string, over: Partial<ContainerPicture>): ContainerPicture {
  return {
    name,
    kind: 'regular',
    image: 'busybox:1.37',
    modelled: 'real',
    about: 'busybox applets behave as in busybox 1.37.',
    state: 'waiting',
    reason: 'PodInitializing',
    message: undefined,
    exitCode: undefined,
    startedAt: undefined,
    finishedAt: undefined,
    restartCount: 0,
    ready: false,
    started: false,
    nodeTruth: undefined,
    backoffUntil: undefined,
    processes: [],
    probes: [],
    machineState: undefined,
    ...over,
  };
}

function fetchPage(t: number): ContainerPicture {
  const kind = 'init';
  if (t < 1300) return container('fetch-page', { kind });
  if (t < 1500) {
    return container('fetch-page', {
      kind,
      state: 'running',
      reason: 'Running',
      startedAt: 1300,
      processes: [{ pid: 1, command: 'sh -c echo hello > /pages/index.html', user: 0 }],
    });
  }
  return container('fetch-page', {
    kind,
    state: 'terminated',
    reason: 'Completed',
    exitCode: 0,
    startedAt: 1300,
    finishedAt: 1500,
    ready: true,
  });
}

function nginx(t: number): ContainerPicture {
  const image = 'nginx:1.27';
  if (t < 2100) return container('nginx', { image });
  const probes = Math.min(8, Math.max(0, Math.floor((t - 3500) / 5000) + 1));
  return container('nginx', {
    image,
    about: 'Serves files and writes real log formats; its main configuration is honoured.',
    state: 'running',
    reason: 'Running',
    startedAt: 2100,
    started: true,
    ready: t >= 3600,
    processes: [
      { pid: 1, command: 'nginx: master process nginx -g daemon off;', user: 0 },
      { pid: 29, command: 'nginx: worker process', user: 101 },
    ],
    probes: [
      {
        type: 'readiness',
        periodSeconds: 5,
        results: Array.from({ length: probes }, () => 'success' as const),
        message: undefined,
      },
    ],
    machineState: 'running.ready',
  });
}

function collector(t: number): ContainerPicture {
  const attempt = COLLECTOR.findLastIndex(({ start }) => start <= t);
  const instance = COLLECTOR[attempt];
  if (!instance) return container('log-collector', {});
  const common = { restartCount: attempt, startedAt: instance.start };
  if (t < instance.end) {
    return container('log-collector', {
      ...common,
      state: 'running',
      reason: 'Running',
      started: true,
      ready: true,
      processes: [{ pid: 1, command: `tail -f ${PATH_TO_LOG}`, user: 0 }],
      machineState: 'running',
    });
  }
  const delay = DELAYS[attempt] ?? 0;
  const isLooping = delay > 0 && t > instance.end + 900;
  return container('log-collector', {
    ...common,
    exitCode: 1,
    finishedAt: instance.end,
    backoffUntil: delay > 0 ? instance.end + delay : undefined,
    machineState: isLooping ? 'waiting.backoff' : 'exited',
    ...(isLooping
      ? {
          state: 'waiting',
          reason: 'CrashLoopBackOff',
          message: `back-off ${delay / 1000}s restarting failed container=log-collector pod=webserver_default(${UID})`,
        }
      : { state: 'terminated', reason: 'Error' }),
  });
}

const MOUNTS = { nginx: '/var/log/nginx', collector: '/var/log/nginx' };

function volumes(t: number): PodPicture['volumes'] {
  const file = (path: string, size: number, modifiedAt: number) => ({
    path,
    type: 'file' as const,
    size,
    mode: '-rw-r--r--',
    uid: 0,
    gid: 0,
    modifiedAt,
  });
  const written = t >= 6100 ? 6100 + Math.floor((t - 6100) / 7000) * 7000 : 2100;
  return [
    {
      name: 'pages',
      type: 'emptyDir',
      mounts: [
        { container: 'fetch-page', path: '/pages', readOnly: false },
        { container: 'nginx', path: '/usr/share/nginx/html', readOnly: true },
      ],
      files: t >= 1400 ? [file('index.html', 6, 1400)] : [],
      usedBytes: t >= 1400 ? 6 : 0,
    },
    {
      name: 'logs-volume',
      type: 'emptyDir',
      mounts: [
        { container: 'nginx', path: MOUNTS.nginx, readOnly: false },
        { container: 'log-collector', path: MOUNTS.collector, readOnly: false },
      ],
      files:
        t >= 2100
          ? [file('access.log', 90 * Math.floor(t / 7000), written), file('error.log', 412, 2100)]
          : [],
      usedBytes: 2560,
    },
  ];
}

/** The pod `t` ms after the apply. */
export function storyPod(t: number): PodPicture {
  const containers = [fetchPage(t), nginx(t), collector(t)];
  const inits = t < 1500;
  const ready = containers.slice(1).filter((one) => one.ready).length;
  const crash = containers[2];
  const condition = (type: string, ok: boolean, reason?: string, message?: string) => ({
    type,
    status: ok ? 'True' : 'False',
    reason: ok ? undefined : reason,
    message: ok ? undefined : message,
  });
  const unready = 'containers with unready status: [log-collector]';
  return {
    uid: UID,
    namespace: 'default',
    name: 'webserver',
    node: 'node-1',
    ip: t >= 520 ? '10.244.0.5' : undefined,
    phase: t < 2600 ? 'Pending' : 'Running',
    status: inits ? 'Init:0/1' : t < 2300 ? 'PodInitializing' : (crash?.reason ?? 'Running'),
    ready: `${ready}/2`,
    restarts: String(crash?.restartCount ?? 0),
    conditions: [
      condition('PodReadyToStartContainers', t >= 520),
      condition(
        'Initialized',
        !inits,
        'ContainersNotInitialized',
        'containers with incomplete status: [fetch-page]',
      ),
      condition('Ready', ready === 2, 'ContainersNotReady', unready),
      condition('ContainersReady', ready === 2, 'ContainersNotReady', unready),
      condition('PodScheduled', true),
    ],
    deleting: false,
    sandbox: t >= 520 ? { attempt: 0, ready: true } : undefined,
    containers,
    ports: t >= 2100 ? [{ port: 80, host: '0.0.0.0', container: 'nginx', program: 'nginx' }] : [],
    requests:
      t >= 6100
        ? [
            {
              t: 4200,
              source: 'log-collector',
              destination: 'localhost',
              port: 24224,
              outcome: 'refused',
              summary: undefined,
            },
            {
              t: 6100,
              source: 'workstation',
              destination: 'localhost',
              port: 80,
              outcome: 'ok',
              summary: 'GET / 200',
            },
          ]
        : [],
    volumes: volumes(t),
  };
}
