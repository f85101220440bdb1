import { toBytes } from '../../src/runtime/bytes';
import type { Condition, Node, Redirection, Word, WordPart } from '../../src/shell/ast';
import { Parser } from '../../src/shell/parser/parser';
import { ScriptSyntaxError } from '../../src/shell/parser/script-syntax-error';
import { Source } from '../../src/shell/parser/source';

/** One command as it is written: its words, `undefined` for those that only a run can tell. */
export type CommandLine = readonly (string | undefined)[];

export interface ParsedScript {
  readonly commands: readonly CommandLine[];
  readonly functions: ReadonlySet<string>;
  /** Whether it has a `while` or `until`, which may go on for ever by design. */
  readonly loops: boolean;
}

/** What to read the text as: one that has bash's own syntax is refused by ash. */
export type Dialect = 'ash' | 'bash';

/** Reads a whole script, or returns the message of what is wrong with it. */
export function parseScript(text: string, dialect: Dialect): ParsedScript | string {
  const parser = new Parser(new Source(toBytes(text), { line: 1 }), {
    alias: () => undefined,
    line: 1,
    bash: dialect === 'bash',
  });
  const found = new Finder();
  try {
    for (;;) {
      const command = parser.readCommand();
      if (command === undefined) break;
      if (command) found.node(command);
    }
  } catch (error) {
    if (error instanceof ScriptSyntaxError) return error.message;
    throw error;
  }
  return found;
}

/** Walks a syntax tree, with the substitutions in its words. */
class Finder implements ParsedScript {
  readonly commands: CommandLine[] = [];
  readonly functions = new Set<string>();
  loops = false;

  node(node: Node): void {
    switch (node.kind) {
      case 'simple':
        for (const { value, elements } of node.assignments) {
          this.word(value);
          for (const element of elements ?? []) this.word(element.value);
        }
        for (const word of node.words) this.word(word);
        if (node.words.length > 0) this.commands.push(node.words.map(textOf));
        this.redirections(node.redirections);
        return;
      case 'pipeline':
      case 'sequence':
        for (const command of node.commands) this.node(command);
        return;
      case 'and or':
        this.node(node.first);
        for (const { command } of node.rest) this.node(command);
        return;
      case 'not':
        this.node(node.command);
        return;
      case 'if':
        this.node(node.condition);
        this.node(node.then);
        if (node.otherwise) this.node(node.otherwise);
        return;
      case 'while':
      case 'until':
        this.loops = true;
        this.node(node.condition);
        this.node(node.body);
        return;
      case 'for':
        for (const word of node.words) this.word(word);
        this.node(node.body);
        return;
      case 'arithmetic for':
        this.loops = true;
        this.node(node.body);
        return;
      case 'case':
        this.word(node.subject);
        for (const { body } of node.clauses) if (body) this.node(body);
        return;
      case 'function':
        this.functions.add(node.name);
        this.node(node.body);
        return;
      case 'subshell':
      case 'background':
      case 'redirected':
        this.node(node.body);
        this.redirections(node.redirections);
        return;
      case 'conditional':
        this.condition(node.condition);
        return;
      case 'arithmetic':
        for (const part of node.expression) this.part(part);
        return;
    }
  }

  redirections(redirections: readonly Redirection[]): void {
    for (const redirection of redirections) {
      if (redirection.kind === 'file') this.word(redirection.target);
      else if (redirection.kind === 'here') this.word(redirection.document.body);
    }
  }

  condition(condition: Condition): void {
    switch (condition.kind) {
      case 'and':
      case 'or':
        this.condition(condition.left);
        this.condition(condition.right);
        return;
      case 'not':
        this.condition(condition.operand);
        return;
      case 'unary':
        this.word(condition.operand);
        return;
      case 'binary':
        this.word(condition.left);
        this.word(condition.right);
        return;
    }
  }

  word(word: Word): void {
    for (const part of word.parts) this.part(part);
  }

  part(part: WordPart): void {
    if (part.kind === 'command' || part.kind === 'process') {
      if (part.body) this.node(part.body);
    } else if (part.kind === 'parameter') for (const inner of part.word) this.part(inner);
    else if (part.kind === 'arithmetic') for (const inner of part.expression) this.part(inner);
  }
}

/** The word's text if every run of the script gives the same. */
function textOf(word: Word): string | undefined {
  let text = '';
  for (const part of word.parts) {
    if (part.kind === 'text') text += part.text;
    else if (part.kind !== 'quote') return undefined;
  }
  return text;
}
