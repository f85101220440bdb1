import type { Bytes } from '../../runtime/bytes';
import type { Node, Word } from '../ast';
import { makeWord } from './word-builder';

export function inSequence(commands: readonly Node[]): Node | null {
  const [first] = commands;
  if (first === undefined) return null;
  return commands.length === 1 ? first : { kind: 'sequence', commands };
}

export function inBackground(command: Node): Node {
  if (command.kind === 'pipeline') return { ...command, background: true };
  if (command.kind === 'redirected') {
    return {
      kind: 'background',
      line: command.line,
      body: command.body,
      redirections: command.redirections,
    };
  }
  return { kind: 'background', line: 0, body: command, redirections: [] };
}

/** bash's `|&`: the command's errors go where its output goes. */
export function withErrors(command: Node): Node {
  const source = literalWord('1');
  const redirection = { kind: 'duplicate', input: false, fd: 2, source } as const;
  return { kind: 'redirected', line: 0, body: command, redirections: [redirection] };
}

export function literalWord(text: Bytes): Word {
  return makeWord([{ kind: 'text', text, quoted: false }], false);
}

/** The fields of words that each stand for one, whatever the shell's state; undefined if one does not. */
export function constantsOf(words: readonly Word[]): readonly Bytes[] | undefined {
  const fields: Bytes[] = [];
  for (const { constant } of words) {
    if (constant === undefined) return undefined;
    fields.push(constant);
  }
  return fields;
}
