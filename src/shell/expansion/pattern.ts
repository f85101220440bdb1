import type { Bytes } from '../../runtime/bytes';
import type { Marked } from './marks';

/** One step of a pattern: a byte, any byte, a set of bytes, or any run of bytes. */
type Step =
  | { readonly kind: 'byte'; readonly code: number }
  | { readonly kind: 'any' }
  | { readonly kind: 'run' }
  | { readonly kind: 'set'; readonly members: Uint8Array };

const ANY: Step = { kind: 'any' };
const RUN: Step = { kind: 'run' };

/** A shell pattern, as fnmatch(3) without flags understands it: byte by byte, in the C locale. */
export class Pattern {
  readonly #steps: readonly Step[];
  /** The text that the pattern stands for, if it has no special character. */
  readonly literal: Bytes | undefined;

  /** Marked characters stand for themselves; an unmarked backslash protects the character behind it. */
  constructor(text: Marked) {
    this.#steps = compile(text);
    this.literal = this.#steps.every((step) => step.kind === 'byte')
      ? this.#steps
          .map((step) => (step.kind === 'byte' ? String.fromCharCode(step.code) : ''))
          .join('')
      : undefined;
  }

  matches(text: Bytes): boolean {
    if (this.literal !== undefined) return text === this.literal;
    const steps = this.#steps;
    let at = 0;
    let step = 0;
    let lastRun = -1;
    let resume = 0;
    while (at < text.length) {
      const current = steps[step];
      if (current?.kind === 'run') {
        lastRun = step++;
        resume = at;
      } else if (current !== undefined && accepts(current, text.charCodeAt(at))) {
        step++;
        at++;
      } else if (lastRun >= 0) {
        step = lastRun + 1;
        at = ++resume;
      } else {
        return false;
      }
    }
    while (steps[step]?.kind === 'run') step++;
    return step === steps.length;
  }

  /** Where the shortest or longest match that begins at `from` ends; -1 if there is none. */
  matchEnd(text: Bytes, from: number, longest: boolean): number {
    return this.#scan(
      this.#steps,
      (i) => text.charCodeAt(from + i),
      text.length - from,
      from,
      longest,
    );
  }

  /** Where the shortest or longest match that ends at the text's end begins; -1 if there is none. */
  matchStart(text: Bytes, longest: boolean): number {
    const backwards = [...this.#steps].reverse();
    const last = text.length - 1;
    const end = this.#scan(backwards, (i) => text.charCodeAt(last - i), text.length, 0, longest);
    return end < 0 ? -1 : text.length - end;
  }

  /** Follows all ways through the pattern at once, so that no pattern takes more than steps × bytes. */
  #scan(
    steps: readonly Step[],
    codeAt: (index: number) => number,
    length: number,
    offset: number,
    longest: boolean,
  ): number {
    if (steps.length < 31) return scanWithMask(steps, codeAt, length, offset, longest);
    let states = closure(steps, new Set([0]));
    let found = -1;
    for (let i = 0; ; i++) {
      if (states.has(steps.length)) {
        found = offset + i;
        if (!longest) return found;
      }
      if (i === length || states.size === 0) return found;
      const code = codeAt(i);
      const following = new Set<number>();
      for (const state of states) {
        const step = steps[state];
        if (step === undefined) continue;
        if (step.kind === 'run') following.add(state);
        else if (accepts(step, code)) following.add(state + 1);
      }
      states = closure(steps, following);
    }
  }
}

