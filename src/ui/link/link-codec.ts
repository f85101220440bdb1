import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import type { Run } from '../session/messages';
import type { WorkFile } from '../store/state';

/** What a share link carries: the run, the moment, the editor's files and what was open. */
export interface SharedLab {
  readonly version: 1;
  readonly run: Run;
  /** Virtual ms. */
  readonly at: number;
  readonly horizon: number;
  readonly files: readonly WorkFile[];
  readonly lessonId?: string;
}

/** Some chats and editors cut addresses that are longer. */
export const LONGEST_SAFE_LINK = 8000;
/** A link that unpacks to more than this is not one of ours. */
const LARGEST_TEXT = 20_000_000;

const PREFIX = '#lab=';

/** The part of an address after (and with) `#`. The fragment is never sent to a server. */
export function encodeLink(lab: SharedLab): string {
  const packed = deflateSync(strToU8(JSON.stringify(lab)), { level: 9 });
  let binary = '';
  for (const byte of packed) binary += String.fromCharCode(byte);
  return PREFIX + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

export function isLabLink(hash: string): boolean {
  return hash.startsWith(PREFIX);
}

/** The lab in a fragment, or undefined when it holds none that can be read. */
export function decodeLink(hash: string): SharedLab | undefined {
  if (!isLabLink(hash)) return undefined;
  try {
    const base64 = hash.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/');
    const binary = atob(base64);
    const packed = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const room = new Uint8Array(Math.min(LARGEST_TEXT, Math.max(1024, packed.length * 1100)));
    const lab: unknown = JSON.parse(strFromU8(inflateSync(packed, { out: room })));
    return isSharedLab(lab) ? lab : undefined;
  } catch {
    return undefined;
  }
}

function isSharedLab(value: unknown): value is SharedLab {
  if (typeof value !== 'object' || value === null) return false;
  const { version, run, at, horizon, files } = value as Partial<Record<keyof SharedLab, unknown>>;
  return (
    version === 1 &&
    typeof at === 'number' &&
    typeof horizon === 'number' &&
    typeof run === 'object' &&
    run !== null &&
    Array.isArray((run as Run).inputs) &&
    Array.isArray(files) &&
    files.length > 0
  );
}
