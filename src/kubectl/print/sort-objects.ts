import { goQuote } from '../../api/golang/quote';
import { isList, isObject, type Json } from '../../api/patch/json-value';
import { compareQuantities, parseQuantity, type Quantity } from '../../api/quantity';
import { toBytes } from '../../runtime/bytes';
import { KubectlError, plain } from '../errors';
import { goType, JsonPath } from '../jsonpath/evaluate';
import { JsonPathError } from '../jsonpath/nodes';
import { relaxedTemplate } from '../jsonpath/relaxed';
import { goSort } from './go-sort';

/** No object has the field that was to be sorted by. */
export class FieldNotFound extends Error {
  constructor(field: string) {
    super(`couldn't find any field with path ${goQuote(field)} in the list of objects`);
  }
}

/** Values that have no order: kubectl ends in the middle of a comparison, with a log line instead of an error. */
export class Unsortable extends KubectlError {
  /** Where in kubectl's source the line is written. */
  readonly place: string;
  readonly text: string;

  constructor(text: string, asTable: boolean) {
    super(`error: ${text}`);
    this.text = text;
    this.place = asTable ? 'sorter.go:375' : 'sorter.go:329';
  }
}

/**
 * Sorts what stands for objects (the objects, or rows of a table) by a field. `asTable`: as the sorter of
 * server-printed tables words its errors. Models kubectl pkg/cmd/get/sorter.go.
 */
export function sortByField<T>(
  items: readonly T[],
  objectOf: (item: T) => Json,
  fieldInput: string,
  asTable: boolean,
): T[] {
  const { field, path } = pathOf(fieldInput, asTable);
  const keyed = items.map((item) => ({ item, value: path.find(objectOf(item))[0]?.[0] }));
  if (items.length > 0 && keyed.every(({ value }) => value === undefined)) {
    throw new FieldNotFound(field);
  }
  const sorted = goSort(keyed, (a, b) => {
    if (a.value === undefined) return true;
    if (b.value === undefined) return false;
    return isLess(a.value, b.value, field, asTable);
  });
  return sorted.map(({ item }) => item);
}

function pathOf(input: string, asTable: boolean): { field: string; path: JsonPath } {
  try {
    const field = asTable ? relaxedOrSelf(input) : relaxedTemplate(input);
    return { field, path: new JsonPath(field, { allowMissingKeys: true }) };
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw plain(asTable ? `sorting error: ${error.message}` : error.message);
  }
}

function relaxedOrSelf(input: string): string {
  try {
    return relaxedTemplate(input);
  } catch {
    return input;
  }
}

function isLess(a: Json, b: Json, field: string, asTable: boolean): boolean {
  if (a === null || b === null) return a === null && b !== null;
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'string' && typeof b === 'string') return lessText(a, b);
  const kind = isObject(a) && field === '{..}' ? 'map' : 'interface';
  const scalar = typeof a === 'number' || typeof a === 'string';
  const why =
    kind === 'map'
      ? 'unsortable type: map'
      : scalar
        ? 'unsortable interface: interface'
        : `unsortable type: ${goType(isList(a) ? [] : a)}`;
  const holder = asTable ? '[][][]reflect.Value' : '*unstructured.Unstructured';
  throw new Unsortable(
    `Field ${field} in ${holder} is an unsortable type: ${kind}, err: ${why}`,
    asTable,
  );
}

/** Texts that are quantities compare as such, others byte by byte. */
function lessText(a: string, b: string): boolean {
  const left = quantityOf(a);
  const right = left && quantityOf(b);
  return left && right ? compareQuantities(left, right) < 0 : toBytes(a) < toBytes(b);
}

function quantityOf(text: string): Quantity | undefined {
  try {
    return parseQuantity(text);
  } catch {
    return undefined;
  }
}
