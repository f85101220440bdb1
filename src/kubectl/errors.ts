import { ApiError, type ErrorSource, kubectlErrorText } from '../api/status';

/** What kubectl ends with: the whole text for standard error, without the last newline, and its status. */
export class KubectlError extends Error {
  readonly exitCode: number;
  /** What had gone to standard output when it failed. */
  printedBefore = '';

  constructor(text: string, exitCode = 1) {
    super(text);
    this.exitCode = exitCode;
  }
}

/** `error: TEXT`, as nearly all of kubectl's own errors. */
export function plain(text: string, exitCode = 1): KubectlError {
  return new KubectlError(`error: ${text}`, exitCode);
}

/** `error: TEXT`, with the hint to the command's help. `path` is `kubectl run`. */
export function usage(path: string, text: string): KubectlError {
  return new KubectlError(`error: ${text}\nSee '${path} -h' for help and examples`);
}

/** The server's answer in kubectl's words, where it is one. */
export function errorText(error: unknown, at?: ErrorSource): string {
  if (error instanceof ApiError) {
    const text = kubectlErrorText(error.status, at);
    // What is invalid gets a newline of its own even where the server's text ends with one.
    const listed = error.status.reason === 'Invalid' && error.status.details?.causes?.length;
    return text.endsWith('\n') && listed ? `${text}\n` : text.replace(/\n$/, '');
  }
  if (error instanceof KubectlError) return error.message;
  throw error;
}

/** Ends with the errors, if there are any. */
export function throwAll(errors: readonly unknown[]): void {
  failWith(errors.map((error) => errorText(error)));
}

/** As `throwAll`, of errors that are texts. Of several none begins with `error:`. */
export function failWith(texts: readonly string[]): void {
  const [only] = texts;
  if (only === undefined) return;
  if (texts.length === 1) throw new KubectlError(only.replace(/^error: error: /, 'error: '));
  throw new KubectlError(texts.map((text) => text.replace(/^error: /, '')).join('\n'));
}
