import type { Bytes } from '../../runtime/bytes';

/** How lines are compared. */
export interface LineRules {
  readonly ignoreCase: boolean;
  /** Any white space is like any other. */
  readonly ignoreSpaceChange: boolean;
  /** White space does not count at all. */
  readonly ignoreAllSpace: boolean;
}

/** A text's lines with their newlines, which only the last may lack. */
export function linesOf(text: Bytes): Bytes[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** What has to be the same in two lines for them to be equal; the missing newline counts. */
export function keyOf(line: Bytes, rules: LineRules): string {
  let key: string = line.endsWith('\n') ? line : `${line}\u0100`;
  if (rules.ignoreCase) key = key.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  if (rules.ignoreAllSpace) return key.replace(/[ \t\n\v\f\r\u0100]+/g, '');
  return rules.ignoreSpaceChange ? key.replace(/[ \t\n\v\f\r\u0100]+/g, ' ') : key;
}

interface Candidate {
  readonly x: number;
  readonly y: number;
  readonly before: Candidate | undefined;
}

/** Pairs tried for one line before the search for a longer common part gives up. */
const FEWEST_TRIES = 256;

/**
 * For each old line (from 1) the new line that it stays as, 0 if it goes. The first and last elements stand
 * for the edges. Hunt and McIlroy's algorithm, with the bounds of editors/diff.c.
 */
export function matchLines(
  old: readonly string[],
  now: readonly string[],
  minimal: boolean,
): number[] {
  let prefix = 0;
  while (prefix < old.length && prefix < now.length && old[prefix] === now[prefix]) prefix++;
  let suffix = 0;
  while (
    suffix < old.length - prefix &&
    suffix < now.length - prefix &&
    old[old.length - 1 - suffix] === now[now.length - 1 - suffix]
  ) {
    suffix++;
  }
  const matches = new Array<number>(old.length + 2).fill(0);
  for (let i = 1; i <= prefix; i++) matches[i] = i;
  for (let i = 1; i <= suffix; i++) matches[old.length + 1 - i] = now.length + 1 - i;
  const middle = old.slice(prefix, old.length - suffix);
  const places = new Map<string, number[]>();
  for (let y = prefix; y < now.length - suffix; y++) {
    const key = now[y] as string;
    const known = places.get(key);
    if (known) known.push(y - prefix + 1);
    else places.set(key, [y - prefix + 1]);
  }
  const most = minimal
    ? Number.POSITIVE_INFINITY
    : Math.max(FEWEST_TRIES, Math.floor(Math.sqrt(middle.length)));
  let candidate = longestChain(middle, places, most);
  for (; candidate && candidate.y > 0; candidate = candidate.before) {
    matches[candidate.x + prefix] = candidate.y + prefix;
  }
  matches[old.length + 1] = now.length + 1;
  return matches;
}

/** The last pair of the longest chain of equal lines that rises in both texts. */
function longestChain(
  middle: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  most: number,
): Candidate | undefined {
  const root: Candidate = { x: 0, y: 0, before: undefined };
  const ends: Candidate[] = [root];
  for (const [index, key] of middle.entries()) {
    let tries = 0;
    let last = 0;
    let before = ends[0] as Candidate;
    for (const y of places.get(key) ?? []) {
      if (tries >= most) break;
      if (y <= before.y) continue;
      const length = placeIn(ends, y);
      if (length !== last + 1) before = ends[length - 1] as Candidate;
      const rival = ends[length];
      if (rival && rival.y <= y) continue;
      ends[length] = { x: index + 1, y, before };
      if (!rival) break;
      before = rival;
      last = length;
      tries++;
    }
  }
  return ends.at(-1);
}

/** How long a chain becomes that a pair at `y` ends: the shortest whose end does not lie before it. */
function placeIn(ends: readonly Candidate[], y: number): number {
  let low = 0;
  let high = ends.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const at = (ends[middle] as Candidate).y;
    if (at === y) return middle;
    if (at > y) high = middle;
    else low = middle;
  }
  return low + 1;
}

/** Lines from..to of the old text become lines from..to of the new one; a range ends before it begins if empty. */
export interface Change {
  readonly old: readonly [from: number, to: number];
  readonly now: readonly [from: number, to: number];
}

/** The gaps between lines that stay. */
export function changesOf(matches: readonly number[]): Change[] {
  const changes: Change[] = [];
  let old = 0;
  let now = 0;
  for (let i = 1; i < matches.length; i++) {
    const match = matches[i] as number;
    if (match === 0) continue;
    if (i > old + 1 || match > now + 1) {
      changes.push({ old: [old + 1, i - 1], now: [now + 1, match - 1] });
    }
    old = i;
    now = match;
  }
  return changes;
}

/** Changes with so few lines between them that their contexts meet. */
export function hunksOf(changes: readonly Change[], context: number): Change[][] {
  const apart = 2 * context + 1;
  const hunks: Change[][] = [];
  for (const change of changes) {
    const last = hunks.at(-1)?.at(-1);
    const far =
      !last || (change.old[0] > last.old[1] + apart && change.now[0] > last.now[1] + apart);
    if (far) hunks.push([change]);
    else hunks.at(-1)?.push(change);
  }
  return hunks;
}
