/** Lines longer than this are cut in the middle: a case may print a megabyte. */
const LONGEST_LINE = 400;
const MOST_LINES = 40;

function lines(text: string): string[] {
  const split = text.split('\n');
  const marked = split.map((line, index) => (index < split.length - 1 ? `${line}\u21b5` : line));
  if (marked.at(-1) === '') marked.pop();
  return marked.map((line) =>
    line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)}… (${line.length})`,
  );
}

/**
 * Two texts line by line below a title: equal lines plain, expected ones with `-`, actual ones
 * with `+`. Undefined when the texts are equal.
 */
export function textDifference(
  title: string,
  expected: string,
  actual: string,
): string | undefined {
  if (expected === actual) return undefined;
  const wanted = lines(expected);
  const got = lines(actual);
  let start = 0;
  while (start < wanted.length && start < got.length && wanted[start] === got[start]) start++;
  let end = 0;
  const longestEnd = Math.min(wanted.length, got.length) - start;
  while (end < longestEnd && wanted.at(-1 - end) === got.at(-1 - end)) end++;
  const shown = [
    ...wanted.slice(Math.max(0, start - 2), start).map((line) => `    ${line}`),
    ...wanted.slice(start, wanted.length - end).map((line) => `  - ${line}`),
    ...got.slice(start, got.length - end).map((line) => `  + ${line}`),
  ];
  const cut = shown.length > MOST_LINES ? [...shown.slice(0, MOST_LINES), '    …'] : shown;
  return [`  ${title} (- expected, + actual)`, ...cut].join('\n');
}

/** One outcome of several comparisons: it passes when none of them found a difference. */
export function outcomeOf(differences: readonly (string | undefined)[]) {
  const found = differences.filter((difference) => difference !== undefined);
  return found.length === 0 ? { pass: true } : { pass: false, difference: found.join('\n') };
}
