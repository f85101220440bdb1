import type { ExactJson } from '../../api/golang/json';
import { goJson } from '../../api/golang/json';
import type { PodTemplateSpec } from '../../api/types';

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
 * The label that tells a Deployment's ReplicaSets apart. Models pkg/controller ComputeHash; upstream hashes a
 * dump of the Go struct, here it is the template's JSON: the same template has the same hash in every run.
 */
export function templateHash(template: PodTemplateSpec, collisionCount = 0): string {
  const start = fnv1a32(goJson(template as unknown as ExactJson));
  const hash = collisionCount > 0 ? fnv1a32(String(collisionCount), start) : start;
  return safeEncode(String(hash));
}
