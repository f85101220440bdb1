/**
 * Breaks lines at spaces so that none is longer than `width` characters, except for words that are. The
 * spaces at a break go; those elsewhere stay. Models mitchellh/go-wordwrap.
 */
export function wordWrap(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, width))
    .join('\n');
}

function wrapLine(line: string, width: number): string {
  let wrapped = '';
  let column = 0;
  for (const [, spaces = '', word = ''] of line.matchAll(/(\s*)(\S*)/g)) {
    if (word === '') {
      if (column + spaces.length <= width) wrapped += spaces;
      continue;
    }
    const breaks = column + spaces.length + word.length > width && word.length < width;
    // A longer word breaks the line too, before the first of its characters that has no room.
    const lateBreak = !breaks && word.length >= width && column + spaces.length + 1 > width;
    if (breaks || lateBreak || tooLong(column + spaces.length, word, width)) {
      wrapped += `\n${word}`;
      column = word.length;
    } else {
      wrapped += spaces + word;
      column += spaces.length + word.length;
    }
  }
  return wrapped;
}

/** A word of more than a line goes on the line that it meets only if its first part fits there. */
function tooLong(column: number, word: string, width: number): boolean {
  return word.length >= width && column > 0 && column + Math.min(word.length, width - 1) > width;
}
