import type { PodPicture } from '../../lab/picture';
import type { ApplyResult, Run, RunInput, SimulatorOptions } from '../../lab/run';
import type { Simulator } from '../../lab/simulator-api';
import type { TraceRecord } from '../session/messages';
import { storyPod, storyRecords } from './fixture-story';

const STORY_MS = 3_600_000;

/** Adds the instant of the apply to every instant of a pod's picture. */
function shift(pod: PodPicture, by: number): PodPicture {
  const at = (t: number | undefined) => (t === undefined ? undefined : t + by);
  return {
    ...pod,
    containers: pod.containers.map((one) => ({
      ...one,
      startedAt: at(one.startedAt),
      finishedAt: at(one.finishedAt),
      backoffUntil: at(one.backoffUntil),
    })),
    requests: pod.requests.map((one) => ({ ...one, t: one.t + by })),
    volumes: pod.volumes.map((volume) => ({
      ...volume,
      files: volume.files.map((file) => ({ ...file, modifiedAt: file.modifiedAt + by })),
    })),
  };
}

/**
 * A simulator that only knows one story (fixture-story.ts): applying anything starts it. The page's own
 * tests use it where the real lab would make them slow or depend on its details.
 */
export function createFixtureSimulator(options: SimulatorOptions): Simulator {
  let now = 0;
  let appliedAt: number | undefined;
  let story: readonly TraceRecord[] = [];
  let output = 'podlab:~$ ';
  const trace: TraceRecord[] = [];
  const inputs: RunInput[] = [];
  const files = new Map<string, string>();
  const epoch = options.epoch ?? '2026-01-01T00:00:00Z';
  const run = (): Run => ({ seed: options.seed ?? 1, epoch, options, inputs: [...inputs] });
  const input = (op: RunInput['op'], ...args: readonly unknown[]) =>
    inputs.push({ t: now, op, args });

  const advance = (ms: number) => {
    now += ms;
    while (story[0] && story[0].t <= now) {
      trace.push(story[0]);
      story = story.slice(1);
    }
  };
  return {
    get now() {
      return now;
    },
    epochMs: Date.parse(epoch),
    trace,
    get traceHash() {
      return String(trace.length).padStart(16, '0');
    },
    get run() {
      return run();
    },
    apply(manifests: string): ApplyResult[] {
      input('apply', manifests);
      if (manifests.includes('refuse me')) throw new Error('error: refused');
      const start = now;
      const isNew = appliedAt === undefined;
      appliedAt ??= start;
      if (isNew) story = storyRecords(STORY_MS).map((one) => ({ ...one, t: one.t + start }));
      return [{ kind: 'pod', name: 'webserver', action: isNew ? 'created' : 'unchanged' }];
    },
    load: (dump) => void input('load', dump),
    advance,
    step(maxMs) {
      const next = story[0];
      const isWithin = next !== undefined && next.t <= now + maxMs;
      advance(isWithin ? next.t - now : maxMs);
      return isWithin;
    },
    runUntil: () => false,
    sh(script) {
      input('sh', script);
      return { stdout: `ran: ${script}\n`, stderr: '', exitCode: 0, filesAfter: {} };
    },
    get: () => undefined,
    list: () => [],
    inject: (fault) => void input('inject', fault),
    dryRun: (manifests) => ({
      results: [],
      problems: manifests.includes('volumeMount:')
        ? [
            {
              message: 'strict decoding error: unknown field "spec.containers[1].volumeMount"',
              severity: 'error',
              line: manifests.split('\n').findIndex((line) => line.includes('volumeMount:')) + 1,
            },
          ]
        : [],
    }),
    picture: () => ({
      t: now,
      nodes: [{ name: 'node-1', ip: '192.168.49.2', ready: true }],
      pods: appliedAt === undefined ? [] : [shift(storyPod(now - appliedAt), appliedAt)],
    }),
    logs: () => [],
    terminal: {
      input(text) {
        input('terminal', text);
        output += text.replaceAll('\r', '\r\npodlab:~$ ');
      },
      resize: (columns, rows) => void input('resize', columns, rows),
      output: (from = 0) => ({ text: output.slice(from), next: output.length }),
    },
    writeFile(path, text) {
      input('file', path, text);
      files.set(path, text);
    },
    readFile: (path) => files.get(path),
    openEdit: undefined,
    finishEdit: (id, text) => input('edit', id, text),
    homeFiles: () => Object.fromEntries(files),
  };
}
