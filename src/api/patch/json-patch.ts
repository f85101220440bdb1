import { equalJson, isList, isObject, type Json } from './json-value';
import { PatchError } from './strategic-merge';

/**
 * Applies a JSON patch (RFC 6902) as leniently as the API server's library does: `replace` of a missing
 * member adds it, `test` of one passes against null, index -1 is the last. Throws PatchError; nothing is
 * changed then. Models github.com/evanphx/json-patch v4.
 */
export function applyJsonPatch(document: Json, operations: readonly Json[]): Json {
  let result = clone(document);
  for (const operation of operations) result = applyOperation(result, operation);
  return result;
}

type Container = Json[] | { [key: string]: Json };

function clone(value: Json): Json {
  if (isList(value)) return value.map(clone);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, clone(entry)]));
}

function refuse(): never {
  throw new PatchError('the server rejected our request due to an error in our request');
}

function applyOperation(document: Json, operation: Json): Json {
  if (!isObject(operation)) refuse();
  const { op, path, from, value = null } = operation;
  switch (op) {
    case 'add':
      add(document, text(path), clone(value));
      return document;
    case 'replace':
      replace(document, text(path), clone(value));
      return document;
    case 'remove':
      remove(document, text(path));
      return document;
    case 'copy':
      add(document, text(path), clone(read(document, text(from)) ?? null));
      return document;
    case 'move': {
      const moved = read(document, text(from)) ?? null;
      remove(document, text(from));
      add(document, text(path), moved);
      return document;
    }
    case 'test': {
      const found = read(document, text(path)) ?? null;
      if (!equalJson(found, value)) refuse();
      return document;
    }
    default:
      return refuse();
  }
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : refuse();
}

function unescapeToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The container that a path's last token is about. The part before the first slash is not looked at. */
function locate(document: Json, path: string): { container: Container; token: string } {
  const tokens = path.split('/').slice(1).map(unescapeToken);
  const token = tokens.pop();
  if (token === undefined) return refuse();
  let container: Json | undefined = document;
  for (const step of tokens) {
    if (isList(container)) container = container[position(step, container.length)];
    else if (isObject(container)) container = container[step];
    else refuse();
  }
  if (!isList(container) && !isObject(container)) return refuse();
  return { container: container as Container, token };
}

function position(token: string, length: number): number {
  if (!/^[+-]?\d+$/.test(token)) refuse();
  const index = Number(token);
  const at = index < 0 ? index + length : index;
  return at < 0 || at >= length ? refuse() : at;
}

function read(document: Json, path: string): Json | undefined {
  const { container, token } = locate(document, path);
  if (Array.isArray(container)) return container[position(token, container.length)];
  return container[token];
}

function add(document: Json, path: string, value: Json): void {
  const { container, token } = locate(document, path);
  if (!Array.isArray(container)) container[token] = value;
  else if (token === '-') container.push(value);
  else container.splice(position(token, container.length + 1), 0, value);
}

function replace(document: Json, path: string, value: Json): void {
  const { container, token } = locate(document, path);
  if (Array.isArray(container)) container[position(token, container.length)] = value;
  else container[token] = value;
}

function remove(document: Json, path: string): void {
  const { container, token } = locate(document, path);
  if (Array.isArray(container)) container.splice(position(token, container.length), 1);
  else if (token in container) delete container[token];
  else refuse();
}
