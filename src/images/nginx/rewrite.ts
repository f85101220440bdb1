import type { Bytes } from '../../runtime/bytes';
import type { Sys } from '../../runtime/syscalls';
import type { Answer } from './answer';
import type { Directive } from './config';
import { expandVariables, type RequestVariables } from './variables';

/** Where the rewrite directives of a block lead. */
export interface Rewritten {
  readonly path: Bytes;
  /** The query after it, if a `rewrite` has changed it. */
  readonly query?: Bytes;
  /** Given instead of going on. */
  readonly answer?: Answer;
  /** The location is to be looked for again (`last`). */
  readonly again: boolean;
  /** Blocks of `if`s that apply, innermost first. */
  readonly inside: readonly (readonly Directive[])[];
  readonly stopped: boolean;
}

const REDIRECTS = [301, 302, 303, 307, 308];

/** Runs set, if, return, rewrite and break of a block in order. Models ngx_http_rewrite_module.c. */
export function rewrite(
  sys: Sys,
  block: readonly Directive[],
  variables: RequestVariables,
  path: Bytes,
): Rewritten {
  let state: Rewritten = { path, again: false, inside: [], stopped: false };
  for (const directive of block) {
    const { name, args } = directive;
    if (name === 'set') {
      const value = expandVariables(args[1] ?? '', variables, state.path);
      variables.values.set((args[0] ?? '').slice(1), value);
    } else if (name === 'break') {
      return { ...state, stopped: true };
    } else if (name === 'return') {
      return { ...state, answer: returned(args, variables, state.path) };
    } else if (name === 'rewrite') {
      state = replaced(args, variables, state);
    } else if (name === 'if' && holds(sys, args, variables, state.path)) {
      const inner = rewrite(sys, directive.block ?? [], variables, state.path);
      const inside = [...inner.inside, directive.block ?? [], ...state.inside];
      state = { ...inner, inside };
    }
    if (state.answer || state.again || state.stopped) return state;
  }
  return state;
}

/** `return CODE [TEXT | URL];` */
function returned(args: readonly Bytes[], variables: RequestVariables, path: Bytes): Answer {
  const [first = '', second] = args;
  const redirect = (status: number, target: Bytes): Answer => ({
    status,
    headers: [['Location', expandVariables(target, variables, path)]],
    body: '',
  });
  if (!/^\d+$/.test(first)) return redirect(302, first);
  const status = Number(first);
  if (second === undefined) return { status, headers: [], body: '' };
  if (REDIRECTS.includes(status)) return redirect(status, second);
  return { status, headers: [], body: expandVariables(second, variables, path), isText: true };
}

function replaced(
  [pattern = '', replacement = '', flag]: readonly Bytes[],
  variables: RequestVariables,
  state: Rewritten,
): Rewritten {
  const match = new RegExp(pattern).exec(state.path);
  if (!match) return state;
  const withGroups = replacement.replace(
    /\$([1-9])/g,
    (_, digit: string) => match[Number(digit)] ?? '',
  );
  const target = expandVariables(withGroups, variables, state.path);
  if (flag === 'redirect' || flag === 'permanent' || /^(https?:\/\/|\$scheme)/.test(replacement)) {
    const { request } = variables;
    const query = request.target.split('?')[1];
    const full = target.includes('?') || query === undefined ? target : `${target}?${query}`;
    const status = flag === 'permanent' ? 301 : 302;
    return { ...state, answer: { status, headers: [['Location', full]], body: '' } };
  }
  const [path = '/', query] = target.split('?');
  const moved = { ...state, path, ...(query !== undefined && { query }) };
  if (flag === 'last') return { ...moved, again: true };
  return flag === 'break' ? { ...moved, stopped: true } : moved;
}

/** The condition of an `if`, whose parentheses are part of its words. */
function holds(
  sys: Sys,
  args: readonly Bytes[],
  variables: RequestVariables,
  path: Bytes,
): boolean {
  const words = args
    .join(' ')
    .replace(/^\(\s*/, '')
    .replace(/\s*\)$/, '')
    .split(' ');
  const [subject = '', operator, ...rest] = words;
  const file = /^(!?)-([fdex])$/.exec(subject);
  if (file) {
    const target = expandVariables(operator ?? '', variables, path);
    return testFile(sys, file[2] ?? '', target) !== (file[1] === '!');
  }
  const value = expandVariables(subject, variables, path);
  if (operator === undefined) return value !== '' && value !== '0';
  const operand = rest.join(' ').replace(/^(["'])(.*)\1$/, '$2');
  const negated = operator.startsWith('!');
  const test = negated ? operator.slice(1) : operator;
  if (test === '=') return (value === expandVariables(operand, variables, path)) !== negated;
  const match = new RegExp(operand, test === '~*' ? 'i' : '').exec(value);
  for (const [i, group] of (match ?? []).entries()) variables.values.set(String(i), group ?? '');
  return (match !== null) !== negated;
}

function testFile(sys: Sys, kind: Bytes, path: Bytes): boolean {
  const info = sys.tryStat(path);
  if (typeof info === 'string') return false;
  if (kind === 'f') return info.type === 'file';
  if (kind === 'd') return info.type === 'directory';
  return kind === 'e' || (info.mode & 0o111) !== 0;
}
