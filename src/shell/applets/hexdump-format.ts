import type { Bytes } from '../../runtime/bytes';
import { Failure } from './applet';
import { formatFloat, formatInteger, formatText, parseConversion } from './c-format';
import { ESCAPES } from './od-format';

/** A piece of what a unit prints: text, or one conversion. */
type Piece =
  | { readonly kind: 'text'; readonly text: Bytes }
  | {
      readonly kind: 'value' | 'character' | 'address' | 'end address';
      /** `%-5d` and its like, with the letter that stands for the kind of number. */
      readonly conversion: Bytes;
      /** What comes behind `_`: c, p, u; empty for numbers and addresses. */
      readonly style: string;
      readonly bytes: number;
    };

/** So many times so many bytes, printed by a format. */
export interface DumpUnit {
  readonly repeats: number;
  readonly bytes: number;
  readonly pieces: readonly Piece[];
}

const NAMES = [
  ...['nul', 'soh', 'stx', 'etx', 'eot', 'enq', 'ack', 'bel', 'bs', 'ht', 'lf', 'vt', 'ff', 'cr'],
  ...['so', 'si', 'dle', 'dcl', 'dc2', 'dc3', 'dc4', 'nak', 'syn', 'etb', 'can', 'em', 'sub'],
  ...['esc', 'fs', 'gs', 'rs', 'us'],
];

/** A format string of -e: `16/1 "%02x " "\n"`. Throws Failure. */
export function parseDumpFormat(text: Bytes): DumpUnit[] {
  const units: DumpUnit[] = [];
  let rest = text;
  for (;;) {
    rest = rest.replace(/^\s+/, '');
    if (rest === '') return units;
    const match = /^(?:([0-9]+)\s*)?(?:\/\s*([0-9]+)\s*)?"((?:[^"\\]|\\.)*)"/s.exec(rest);
    if (!match) throw new Failure(`bad format {${text}}`);
    const [whole, repeats, bytes, format = ''] = match;
    rest = rest.slice(whole.length);
    units.push(makeUnit(Number(repeats ?? 1), bytes === undefined ? 0 : Number(bytes), format));
  }
}

function makeUnit(repeats: number, given: number, format: Bytes): DumpUnit {
  const pieces: Piece[] = [];
  const plain = format.replace(/\\(.)/gs, (_, letter: string) => {
    const index = 'abfnrtv'.indexOf(letter);
    return index < 0 ? letter : ('\x07\b\f\n\r\t\v'[index] as string);
  });
  let bytes = 0;
  for (const [part] of plain.matchAll(/%%|%[^a-zA-Z_%]*(?:_[a-zA-Z])?[a-zA-Z]?|[^%]+/g)) {
    if (part === '%%') pieces.push({ kind: 'text', text: '%' });
    else if (!part.startsWith('%')) pieces.push({ kind: 'text', text: part });
    else {
      const piece = conversionPiece(part, given);
      pieces.push(...piece);
      for (const each of piece) if (each.kind !== 'text') bytes += each.bytes;
    }
  }
  return { repeats, bytes: given || bytes, pieces };
}

function conversionPiece(part: Bytes, given: number): Piece[] {
  const match = /^(%[^a-zA-Z_]*)(?:_([aA])([dox])|_([cpu])|([diouxXeEfgGcs]))(.*)$/s.exec(part);
  if (!match) throw new Failure(`bad conversion character %${part.slice(1)}`);
  const [, front = '', address, base, style, letter, tail = ''] = match;
  const pieces: Piece[] = [];
  if (address !== undefined) {
    const kind = address === 'a' ? 'address' : 'end address';
    pieces.push({ kind, conversion: `${front}${base}`, style: '', bytes: 0 });
  } else if (style !== undefined) {
    pieces.push({ kind: 'character', conversion: `${front}s`, style, bytes: 1 });
  } else if (letter === 's') {
    const width = given || Number(/\.([0-9]+)/.exec(front)?.[1] ?? 0);
    if (width === 0) throw new Failure('%s needs precision or byte count');
    pieces.push({ kind: 'value', conversion: `${front}s`, style: '', bytes: width });
  } else {
    const size = given || (letter === 'c' ? 1 : 'eEfgG'.includes(letter ?? '') ? 8 : 4);
    pieces.push({ kind: 'value', conversion: `${front}${letter}`, style: '', bytes: size });
  }
  if (tail !== '') pieces.push({ kind: 'text', text: tail });
  return pieces;
}

