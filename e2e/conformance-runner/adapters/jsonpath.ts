import type { Json } from '../../../src/api/patch/json-value.ts';
import { KubectlError } from '../../../src/kubectl/errors.ts';
import { JsonPath } from '../../../src/kubectl/jsonpath/evaluate.ts';
import { JsonPathError } from '../../../src/kubectl/jsonpath/nodes.ts';
import { parseCustomColumns } from '../../../src/kubectl/print/custom-columns.ts';
import { columnsPrinter, itemsOf, jsonPathPrinter } from '../../../src/kubectl/print/formats.ts';
import { FieldNotFound, sortByField } from '../../../src/kubectl/print/sort-objects.ts';
import { outcomeOf, textDifference } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { jsonDifference, refuseUnknown } from './expectation.ts';

/** Go maps are walked in random order: of such texts only the words count. */
function words(text: string, separator: string | RegExp, joined: string): string {
  return text.split(separator).sort().join(joined);
}

/** Table jsonpath: templates as client-go's library executes them. */
export function jsonpath(testCase: Case): Outcome {
  refuseUnknown('field', testCase, [
    ...['name', 'upstream', 'note', 'template', 'allowMissingKeys', 'input'],
    ...['expect', 'expectError', 'unordered'],
  ]);
  const { template, input, expect, expectError } = testCase;
  const unordered = testCase.unordered === true;
  const allowMissingKeys = testCase.allowMissingKeys === true;
  let text: string | undefined;
  let error: string | undefined;
  try {
    text = new JsonPath(String(template), { allowMissingKeys }).execute(input as Json);
  } catch (problem) {
    if (!(problem instanceof JsonPathError)) throw problem;
    error = problem.message;
  }
  if (expectError !== undefined) {
    if (expectError === true) return { pass: error !== undefined, difference: 'no error' };
    return outcomeOf([textDifference('error', String(expectError), error ?? '(none)')]);
  }
  if (error !== undefined) return { pass: false, difference: `  error ${error}` };
  const [wanted = '', got = ''] = [String(expect), text ?? ''].map((one) =>
    unordered ? words(one, /\s+/, ' ') : one,
  );
  return outcomeOf([textDifference('text', wanted, got)]);
}

interface Printed {
  readonly text?: string;
  readonly order?: readonly string[];
  readonly error?: string;
  readonly partial?: string;
}

/** What kubectl prints after an error that a template meets: a dump of the object in Go's notation. */
const DUMP = '. Printing more information for debugging the template:';

function print(testCase: Case): Printed {
  const { kind, template, input, output } = testCase;
  try {
    switch (kind) {
      case 'jsonpath': {
        const printer = jsonPathPrinter(
          String(template),
          testCase.allowMissingKeys === true,
          false,
        );
        return { text: printer(input as Json, 0) };
      }
      case 'custom-columns':
        return {
          text: columnsPrinter(parseCustomColumns(String(template)), true)(input as Json, 0),
        };
      case 'sort-by': {
        const items = itemsOf(input as Json);
        const asTable = output === 'table';
        const sorted = sortByField(items, (item) => item, String(template), asTable);
        return { order: sorted.map(nameOf) };
      }
      default:
        throw new Error(`unknown kind ${String(kind)}`);
    }
  } catch (problem) {
    if (problem instanceof FieldNotFound) return { error: problem.message };
    if (!(problem instanceof KubectlError)) throw problem;
    const [message = ''] = problem.message.replace(/^error: /, '').split(DUMP);
    const { printedBefore } = problem;
    return { error: message, ...(printedBefore === '' ? {} : { partial: printedBefore }) };
  }
}

function nameOf(item: Json): string {
  return isRecord(item) && isRecord(item.metadata) ? String(item.metadata.name) : '';
}

function comparable(text: string | undefined, { kind, unordered }: Case): string {
  if (text === undefined) return '(none)';
  if (unordered !== true) return text;
  if (kind !== 'custom-columns') return words(text, /\s+/, ' ');
  const cells = (line: string) => line.split(/\s+/).map((cell) => words(cell, ',', ','));
  return text
    .split('\n')
    .map((line) => cells(line).join(' '))
    .join('\n');
}

/** Table jsonpath_more: -o jsonpath, -o custom-columns and --sort-by as kubectl does them. */
export function jsonpathMore(testCase: Case): Outcome {
  refuseUnknown('field', testCase, [
    ...['name', 'category', 'kind', 'template', 'allowMissingKeys', 'input', 'unordered', 'output'],
    ...['expect', 'expectError', 'expectPartial', 'expectOrder', 'exits'],
  ]);
  const { expect, expectError, expectPartial, expectOrder } = testCase;
  const printed = print(testCase);
  const text = (value: unknown) => (value === undefined ? undefined : String(value));
  return outcomeOf([
    textDifference('text', comparable(text(expect), testCase), comparable(printed.text, testCase)),
    textDifference('error', text(expectError) ?? '(none)', printed.error ?? '(none)'),
    textDifference('printed before', text(expectPartial) ?? '', printed.partial ?? ''),
    jsonDifference('order', expectOrder, printed.order),
  ]);
}
