import { goJson } from '../../api/golang/json';
import { goFloat64 } from '../../api/golang/numbers';
import { equalJson, formatGo, isList, isObject, type Json } from '../../api/patch/json-value';
import { JsonPathError, type ListNode, type Node } from './nodes';
import { parseTemplate } from './parse';

/** A value met on the way, and whether a number came as an integer (Go tells them apart). */
type Value = Json;

/** A template ready to be executed on objects. Models client-go util/jsonpath/jsonpath.go. */
export class JsonPath {
  readonly #root: ListNode;
  readonly #allowMissingKeys: boolean;
  #beginRange = 0;
  #inRange = 0;
  #endRange = 0;
  #lastEnd: Node | undefined;

  /** Throws JsonPathError when the template cannot be parsed. */
  constructor(template: string, options: { readonly allowMissingKeys: boolean }) {
    this.#root = parseTemplate(template);
    this.#allowMissingKeys = options.allowMissingKeys;
  }

  /** What each action found, in order. */
  find(data: Json): Value[][] {
    this.#beginRange = 0;
    this.#inRange = 0;
    this.#endRange = 0;
    return this.#find(data, this.#root.nodes);
  }

  /** The text that the template makes of an object. */
  execute(data: Json): string {
    return this.find(data).map(printResults).join('');
  }

  #find(data: Json, nodes: readonly Node[]): Value[][] {
    const found: Value[][] = [];
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i] as Node;
      const results = this.#walk([data], node);
      if (this.#endRange > 0 && this.#endRange <= this.#inRange) {
        this.#endRange--;
        this.#lastEnd = node;
        break;
      }
      if (this.#beginRange === 0) {
        found.push(results);
        continue;
      }
      this.#beginRange--;
      this.#inRange++;
      const rest = nodes.slice(i + 1);
      for (const value of results) found.push(...this.#find(value, rest));
      // Without results the nodes are walked all the same, to find the end of the range.
      if (results.length === 0) this.#find(null, rest);
      this.#inRange--;
      const end = nodes.findIndex((other, k) => k > i && other === this.#lastEnd);
      if (end >= 0) i = end;
    }
    return found;
  }

  #walk(input: Value[], node: Node): Value[] {
    switch (node.kind) {
      case 'list':
        return node.nodes.reduce<Value[]>((values, inner) => this.#walk(values, inner), input);
      case 'text':
        return [node.text];
      case 'number':
      case 'bool':
        return input.map(() => node.value);
      case 'field':
        return this.#field(input, node.name);
      case 'identifier':
        return this.#identifier(input, node.name);
      case 'array':
        return sliceAll(input, node);
      case 'filter':
        return this.#filter(input, node);
      case 'wildcard':
        return input.flatMap(childrenOf);
      case 'recursive':
        return descend(input);
      case 'union':
        return node.lists.flatMap((list) => this.#walk(input, list));
    }
  }

  #identifier(input: Value[], name: string): Value[] {
    if (name === 'range') {
      this.#beginRange++;
      return input;
    }
    if (name !== 'end') throw new JsonPathError(`unrecognized identifier ${name}`);
    if (this.#inRange === 0) throw new JsonPathError('not in range, nothing to end');
    this.#endRange++;
    return [];
  }

  #field(input: Value[], name: string): Value[] {
    if (input.length === 0) return [];
    const results: Value[] = [];
    for (const value of input) {
      if (!isObject(value)) continue;
      const found = value[name];
      if (found !== undefined) results.push(found);
    }
    if (results.length === 0 && !this.#allowMissingKeys) {
      throw new JsonPathError(`${name} is not found`);
    }
    return results;
  }

  #filter(input: Value[], node: Extract<Node, { kind: 'filter' }>): Value[] {
    const results: Value[] = [];
    for (const value of input) {
      if (!isList(value)) {
        throw new JsonPathError(`${formatGo(value)} is not array or slice and cannot be filtered`);
      }
      for (const item of value) if (this.#passes(item, node)) results.push(item);
    }
    return results;
  }

  #passes(item: Value, { left, right, operator }: Extract<Node, { kind: 'filter' }>): boolean {
    if (operator === 'exists') {
      try {
        return this.#walk([item], left).length > 0;
      } catch (error) {
        if (!(error instanceof JsonPathError)) throw error;
        // A bare word is an error, but leaves what it was asked of.
        return error.message.startsWith('unrecognized identifier');
      }
    }
    const lefts = this.#walk([item], left);
    if (lefts.length === 0) return false;
    if (lefts.length > 1) throw new JsonPathError('can only compare one element at a time');
    const rights = this.#walk([item], right);
    if (rights.length === 0) return false;
    if (rights.length > 1) throw new JsonPathError('can only compare one element at a time');
    return compare(lefts[0] as Value, rights[0] as Value, operator);
  }
}

