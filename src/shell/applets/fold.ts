import type { Bytes } from '../../runtime/bytes';
import { applet } from './applet';
import { convertLines } from './convert-lines';
import { parseInteger } from './numbers';
import { parseOptions } from './options';

/** Models coreutils/fold.c. */
export const fold = applet('fold', function* (run) {
  const dashes = run.args.indexOf('--');
  const args = run.args.map((arg, i) =>
    /^-[0-9]/.test(arg) && (dashes < 0 || i < dashes) ? `-w${arg.slice(1)}` : arg,
  );
  const options = parseOptions(args, { letters: 'bsw:' });
  const width = parseInteger(options.value('w') ?? '80', { least: 1, most: 10000 });
  const columns = options.has('b') ? oneByte : columnAfter;
  const fold = (line: Bytes) => foldLine(line, width, options.has('s'), columns);
  return yield* convertLines(run, options.operands, fold, 'unnamed');
});

type Columns = (column: number, byte: string) => number;

const oneByte: Columns = (column) => column + 1;

function columnAfter(column: number, byte: string): number {
  if (byte === '\b') return Math.max(column - 1, 0);
  if (byte === '\r') return 0;
  if (byte === '\t') return column + 8 - (column % 8);
  // Further bytes of a UTF-8 character stand in the column of its first.
  return (byte.charCodeAt(0) & 0xc0) === 0x80 ? column : column + 1;
}

/** Breaks one line (with its newline, if it has one) into pieces of at most `width` columns. */
export function foldLine(
  line: Bytes,
  width: number,
  atBlanks: boolean,
  columns: Columns = columnAfter,
): Bytes {
  let result = '';
  let piece = '';
  let column = 0;
  for (const byte of line) {
    if (byte === '\n') return `${result}${piece}\n`;
    let next = columns(column, byte);
    while (next > width && piece !== '') {
      const blank = atBlanks ? Math.max(piece.lastIndexOf(' '), piece.lastIndexOf('\t')) : -1;
      const cut = blank < 0 ? piece.length : blank + 1;
      result += `${piece.slice(0, cut)}\n`;
      piece = piece.slice(cut);
      column = 0;
      for (const rest of piece) column = columns(column, rest);
      next = columns(column, byte);
    }
    piece += byte;
    column = next;
  }
  return result + piece;
}