/** The same with the states as the bits of a number, which is what nearly all patterns allow. */
function scanWithMask(
  steps: readonly Step[],
  codeAt: (index: number) => number,
  length: number,
  offset: number,
  longest: boolean,
): number {
  const accepting = 1 << steps.length;
  const runs = steps.reduce((mask, step, i) => (step.kind === 'run' ? mask | (1 << i) : mask), 0);
  // No two runs stand side by side, so that one shift passes them all.
  let states = 1 | ((1 & runs) << 1);
  let found = -1;
  for (let i = 0; ; i++) {
    if (states & accepting) {
      found = offset + i;
      if (!longest) return found;
    }
    if (i === length || states === 0) return found;
    const code = codeAt(i);
    let following = states & runs;
    for (let rest = states & ~runs & ~accepting; rest !== 0; rest &= rest - 1) {
      const at = 31 - Math.clz32(rest & -rest);
      if (accepts(steps[at] as Step, code)) following |= 1 << (at + 1);
    }
    states = following | ((following & runs) << 1);
  }
}

function closure(steps: readonly Step[], states: Set<number>): Set<number> {
  for (const state of states) if (steps[state]?.kind === 'run') states.add(state + 1);
  return states;
}

function accepts(step: Step, code: number): boolean {
  if (step.kind === 'byte') return step.code === code;
  if (step.kind === 'set') return step.members[code] === 1;
  return true;
}

function compile(text: Marked): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x200) continue;
    if (code >= 0x100) steps.push({ kind: 'byte', code: code - 0x100 });
    else if (code === 42) {
      if (steps[steps.length - 1] !== RUN) steps.push(RUN);
    } else if (code === 63) steps.push(ANY);
    else if (code === 92 && at + 1 < text.length) {
      steps.push({ kind: 'byte', code: text.charCodeAt(++at) & 0xff });
    } else if (code === 91) {
      const set = compileSet(text, at);
      if (set) {
        steps.push({ kind: 'set', members: set.members });
        at = set.end;
      } else steps.push({ kind: 'byte', code });
    } else steps.push({ kind: 'byte', code });
  }
  return steps;
}

/** The set that begins with the bracket at `start`; undefined if no bracket closes it. */
function compileSet(
  text: Marked,
  start: number,
): { readonly members: Uint8Array; readonly end: number } | undefined {
  const members = new Uint8Array(256);
  let at = start + 1;
  const negated = text[at] === '!' || text[at] === '^';
  if (negated) at++;
  let first = true;
  for (;;) {
    if (at >= text.length) return undefined;
    const code = text.charCodeAt(at);
    if (code === 93 && !first) break;
    first = false;
    if (code === 91 && text[at + 1] === ':') {
      const end = text.indexOf(':]', at + 2);
      const name = end < 0 ? '' : text.slice(at + 2, end);
      const belongs = CLASSES[name];
      if (belongs) {
        for (let byte = 0; byte < 128; byte++)
          if (belongs.test(String.fromCharCode(byte))) members[byte] = 1;
        at = end + 2;
        continue;
      }
    }
    const low = memberAt(text, at);
    at = low.next;
    if (text[at] === '-' && at + 1 < text.length && text[at + 1] !== ']') {
      const high = memberAt(text, at + 1);
      at = high.next;
      for (let byte = low.code; byte <= high.code; byte++) members[byte] = 1;
    } else members[low.code] = 1;
  }
  if (negated) for (let byte = 0; byte < 256; byte++) members[byte] = members[byte] ? 0 : 1;
  return { members, end: at };
}

function memberAt(text: Marked, at: number): { readonly code: number; readonly next: number } {
  const code = text.charCodeAt(at);
  if (code === 92 && at + 1 < text.length)
    return { code: text.charCodeAt(at + 1) & 0xff, next: at + 2 };
  return { code: code & 0xff, next: at + 1 };
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[ \t\n\v\f\r]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what the class is about.
  cntrl: /[\x00-\x1f\x7f]/,
  xdigit: /[0-9A-Fa-f]/,
};

const CACHE_SIZE = 500;
const cache = new Map<Marked, Pattern>();

/** A pattern from the cache of those compiled lately. */
export function patternOf(text: Marked): Pattern {
  let pattern = cache.get(text);
  if (pattern === undefined) {
    if (cache.size >= CACHE_SIZE) cache.clear();
    pattern = new Pattern(text);
    cache.set(text, pattern);
  }
  return pattern;
}
