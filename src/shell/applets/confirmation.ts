import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from './applet';
import { LineReader } from './lines';

/** Asks questions on standard error and reads the answers from standard input. */
export class Confirmation {
  readonly #run: Invocation;
  #answers: LineReader | undefined;

  constructor(run: Invocation) {
    this.#run = run;
  }

  /** Whether the next line of standard input begins with a `y`. */
  *ask(question: Bytes): Call<boolean> {
    yield* this.#run.out.flush();
    yield* this.#run.say(question);
    this.#answers ??= new LineReader(this.#run.sys, 0);
    const answer = (yield* this.#answers.next()) ?? '';
    return /^[ \t]*[yY]/.test(answer);
  }
}
