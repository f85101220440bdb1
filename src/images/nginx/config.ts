import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { contextInside, FREE_BLOCKS, ruleFor } from './directives';
import { errorNumber } from './errors';

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
  return yield* loadFile(sys, path, 'm', 0);
}

/** nginx itself has no such bound; a file that includes itself would never end. */
const MAX_INCLUDE_DEPTH = 32;

function* loadFile(
  sys: Sys,
  path: Bytes,
  context: string,
  depth: number,
  includedAt = '',
): Call<readonly Directive[]> {
  const where = includedAt === '' ? '' : ` in ${includedAt}`;
  if (depth > MAX_INCLUDE_DEPTH)
    throw new ConfigError(`open() "${path}" failed (24: Too many open files)${where}`);
  let text: Bytes;
  try {
    text = yield* readFile(sys, path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new ConfigError(
      `open() "${path}" failed (${errorNumber(error)}: ${error.message})${where}`,
    );
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
    const { name, place } = directive;
    if (name === 'include' && !FREE_BLOCKS.has(context)) {
      directives.push(...(yield* include(sys, directive, cursor, context)));
    } else {
      const rule = ruleFor(name, context);
      const repeated = typeof rule === 'object' && rule.unique;
      if (repeated && directives.some((other) => other.name === name)) {
        throw new ConfigError(`"${name}" directive is duplicate in ${place}`);
      }
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
    if (FREE_BLOCKS.has(context)) {
      if (token.kind === '{') throw new ConfigError(`unexpected "{" in ${here}`);
      return { name, args, block: undefined, place };
    }
    check(name, args, token.kind === '{', context, here);
    if (token.kind === ';') return { name, args, block: undefined, place };
    const inside = FREE_BLOCKS.has(name) ? name : contextInside(name, context);
    return { name, args, block: yield* parseBlock(sys, cursor, inside, true), place };
  }
}

/** Throws ConfigError for what may not stand here like this. Models ngx_conf_handler. */
function check(
  name: Bytes,
  args: readonly Bytes[],
  opens: boolean,
  context: string,
  here: string,
): void {
  const rule = ruleFor(name, context);
  if (rule === 'unknown') throw new ConfigError(`unknown directive "${name}" in ${here}`);
  if (rule === 'not allowed') {
    throw new ConfigError(`"${name}" directive is not allowed here in ${here}`);
  }
  if (opens && !rule.block) {
    throw new ConfigError(`directive "${name}" is not terminated by ";" in ${here}`);
  }
  if (!opens && rule.block) {
    throw new ConfigError(`directive "${name}" has no opening "{" in ${here}`);
  }
  if (args.length < rule.least || args.length > rule.most) {
    throw new ConfigError(`invalid number of arguments in "${name}" directive in ${here}`);
  }
  if (rule.flag && args[0] !== 'on' && args[0] !== 'off') {
    throw new ConfigError(
      `invalid value "${args[0]}" in "${name}" directive, it must be "on" or "off" in ${here}`,
    );
  }
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
  if (!/[*?[]/.test(base)) {
    return yield* loadFile(sys, path, context, cursor.depth + 1, directive.place);
  }
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
        if (text[at] === '\n') line++;
        const escaped = text[at] === '\\' && at + 1 < text.length;
        word += escaped ? unescaped(text[at + 1] as string) : text[at];
        at += escaped ? 2 : 1;
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
        const escaped = text[at] === '\\' && at + 1 < text.length;
        word += escaped ? unescaped(text[at + 1] as string) : text[at];
        at += escaped ? 2 : 1;
      }
      if (word === '') word = text[at++] as string;
      tokens.push({ kind: 'word', text: word, line });
    }
  }
  return tokens;
}

/** What a character after a backslash means; the backslash stays before those that mean nothing. */
function unescaped(character: string): Bytes {
  const control = { n: '\n', r: '\r', t: '\t' }[character];
  if (control !== undefined) return control;
  return /["'\\]/.test(character) ? character : `\\${character}`;
}
