import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Sys } from '../../runtime/syscalls';
import { readFile } from '../read-file';
import { CONTEXTS, isKnownDirective } from './directives';

/** One directive of the configuration, with its block if it has one. */
export interface Directive {
  readonly name: Bytes;
  readonly args: readonly Bytes[];
  readonly block: readonly Directive[] | undefined;
  /** `/etc/nginx/nginx.conf:12`, as messages cite it. */
  readonly place: string;
}

/** A configuration that nginx refuses; the text that follows `nginx: [emerg] `. */
export class ConfigError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

interface Token {
  readonly kind: 'word' | '{' | '}' | ';';
  readonly text: Bytes;
  readonly line: number;
}

/** Reads a configuration file with everything it includes. Throws ConfigError. */
export function* loadConfig(sys: Sys, path: Bytes): Call<readonly Directive[]> {
  return yield* loadFile(sys, path, 'main', 0);
}

/** nginx itself has no such bound; a file that includes itself would never end. */
const MAX_INCLUDE_DEPTH = 32;

function* loadFile(
  sys: Sys,
  path: Bytes,
  context: string,
  depth: number,
): Call<readonly Directive[]> {
  if (depth > MAX_INCLUDE_DEPTH)
    throw new ConfigError(`open() "${path}" failed (24: Too many open files)`);
  let text: Bytes;
  try {
    text = yield* readFile(sys, path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new ConfigError(`open() "${path}" failed (${errnoNumber(error)}: ${error.message})`);
  }
  const tokens = tokenize(text, path);
  const parsed = yield* parseBlock(sys, { tokens, at: 0, path, depth }, context, false);
  return parsed;
}

interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
  readonly path: Bytes;
  readonly depth: number;
}

function* parseBlock(
  sys: Sys,
  cursor: Cursor,
  context: string,
  nested: boolean,
): Call<Directive[]> {
  const directives: Directive[] = [];
  for (;;) {
    const first = cursor.tokens[cursor.at++];
    if (!first) {
      if (!nested) return directives;
      const last = cursor.tokens.at(-1)?.line ?? 1;
      throw new ConfigError(`unexpected end of file, expecting "}" in ${cursor.path}:${last}`);
    }
    if (first.kind === '}' && nested) return directives;
    if (first.kind !== 'word') {
      throw new ConfigError(`unexpected "${first.text}" in ${cursor.path}:${first.line}`);
    }
    const directive = yield* parseDirective(sys, cursor, first, context);
    if (directive.name === 'include') {
      directives.push(...(yield* include(sys, directive, cursor, context)));
    } else {
      directives.push(directive);
    }
  }
}

function* parseDirective(sys: Sys, cursor: Cursor, first: Token, context: string): Call<Directive> {
  const name = first.text;
  const place = `${cursor.path}:${first.line}`;
  const args: Bytes[] = [];
  for (;;) {
    const token = cursor.tokens[cursor.at++];
    if (!token) {
      throw new ConfigError(
        `unexpected end of file, expecting ";" or "}" in ${cursor.path}:${first.line}`,
      );
    }
    if (token.kind === 'word') {
      args.push(token.text);
      continue;
    }
    const here = `${cursor.path}:${token.line}`;
    if (token.kind === '}') throw new ConfigError(`unexpected "}" in ${here}`);
    // Inside `types` and `map` every word is an entry of its own.
    const free =
      context === 'types' || context === 'map' || context === 'geo' || context === 'split_clients';
    if (!free && !isKnownDirective(name))
      throw new ConfigError(`unknown directive "${name}" in ${here}`);
    if (!free && !allowedIn(name, context)) {
      throw new ConfigError(`"${name}" directive is not allowed here in ${here}`);
    }
    // `server` inside `upstream` names a backend; everywhere else it opens a block.
    const isBlock =
      context !== 'upstream' && (CONTEXTS.has(name) || name === 'if' || name === 'limit_except');
    if (token.kind === '{') {
      if (!isBlock) throw new ConfigError(`directive "${name}" has no opening "{" in ${here}`);
      const block = yield* parseBlock(sys, cursor, name, true);
      return { name, args, block, place };
    }
    if (isBlock && !free)
      throw new ConfigError(`directive "${name}" has no opening "{" in ${here}`);
    return { name, args, block: undefined, place };
  }
}

function allowedIn(name: Bytes, context: string): boolean {
  const contexts = CONTEXTS.get(name);
  return contexts === undefined || contexts.includes(context);
}

function* include(
  sys: Sys,
  directive: Directive,
  cursor: Cursor,
  context: string,
): Call<readonly Directive[]> {
  const pattern = directive.args[0] ?? '';
  const path = pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`;
  const slash = path.lastIndexOf('/');
  const base = path.slice(slash + 1);
  if (!/[*?[]/.test(base)) return yield* loadFile(sys, path, context, cursor.depth + 1);
  const folder = path.slice(0, slash);
  let names: readonly Bytes[] = [];
  try {
    names = [...sys.readdir(folder)].sort();
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  const matcher = new RegExp(
    `^${base
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
  );
  const directives: Directive[] = [];
  for (const name of names) {
    if (name.startsWith('.') || !matcher.test(name)) continue;
    directives.push(...(yield* loadFile(sys, `${folder}/${name}`, context, cursor.depth + 1)));
  }
  return directives;
}

function tokenize(text: Bytes, path: Bytes): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const character = text[at] as string;
    if (character === '\n') {
      line++;
      at++;
    } else if (/\s/.test(character)) {
      at++;
    } else if (character === '#') {
      while (at < text.length && text[at] !== '\n') at++;
    } else if (character === '{' || character === '}' || character === ';') {
      tokens.push({ kind: character, text: character, line });
      at++;
    } else if (character === '"' || character === "'") {
      const start = line;
      let word = '';
      at++;
      while (at < text.length && text[at] !== character) {
        if (text[at] === '\\' && at + 1 < text.length) at++;
        if (text[at] === '\n') line++;
        word += text[at++];
      }
      if (at >= text.length) {
        throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${path}:${line}`);
      }
      at++;
      tokens.push({ kind: 'word', text: word, line: start });
    } else {
      let word = '';
      while (at < text.length && !/[\s;]/.test(text[at] as string)) {
        // `${name}` belongs to the word; any other brace opens a block.
        if (text[at] === '{' && !word.endsWith('$')) break;
        if (text[at] === '}' && !/\$\{\w*$/.test(word)) break;
        if (text[at] === '\\' && at + 1 < text.length) word += text[at++];
        word += text[at++];
      }
      if (word === '') word = text[at++] as string;
      tokens.push({ kind: 'word', text: word, line });
    }
  }
  return tokens;
}

function errnoNumber(error: SysError): number {
  const numbers: Readonly<Record<string, number>> = {
    ENOENT: 2,
    EACCES: 13,
    ENOTDIR: 20,
    EISDIR: 21,
  };
  return numbers[error.errno] ?? 5;
}
