import type { Bytes } from '../runtime/bytes';
import type { ImageFile } from '../runtime/image';
import { unnamedStat } from '../runtime/open-file';
import { type Collector, testContainer } from '../runtime/process/test-machine';
import { SIGNAL_NUMBERS, type Signal } from '../runtime/signals';
import type { Program } from '../runtime/syscalls';
import { bash, sh } from './shell';

export interface ScriptResult {
  readonly stdout: Bytes;
  readonly stderr: Bytes;
  /** Undefined if the script still ran when time was up. */
  readonly exitCode: number | undefined;
  /** Virtual ms that it took. */
  readonly ms: number;
}

const PIPE_STAT = unnamedStat('fifo', 1, 1);

/** Copies its standard input to its standard output. */
export const cat: Program = function* (sys) {
  for (;;) {
    const bytes = yield* sys.read(0, 4096);
    if (bytes === '') return 0;
    yield* sys.write(1, bytes);
  }
};

/** Sleeps as many seconds as its argument says. */
export const sleep: Program = function* (sys) {
  yield* sys.sleep(Number(sys.argv[1]) * 1000);
  return 0;
};

/** Prints its environment. */
export const env: Program = function* (sys) {
  for (const [name, value] of sys.env) yield* sys.write(1, `${name}=${value}\n`);
  return 0;
};

/** Runs a script as process 1 of a container in which there is little but the shell. */
export function runScript(
  script: Bytes,
  options: {
    readonly argv?: readonly Bytes[];
    readonly files?: Readonly<Record<string, Bytes>>;
    readonly signals?: readonly { readonly at: number; readonly signal: Signal }[];
    readonly maxMs?: number;
  } = {},
): ScriptResult {
  const files: Record<string, ImageFile> = { '/bin/ash': { kind: 'program', program: sh } };
  for (const [path, content] of Object.entries(options.files ?? {})) {
    files[path] = { kind: 'file', content, mode: 0o755 };
  }
  const container = testContainer({
    programs: { sh, bash, cat, sleep, env },
    files,
  });
  for (const collector of [container.stdout, container.stderr]) readable(collector);
  const { clock } = container.machine.kernel;
  const started = container.spawn({ argv: options.argv ?? ['sh', '-c', script] });
  for (const { at, signal } of options.signals ?? []) {
    clock.after(at, () => started.process.deliver(signal, 'node'));
  }
  const limit = options.maxMs ?? 60_000;
  while (started.status === undefined && clock.now < limit && clock.step());
  const { status } = started;
  return {
    stdout: container.stdout.text,
    stderr: container.stderr.text,
    exitCode:
      status === undefined
        ? undefined
        : status.kind === 'exited'
          ? status.code
          : 128 + SIGNAL_NUMBERS[status.signal],
    ms: clock.now,
  };
}

function readable(collector: Collector): void {
  collector.stat = () => PIPE_STAT;
}
