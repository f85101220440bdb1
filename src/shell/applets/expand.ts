import type { Bytes } from '../../runtime/bytes';
import { type AppletProgram, applet } from './applet';
import { charactersOf } from './characters';
import { convertLines } from './convert-lines';
import { parseInteger } from './numbers';
import { parseOptions } from './options';

/** Models coreutils/expand.c. */
export const expand = converter('expand', (line, size, { initial }) => {
  let result = '';
  let column = 0;
  let blank = true;
  for (const character of charactersOf(line)) {
    if (character !== ' ' && character !== '\t') blank = false;
    if (character === '\t' && (blank || !initial)) {
      // A tab is measured from the end of the last one, as busybox does.
      const width = size - (column % size);
      result += ' '.repeat(width);
      column = 0;
    } else {
      result += character;
      column++;
    }
  }
  return result;
});

/** Models coreutils/expand.c called as `unexpand`. */
export const unexpand = converter('unexpand', (line, size, { all }) => {
  let result = '';
  let column = 0;
  let at = 0;
  while (at < line.length) {
    let blanks = 0;
    while (line[at] === ' ') {
      at++;
      blanks++;
    }
    column += blanks;
    if (line[at] === '\t') {
      column += size - (column % size);
      at++;
      continue;
    }
    const tabs = Math.floor(column / size);
    if (tabs > 0) {
      column %= size;
      blanks = column;
      result += '\t'.repeat(tabs);
    }
    if (!all && at > 0) return result + ' '.repeat(blanks) + line.slice(at);
    const word = /^[^\t ]*/.exec(line.slice(at))?.[0] ?? '';
    result += ' '.repeat(blanks) + word;
    at += word.length;
    column = (column + charactersOf(word).length) % size;
  }
  return result;
});

interface TabRules {
  /** Only blanks at the line's beginning. */
  readonly initial: boolean;
  readonly all: boolean;
}

function converter(
  name: 'expand' | 'unexpand',
  convert: (line: Bytes, size: number, rules: TabRules) => Bytes,
): AppletProgram {
  return applet(name, function* (run) {
    const options = parseOptions(
      run.args,
      name === 'expand'
        ? { letters: 'it:', long: { initial: 'i', 'tabs=': 't' } }
        : { letters: 'ft:a', long: { 'first-only': 'f', 'tabs=': 't', all: 'a' } },
    );
    const size = parseInteger(options.value('t') ?? '8', { least: 1, most: 4294967295 });
    const all = (options.has('a') || options.has('t')) && !options.has('f');
    const rules = { initial: options.has('i'), all };
    return yield* convertLines(
      run,
      options.operands,
      (line) => convert(line, size, rules),
      'unnamed',
    );
  });
}
