import type { Bytes } from '../../runtime/bytes';
import type { FileType } from '../../runtime/syscalls';
import { parseMode } from '../builtins/file-mode';
import { Pattern } from '../expansion/pattern';
import { Failure, type Invocation, strerror, UsageFailure } from './applet';
import { parseInteger, type Suffixes } from './numbers';
import { compileOrFail } from './patterns';
import type { Regex } from './regex';
import type { Accounts } from './users';

/** How a number given as `+n`, `-n` or `n` compares. */
export interface Comparison {
  readonly sign: '+' | '-' | '';
  readonly value: number;
}

export type FindTest =
  | { readonly kind: 'name' | 'path'; readonly pattern: Pattern; readonly ignoreCase: boolean }
  | { readonly kind: 'regex'; readonly regex: Regex }
  | { readonly kind: 'type'; readonly type: FileType | 'block device' }
  | { readonly kind: 'permissions'; readonly sign: string; readonly mask: number }
  | {
      readonly kind: 'age';
      readonly of: 'modifiedMs' | 'accessedMs' | 'changedMs';
      readonly unitSeconds: number;
      readonly than: Comparison;
    }
  | { readonly kind: 'newer'; readonly than: number }
  | { readonly kind: 'same'; readonly inode: number; readonly device: number | undefined }
  | { readonly kind: 'user' | 'group'; readonly id: number }
  | { readonly kind: 'size' | 'links'; readonly than: Comparison }
  | { readonly kind: 'empty' | 'executable' | 'print' | 'print0' | 'prune' | 'quit' | 'delete' }
  | {
      readonly kind: 'exec';
      readonly argv: readonly Bytes[];
      readonly ask: boolean;
      readonly batch?: Bytes[];
    }
  | { readonly kind: 'parentheses'; readonly groups: FindGroups };

export interface FindAction {
  readonly test: FindTest;
  readonly invert: boolean;
}

/** Alternatives of conjunctions. */
export type FindGroups = readonly (readonly FindAction[])[];

export interface FindExpression {
  readonly groups: FindGroups;
  /** Without an action of its own, what matches is printed. */
  readonly prints: boolean;
  readonly follow: boolean;
  readonly depthFirst: boolean;
  readonly oneFileSystem: boolean;
  readonly leastDepth: number;
  readonly mostDepth: number;
}

const SIZE_SUFFIXES: Suffixes = { c: 1n, w: 2n, b: 512n, k: 1024n };

const TYPES: Readonly<Record<string, FileType | 'block device'>> = {
  b: 'block device',
  c: 'character device',
  d: 'directory',
  p: 'fifo',
  f: 'file',
  l: 'symlink',
  s: 'socket',
};

/** Parses find's expression. Throws Failure. Models findutils/find.c parse_params. */
export class FindParser {
  readonly #run: Invocation;
  readonly #accounts: Accounts;
  readonly #followTop: boolean;
  #prints = true;
  #follow: boolean;
  #depthFirst = false;
  #oneFileSystem = false;
  #leastDepth = 0;
  #mostDepth = Number.POSITIVE_INFINITY;

  constructor(run: Invocation, accounts: Accounts, links: 'L' | 'H' | undefined) {
    this.#run = run;
    this.#accounts = accounts;
    this.#follow = links === 'L';
    this.#followTop = links !== undefined;
  }

  parse(args: readonly Bytes[]): FindExpression {
    const groups = this.#groups(args);
    return {
      groups,
      prints: this.#prints,
      follow: this.#follow,
      depthFirst: this.#depthFirst,
      oneFileSystem: this.#oneFileSystem,
      leastDepth: this.#leastDepth,
      mostDepth: this.#mostDepth,
    };
  }

