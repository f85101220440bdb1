import { goDump } from '../../../api/schema/go-dump';
import type { PodTemplateSpec } from '../../../api/types';
import { encodeUtf8 } from '../../../api/yaml/utf8';

/** What the digits of a hash are written as: the letters of generated names, by their code. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** Models apimachinery's rand.SafeEncodeString: no vowels, so that no words come up. */
export function safeEncode(text: string): string {
  return Array.from(text, (char) => LETTERS.charAt(char.charCodeAt(0) % LETTERS.length)).join('');
}

/** FNV-1a with 32 bits, of the characters' codes. */
export function fnv1a32(text: string, start = 0x811c9dc5): number {
  let hash = start;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash;
}

/** FNV-1 with 32 bits, of the characters' codes: what ControllerRevisions are told apart by. */
export function fnv1x32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = (Math.imul(hash, 0x01000193) ^ text.charCodeAt(i)) >>> 0;
  }
  return hash;
}

/**
 * The label that tells a Deployment's ReplicaSets apart. Models pkg/controller ComputeHash: the template as Go
 * prints it, then the number of collisions as eight bytes, the lowest first.
 */
export function templateHash(template: PodTemplateSpec, collisionCount?: number): string {
  const start = fnv1a32(encodeUtf8(goDump(POD_TEMPLATE, template)));
  if (collisionCount === undefined) return safeEncode(String(start));
  const bytes = [0, 8, 16, 24].map((shift) =>
    String.fromCharCode((collisionCount >> shift) & 0xff),
  );
  return safeEncode(String(fnv1a32(`${bytes.join('')}\0\0\0\0`, start)));
}

const POD_TEMPLATE = { name: 'PodTemplateSpec', group: 'core' } as const;