/** Bytes that a format string takes. */
export function sizeOf(units: readonly DumpUnit[]): number {
  return units.reduce((sum, { repeats, bytes }) => sum + repeats * bytes, 0);
}

/** The last unit that takes bytes goes on until the block is full. */
export function stretched(units: readonly DumpUnit[], block: number): readonly DumpUnit[] {
  const last = units.findLastIndex(({ bytes }) => bytes > 0);
  const unit = units[last];
  const missing = block - sizeOf(units);
  if (!unit || missing <= 0) return units;
  const repeats = unit.repeats + Math.floor(missing / unit.bytes);
  return units.map((each, index) => (index === last ? { ...each, repeats } : each));
}

/** What a format string prints for a block; what its bytes are missing for becomes blank. */
export function renderBlock(
  units: readonly DumpUnit[],
  block: Bytes,
  address: number,
): { readonly text: Bytes; readonly complete: boolean } {
  let text = '';
  let at = 0;
  for (const { repeats, bytes, pieces } of units) {
    for (let turn = 0; turn < repeats; turn++) {
      let shown = '';
      let from = at;
      const isLast = repeats > 1 && turn === repeats - 1;
      for (const [index, piece] of pieces.entries()) {
        if (piece.kind === 'text') {
          // White space behind the last of several is left out.
          const trims = isLast && index === pieces.length - 1;
          shown += trims ? piece.text.replace(/[ \t\n\v\f\r]+$/, '') : piece.text;
          continue;
        }
        if (piece.kind === 'end address') continue;
        const value = block.slice(from, from + piece.bytes);
        const missing = piece.bytes > 0 && from >= block.length;
        shown += missing ? blank(piece.conversion) : showPiece(piece, value, address);
        from += piece.bytes;
      }
      text += shown;
      at += bytes;
    }
  }
  return { text, complete: block.length >= at };
}

/** What a format string prints behind everything: only end addresses are for that. */
export function renderEnd(units: readonly DumpUnit[], address: number): Bytes {
  if (!units.some(({ pieces }) => pieces.some(({ kind }) => kind === 'end address'))) return '';
  return units
    .flatMap(({ pieces }) => pieces)
    .map((piece) => {
      if (piece.kind === 'text') return piece.text;
      return piece.kind === 'end address' ? showNumber(piece.conversion, BigInt(address)) : '';
    })
    .join('');
}

function blank(conversion: Bytes): Bytes {
  return ' '.repeat(parseConversion(conversion)?.width ?? 0);
}

function showPiece(piece: Exclude<Piece, { kind: 'text' }>, value: Bytes, address: number): Bytes {
  if (piece.kind === 'address') return showNumber(piece.conversion, BigInt(address));
  if (piece.kind === 'character') return showCharacter(piece, value.charCodeAt(0));
  const conversion = parseConversion(piece.conversion);
  if (!conversion) return '';
  const { letter } = conversion;
  if (letter === 's' || letter === 'c') return formatText(conversion, value.split('\0')[0] ?? '');
  const padded = value.padEnd(piece.bytes, '\0');
  if ('eEfgG'.includes(letter)) return formatFloat(conversion, floatOf(padded));
  let number = 0n;
  for (let i = padded.length - 1; i >= 0; i--)
    number = number * 256n + BigInt(padded.charCodeAt(i));
  if (letter === 'd' || letter === 'i') number = BigInt.asIntN(padded.length * 8, number);
  return formatInteger(conversion, number);
}

function showNumber(text: Bytes, value: bigint): Bytes {
  const conversion = parseConversion(text);
  return conversion ? formatInteger(conversion, value) : '';
}

function floatOf(bytes: Bytes): number {
  const view = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < bytes.length; i++) view.setUint8(i, bytes.charCodeAt(i));
  return bytes.length === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

function showCharacter(piece: Exclude<Piece, { kind: 'text' }>, code: number): Bytes {
  const conversion = parseConversion(piece.conversion);
  if (!conversion) return '';
  const printable = code >= 32 && code < 127 ? String.fromCharCode(code) : undefined;
  let shown: string;
  if (piece.style === 'p') shown = printable ?? '.';
  else if (piece.style === 'u') {
    shown = code === 127 ? 'del' : (NAMES[code] ?? printable ?? code.toString(16));
  } else shown = ESCAPES[code] ?? printable ?? code.toString(8).padStart(3, '0');
  return formatText(conversion, shown);
}