  #groups(args: readonly Bytes[]): FindGroups {
    const groups: FindAction[][] = [[]];
    let invert = false;
    let at = 0;
    while (at < args.length) {
      const word = args[at] as Bytes;
      if (word === '!' || word === '-not') invert = !invert;
      else if (word === '-o' || word === '-or') groups.push([]);
      else if (word !== '-a' && word !== '-and' && !this.#option(word, args[at + 1])) {
        const { test, used } = this.#test(word, args.slice(at + 1));
        at += used;
        groups.at(-1)?.push({ test, invert });
        invert = false;
      } else if (word === '-mindepth' || word === '-maxdepth') at++;
      at++;
    }
    return groups;
  }

  /** Options hold for the whole search wherever they stand. */
  #option(word: Bytes, next: Bytes | undefined): boolean {
    switch (word) {
      case '-follow':
        this.#follow = true;
        return true;
      case '-xdev':
        this.#oneFileSystem = true;
        return true;
      case '-depth':
        this.#depthFirst = true;
        return true;
      case '-mindepth':
        this.#leastDepth = parseInteger(argumentOf(word, next), { least: 0 });
        return true;
      case '-maxdepth':
        this.#mostDepth = parseInteger(argumentOf(word, next), { least: 0 });
        return true;
      default:
        return false;
    }
  }

  #test(word: Bytes, rest: readonly Bytes[]): { test: FindTest; used: number } {
    switch (word) {
      case '-print':
      case '-print0':
        this.#prints = false;
        return { test: { kind: word === '-print' ? 'print' : 'print0' }, used: 0 };
      case '-delete':
        this.#prints = false;
        this.#depthFirst = true;
        return { test: { kind: 'delete' }, used: 0 };
      case '-prune':
      case '-quit':
      case '-empty':
      case '-executable':
        return {
          test: { kind: word.slice(1) as 'prune' | 'quit' | 'empty' | 'executable' },
          used: 0,
        };
      case '-exec':
      case '-ok':
        return this.#exec(word, rest);
      case '(':
        return this.#parentheses(rest);
      default:
        if (!ARGUMENT_TESTS.has(word)) throw new Failure(`unrecognized: ${word}`);
        return { test: this.#testOf(word, argumentOf(word, rest[0])), used: 1 };
    }
  }

  #exec(word: Bytes, rest: readonly Bytes[]): { test: FindTest; used: number } {
    this.#prints = false;
    const ask = word === '-ok';
    const end = rest.findIndex((arg) => arg === ';' || (arg === '+' && !ask));
    if (end < 1) throw new Failure(`${word} requires an argument`);
    const argv = rest.slice(0, end);
    if (rest[end] === ';') return { test: { kind: 'exec', argv, ask }, used: end + 1 };
    const places = argv.reduce((sum, arg) => sum + arg.split('{}').length - 1, 0);
    if (places !== 1) throw new Failure("only one '{}' allowed for -exec +");
    return { test: { kind: 'exec', argv, ask, batch: [] }, used: end + 1 };
  }

  #parentheses(rest: readonly Bytes[]): { test: FindTest; used: number } {
    let nesting = 1;
    for (let i = 0; i < rest.length; i++) {
      if (rest[i] === '(') nesting++;
      if (rest[i] === ')' && --nesting === 0) {
        const groups = this.#groups(rest.slice(0, i));
        return { test: { kind: 'parentheses', groups }, used: i + 1 };
      }
    }
    throw new Failure("unpaired '('");
  }

  #testOf(word: Bytes, argument: Bytes): FindTest {
    const { sys } = this.#run;
    switch (word) {
      case '-name':
      case '-iname':
        return namePattern('name', argument, word === '-iname');
      case '-path':
      case '-wholename':
      case '-ipath':
        return namePattern('path', argument, word === '-ipath');
      case '-regex':
        return { kind: 'regex', regex: compileOrFail(argument) };
      case '-type': {
        const type = TYPES[argument];
        if (type === undefined) throw new Failure(`invalid argument '${argument}' to '-type'`);
        return { kind: 'type', type };
      }
      case '-perm':
        return permissions(argument);
      case '-newer':
        return {
          kind: 'newer',
          than: Math.floor(this.#stat(() => sys.stat(argument), argument).modifiedMs / 1000),
        };
      case '-inum':
        return { kind: 'same', inode: parseInteger(argument, { least: 0 }), device: undefined };
      case '-samefile': {
        const follows = this.#follow || this.#followTop;
        const { inode, device } = this.#stat(
          () => (follows ? sys.stat(argument) : sys.lstat(argument)),
          argument,
        );
        return { kind: 'same', inode, device };
      }
      case '-user':
      case '-group':
        return this.#owner(word, argument);
      case '-size':
        return { kind: 'size', than: this.#size(argument) };
      case '-links':
        return { kind: 'links', than: compared(argument) };
      default:
        return age(word, argument);
    }
  }

  #stat<T>(call: () => T, path: Bytes): T {
    try {
      return call();
    } catch (error) {
      throw new Failure(`can't stat '${path}': ${strerror(error)}`);
    }
  }

  #owner(word: Bytes, name: Bytes): FindTest {
    const isUser = word === '-user';
    const known = isUser ? this.#accounts.user(name)?.uid : this.#accounts.group(name)?.gid;
    const id = /^[0-9]+$/.test(name) ? Number(name) : known;
    if (id === undefined) throw new Failure(`unknown ${isUser ? 'user' : 'group'} ${name}`);
    return { kind: isUser ? 'user' : 'group', id };
  }

  /** In bytes; without a unit the number counts blocks of 512. */
  #size(text: Bytes): Comparison {
    const { sign, digits } = signed(text);
    const plain = /^[0-9]+$/.test(digits);
    const value = parseInteger(digits, { least: 0, suffixes: SIZE_SUFFIXES });
    return { sign, value: plain ? value * 512 : value };
  }
}

