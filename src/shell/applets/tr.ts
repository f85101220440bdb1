import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { decodeEscape } from '../parser/escapes';
import { applet, Failure, UsageFailure } from './applet';
import { type ClassName, classSet } from './byte-set';
import { parseOptions } from './options';

/** Models coreutils/tr.c. */
export const tr = applet('tr', function* (run) {
  const options = parseOptions(run.args, { letters: '+Ccds', least: 1, most: 2 });
  const [first, second] = options.operands as [Bytes, Bytes?];
  const complement = options.has('c') || options.has('C');
  const from = complement ? complementOf(expandSet(first)) : expandSet(first);
  if (second === '') throw new Failure('STRING2 cannot be empty');
  const to = second === undefined ? [] : expandSet(second);
  const table = Uint8Array.from({ length: 256 }, (_, code) => code);
  from.forEach((code, i) => {
    const target = to[Math.min(i, to.length - 1)];
    if (target !== undefined) table[code] = target;
  });
  const source = new Set(from);
  const target = new Set(to);
  const deletes = options.has('d');
  const squeezes = options.has('s');
  let last = -1;
  for (;;) {
    let part: Bytes;
    try {
      part = yield* run.sys.read(0, 65536);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      throw new Failure(`read error: ${error.message}`);
    }
    if (part === '') return 0;
    const bytes: string[] = [];
    for (let i = 0; i < part.length; i++) {
      const code = part.charCodeAt(i);
      if (deletes && source.has(code)) continue;
      const coded = table[code] as number;
      if (squeezes && last === coded && (source.has(code) || target.has(coded))) continue;
      last = coded;
      bytes.push(String.fromCharCode(coded));
    }
    run.sys.spend(part.length / 200);
    if (bytes.length > 0) yield* run.sys.write(1, bytes.join(''));
    yield* run.sys.breathe();
  }
});

const CLASSES: readonly ClassName[] = [
  'alpha',
  'alnum',
  'digit',
  'lower',
  'upper',
  'space',
  'blank',
  'punct',
  'cntrl',
  'xdigit',
];

function complementOf(codes: readonly number[]): number[] {
  const present = new Set(codes);
  return Array.from({ length: 256 }, (_, code) => code).filter((code) => !present.has(code));
}

/** The bytes that a set such as `a-z`, `[:digit:]`, `\n` lists, in its order. */
export function expandSet(text: Bytes): number[] {
  const codes: number[] = [];
  let at = 0;
  while (at < text.length) {
    let code = text.charCodeAt(at);
    let behind = at + 1;
    if (text[at] === '\\') ({ code, next: behind } = decodeEscape(text, at + 1));
    if (text[behind] === '-') {
      if (behind + 1 >= text.length) {
        codes.push(code);
        at = behind;
        continue;
      }
      let last = text.charCodeAt(behind + 1);
      let next = behind + 2;
      if (text[behind + 1] === '\\') ({ code: last, next } = decodeEscape(text, next));
      for (let value = code; value <= last; value++) codes.push(value);
      at = next;
      continue;
    }
    const named = code === 0x5b ? bracketed(text, behind) : undefined;
    if (named) {
      codes.push(...named.codes);
      at = named.next;
      continue;
    }
    codes.push(code);
    at = behind;
  }
  return codes;
}

/** A class or an equivalence; `at` is behind the opening bracket. */
function bracketed(text: Bytes, at: number): { codes: number[]; next: number } | undefined {
  if (text[at] === '=') {
    if (text.slice(at + 2, at + 4) !== '=]') throw new UsageFailure();
    return { codes: [text.charCodeAt(at + 1)], next: at + 4 };
  }
  if (text[at] !== ':') return undefined;
  const name = CLASSES.find((candidate) => text.startsWith(`${candidate}:]`, at + 1));
  if (name === undefined) return undefined;
  const set = classSet(name);
  const codes = Array.from({ length: 128 }, (_, code) => code).filter((code) => set.has(code));
  return { codes, next: at + 1 + name.length + 2 };
}
