/** What is wrong with a script's text, without `syntax error: `, and the line on which that showed. */
export class ScriptSyntaxError {
  readonly message: string;
  readonly line: number;

  constructor(message: string, line: number) {
    this.message = message;
    this.line = line;
  }
}
