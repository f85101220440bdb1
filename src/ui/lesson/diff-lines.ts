export interface DiffLine {
  readonly sign: '+' | '-' | ' ';
  readonly line: string;
}

/** Above this product of line counts the texts are shown as replaced, not compared. */
const LARGEST_TABLE = 4_000_000;

/** What turns `before` into `after`, line by line, by their longest common subsequence. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const a = before.replace(/\n$/, '').split('\n');
  const b = after.replace(/\n$/, '').split('\n');
  if (a.length * b.length > LARGEST_TABLE) {
    return [...signed('-', a), ...signed('+', b)];
  }
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const isSame = a[i] === b[j];
      const below = table[(i + 1) * width + j] ?? 0;
      const right = table[i * width + j + 1] ?? 0;
      const both = table[(i + 1) * width + j + 1] ?? 0;
      table[i * width + j] = isSame ? both + 1 : Math.max(below, right);
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      lines.push({ sign: ' ', line: a[i] ?? '' });
      i++;
      j++;
    } else if ((table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0)) {
      lines.push({ sign: '-', line: a[i++] ?? '' });
    } else lines.push({ sign: '+', line: b[j++] ?? '' });
  }
  return [...lines, ...signed('-', a.slice(i)), ...signed('+', b.slice(j))];
}

function signed(sign: '+' | '-', lines: readonly string[]): DiffLine[] {
  return lines.map((line) => ({ sign, line }));
}

/** Unchanged lines shown around a change. */
const CONTEXT_LINES = 2;

/** The changes with a few lines around each; what is left out is one entry without a line. */
export function changesOnly(lines: readonly DiffLine[]): readonly (DiffLine | undefined)[] {
  const near = (at: number) =>
    lines
      .slice(Math.max(0, at - CONTEXT_LINES), at + CONTEXT_LINES + 1)
      .some(({ sign }) => sign !== ' ');
  const shown: (DiffLine | undefined)[] = [];
  lines.forEach((line, at) => {
    if (near(at)) shown.push(line);
    else if (at === 0 || shown.at(-1) !== undefined) shown.push(undefined);
  });
  return shown;
}
