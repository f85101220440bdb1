/**
 * The order of keys in go-yaml v2's output: runs of digits compare as numbers, other characters come
 * before letters. Models keyList.Less in sorter.go.
 */
export function compareKeys(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  let digits = false;
  for (let i = 0; i < left.length && i < right.length; i++) {
    const l = left[i] as string;
    const r = right[i] as string;
    if (l === r) {
      digits = isDigit(l);
      continue;
    }
    const leftLetter = isLetter(l);
    const rightLetter = isLetter(r);
    if (leftLetter && rightLetter) return compareCodes(l, r);
    if (leftLetter || rightLetter) {
      const leftFirst = digits ? leftLetter : rightLetter;
      return leftFirst ? -1 : 1;
    }
    return compareNumbers(left, right, i);
  }
  return left.length - right.length;
}

/** Both texts are equal before `at`; zeros there count only after a digit that is not zero. */
function compareNumbers(left: readonly string[], right: readonly string[], at: number): number {
  let start = 0;
  if (left[at] === '0' || right[at] === '0') {
    for (let j = at - 1; j >= 0 && isDigit(left[j] as string); j--) {
      if (left[j] !== '0') {
        start = 1;
        break;
      }
    }
  }
  const l = digitRun(left, at, start);
  const r = digitRun(right, at, start);
  if (l.value !== r.value) return l.value - r.value;
  if (l.end !== r.end) return l.end - r.end;
  return compareCodes(left[at] as string, right[at] as string);
}

function digitRun(text: readonly string[], at: number, start: number) {
  let value = start;
  let end = at;
  for (; end < text.length && isDigit(text[end] as string); end++) {
    value = value * 10 + Number(text[end]);
  }
  return { value, end };
}

function compareCodes(a: string, b: string): number {
  return (a.codePointAt(0) as number) - (b.codePointAt(0) as number);
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}

const LETTER = /^\p{L}$/u;

function isLetter(char: string): boolean {
  return LETTER.test(char);
}
