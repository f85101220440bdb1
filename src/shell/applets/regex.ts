import type { Bytes } from '../../runtime/bytes';
import { ByteSet } from './byte-set';
import { RegexMachine, type Slots } from './regex-machine';
import { type Assertion, parseRegex, type RegexNode, type RegexOptions } from './regex-syntax';

export { BadRegex } from './regex-syntax';

/** Where a pattern was found. */
export interface RegexMatch {
  readonly start: number;
  readonly end: number;
  /** By group number from 1; undefined where the group has no part in the match. */
  group(index: number): { readonly start: number; readonly end: number } | undefined;
}

/** Backtracking steps that JavaScript's own matcher may take in the worst case before the machine is used. */
const MOST_STEPS = 1e8;

/**
 * A compiled POSIX regular expression over bytes. JavaScript's matcher does the work where it is sure to
 * find what POSIX asks for and to end in good time; elsewhere `RegexMachine` does.
 */
export class Regex {
  readonly groups: number;
  readonly #node: RegexNode;
  readonly #native: boolean;
  readonly #unbounded: number;
  readonly #references: boolean;
  #machine: RegexMachine | undefined;
  #anywhere: RegExp | undefined;
  #notAtStart: RegExp | undefined;

  /** Throws BadRegex. */
  constructor(pattern: Bytes, options: RegexOptions = {}) {
    const { node, groups } = parseRegex(pattern, options);
    this.groups = groups;
    this.#node = node;
    const traits = traitsOf(node);
    this.#references = traits.references;
    this.#native = traits.references || !traits.ambiguous;
    this.#unbounded = traits.unbounded;
  }

  /** Whether the pattern occurs in the text. */
  test(text: Bytes): boolean {
    return this.find(text) !== undefined;
  }

