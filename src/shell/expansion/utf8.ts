import type { Bytes } from '../../runtime/bytes';

/** Number of characters that bytes spell in UTF-8; bytes that spell none count as one each. */
export function characterCount(bytes: Bytes): number {
  let count = 0;
  for (let at = 0; at < bytes.length; ) {
    at += sequenceLength(bytes, at);
    count++;
  }
  return count;
}

function sequenceLength(bytes: Bytes, at: number): number {
  const lead = bytes.charCodeAt(at);
  if (lead < 0xc2) return 1;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
  for (let i = 1; i < length; i++) {
    const code = bytes.charCodeAt(at + i);
    if (Number.isNaN(code) || (code & 0xc0) !== 0x80) return 1;
  }
  return length;
}
