import type { Bytes } from '../../runtime/bytes';

const REFLECTED = 0xedb88320;
const STRAIGHT = 0x04c11db7;

function reflectedTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ REFLECTED : value >>> 1;
    return value;
  });
}

function straightTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index << 24;
    for (let bit = 0; bit < 8; bit++)
      value = value & 0x80000000 ? (value << 1) ^ STRAIGHT : value << 1;
    return value;
  });
}

const LITTLE = reflectedTable();
const BIG = straightTable();

/** The CRC-32 of gzip and zip, continued from an earlier value. */
export function crc32(bytes: Bytes, before = 0): number {
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) {
    crc = (LITTLE[(crc ^ bytes.charCodeAt(i)) & 0xff] as number) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

/** One step of the CRC that POSIX cksum and bzip2 use, without what they do at the ends. */
export function crc32BigEndianStep(crc: number, byte: number): number {
  return ((crc << 8) ^ (BIG[((crc >>> 24) ^ byte) & 0xff] as number)) >>> 0;
}
