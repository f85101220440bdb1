import { goQuote } from './golang/quote';
import { labelValueProblems, qualifiedNameProblems } from './names';
import type { LabelSelector } from './types';
import {
  aggregateText,
  errorText,
  type FieldError,
  forbidden,
  invalid,
  required,
} from './validation/field-error';

/** Label selectors. Models apimachinery's labels package; operators are spelt as they are there. */

export type SelectorOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'gt' | 'lt' | 'exists' | '!';

export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}

type Labels = Readonly<Record<string, string>>;

/** A selector that cannot be read; the message is the library's. */
export class SelectorError extends Error {}

const BINARY = ['in', 'notin', '=', '==', '!=', 'gt', 'lt'];
const SYMBOLS = ['(', ')', ',', '!', '=', '==', '!=', '>', '<'];
const OPERATORS: Readonly<Record<string, SelectorOperator>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};

type Token = { kind: 'word' | 'symbol' | 'end' | 'error'; text: string };

/** Reads `app=web,tier in (a, b),!legacy`. Throws SelectorError. */
export function parseLabelSelector(text: string): Requirement[] {
  return byKey(new LabelParser(text).parse());
}

function byKey(requirements: Requirement[]): Requirement[] {
  return requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (let pos = 0; ; ) {
    while (/[ \t\r\n]/.test(text.charAt(pos))) pos++;
    if (pos >= text.length) break;
    const symbols = /^[=!(),><]+/.exec(text.slice(pos))?.[0];
    if (symbols === undefined) {
      const word = /^[^=!(),>< \t\r\n]+/.exec(text.slice(pos))?.[0] ?? '';
      found.push({ kind: 'word', text: word });
      pos += word.length;
    } else {
      const symbol = longestSymbol(symbols);
      found.push({ kind: 'symbol', text: symbol });
      pos += symbol.length;
    }
  }
  found.push({ kind: 'end', text: '' });
  return found;
}

/** Every prefix of a symbol is one, so the longest is found by growing. */
function longestSymbol(symbols: string): string {
  let length = 1;
  while (length < symbols.length && SYMBOLS.includes(symbols.slice(0, length + 1))) length++;
  return symbols.slice(0, length);
}

class LabelParser {
  private readonly tokens: Token[];
  private pos = 0;

  constructor(text: string) {
    this.tokens = tokens(text);
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const first = this.peek();
      if (first.kind === 'end') return requirements;
      if (!isStart(first)) this.fail(first, "!, identifier, or 'end of string'");
      try {
        requirements.push(this.requirement());
      } catch (error) {
        if (!(error instanceof SelectorError)) throw error;
        throw new SelectorError(`unable to parse requirement: ${error.message}`);
      }
      const next = this.take();
      if (next.kind === 'end') return requirements;
      if (next.text !== ',') this.fail(next, "',' or 'end of string'");
      if (!isStart(this.peek())) this.fail(this.peek(), "identifier after ','");
    }
  }

  private peek(): Token {
    return this.tokens[this.pos] as Token;
  }

  private take(): Token {
    return this.tokens[this.pos++] as Token;
  }

  private fail({ text }: Token, expected: string, comma = ','): never {
    throw new SelectorError(`found '${text}'${comma} expected: ${expected}`);
  }

  private requirement(): Requirement {
    let token = this.take();
    const negated = token.text === '!';
    if (negated) token = this.take();
    if (token.kind !== 'word') this.fail(token, 'identifier');
    const key = token.text;
    const problem = keyError(key, '<nil>');
    if (problem !== undefined) throw new SelectorError(errorText(problem));
    const next = this.peek();
    const alone = next.kind === 'end' || next.text === ',';
    if (negated || alone) return newRequirement(key, negated ? '!' : 'exists', []);
    const operator = OPERATORS[this.take().text];
    if (operator === undefined) this.fail(next, BINARY.join(', '));
    const listed = operator === 'in' || operator === 'notin';
    const values = listed ? this.list() : [this.value()];
    return newRequirement(key, operator, [...new Set(values)].sort());
  }

  private value(): string {
    const token = this.peek();
    if (token.kind === 'end' || token.text === ',') return '';
    this.pos++;
    if (token.kind !== 'word') this.fail(token, 'identifier');
    return token.text;
  }

  private list(): string[] {
    const open = this.take();
    if (open.text !== '(') this.fail(open, "'('", '');
    const first = this.peek();
    if (first.text === ')') {
      this.pos++;
      return [''];
    }
    if (first.kind !== 'word' && first.text !== ',') {
      this.fail(first, "',', ')' or identifier");
    }
    const values = this.words();
    this.pos++;
    return values;
  }

  /** Words between parentheses; an empty place between commas is an empty value. */
  private words(): string[] {
    const values: string[] = [];
    for (;;) {
      const token = this.take();
      const next = this.peek();
      if (token.kind === 'word') {
        values.push(token.text);
        if (next.text === ')') return values;
        if (next.text !== ',') this.fail(next, "',' or ')'");
      } else if (token.text === ',') {
        if (values.length === 0 || next.text === ',') values.push('');
        if (next.text === ')') return [...values, ''];
      } else {
        this.fail(token, "',', or identifier");
      }
    }
  }
}

