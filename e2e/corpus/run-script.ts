import { createSimulator } from '../../src/simulator';
import type { Dialect } from './commands-of-script';

export interface ScriptRun {
  /** Undefined while it runs. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** A program of Podlab threw, or the pod did not come so far as to run it. */
  readonly failure: string | undefined;
}

const IMAGES: Readonly<Record<Dialect, string>> = { ash: 'busybox:1.37', bash: 'bash:5' };
/** What the pod may take to be scheduled and pull its image, in virtual ms. */
const START_MS = 60_000;

/** Runs a script as the only container of a Pod in a fresh lab, without anything it could ask for. */
export function runInPod(text: string, dialect: Dialect, minutes: number): ScriptRun {
  const simulator = createSimulator({ seed: 1 });
  const shell = dialect === 'bash' ? 'bash' : 'sh';
  // `$(NAME)` in a command is Kubernetes' own syntax: `$$` is how a Pod says `$`.
  const command = [shell, '-c', text.replaceAll('$', '$$$$')];
  simulator.apply(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'corpus' },
      spec: {
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'script', image: IMAGES[dialect], command }],
      },
    }),
  );
  const state = (): Record<string, { exitCode?: number } | undefined> =>
    (
      simulator.get('Pod', 'corpus') as {
        status?: { containerStatuses?: { state?: Record<string, { exitCode?: number }> }[] };
      }
    ).status?.containerStatuses?.[0]?.state ?? {};
  const began = simulator.runUntil(() => !!state().running || !!state().terminated, START_MS);
  simulator.runUntil(() => !!state().terminated, minutes * 60_000);
  const failed = simulator.trace.find(({ type }) => type === 'program.failed');
  const lines = simulator.logs('default/corpus', 'script');
  const textOf = (stream: 'stdout' | 'stderr'): string =>
    lines
      .filter((line) => line.stream === stream)
      .map((line) => line.text)
      .join('\n');
  return {
    exitCode: state().terminated?.exitCode,
    stdout: textOf('stdout'),
    stderr: textOf('stderr'),
    failure: failed ? JSON.stringify(failed) : began ? undefined : 'the container did not start',
  };
}
