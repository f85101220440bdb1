import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { Output } from './output';
import { usageOf } from './usage';

/** What busybox prints above every usage text. */
export const BANNER = 'BusyBox v1.37.0 (2024-09-26 21:31:42 UTC)';

/** Ends an applet with `name: message` on standard error. */
export class Failure {
  readonly message: Bytes;
  /** Default: the applet's own code for failures. */
  readonly code: number | undefined;

  constructor(message: Bytes, code?: number) {
    this.message = message;
    this.code = code;
  }
}

/** Ends an applet with its usage text, after a message if there is one. */
export class UsageFailure {
  readonly message: Bytes | undefined;

  constructor(message?: Bytes) {
    this.message = message;
  }
}

/** Ends an applet with an exit code and no word. */
export class Exit {
  readonly code: number;

  constructor(code: number) {
    this.code = code;
  }
}

/** One run of an applet: its system calls, its arguments, its buffered standard output. */
export class Invocation {
  readonly sys: Sys;
  /** The name that messages begin with. */
  readonly name: Bytes;
  /** Arguments without the name. */
  readonly args: readonly Bytes[];
  readonly out: Output;

  constructor(sys: Sys, name: Bytes, args: readonly Bytes[] = sys.argv.slice(1)) {
    this.sys = sys;
    this.name = name;
    this.args = args;
    this.out = new Output(sys, 1);
  }

  /** Writes `name: message` to standard error, after what standard output still holds. */
  *complain(message: Bytes): Call<void> {
    yield* this.out.flush();
    yield* this.say(`${this.name}: ${message}\n`);
  }

  /** Complains about a failed system call: `name: what: No such file or directory`. */
  *complainAbout(what: Bytes, error: unknown): Call<void> {
    yield* this.complain(`${what}: ${strerror(error)}`);
  }

  /** Writes to standard error as it is. A standard error that is closed or full does not matter. */
  *say(text: Bytes): Call<void> {
    try {
      yield* this.sys.write(2, text);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }

  /**
   * fflush_all() as the exit code: what a few applets end with. Output that cannot be written makes it 255
   * without a word, where the rest of busybox goes through fflush_stdout_and_exit and complains.
   */
  *flushAll(): Call<number> {
    try {
      yield* this.out.flush();
      return 0;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      this.out.discard();
      return 255;
    }
  }

  *showUsage(): Call<void> {
    const usage = usageOf(this.name);
    const text = usage === undefined ? 'No help available' : `Usage: ${this.name}${usage}`;
    yield* this.say(`${BANNER} multi-call binary.\n\n${text}\n`);
  }
}

/** strerror(3) of what a system call threw; anything else is thrown on. */
export function strerror(error: unknown): string {
  if (error instanceof SysError) return error.message;
  throw error;
}

/** Whether a system call failed for this reason; anything that is not a system call's error is thrown on. */
export function failedWith(error: unknown, ...errnos: readonly SysError['errno'][]): boolean {
  if (error instanceof SysError) return errnos.includes(error.errno);
  throw error;
}

export type AppletMain = (run: Invocation) => Call<number>;

export interface AppletOptions {
  /** Exit code of failures and of wrong usage; 1 unless said otherwise. */
  readonly failureCode?: number;
  /** `--help` is an argument like any other (echo, test, true, false). */
  readonly plainHelp?: boolean;
}

/** An applet as a program of its own, which `busybox NAME …` can also run with other arguments. */
export interface AppletProgram extends Program {
  readonly run: (invocation: Invocation) => Call<number>;
}

/** A program with busybox's habits: usage text on `--help`, messages with its name, output flushed at the end. */
export function applet(name: Bytes, main: AppletMain, options: AppletOptions = {}): AppletProgram {
  const run = (invocation: Invocation) => runApplet(invocation, main, options);
  const program: Program = (sys) => run(new Invocation(sys, name));
  return Object.assign(program, { run });
}

function* runApplet(run: Invocation, main: AppletMain, options: AppletOptions): Call<number> {
  if (run.args.length === 1 && run.args[0] === '--help' && !options.plainHelp) {
    yield* run.showUsage();
    return 0;
  }
  const failureCode = options.failureCode ?? 1;
  let code: number;
  try {
    code = yield* main(run);
  } catch (thrown) {
    code = yield* tell(run, thrown, failureCode);
  }
  if (run.out.isEmpty) return code & 0xff;
  try {
    yield* run.out.flush();
  } catch (error) {
    run.out.discard();
    yield* run.complainAbout('standard output', error);
    return failureCode;
  }
  return code & 0xff;
}

/** Says why an applet has ended early; the exit code. */
function* tell(run: Invocation, thrown: unknown, failureCode: number): Call<number> {
  if (thrown instanceof Exit) return thrown.code;
  if (thrown instanceof Failure) {
    yield* run.complain(thrown.message);
    return thrown.code ?? failureCode;
  }
  if (thrown instanceof UsageFailure) {
    if (thrown.message !== undefined) yield* run.complain(thrown.message);
    yield* run.showUsage();
    return failureCode;
  }
  if (thrown instanceof SysError) {
    run.out.discard();
    yield* run.complain(thrown.message);
    return failureCode;
  }
  throw thrown;
}
