import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Node } from '../ast';
import { Parser } from './parser';
import { ScriptSyntaxError } from './script-syntax-error';
import { NeedsInput, Source } from './source';

const CONTEXT = { alias: () => undefined, line: 1 };

/** All commands of a text, or how far it got and the message. */
function parse(text: string): { commands: (Node | null)[]; error?: string } {
  const source = new Source(text, { line: 1 });
  const parser = new Parser(source, CONTEXT);
  const commands: (Node | null)[] = [];
  try {
    for (;;) {
      const command = parser.readCommand();
      if (command === undefined) return { commands };
      commands.push(command);
    }
  } catch (error) {
    if (error instanceof ScriptSyntaxError)
      return { commands, error: `${error.line}: ${error.message}` };
    throw error;
  }
}

/** The same for a text that comes in pieces. */
function parsePieces(pieces: readonly string[]): { commands: (Node | null)[]; error?: string } {
  const source = new Source('', { line: 1, complete: false });
  const parser = new Parser(source, CONTEXT);
  const commands: (Node | null)[] = [];
  let next = 0;
  for (;;) {
    const { position, line } = source;
    try {
      const command = parser.readCommand();
      if (command === undefined) return { commands };
      commands.push(command);
    } catch (error) {
      if (error instanceof ScriptSyntaxError)
        return { commands, error: `${error.line}: ${error.message}` };
      if (!(error instanceof NeedsInput)) throw error;
      source.rewind(position, line);
      const piece = pieces[next++];
      if (piece === undefined) source.complete = true;
      else source.append(piece);
    }
  }
}

describe('Parser', () => {
  it.each([
    ['if true; echo x; fi', '1: unexpected "fi" (expecting "then")'],
    ['for i in (1 2)', '1: unexpected "("'],
    ['case x in y echo;; esac', '1: unexpected word (expecting ")")'],
    ['echo a\n\n}', '3: unexpected "}"'],
    ["echo 'a\nb", '2: unterminated quoted string'],
    ['cat <<< x', '1: unexpected redirection'],
    ['f()', '1: unexpected end of file'],
    ['echo $((1', "1: missing '))'"],
    ['echo ${x', "1: missing '}'"],
    ['echo `a', '1: EOF in backquote substitution'],
    ['$(if true)', '1: unexpected ")" (expecting "then")'],
    [':(){ :|:& };:', '1: bad function name'],
  ])('%s', (text, error) => {
    expect(parse(text).error).toBe(error);
  });

  it('reads one complete command at a time', () => {
    const { commands, error } = parse('echo a\n\nwhile x; do\n y\ndone\n)');
    expect(commands.map((command) => command?.kind)).toEqual(['simple', undefined, 'while']);
    expect(error).toBe('6: unexpected ")"');
  });

  it('keeps the bodies of here-documents with their commands', () => {
    const { commands } = parse('cat <<A; cat <<-"B"\n$x\nA\n\t$y\n\tB\n');
    const bodies: unknown[] = [];
    JSON.stringify(commands, (key, value) => {
      if (key === 'body' && value?.parts) bodies.push(value.parts[0]);
      return value;
    });
    expect(bodies).toMatchObject([
      { kind: 'parameter', name: 'x' },
      { kind: 'text', text: '$y\n' },
    ]);
  });

  const token = fc.constantFrom(
    ...'if then else elif fi while until do done for in case esac { } ( ) ; ;; & && || | ! > < >> << <<- E x= $x'.split(
      ' ',
    ),
    ...[
      '\n',
      ' ',
      "'",
      '"',
      '`',
      '$(',
      '$((',
      '${',
      '}',
      '\\',
      '#',
      'a',
      '[[',
      ']]',
      'f()',
      '${x:-',
      '&>',
      '<(',
      "$'",
      '\\\n',
      'function ',
      '\nE\n',
      '*',
    ],
  );
  const text = fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join(' '));
  const dense = fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join(''));

  it('ends on any text, with commands or a message', () => {
    fc.assert(
      fc.property(fc.oneof(text, dense, fc.string({ unit: 'binary-ascii' })), (script) => {
        expect(Array.isArray(parse(script).commands)).toBe(true);
      }),
      { numRuns: 700 },
    );
  });

  it('reads the same whether a text comes whole or in pieces', () => {
    fc.assert(
      fc.property(
        fc.oneof(text, dense),
        fc.array(fc.nat(8), { maxLength: 30 }),
        (script, sizes) => {
          const pieces: string[] = [];
          let at = 0;
          for (const size of sizes) {
            pieces.push(script.slice(at, at + size));
            at += size;
          }
          pieces.push(script.slice(at));
          expect(parsePieces(pieces)).toEqual(parse(script));
        },
      ),
      { numRuns: 400 },
    );
  });
});
