import type { Bytes } from '../../runtime/bytes';

/** A byte as `cat -v` shows it: `^A`, `^?`, `M-x`; printable bytes as they are. */
export function visibleByte(code: number): Bytes {
  if (code >= 128) return `M-${visibleByte(code - 128)}`;
  if (code < 32) return `^${String.fromCharCode(code + 64)}`;
  if (code === 127) return '^?';
  return String.fromCharCode(code);
}
