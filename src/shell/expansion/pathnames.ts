import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Sys } from '../../runtime/syscalls';
import { type Marked, QUOTE_MARK, unmark } from './marks';
import { patternOf } from './pattern';

/** Whether a field may be a pattern: a cheap look that spares most words the file system. */
function mayMatch(field: Marked): boolean {
  for (let at = 0; at < field.length; at++) {
    const character = field[at];
    if (character === '*' || character === '?') return true;
    if (character === '[' && /[\]\u015d]/.test(field.slice(at + 1))) return true;
    if (character === '\\') at++;
  }
  return false;
}

/** Names of files that a field matches, sorted; the field itself if there are none. Models ash.c expandmeta. */
export function expandPathnames(sys: Sys, field: Marked): Bytes[] {
  if (!mayMatch(field)) return [unmark(field)];
  const found: Bytes[] = [];
  const components = field.replaceAll(QUOTE_MARK, '').split('/');
  walk(sys, '', components, 0, found);
  if (found.length === 0) return [unmark(field)];
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Whether a component has an unquoted `*`, `?` or a bracket that is closed. */
function isPattern(component: Marked): boolean {
  for (let at = 0; at < component.length; at++) {
    const character = component[at];
    if (character === '*' || character === '?') return true;
    if (character === '\\') at++;
    else if (character === '[') {
      const first = component[at + 1] === '!' ? at + 3 : at + 2;
      if (component.indexOf(']', first) >= 0) return true;
    }
  }
  return false;
}

function walk(
  sys: Sys,
  prefix: Bytes,
  components: readonly Marked[],
  from: number,
  found: Bytes[],
): void {
  let path = prefix;
  let index = from;
  while (index < components.length && !isPattern(components[index] as Marked)) {
    path += plain(components[index] as Marked) + (index + 1 < components.length ? '/' : '');
    index++;
  }
  if (index === components.length) {
    if (path !== '' && exists(sys, path)) found.push(path);
    return;
  }
  const component = components[index] as Marked;
  const pattern = patternOf(component);
  const last = index + 1 === components.length;
  const hidden = /^[\\]?[.\u012e]/.test(component);
  for (const name of entries(sys, path === '' ? '.' : path, hidden)) {
    if (!pattern.matches(name)) continue;
    if (last) found.push(path + name);
    else walk(sys, `${path}${name}/`, components, index + 1, found);
  }
}

/** A component without pattern: escapes removed. */
function plain(component: Marked): Bytes {
  return unmark(component.replace(/\\(.)/gs, '$1'));
}

function entries(sys: Sys, directory: Bytes, hidden: boolean): Bytes[] {
  try {
    const names = sys.readdir(directory);
    return hidden ? ['.', '..', ...names] : names.filter((name) => !name.startsWith('.'));
  } catch (error) {
    if (error instanceof SysError) return [];
    throw error;
  }
}

function exists(sys: Sys, path: Bytes): boolean {
  try {
    sys.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}
