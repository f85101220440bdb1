import { SelectorError } from './selectors';

/** Field selectors. Models apimachinery's fields package. */

/** A term of a field selector: the operator is `=` or `!=`. */
export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** Reads `status.phase=Running,spec.nodeName!=`. Throws SelectorError. */
export function parseFieldSelector(text: string): FieldRequirement[] {
  const requirements: FieldRequirement[] = [];
  for (const term of splitTerms(text).sort()) {
    if (term === '') continue;
    const match = /!=|==|=/.exec(term);
    if (match === null) {
      throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
    }
    const field = term.slice(0, match.index);
    const value = unescapeValue(term.slice(match.index + match[0].length));
    if (field === '' && value === '') continue;
    requirements.push({ field, operator: match[0] === '!=' ? '!=' : '=', value });
  }
  return requirements;
}

function splitTerms(text: string): string[] {
  return text.match(/(?:\\[\s\S]|[^,\\]|\\$)+/g) ?? [];
}

function unescapeValue(text: string): string {
  return text.replace(/\\([\s\S]?)|[,=]/gu, (found, escaped: string | undefined) => {
    if (escaped === undefined) {
      const why = `unescaped character in value: ${found.charCodeAt(0)}`;
      throw new SelectorError(`invalid field selector: ${why}`);
    }
    if (escaped !== '' && '\\,='.includes(escaped)) return escaped;
    throw new SelectorError(`invalid field selector: invalid escape sequence: ${found}`);
  });
}

/** Whether an object's fields fulfil every term; a field that it lacks counts as empty. */
export function matchesFields(
  requirements: readonly FieldRequirement[],
  fields: Readonly<Record<string, string>>,
): boolean {
  return requirements.every(({ field, operator, value }) => {
    const actual = Object.hasOwn(fields, field) ? fields[field] : '';
    return (actual === value) === (operator === '=');
  });
}

/** Canonical text of a field selector. */
export function fieldSelectorText(requirements: readonly FieldRequirement[]): string {
  return requirements
    .map(({ field, operator, value }) => field + operator + value.replace(/[\\,=]/g, '\\$&'))
    .join(',');
}
