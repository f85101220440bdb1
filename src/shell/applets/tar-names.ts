import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { Pattern } from '../expansion/pattern';
import type { Invocation } from './applet';

/** Takes what leads out of the current folder off the names of members, and says so once. */
export class NameGuard {
  readonly #run: Invocation;
  #warned = false;

  constructor(run: Invocation) {
    this.#run = run;
  }

  *strip(name: Bytes): Call<Bytes> {
    let at = 0;
    for (;;) {
      if (name[at] === '/') at++;
      else if (name.startsWith('../', at)) at += 3;
      else {
        const up = name.indexOf('/../', at);
        if (up < 0) break;
        at = up + 4;
      }
    }
    if (at > 0 && !this.#warned) {
      this.#warned = true;
      yield* this.#run.complain(`removing leading '${name.slice(0, at)}' from member names`);
    }
    return name.slice(at);
  }
}

/** The first of the patterns that fits as many parts of a name as it has itself. */
export function findByParts(patterns: readonly Bytes[], name: Bytes): Bytes | undefined {
  return patterns.find((pattern) => {
    const parts = pattern.split('/').length;
    return new Pattern(pattern).matches(name.split('/').slice(0, parts).join('/'));
  });
}

/** The first of the patterns that fits a whole name. */
export function findWhole(patterns: readonly Bytes[], name: Bytes): Bytes | undefined {
  return patterns.find((pattern) => new Pattern(pattern).matches(name));
}

/** Whether a pattern excludes a name: from its beginning, or from any of its parts on. */
export function isExcluded(patterns: readonly Bytes[], name: Bytes): boolean {
  const parts = name.split('/');
  return patterns.some((pattern) => {
    const wanted = pattern.split('/').map((part) => new Pattern(part));
    const fitsAt = (begin: number) =>
      begin + wanted.length <= parts.length &&
      wanted.every((part, index) => part.matches(parts[begin + index] as Bytes));
    return parts.some((part, begin) =>
      pattern.startsWith('/') ? begin === 0 && fitsAt(0) : part !== '' && fitsAt(begin),
    );
  });
}
