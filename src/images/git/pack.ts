import type { Bytes } from '../../runtime/bytes';
import { fromHex, type GitObject, type ObjectType, sha1 } from './git-object';
import { bigEndian, zlibRead, zlibStore } from './zlib';

const TYPE_NUMBERS: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3 };
const HEADER_BYTES = 12;

/** A pack file of version 2 without deltas. Models git's Documentation/gitformat-pack. */
export function encodePack(objects: readonly GitObject[]): Bytes {
  let pack = `PACK${bigEndian(2)}${bigEndian(objects.length)}`;
  for (const { type, content } of objects) {
    let size = content.length;
    let byte = (TYPE_NUMBERS[type] << 4) | (size & 0x0f);
    size >>>= 4;
    while (size > 0) {
      pack += String.fromCharCode(byte | 0x80);
      byte = size & 0x7f;
      size >>>= 7;
    }
    pack += String.fromCharCode(byte) + zlibStore(content);
  }
  return pack + fromHex(sha1(pack));
}

/** The objects of a pack as `encodePack` makes it; undefined if it is damaged. */
export function decodePack(pack: Bytes): GitObject[] | undefined {
  if (!pack.startsWith('PACK')) return undefined;
  const body = pack.slice(0, -20);
  if (fromHex(sha1(body)) !== pack.slice(-20)) return undefined;
  const objects: GitObject[] = [];
  for (let at = HEADER_BYTES; at < body.length; ) {
    let byte = body.charCodeAt(at++);
    const number = (byte >> 4) & 7;
    while (byte & 0x80) byte = body.charCodeAt(at++);
    const type = (['commit', 'tree', 'blob'] as const)[number - 1];
    const read = zlibRead(body, at);
    if (!type || !read) return undefined;
    objects.push({ type, content: read.bytes });
    at = read.end;
  }
  return objects;
}

// Packet lines ----------------------------------------------------------------------------------------

/** A line of git's protocol: its length in four hexadecimal digits stands in front. */
export function packetLine(text: Bytes): Bytes {
  return (text.length + 4).toString(16).padStart(4, '0') + text;
}

export const FLUSH = '0000';

/** The lines of a message up to `end`, flushes left out; `rest` is what follows them. */
export function readPacketLines(message: Bytes): { lines: Bytes[]; rest: Bytes } {
  const lines: Bytes[] = [];
  let at = 0;
  for (;;) {
    const head = message.slice(at, at + 4);
    if (!/^[0-9a-f]{4}$/.test(head)) return { lines, rest: message.slice(at) };
    const length = Number.parseInt(head, 16);
    if (length > 4) lines.push(message.slice(at + 4, at + length).replace(/\n$/, ''));
    at += Math.max(length, 4);
  }
}
