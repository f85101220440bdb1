import type { PodPicture } from '../lab/picture';
import type { Simulator } from '../lab/simulator-api';
import { createSimulator } from '../simulator';
import type { Command } from './arguments';
import { readText } from './input';
import { containersIn, podsIn, type TraceRecord } from './lanes';
import { applyFiles } from './manifests';
import { drawTimeline, type TimelinePod } from './timeline';

type RunCommand = Extract<Command, { name: 'run' }>;

/** What a terminal that does not say how wide it is gets. */
const COLUMNS = 100;

/** `podlab run`: the exit code. */
export async function runCommand(command: RunCommand): Promise<number> {
  const files = [];
  for (const path of command.files) files.push({ path, text: await readText(path) });
  const simulator = createSimulator({ seed: command.seed });
  for (const line of applyFiles(simulator, files)) process.stderr.write(`${line}\n`);
  simulator.advance(command.forMs - simulator.now);
  process.stdout.write(print(simulator, command.output));
  return 0;
}

function print(simulator: Simulator, output: RunCommand['output']): string {
  switch (output) {
    case 'timeline':
      return timeline(simulator);
    case 'events':
      return eventTable(simulator.trace);
    case 'trace':
      return simulator.trace.map((record) => `${JSON.stringify(record)}\n`).join('');
    case 'json':
      return `${JSON.stringify(document(simulator), undefined, 2)}\n`;
  }
}

function timeline(simulator: Simulator): string {
  const width = process.stdout.columns || Number(process.env.COLUMNS) || COLUMNS;
  const { trace } = simulator;
  const living = simulator.picture().pods;
  const pods = podsIn(trace).map((pod) => {
    const found = living.find(({ namespace, name }) => `${namespace}/${name}` === pod);
    return found ? livingPod(pod, found) : deletedPod(pod, trace);
  });
  return drawTimeline(trace, pods, { untilMs: simulator.now, width });
}

function livingPod(pod: string, picture: PodPicture): TimelinePod {
  const { ready, status, restarts, containers } = picture;
  return {
    pod,
    words: `${ready}  ${status}  restarts: ${restarts}`,
    containers: containers.map(({ name, kind, reason, exitCode, restartCount }) => {
      const code = exitCode === undefined ? '' : ` (${exitCode})`;
      const again = restartCount === 0 ? '' : `, ${restartCount} restarts`;
      return { name, kind, words: `${reason}${code}${again}` };
    }),
  };
}

function deletedPod(pod: string, trace: readonly TraceRecord[]): TimelinePod {
  const containers = containersIn(trace, pod).map((name) => ({
    name,
    kind: undefined,
    words: 'deleted',
  }));
  return { pod, words: 'deleted', containers };
}

/** The event records of a trace, one a line: when, what kind, why, about what, and the message. */
function eventTable(trace: readonly TraceRecord[]): string {
  const rows = trace
    .filter(({ type }) => type === 'event')
    .map(({ t, eventType, reason, pod, container, message }) => [
      `${(t / 1000).toFixed(3)}s`,
      String(eventType),
      String(reason),
      [pod, container].filter((part) => part !== undefined).join(' '),
      String(message),
    ]);
  const table = [['TIME', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'], ...rows];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  return table
    .map((row) => `${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('   ')}\n`)
    .join('');
}

/** The kinds that a learner's run is about. */
const KINDS = ['Pod', 'Service', 'ConfigMap', 'Secret', 'Event', 'Node'];

function document(simulator: Simulator): object {
  return {
    run: simulator.run,
    now: simulator.now,
    traceHash: simulator.traceHash,
    objects: KINDS.flatMap((kind) => simulator.list(kind)),
    trace: simulator.trace,
  };
}
