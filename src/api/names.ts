/**
 * Rules for names, keys and values. Models apimachinery's util/validation and api/validate/content.
 * Every function returns what is wrong, in the API server's words; an empty list means valid.
 */

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const LABEL_WITH_UNDERSCORE = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const SUBDOMAIN_WITH_UNDERSCORE = `${LABEL_WITH_UNDERSCORE}(\\.${LABEL_WITH_UNDERSCORE})*`;
const WILDCARD = `\\*\\.${SUBDOMAIN}`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const KEY = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${KEY})?`;

const ENDS = 'and must start and end with an alphanumeric character';
const KEY_RULE = `must consist of alphanumeric characters, '-', '_' or '.', ${ENDS}`;

/** Longest DNS label, label name and label value. */
const LABEL_LENGTH = 63;
const SUBDOMAIN_LENGTH = 253;

export const MUST_NOT_BE_EMPTY = 'must be non-empty';
export const INVALID_PORT = rangeProblem(1, 65535);

/** The rule, examples and the pattern that a text failed. */
export function patternProblem(rule: string, pattern: string, ...examples: string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return examples.length === 0
    ? `${rule} (regex used for validation is '${pattern}')`
    : `${rule} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

export function rangeProblem(least: number, most: number): string {
  return `must be between ${least} and ${most}, inclusive`;
}

