import type { Bytes } from '../../runtime/bytes';
import { Failure } from './applet';
import { BadRegex, Regex } from './regex';
import type { RegexOptions } from './regex-syntax';

/** A compiled pattern, or busybox's complaint: `bad regex '[': Invalid regular expression`. */
export function compileOrFail(pattern: Bytes, options: RegexOptions = {}): Regex {
  try {
    return new Regex(pattern, options);
  } catch (error) {
    if (error instanceof BadRegex) throw new Failure(`bad regex '${pattern}': ${error.message}`);
    throw error;
  }
}
