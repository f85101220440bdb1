import type { Bytes } from '../../runtime/bytes';

/**
 * What is thrown to leave commands early. None of them is an `Error`: they are ordinary operation, and a
 * stack trace of the simulator would say nothing to anybody.
 */

/** An error that ends a non-interactive shell, unless `command` or a failed redirection absorbs it. */
export class ShellError {
  /** The whole line for standard error. */
  readonly report: Bytes;
  /** Whether it has been written: it must be, before redirections are undone. */
  reported = false;

  constructor(report: Bytes) {
    this.report = report;
  }
}

/** Ends this shell: `exit` was called, or its last command has run. */
export class ShellExit {
  readonly byCommand: boolean;

  constructor(byCommand: boolean) {
    this.byCommand = byCommand;
  }
}

/** An untrapped SIGINT. */
export class ShellInterrupt {}