function isStart(token: Token): boolean {
  return token.kind === 'word' || token.text === '!';
}

function keyError(key: string, field: string): FieldError | undefined {
  const problems = qualifiedNameProblems(key);
  return problems.length === 0 ? undefined : invalid(field, key, problems.join('; '));
}

const INTEGER = /^[-+]?[0-9]+$/;

/**
 * Checks a requirement as labels.NewRequirement does and throws a SelectorError; `values` may be null as in
 * Go. `at` stands before the names of fields in errors: `nodeSelectorTerms[0].matchExpressions[1].`.
 */
export function newRequirement(
  key: string,
  operator: SelectorOperator,
  values: readonly string[] | null,
  at = '',
): Requirement {
  const errors: FieldError[] = [];
  const badKey = keyError(key, `${at}key`);
  if (badKey !== undefined) errors.push(badKey);
  const list = values ?? [];
  if ((operator === 'in' || operator === 'notin') && list.length === 0) {
    errors.push(
      invalid(`${at}values`, values, "for 'in', 'notin' operators, values set can't be empty"),
    );
  }
  if ((operator === 'exists' || operator === '!') && list.length > 0) {
    const why = 'values set must be empty for exists and does not exist';
    errors.push(invalid(`${at}values`, list, why));
  }
  if ((operator === 'gt' || operator === 'lt') && list.length !== 1) {
    const why = "for 'Gt', 'Lt' operators, exactly one value is required";
    errors.push(invalid(`${at}values`, list, why));
  }
  list.forEach((value, index) => {
    if ((operator === 'gt' || operator === 'lt') && !INTEGER.test(value)) {
      const why = "for 'Gt', 'Lt' operators, the value must be an integer";
      errors.push(invalid(`${at}values[${index}]`, value, why));
    }
  });
  list.forEach((value, index) => {
    const problems = labelValueProblems(value);
    if (problems.length > 0) {
      errors.push(invalid(`${at}values[${index}][${key}]`, value, problems.join('; ')));
    }
  });
  if (errors.length > 0) throw new SelectorError(aggregateText(errors.map(errorText)));
  return { key, operator, values: list };
}

/** Whether labels fulfil every requirement. */
export function matchesLabels(requirements: readonly Requirement[], labels: Labels = {}): boolean {
  return requirements.every((requirement) => matchesRequirement(requirement, labels));
}

function matchesRequirement({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
    case 'lt': {
      const limit = values[0];
      if (value === undefined || limit === undefined || !INTEGER.test(value)) return false;
      const difference = BigInt(value.replace('+', '')) - BigInt(limit.replace('+', ''));
      return operator === 'gt' ? difference > 0n : difference < 0n;
    }
  }
}

/** Canonical text of a selector. */
export function selectorText(requirements: readonly Requirement[]): string {
  return requirements.map(requirementText).join(',');
}

function requirementText({ key, operator, values }: Requirement): string {
  const list = [...values].sort().join(',');
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${list})`;
    case 'gt':
    case 'lt':
      return `${key}${operator === 'gt' ? '>' : '<'}${list}`;
    default:
      return key + operator + list;
  }
}

const STRUCTURED: Readonly<Record<string, SelectorOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

/**
 * Requirements of a selector in an object's spec: an empty one matches everything, a missing one
 * nothing, for which `undefined` stands. Throws SelectorError. Models metav1.LabelSelectorAsSelector.
 */
export function labelSelectorRequirements(
  selector: LabelSelector | undefined | null,
): Requirement[] | undefined {
  if (selector == null) return undefined;
  const requirements = Object.entries(selector.matchLabels ?? {}).map(([key, value]) =>
    newRequirement(key, '=', [value]),
  );
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const known = Object.hasOwn(STRUCTURED, operator) ? STRUCTURED[operator] : undefined;
    if (known === undefined) {
      throw new SelectorError(`${goQuote(operator)} is not a valid label selector operator`);
    }
    requirements.push(newRequirement(key, known, values ?? null));
  }
  return byKey(requirements);
}

/** Field errors of a selector in an object's spec. Models meta/v1/validation ValidateLabelSelector. */
export function validateLabelSelector(
  selector: LabelSelector | undefined | null,
  field: string,
): FieldError[] {
  if (selector == null) return [];
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    for (const why of qualifiedNameProblems(key)) {
      errors.push(invalid(`${field}.matchLabels`, key, why));
    }
    for (const why of labelValueProblems(value)) {
      errors.push(invalid(`${field}.matchLabels`, value, why));
    }
  }
  selector.matchExpressions?.forEach(({ key, operator, values = [] }, index) => {
    const at = `${field}.matchExpressions[${index}]`;
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0) {
        const why = "must be specified when `operator` is 'In' or 'NotIn'";
        errors.push(required(`${at}.values`, why));
      }
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0) {
        const why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
        errors.push(forbidden(`${at}.values`, why));
      }
    } else {
      errors.push(invalid(`${at}.operator`, operator, 'not a valid selector operator'));
    }
    for (const why of qualifiedNameProblems(key)) errors.push(invalid(`${at}.key`, key, why));
    values.forEach((value, position) => {
      for (const why of labelValueProblems(value)) {
        errors.push(invalid(`${at}.values[${position}]`, value, why));
      }
    });
  });
  return errors;
}