const ARGUMENT_TESTS: ReadonlySet<Bytes> = new Set([
  '-name',
  '-iname',
  '-path',
  '-wholename',
  '-ipath',
  '-regex',
  '-type',
  '-perm',
  '-mtime',
  '-atime',
  '-ctime',
  '-mmin',
  '-amin',
  '-cmin',
  '-newer',
  '-inum',
  '-samefile',
  '-user',
  '-group',
  '-size',
  '-links',
]);

function argumentOf(word: Bytes, argument: Bytes | undefined): Bytes {
  if (argument === undefined) throw new Failure(`${word} requires an argument`);
  return argument;
}

function namePattern(kind: 'name' | 'path', text: Bytes, ignoreCase: boolean): FindTest {
  return { kind, pattern: new Pattern(ignoreCase ? text.toLowerCase() : text), ignoreCase };
}

function permissions(argument: Bytes): FindTest {
  const sign = /^[-+/]/.exec(argument)?.[0] ?? '';
  const text = argument.slice(sign.length);
  const mask = parseMode(text, 0, 0);
  if (mask === undefined) throw new Failure(`invalid mode '${text}'`);
  return { kind: 'permissions', sign, mask };
}

function signed(text: Bytes): { sign: Comparison['sign']; digits: Bytes } {
  if (text.startsWith('+')) return { sign: '+', digits: text.slice(1) };
  return text.startsWith('-') ? { sign: '-', digits: text.slice(1) } : { sign: '', digits: text };
}

function compared(text: Bytes): Comparison {
  const { sign, digits } = signed(text);
  return { sign, value: parseInteger(digits, { least: 0 }) };
}

function age(word: Bytes, argument: Bytes): FindTest {
  const of = ({ m: 'modifiedMs', a: 'accessedMs', c: 'changedMs' } as const)[
    word[1] as 'm' | 'a' | 'c'
  ];
  if (of === undefined) throw new UsageFailure();
  return {
    kind: 'age',
    of,
    unitSeconds: word.endsWith('min') ? 60 : 86400,
    than: compared(argument),
  };
}
