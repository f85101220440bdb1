/** Ends a git command with a message on standard error. */
export class GitFailure {
  readonly message: string;
  readonly code: number;

  /** `message` as it is printed, without its newline. 128 is git's code for `fatal:`. */
  constructor(message: string, code = 128) {
    this.message = message;
    this.code = code;
  }
}

export function fatal(message: string): never {
  throw new GitFailure(`fatal: ${message}`);
}