/** Go's name for the type of a decoded JSON value. */
export function goType(value: Value): string {
  if (isList(value)) return '[]interface {}';
  if (isObject(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function sliceAll(input: Value[], node: Extract<Node, { kind: 'array' }>): Value[] {
  const results: Value[] = [];
  for (const value of input) {
    if (value === null) continue;
    if (!isList(value)) throw new JsonPathError(`${goType(value)} is not array or slice`);
    const [first, second, third] = node.bounds;
    const length = value.length;
    let start = first.known ? first.value : 0;
    if (start < 0) start += length;
    let end = second.known ? second.value : length;
    if (end < 0 || (end === 0 && second.derived)) end += length;
    if (start === end) return results;
    const outside = (index: number) =>
      new JsonPathError(`array index out of bounds: index ${index}, length ${length}`);
    if (start >= length || start < 0) throw outside(start);
    if (end > length || end < 0) throw outside(end - 1);
    if (start > end) {
      throw new JsonPathError(`starting index ${start} is greater than ending index ${end}`);
    }
    if (third.known && third.value <= 0) throw new JsonPathError('step must be > 0');
    for (let i = start; i < end; i += third.known ? third.value : 1) {
      results.push(value[i] as Value);
    }
  }
  return results;
}

function childrenOf(value: Value): Value[] {
  if (isList(value)) return [...value];
  if (!isObject(value)) return [];
  return Object.keys(value)
    .sort()
    .map((key) => value[key] as Value);
}

function descend(input: readonly Value[]): Value[] {
  const results: Value[] = [];
  for (const value of input) {
    const children = childrenOf(value);
    if (children.length > 0) results.push(value, ...descend(children));
  }
  return results;
}

function basicKind(value: Value): 'bool' | 'int' | 'float' | 'string' {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'string') return 'string';
  throw new JsonPathError('invalid type for comparison');
}

/** Models third_party/forked/golang/template/funcs.go. */
function compare(left: Value, right: Value, operator: string): boolean {
  switch (operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case '<':
      return less(left, right);
    case '<=':
      return less(left, right) || equal(left, right);
    case '>':
      return !(less(left, right) || equal(left, right));
    case '>=':
      return !less(left, right);
    default:
      throw new JsonPathError(`unrecognized filter operator ${operator}`);
  }
}

function sameKind(left: Value, right: Value): 'bool' | 'int' | 'float' | 'string' {
  const kind = basicKind(left);
  if (kind !== basicKind(right)) throw new JsonPathError('incompatible types for comparison');
  return kind;
}

function equal(left: Value, right: Value): boolean {
  sameKind(left, right);
  return equalJson(left, right);
}

function less(left: Value, right: Value): boolean {
  if (sameKind(left, right) === 'bool') throw new JsonPathError('invalid type for comparison');
  return (left as number) < (right as number);
}

/** A value as a template prints it: texts bare, collections as JSON. */
export function printValue(value: Value): string {
  if (isList(value) || isObject(value)) return goJson(value as never);
  if (value === null) return 'null';
  return typeof value === 'number' && !Number.isInteger(value) ? goFloat64(value) : String(value);
}

function printResults(results: readonly Value[]): string {
  return results.map(printValue).join(' ');
}
