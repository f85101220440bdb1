/**
 * What programs, files, pipes and sockets carry: a string in which every character code (0 to 255) is one
 * byte. Strings are immutable, so image layers share them without copying, and text tools can use regular
 * expressions on them with the byte semantics that busybox has.
 */
export type Bytes = string;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8 bytes of a text. */
export function toBytes(text: string): Bytes {
  if (isAscii(text)) return text;
  const encoded = encoder.encode(text);
  let bytes = '';
  for (let i = 0; i < encoded.length; i += 8192) {
    bytes += String.fromCharCode(...encoded.subarray(i, i + 8192));
  }
  return bytes;
}

/** The text that the bytes spell in UTF-8; bytes that are not UTF-8 become U+FFFD. */
export function fromBytes(bytes: Bytes): string {
  if (isAscii(bytes)) return bytes;
  const encoded = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) encoded[i] = bytes.charCodeAt(i);
  return decoder.decode(encoded);
}

const BEYOND_ASCII = /[\u0080-\uffff]/;

function isAscii(text: string): boolean {
  return !BEYOND_ASCII.test(text);
}
