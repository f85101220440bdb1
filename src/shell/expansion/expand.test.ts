import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { singleQuoted } from '../interpreter/quoting';
import { runScript } from '../test-script';

function output(script: string): string {
  const { stdout, stderr } = runScript(script);
  return stdout + stderr;
}

describe('expansion', () => {
  it.each([
    ["x='a  b'; printf '<%s>' $x \"$x\" x$x", '<a><b><a  b><xa><b>'],
    ["set -- 'a b' '' c; printf '<%s>' \"$@\" \"-$@-\"", '<a b><><c><-a b><><c->'],
    ["IFS=:; x=a::b:; printf '<%s>' $x", '<a><><b>'],
    ["printf '<%s>' ${u:-a 'b c'} \"${u:-a 'b'}\"", "<a><b c><a 'b'>"],
    ['x=/a/b/c; echo ${x##*/} ${x%/*} ${x//\\//.}', 'c /a/b .a.b.c\n'],
    ['x=abcdef; echo ${x:2:2} ${x: -2} ${#x}', 'cd ef 6\n'],
    ['N=1; echo "${N:-{"a":1}}"', '1}\n'],
    ['echo $((1 + $(echo 2) * 3))', '7\n'],
    ['echo ~/x ~nobody "~"', '~/x ~nobody ~\n'],
    ["echo $'a\\tb\\x41'", 'a\tbA\n'],
    [
      'x="*"; case abc in $x) echo glob;; esac; case abc in "$x") echo no;; *) echo literal;; esac',
      'glob\nliteral\n',
    ],
  ])('%s', (script, expected) => {
    expect(output(script)).toBe(expected);
  });

  it('gives every text back that was quoted', () => {
    const text = fc.string({
      unit: fc.constantFrom(...'ab *?[]\\\'"$`~!^-\n\t{}#'.split('')),
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (texts) => {
        const script = `printf '%s\\0' ${texts.map(singleQuoted).join(' ')}; x=${singleQuoted(texts[0] ?? '')}; printf %s "$x"`;
        expect(output(script)).toBe(`${texts.join('\0')}\0${texts[0]}`);
      }),
      { numRuns: 30 },
    );
  });

  it('ends on any word, with fields or a message', () => {
    const piece = fc.constantFrom(
      '${x:-',
      '${x#',
      '${x/',
      '${@:',
      '}',
      '"',
      "'",
      '$x',
      '$@',
      '$*',
      '*',
      '\\',
      'a',
      ' ',
      '$((',
      '))',
      '1',
      '/',
      '${#x}',
      '~',
      ':',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const { exitCode } = runScript(`set -- p 'q r'; x='a *'; : ${pieces.join('')}\necho end`);
        expect([0, 1, 2, 127]).toContain(exitCode);
      }),
      { numRuns: 50 },
    );
  });
});
