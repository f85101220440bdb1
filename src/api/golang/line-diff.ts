/**
 * The lines in which two texts differ, three lines of context around them. Models the unified diff of Go's
 * difflib, which is Python's: the longest run of equal lines first, then what is left and right of it.
 */

interface Match {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

/** Lines `a1..a2` of the first text stand for lines `b1..b2` of the second; `equal`: they are the same. */
interface Change {
  readonly equal: boolean;
  readonly a1: number;
  readonly a2: number;
  readonly b1: number;
  readonly b2: number;
}

const CONTEXT = 3;
/** From so many lines on, lines that are all over the second text say nothing about where one is. */
const MANY_LINES = 200;

export function lineDiff(before: string, after: string): string {
  const [a, b] = [linesOf(before), linesOf(after)];
  return groupsOf(changesOf(a, b))
    .map((group) => hunk(group, a, b))
    .join('');
}

function linesOf(text: string): string[] {
  return text.split('\n').map((line) => `${line}\n`);
}

function hunk(group: readonly Change[], a: readonly string[], b: readonly string[]): string {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return '';
  const head = `@@ -${span(first.a1, last.a2)} +${span(first.b1, last.b2)} @@\n`;
  const lines = group.flatMap(({ equal, a1, a2, b1, b2 }) =>
    equal
      ? a.slice(a1, a2).map((line) => ` ${line}`)
      : [
          ...a.slice(a1, a2).map((line) => `-${line}`),
          ...b.slice(b1, b2).map((line) => `+${line}`),
        ],
  );
  return head + lines.join('');
}

function span(start: number, end: number): string {
  const length = end - start;
  if (length === 1) return String(start + 1);
  return `${length === 0 ? start : start + 1},${length}`;
}

function changesOf(a: readonly string[], b: readonly string[]): Change[] {
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  for (const { a: at, b: bt, size } of matchesOf(a, b)) {
    if (i < at || j < bt) changes.push({ equal: false, a1: i, a2: at, b1: j, b2: bt });
    if (size > 0) changes.push({ equal: true, a1: at, a2: at + size, b1: bt, b2: bt + size });
    [i, j] = [at + size, bt + size];
  }
  return changes;
}

/** Runs of equal lines, in order, those that touch joined; an empty one marks the end. */
function matchesOf(a: readonly string[], b: readonly string[]): Match[] {
  const places = placesOf(b);
  const found: Match[] = [];
  const search = (a1: number, a2: number, b1: number, b2: number): void => {
    const match = longestMatch(a, b, places, [a1, a2, b1, b2]);
    if (match.size === 0) return;
    if (a1 < match.a && b1 < match.b) search(a1, match.a, b1, match.b);
    const last = found.at(-1);
    if (last !== undefined && last.a + last.size === match.a && last.b + last.size === match.b) {
      found[found.length - 1] = { ...last, size: last.size + match.size };
    } else found.push(match);
    const [aEnd, bEnd] = [match.a + match.size, match.b + match.size];
    if (aEnd < a2 && bEnd < b2) search(aEnd, a2, bEnd, b2);
  };
  search(0, a.length, 0, b.length);
  return [...found, { a: a.length, b: b.length, size: 0 }];
}

/** Where each line of a text stands, without lines that stand everywhere. */
function placesOf(b: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  b.forEach((line, index) => {
    const list = places.get(line);
    if (list) list.push(index);
    else places.set(line, [index]);
  });
  if (b.length < MANY_LINES) return places;
  const most = Math.trunc(b.length / 100) + 1;
  for (const [line, list] of places) if (list.length > most) places.delete(line);
  return places;
}

function longestMatch(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  [a1, a2, b1, b2]: readonly [number, number, number, number],
): Match {
  let best: Match = { a: a1, b: b1, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = a1; i < a2; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i] ?? '') ?? []) {
      if (j < b1) continue;
      if (j >= b2) break;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengths = next;
  }
  // Lines that were left out because they stand everywhere may still continue the run.
  let { a: i, b: j, size } = best;
  while (i > a1 && j > b1 && a[i - 1] === b[j - 1]) {
    i--;
    j--;
    size++;
  }
  while (i + size < a2 && j + size < b2 && a[i + size] === b[j + size]) size++;
  return { a: i, b: j, size };
}

/** Changes with their context; those that are far apart in groups of their own. */
function groupsOf(all: readonly Change[]): Change[][] {
  const changes = [...all];
  const [first, last] = [changes[0], changes.at(-1)];
  if (first?.equal) changes[0] = tail(first);
  if (last?.equal) changes[changes.length - 1] = head(changes.at(-1) ?? last);
  const groups: Change[][] = [];
  let group: Change[] = [];
  for (const change of changes) {
    if (change.equal && change.a2 - change.a1 > 2 * CONTEXT) {
      groups.push([...group, head(change)]);
      group = [tail(change)];
    } else group.push(change);
  }
  groups.push(group);
  return groups.filter((one) => one.some(({ equal }) => !equal));
}

function head({ a1, a2, b1, b2 }: Change): Change {
  return { equal: true, a1, a2: Math.min(a2, a1 + CONTEXT), b1, b2: Math.min(b2, b1 + CONTEXT) };
}

function tail({ a1, a2, b1, b2 }: Change): Change {
  return { equal: true, a1: Math.max(a1, a2 - CONTEXT), a2, b1: Math.max(b1, b2 - CONTEXT), b2 };
}
