/**
 * A text that cannot be read as YAML. The message is the one kubectl shows after `error converting
 * YAML to JSON: `.
 */
export class YamlError extends Error {
  /** 0-based line of the chunk at which the reader stopped, where it is known. */
  readonly line: number | undefined;

  constructor(problem: string, line?: number) {
    super(`yaml: ${problem}`);
    this.name = 'YamlError';
    this.line = line;
  }
}

/** Scanner errors count lines from 1, but say nothing about the first line. */
export function scannerError(problem: string, line: number): YamlError {
  return new YamlError(line > 0 ? `line ${line + 1}: ${problem}` : problem, line);
}

/** Parser errors give the number of the line before the offending token's. */
export function parserError(problem: string, line: number): YamlError {
  return new YamlError(line > 0 ? `line ${line}: ${problem}` : problem, line);
}
