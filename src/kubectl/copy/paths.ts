/** Paths as Go's path package has them. */

/** The shortest name of the same path. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!rooted) parts.push(part);
  }
  return `${rooted ? '/' : ''}${parts.join('/')}` || '.';
}

export function joinPath(...parts: readonly string[]): string {
  const joined = parts.filter((part) => part !== '').join('/');
  return joined === '' ? '' : cleanPath(joined);
}

export function parentOf(path: string): string {
  return cleanPath(path.slice(0, path.lastIndexOf('/') + 1));
}

export function baseOf(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path === '' ? '.' : '/';
  return trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

export function withoutLastSlash(path: string): string {
  return path !== '/' && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Without `../` at its beginning. Models stripPathShortcuts of pkg/cmd/cp. */
export function withoutShortcuts(path: string): string {
  const bare = path.replace(/^(\.\.\/)+/, '');
  if (bare === '.' || bare === '..') return '';
  return bare.replace(/^\//, '');
}

/** Whether a path lies in a folder (or is it). */
export function isInside(folder: string, path: string): boolean {
  const base = cleanPath(folder);
  const target = cleanPath(path);
  if (base === '.') return !target.startsWith('/') && !target.startsWith('..');
  return target === base || target.startsWith(base === '/' ? '/' : `${base}/`);
}