  /** The leftmost longest match at or after `from`; with `notStart`, `^` does not match at 0 (REG_NOTBOL). */
  find(text: Bytes, from = 0, options: { notStart?: boolean } = {}): RegexMatch | undefined {
    const notStart = options.notStart ?? false;
    if (this.#suits(text.length - from)) return this.#findNatively(text, from, notStart);
    this.#machine ??= new RegexMachine(this.#node, this.groups);
    const slots = this.#machine.find(text, from, notStart);
    return slots && new SlotMatch(slots);
  }

  #suits(length: number): boolean {
    if (this.#references) return true;
    if (!this.#native) return false;
    let steps = length;
    for (let i = 1; i <= this.#unbounded; i++) steps *= length / (i + 1);
    return steps <= MOST_STEPS;
  }

  #findNatively(text: Bytes, from: number, notStart: boolean): RegexMatch | undefined {
    this.#anywhere ??= this.#compile(false);
    if (notStart) this.#notAtStart ??= this.#compile(true);
    const regExp = (notStart && this.#notAtStart) || this.#anywhere;
    regExp.lastIndex = from;
    const match = regExp.exec(text);
    return match === null ? undefined : new NativeMatch(match);
  }

  #compile(notStart: boolean): RegExp {
    return new RegExp(sourceOf(this.#node, notStart), this.groups > 0 ? 'dg' : 'g');
  }
}

class NativeMatch implements RegexMatch {
  readonly start: number;
  readonly end: number;
  readonly #match: RegExpExecArray;

  constructor(match: RegExpExecArray) {
    this.#match = match;
    this.start = match.index;
    this.end = match.index + match[0].length;
  }

  group(index: number): { start: number; end: number } | undefined {
    if (index === 0) return { start: this.start, end: this.end };
    const found = this.#match.indices?.[index];
    return found && { start: found[0], end: found[1] };
  }
}

class SlotMatch implements RegexMatch {
  readonly start: number;
  readonly end: number;
  readonly #slots: Slots;

  constructor(slots: Slots) {
    this.#slots = slots;
    this.start = slots[0] as number;
    this.end = slots[1] as number;
  }

  group(index: number): { start: number; end: number } | undefined {
    const start = this.#slots[2 * index] ?? -1;
    const end = this.#slots[2 * index + 1] ?? -1;
    return start < 0 || end < 0 ? undefined : { start, end };
  }
}

const ASSERTION_SOURCES: Readonly<Record<Assertion, string>> = {
  start: '^',
  end: '$',
  'word boundary': '\\b',
  'no word boundary': '\\B',
  'word start': '\\b(?=\\w)',
  'word end': '\\b(?<=\\w)',
};

function sourceOf(node: RegexNode, notStart: boolean): string {
  switch (node.kind) {
    case 'byte':
      return node.set.source;
    case 'assertion':
      return notStart && node.what === 'start' ? '(?!)' : ASSERTION_SOURCES[node.what];
    case 'group':
      return `(${sourceOf(node.body, notStart)})`;
    case 'reference':
      return `(?:\\${node.index})`;
    case 'sequence':
      return node.items.map((item) => sourceOf(item, notStart)).join('');
    case 'choice':
      return `(?:${node.items.map((item) => sourceOf(item, notStart)).join('|')})`;
    case 'repeat': {
      const most = node.most === Number.POSITIVE_INFINITY ? '' : node.most;
      return `(?:${sourceOf(node.body, notStart)}){${node.least},${most}}`;
    }
  }
}

interface Traits {
  /** JavaScript's matcher may find another match than POSIX, or take exponential time. */
  readonly ambiguous: boolean;
  readonly references: boolean;
  /** How many parts may repeat without end. */
  readonly unbounded: number;
}

function traitsOf(node: RegexNode): Traits {
  switch (node.kind) {
    case 'byte':
    case 'assertion':
      return { ambiguous: false, references: false, unbounded: 0 };
    case 'reference':
      return { ambiguous: false, references: true, unbounded: 0 };
    case 'group':
      return traitsOf(node.body);
    case 'sequence':
      return joined(node.items.map(traitsOf));
    case 'choice': {
      const traits = joined(node.items.map(traitsOf));
      return traits.ambiguous || !isDecidedByFirstByte(node.items)
        ? { ...traits, ambiguous: true }
        : traits;
    }
    case 'repeat': {
      const traits = traitsOf(node.body);
      const unbounded = traits.unbounded + (node.most === Number.POSITIVE_INFINITY ? 1 : 0);
      // The number of rounds of a single byte never hides a longer match; that of anything else may.
      const sure = isSingleByte(node.body) || (node.least === node.most && traits.unbounded === 0);
      return { ...traits, unbounded, ambiguous: traits.ambiguous || !sure };
    }
  }
}

function joined(traits: readonly Traits[]): Traits {
  return {
    ambiguous: traits.some((trait) => trait.ambiguous),
    references: traits.some((trait) => trait.references),
    unbounded: traits.reduce((sum, trait) => sum + trait.unbounded, 0),
  };
}

function isSingleByte(node: RegexNode): boolean {
  if (node.kind === 'choice') return node.items.every(isSingleByte);
  return node.kind === 'byte' || (node.kind === 'group' && isSingleByte(node.body));
}

/** Whether at most one of the alternatives can match at any place. */
function isDecidedByFirstByte(items: readonly RegexNode[]): boolean {
  const seen = new ByteSet();
  for (const item of items) {
    const first = firstBytes(item);
    if (!first || first.intersects(seen)) return false;
    seen.add(first);
  }
  return true;
}

/** The bytes that a match of the node begins with; undefined if it may be empty or cannot be told. */
function firstBytes(node: RegexNode): ByteSet | undefined {
  switch (node.kind) {
    case 'byte':
      return node.set;
    case 'group':
      return firstBytes(node.body);
    case 'sequence': {
      const first = node.items.find((item) => item.kind !== 'assertion');
      return first && firstBytes(first);
    }
    case 'choice': {
      const set = new ByteSet();
      for (const item of node.items) {
        const first = firstBytes(item);
        if (!first) return undefined;
        set.add(first);
      }
      return set;
    }
    case 'repeat':
      return node.least > 0 ? firstBytes(node.body) : undefined;
    default:
      return undefined;
  }
}