/** Lengths count bytes, as Go's len does. */
export function byteLength(text: string): number {
  let length = 0;
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

function tooLong(text: string, most: number, unit: 'characters' | 'bytes'): string[] {
  return byteLength(text) > most ? [`must be no more than ${most} ${unit}`] : [];
}

const compiled = new Map<string, RegExp>();

function matches(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    expression = new RegExp(`^(?:${pattern})$`);
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}

export function dnsLabelProblems(name: string): string[] {
  const problems = tooLong(name, LABEL_LENGTH, 'characters');
  if (matches(LABEL, name)) return problems;
  const rule = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', ${ENDS}`;
  const dotted = matches(SUBDOMAIN, name);
  problems.push(
    dotted ? 'must not contain dots' : patternProblem(rule, LABEL, 'my-name', '123-abc'),
  );
  return problems;
}

export function dnsSubdomainProblems(name: string, unit: 'characters' | 'bytes' = 'characters') {
  const problems = tooLong(name, SUBDOMAIN_LENGTH, unit);
  const rule = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ${ENDS}`;
  if (!matches(SUBDOMAIN, name)) problems.push(patternProblem(rule, SUBDOMAIN, 'example.com'));
  return problems;
}

export function dnsSubdomainWithUnderscoreProblems(name: string): string[] {
  const problems = tooLong(name, SUBDOMAIN_LENGTH, 'characters');
  const rule = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', ${ENDS}`;
  if (!matches(SUBDOMAIN_WITH_UNDERSCORE, name)) {
    problems.push(patternProblem(rule, SUBDOMAIN_WITH_UNDERSCORE, 'example.com'));
  }
  return problems;
}

export function wildcardDnsProblems(name: string): string[] {
  const problems = tooLong(name, SUBDOMAIN_LENGTH, 'characters');
  const rule =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
  if (!matches(WILDCARD, name)) problems.push(patternProblem(rule, WILDCARD, '*.example.com'));
  return problems;
}

export function dns1035LabelProblems(name: string): string[] {
  const problems = tooLong(name, LABEL_LENGTH, 'characters');
  const rule =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
  if (!matches(LABEL_1035, name)) {
    problems.push(patternProblem(rule, LABEL_1035, 'my-name', 'abc-123'));
  }
  return problems;
}

/** A rule for object names; `prefix` is for a generateName, which more characters follow. */
export type NameRule = (name: string, prefix?: boolean) => string[];

export const nameIsDnsSubdomain: NameRule = (name, prefix) =>
  dnsSubdomainProblems(prefix ? withoutTrailingDash(name) : name);
export const nameIsDnsLabel: NameRule = (name, prefix) =>
  dnsLabelProblems(prefix ? withoutTrailingDash(name) : name);
export const nameIsDns1035Label: NameRule = (name, prefix) =>
  dns1035LabelProblems(prefix ? withoutTrailingDash(name) : name);
/** Names of roles and bindings, which only have to fit into a URL. */
export const nameIsPathSegment: NameRule = (name, prefix) => {
  if (!prefix && (name === '.' || name === '..')) return [`may not be '${name}'`];
  return ['/', '%']
    .filter((part) => name.includes(part))
    .map((part) => `may not contain '${part}'`);
};

function withoutTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

/** Keys of labels, annotations and resources: `name` or `example.com/name`. */
export function qualifiedNameProblems(key: string): string[] {
  const parts = key.split('/');
  const rule = (subject: string) =>
    subject + patternProblem(KEY_RULE, KEY, 'MyName', 'my.name', '123-abc');
  if (parts.length > 2) {
    return [
      `${rule('a valid label key ')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = parts[parts.length - 1] ?? '';
  const prefix = parts.length === 2 ? parts[0] : undefined;
  const problems: string[] = [];
  if (prefix === '') problems.push(`prefix part ${MUST_NOT_BE_EMPTY}`);
  else if (prefix !== undefined) {
    problems.push(...dnsSubdomainProblems(prefix, 'bytes').map((text) => `prefix part ${text}`));
  }
  if (name === '') problems.push(`name part ${MUST_NOT_BE_EMPTY}`);
  else problems.push(...tooLong(name, LABEL_LENGTH, 'bytes').map((text) => `name part ${text}`));
  if (!matches(KEY, name)) problems.push(rule('name part '));
  return problems;
}

export function labelValueProblems(value: string): string[] {
  const problems = tooLong(value, LABEL_LENGTH, 'bytes');
  const rule = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ${ENDS}`;
  if (!matches(LABEL_VALUE, value)) {
    problems.push(patternProblem(rule, LABEL_VALUE, 'MyValue', 'my_value', '12345'));
  }
  return problems;
}

export function portNumberProblems(port: number): string[] {
  return port >= 1 && port <= 65535 ? [] : [INVALID_PORT];
}

export function portNameProblems(name: string): string[] {
  const problems = tooLong(name, 15, 'characters');
  if (!/^[-a-z0-9]+$/.test(name)) {
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(name)) problems.push('must contain at least one letter (a-z)');
  if (name.includes('--')) problems.push('must not contain consecutive hyphens');
  if (/^-|-$/.test(name)) problems.push('must not begin or end with a hyphen');
  return problems;
}

/** User and group ids. */
export function idProblems(id: number): string[] {
  const most = 2 ** 31 - 1;
  return id >= 0 && id <= most ? [] : [rangeProblem(0, most)];
}

export function percentProblems(text: string): string[] {
  const pattern = '[0-9]+%';
  const rule = "a valid percent string must be a numeric string followed by an ending '%'";
  return matches(pattern, text) ? [] : [patternProblem(rule, pattern, '1%', '93%')];
}

export function httpHeaderNameProblems(name: string): string[] {
  const pattern = '[-A-Za-z0-9]+';
  const rule = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return matches(pattern, name) ? [] : [patternProblem(rule, pattern, 'X-Header-Name')];
}

export function envVarNameProblems(name: string): string[] {
  const pattern = '[-._a-zA-Z][-._a-zA-Z0-9]*';
  const rule =
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit";
  const examples = ['my.env-name', 'MY_ENV.NAME', 'MyEnvName1'];
  const problems = matches(pattern, name) ? [] : [patternProblem(rule, pattern, ...examples)];
  return [...problems, ...dotProblems(name)];
}

/** What environment variables may be called since 1.34: anything printable without `=`. */
export function relaxedEnvVarNameProblems(name: string): string[] {
  if (name === '') return [`environment variable name ${MUST_NOT_BE_EMPTY}`];
  const rule =
    "a valid environment variable name must consist only of printable ASCII characters other than '='";
  return /^[ -<>-~]+$/.test(name) ? [] : [rule];
}

export function configMapKeyProblems(key: string): string[] {
  const pattern = '[-._a-zA-Z0-9]+';
  const rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
  const problems = tooLong(key, SUBDOMAIN_LENGTH, 'characters');
  if (!matches(pattern, key)) {
    problems.push(patternProblem(rule, pattern, 'key.name', 'KEY_NAME', 'key-name'));
  }
  return [...problems, ...dotProblems(key)];
}

function dotProblems(name: string): string[] {
  if (name === '.' || name === '..') return [`must not be '${name}'`];
  return name.startsWith('..') ? ["must not start with '..'"] : [];
}

/** Letters of generated name ends: no vowels, nothing that looks like something else. */
const GENERATED = 'bcdfghjklmnpqrstvwxz2456789';
const GENERATED_LENGTH = 5;

/**
 * A generated name: the prefix, cut if need be, and five characters. `random` returns a number from
 * 0 up to, not including, its argument. Models apiserver's storage/names.
 */
export function generateName(prefix: string, random: (below: number) => number): string {
  let end = '';
  for (let i = 0; i < GENERATED_LENGTH; i++) end += GENERATED.charAt(random(GENERATED.length));
  return prefix.slice(0, LABEL_LENGTH - GENERATED_LENGTH) + end;
}
