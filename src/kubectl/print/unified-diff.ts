/** Lines around a change that are shown with it. */
const CONTEXT = 3;

type Step = { readonly kind: ' ' | '-' | '+'; readonly text: string };

/** Two texts as `diff -u` compares them, from the first `@@` on; '' when they are the same. */
export function unifiedDiff(from: string, to: string): string {
  const steps = compare(linesOf(from), linesOf(to));
  return hunksOf(steps)
    .map((hunk) => hunkText(steps, hunk))
    .join('');
}

/** Lines without their ends; a last line without one is marked. */
function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  if (last !== '') lines.push(`${last}\n\\ No newline at end of file`);
  return lines;
}

/** A shortest way from one list of lines to the other, by longest common subsequences. */
function compare(from: readonly string[], to: readonly string[]): Step[] {
  const width = to.length + 1;
  const common = new Uint32Array((from.length + 1) * width);
  for (let i = from.length - 1; i >= 0; i--) {
    for (let j = to.length - 1; j >= 0; j--) {
      const down = common[(i + 1) * width + j] as number;
      const right = common[i * width + j + 1] as number;
      const diagonal = common[(i + 1) * width + j + 1] as number;
      common[i * width + j] = from[i] === to[j] ? diagonal + 1 : Math.max(down, right);
    }
  }
  const steps: Step[] = [];
  let i = 0;
  let j = 0;
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      steps.push({ kind: ' ', text: from[i] as string });
      i++;
      j++;
      continue;
    }
    const down = i < from.length ? (common[(i + 1) * width + j] as number) : -1;
    const right = j < to.length ? (common[i * width + j + 1] as number) : -1;
    if (down >= right) steps.push({ kind: '-', text: from[i++] as string });
    else steps.push({ kind: '+', text: to[j++] as string });
  }
  return steps;
}

interface Hunk {
  readonly start: number;
  readonly end: number;
}

/** Changes with their surroundings; those that touch are one. */
function hunksOf(steps: readonly Step[]): Hunk[] {
  const hunks: { start: number; end: number }[] = [];
  steps.forEach(({ kind }, at) => {
    if (kind === ' ') return;
    const start = Math.max(0, at - CONTEXT);
    const end = Math.min(steps.length, at + 1 + CONTEXT);
    const last = hunks.at(-1);
    if (last && start <= last.end) last.end = end;
    else hunks.push({ start, end });
  });
  return hunks;
}

function hunkText(steps: readonly Step[], { start, end }: Hunk): string {
  const before = steps.slice(0, start);
  const shown = steps.slice(start, end);
  const count = (list: readonly Step[], without: Step['kind']) =>
    list.filter(({ kind }) => kind !== without).length;
  const range = (without: Step['kind']) => {
    const length = count(shown, without);
    const first = count(before, without) + (length === 0 ? 0 : 1);
    return length === 1 ? `${first}` : `${first},${length}`;
  };
  const lines = shown.map(({ kind, text }) => `${kind}${text}\n`);
  return `@@ -${range('+')} +${range('-')} @@\n${lines.join('')}`;
}
