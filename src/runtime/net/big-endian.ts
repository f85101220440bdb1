import type { Bytes } from '../bytes';

/** A whole number in so many bytes, the highest first, as network protocols write it. */
export function bigEndian(value: number, bytes: number): Bytes {
  let text = '';
  for (let shift = bytes - 1; shift >= 0; shift--) {
    text += String.fromCharCode(Math.floor(value / 256 ** shift) % 256);
  }
  return text;
}

/** The whole number of `size` bytes that begins at `at`. */
export function bigEndianAt(bytes: Bytes, at: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + bytes.charCodeAt(at + i);
  return value;
}
