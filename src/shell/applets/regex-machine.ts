import type { Bytes } from '../../runtime/bytes';
import type { ByteSet } from './byte-set';
import { type Assertion, BadRegex, type RegexNode } from './regex-syntax';

/** Instructions that one pattern may expand to. */
const MOST_INSTRUCTIONS = 60_000;

type Instruction =
  | { readonly op: 'byte'; readonly set: ByteSet }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'assert'; readonly what: Assertion }
  | { readonly op: 'match' };

/** Offsets by slot: [start, end] of the whole match, then of each group; -1 where a group has no part in it. */
export type Slots = readonly number[];

/**
 * Runs all ways through a pattern side by side (Thompson's construction), so that a match costs time in
 * proportion to text and pattern, and the longest of the leftmost matches is found, as POSIX asks. It knows
 * no back references.
 */
export class RegexMachine {
  readonly #program: Instruction[] = [];
  readonly #slots: number;

  constructor(node: RegexNode, groups: number) {
    this.#slots = 2 * (groups + 1);
    this.#compile(node);
    this.#emit({ op: 'match' });
  }

  /** The longest leftmost match that begins at or after `from`. */
  find(text: Bytes, from: number, notStart: boolean): Slots | undefined {
    const run = new Run(this.#program, text, notStart);
    const empty = new Array<number>(this.#slots).fill(-1);
    let best: number[] | undefined;
    let threads = new Threads(this.#program.length);
    let next = new Threads(this.#program.length);
    for (let at = from; ; at++) {
      if (!best) {
        const slots = empty.slice();
        slots[0] = at;
        run.follow(threads, 0, at, slots);
      }
      if (threads.size === 0 && best) break;
      const code = at < text.length ? text.charCodeAt(at) : -1;
      next.clear();
      for (let i = 0; i < threads.size; i++) {
        const pc = threads.pcs[i] as number;
        const slots = threads.slots[i] as number[];
        if (best && (slots[0] as number) > (best[0] as number)) continue;
        const instruction = this.#program[pc] as Instruction;
        if (instruction.op === 'match') {
          if (isBetter(slots, at, best)) {
            best = slots.slice();
            best[1] = at;
          }
        } else if (instruction.op === 'byte' && code >= 0 && instruction.set.has(code)) {
          run.follow(next, pc + 1, at + 1, slots);
        }
      }
      [threads, next] = [next, threads];
      if (at >= text.length) break;
    }
    return best;
  }

  #emit(instruction: Instruction): number {
    if (this.#program.length >= MOST_INSTRUCTIONS) throw new BadRegex('Regular expression too big');
    return this.#program.push(instruction) - 1;
  }

  #compile(node: RegexNode): void {
    switch (node.kind) {
      case 'byte':
        this.#emit({ op: 'byte', set: node.set });
        return;
      case 'assertion':
        this.#emit({ op: 'assert', what: node.what });
        return;
      case 'group':
        this.#emit({ op: 'save', slot: 2 * node.index });
        this.#compile(node.body);
        this.#emit({ op: 'save', slot: 2 * node.index + 1 });
        return;
      case 'sequence':
        for (const item of node.items) this.#compile(item);
        return;
      case 'choice':
        this.#choice(node.items);
        return;
      case 'repeat':
        this.#repeat(node.body, node.least, node.most);
        return;
      case 'reference':
        throw new BadRegex('Invalid back reference');
    }
  }

  #choice(items: readonly RegexNode[]): void {
    const jumps: { op: 'jump'; to: number }[] = [];
    items.forEach((item, i) => {
      if (i === items.length - 1) {
        this.#compile(item);
        return;
      }
      const split: Instruction = { op: 'split', first: 0, second: 0 };
      split.first = this.#emit(split) + 1;
      this.#compile(item);
      const jump: { op: 'jump'; to: number } = { op: 'jump', to: 0 };
      jumps.push(jump);
      split.second = this.#emit(jump) + 1;
    });
    for (const jump of jumps) jump.to = this.#program.length;
  }

  #repeat(body: RegexNode, least: number, most: number): void {
    for (let i = 0; i < least; i++) this.#compile(body);
    if (most === Number.POSITIVE_INFINITY) {
      const split: Instruction = { op: 'split', first: 0, second: 0 };
      const at = this.#emit(split);
      split.first = at + 1;
      this.#compile(body);
      split.second = this.#emit({ op: 'jump', to: at }) + 1;
      return;
    }
    const splits: { op: 'split'; first: number; second: number }[] = [];
    for (let i = least; i < most; i++) {
      const split: { op: 'split'; first: number; second: number } = {
        op: 'split',
        first: 0,
        second: 0,
      };
      splits.push(split);
      split.first = this.#emit(split) + 1;
      this.#compile(body);
    }
    for (const split of splits) split.second = this.#program.length;
  }
}

function isBetter(slots: Slots, end: number, best: Slots | undefined): boolean {
  if (!best) return true;
  const [start = 0] = slots;
  const [bestStart = 0, bestEnd = 0] = best;
  return start < bestStart || (start === bestStart && end > bestEnd);
}

/** The ways that are alive at one position, the preferred ones first; each instruction at most once. */
class Threads {
  size = 0;
  readonly pcs: number[] = [];
  readonly slots: number[][] = [];
  readonly #seen: Uint32Array;
  #generation = 1;

  constructor(instructions: number) {
    this.#seen = new Uint32Array(instructions);
  }

  clear(): void {
    this.size = 0;
    this.#generation++;
  }

  /** False if it had been visited. */
  visit(pc: number): boolean {
    if (this.#seen[pc] === this.#generation) return false;
    this.#seen[pc] = this.#generation;
    return true;
  }

  push(pc: number, slots: number[]): void {
    this.pcs[this.size] = pc;
    this.slots[this.size] = slots;
    this.size++;
  }
}

class Run {
  readonly #program: readonly Instruction[];
  readonly #text: Bytes;
  readonly #notStart: boolean;

  constructor(program: readonly Instruction[], text: Bytes, notStart: boolean) {
    this.#program = program;
    this.#text = text;
    this.#notStart = notStart;
  }

  /** Adds a thread at `pc`, going through everything that consumes nothing. */
  follow(threads: Threads, pc: number, at: number, slots: number[]): void {
    const stack: { pc: number; slots: number[] }[] = [{ pc, slots }];
    for (let top = stack.pop(); top; top = stack.pop()) {
      if (!threads.visit(top.pc)) continue;
      const instruction = this.#program[top.pc] as Instruction;
      switch (instruction.op) {
        case 'jump':
          stack.push({ pc: instruction.to, slots: top.slots });
          break;
        case 'split':
          stack.push({ pc: instruction.second, slots: top.slots });
          stack.push({ pc: instruction.first, slots: top.slots });
          break;
        case 'save': {
          const saved = top.slots.slice();
          saved[instruction.slot] = at;
          stack.push({ pc: top.pc + 1, slots: saved });
          break;
        }
        case 'assert':
          if (this.#holds(instruction.what, at)) stack.push({ pc: top.pc + 1, slots: top.slots });
          break;
        default:
          threads.push(top.pc, top.slots);
      }
    }
  }

  #holds(what: Assertion, at: number): boolean {
    if (what === 'start') return at === 0 && !this.#notStart;
    if (what === 'end') return at === this.#text.length;
    const before = at > 0 && isWord(this.#text.charCodeAt(at - 1));
    const after = at < this.#text.length && isWord(this.#text.charCodeAt(at));
    if (what === 'word start') return !before && after;
    if (what === 'word end') return before && !after;
    return (before !== after) === (what === 'word boundary');
  }
}

function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95
  );
}
