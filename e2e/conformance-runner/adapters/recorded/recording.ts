import { CLUSTER_DNS_IP } from '../../../../src/cluster/network/cluster-dns.ts';
import { type ClusterSimulator, createSimulator } from '../../../../src/simulator.ts';
import { type Case, isRecord } from '../../table.ts';
import { type EventRow, Observer, type Seen } from './observer.ts';

/** What a kubectl line answered. */
export interface StepAnswer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** What the API server answered to an action of a scenario. */
export interface ActionAnswer {
  readonly do: string;
  readonly code: number;
  readonly message?: string;
  readonly pod?: string;
}

/** All that a run of ours showed; the parts of a case are held against it. */
export interface Recording {
  readonly simulator: ClusterSimulator;
  readonly observer: Observer;
  /** When the run ended, s. */
  readonly seconds: number;
  readonly steps: readonly StepAnswer[];
  readonly actions: readonly ActionAnswer[];
  /** Lines of /persistent/events.log with when they were written. */
  readonly log: readonly Seen<string>[];
}

/** A part of the line as a word of the shell, taken literally. */
function quote(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Takes a line apart as Python's shlex does: quotes and backslashes, no expansion. */
export function splitLine(line: string): string[] {
  const words: string[] = [];
  const word = /(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/g;
  for (const [text] of line.matchAll(word)) {
    words.push(
      text.replace(/\\(.)|'([^']*)'|"((?:[^"\\]|\\.)*)"/g, (_, escaped, single, double) =>
        String(escaped ?? single ?? String(double).replace(/\\(["\\])/g, '$1')),
      ),
    );
  }
  return words;
}

interface Step {
  readonly at: number;
  readonly kubectl?: string;
  readonly apply?: string;
}

/** The recording's name server, where a manifest names it; what is printed of it is DNS-IP. */
const RECORDED_DNS_IP = '192.0.2.53';

const PRESENT = /^Container image "([^"]+)" already present on machine/;

/**
 * Images that the recording's node had when the run began: its kubelet found them there and pulled none of
 * them. They were left over from earlier runs, of which a case says nothing else.
 */
export function imagesPresent(expect: unknown): string[] {
  const events =
    isRecord(expect) && Array.isArray(expect.events) ? (expect.events as EventRow[]) : [];
  const found = events.flatMap(({ message }) => PRESENT.exec(message)?.[1] ?? []);
  const pulled = new Set(events.map(({ message }) => message));
  return [...new Set(found)].filter((image) => !pulled.has(`Pulling image "${image}"`));
}

/** Runs a case of runs.json: the manifests at 0, the steps at their times. */
export function recordRun(run: Case): Recording {
  const simulator = createSimulator({ pulledImages: imagesPresent(run.expect) });
  const observer = new Observer(simulator.api, () => simulator.now / 1000);
  const seconds = Number(run.seconds);
  const steps: StepAnswer[] = [];
  const kubectl = (words: readonly string[], stdin?: string) => {
    const line = ['kubectl', ...words].map(quote).join(' ');
    const { stdout, stderr, exitCode } = simulator.sh(line, stdin === undefined ? {} : { stdin });
    steps.push({ stdout, stderr, exitCode });
  };
  const ours = (text: string) => text.replaceAll(RECORDED_DNS_IP, CLUSTER_DNS_IP);
  kubectl(['apply', '-f', '-'], ours(String(run.manifests)));
  for (const step of [...(run.steps as Step[])].sort((a, b) => a.at - b.at)) {
    refuseUnknownStep(step);
    advanceTo(simulator, step.at);
    if (step.apply !== undefined) kubectl(['apply', '-f', '-'], ours(step.apply));
    else kubectl(splitLine(step.kubectl ?? ''));
  }
  advanceTo(simulator, seconds);
  return { simulator, observer, seconds, steps, actions: [], log: [] };
}

function refuseUnknownStep(step: Step): void {
  const unknown = Object.keys(step).filter((key) => !['at', 'kubectl', 'apply'].includes(key));
  if (unknown.length > 0) throw new Error(`unknown step ${unknown.join(', ')}`);
}

export function advanceTo(simulator: ClusterSimulator, seconds: number): void {
  simulator.advance(seconds * 1000 - simulator.now);
}
