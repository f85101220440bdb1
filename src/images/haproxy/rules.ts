import type { Bytes } from '../../runtime/bytes';
import type { RequestHead } from '../http/message';

/** What rules can look at. */
export interface Subject {
  readonly request: RequestHead | undefined;
  readonly source: string;
  readonly port: number;
}

type Test = (subject: Subject) => boolean;

/** Alternatives, each of tests that must all hold. */
export type Condition = (subject: Subject) => boolean;

const pathOf = ({ request }: Subject) => (request?.target ?? '').split('?')[0] ?? '';
const headerOf = (name: string) => (subject: Subject) =>
  subject.request?.headers.get(name.toLowerCase()) ?? '';

type Match = (value: Bytes, pattern: Bytes) => boolean;

const MATCHES: Readonly<Record<string, Match>> = {
  str: (value, pattern) => value === pattern,
  beg: (value, pattern) => value.startsWith(pattern),
  end: (value, pattern) => value.endsWith(pattern),
  sub: (value, pattern) => value.includes(pattern),
  dir: (value, pattern) => `/${value}/`.includes(`/${pattern.replace(/^\/|\/$/g, '')}/`),
  dom: (value, pattern) => `.${value}.`.includes(`.${pattern}.`),
  reg: (value, pattern) => new RegExp(pattern).test(value),
  found: (value) => value !== '',
};

/** A test of an ACL, or the text of what is wrong with it. Models acl.c, for what the lab knows. */
export function parseAcl(words: readonly Bytes[]): Test | string {
  const [expression = '', ...rest] = words;
  const [, base = '', suffix, , argument = ''] =
    /^(path|url|method|hdr|req\.hdr|src|dst_port|always_true|always_false|ssl_fc|query)(?:_(beg|end|sub|dir|dom|reg|str))?(\(([^)]*)\))?$/.exec(
      expression,
    ) ?? [];
  if (base === '') {
    return `unknown fetch method '${expression.replace(/\(.*/, '')}' in ACL expression '${expression}'.`;
  }
  if (base.startsWith('always')) return () => base === 'always_true';
  let method = suffix ?? 'str';
  let insensitive = false;
  const patterns = [...rest];
  while (patterns[0]?.startsWith('-')) {
    const flag = patterns.shift();
    if (flag === '-i') insensitive = true;
    else if (flag === '-m') method = patterns.shift() ?? 'str';
    else if (flag === '--') break;
  }
  const fetch = fetchOf(base, argument);
  if (base === 'src')
    return (subject) => patterns.some((pattern) => covers(pattern, fetch(subject)));
  const match = MATCHES[method] ?? MATCHES.str;
  const fold = (text: Bytes) => (insensitive ? text.toLowerCase() : text);
  return (subject) =>
    method === 'found'
      ? fetch(subject) !== ''
      : patterns.some((pattern) => match?.(fold(fetch(subject)), fold(pattern)) === true);
}

function fetchOf(base: string, argument: Bytes): (subject: Subject) => Bytes {
  switch (base) {
    case 'path':
      return pathOf;
    case 'url':
      return ({ request }) => request?.target ?? '';
    case 'query':
      return ({ request }) => request?.target.split('?')[1] ?? '';
    case 'method':
      return ({ request }) => request?.method ?? '';
    case 'src':
      return ({ source }) => source;
    case 'dst_port':
      return ({ port }) => String(port);
    case 'hdr':
    case 'req.hdr':
      return headerOf(argument);
    default:
      return () => '';
  }
}

function covers(rule: Bytes, address: string): boolean {
  const [network = '', bits = '32'] = rule.split('/');
  const value = (dotted: string) =>
    dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return Math.floor(value(network) / size) === Math.floor(value(address) / size);
}

/** `if a !b or { path /x }`, `unless …`; without words it always holds. A text: what is wrong. */
export function parseCondition(
  words: readonly Bytes[],
  acls: ReadonlyMap<Bytes, readonly Test[]>,
): Condition | string {
  const [keyword, ...terms] = words;
  if (keyword === undefined) return () => true;
  const alternatives: Test[][] = [[]];
  for (let i = 0; i < terms.length; i++) {
    let term = terms[i] ?? '';
    if (term === 'or' || term === '||') {
      alternatives.push([]);
      continue;
    }
    let negated = false;
    if (term.startsWith('!')) {
      negated = true;
      term = term.slice(1) || (terms[++i] ?? '');
    }
    let tests: readonly Test[] | undefined;
    if (term === '{') {
      const end = terms.indexOf('}', i);
      const test = parseAcl(terms.slice(i + 1, end < 0 ? undefined : end));
      if (typeof test === 'string') return test;
      tests = [test];
      i = end < 0 ? terms.length : end;
    } else if (term === 'TRUE' || term === 'FALSE') {
      tests = [() => term === 'TRUE'];
    } else {
      tests = acls.get(term);
      if (!tests) return `no such ACL : '${term}'.`;
    }
    const holds: Test = (subject) => tests.some((test) => test(subject)) !== negated;
    alternatives.at(-1)?.push(holds);
  }
  const any: Condition = (subject) =>
    alternatives.some((tests) => tests.every((test) => test(subject)));
  return keyword === 'unless' ? (subject) => !any(subject) : any;
}
