import { goFloat64 } from '../../api/golang/numbers';
import { formatGo, isList, isObject, type Json } from '../../api/patch/json-value';
import { toBytes } from '../../runtime/bytes';
import { callFunction, isTrue, TemplateError } from './go-template-functions';
import {
  type Expression,
  type ParsedTemplate,
  type Place,
  parseTemplateText,
  type TemplateNode,
} from './go-template-parser';

export { TemplateError };

/** A parsed `-o go-template`. Models text/template on decoded JSON, as far as kubectl users take it. */
export interface GoTemplate extends ParsedTemplate {
  readonly source: string;
  readonly allowMissingKeys: boolean;
}

/** Throws TemplateError. */
export function parseGoTemplate(text: string, allowMissingKeys: boolean): GoTemplate {
  return { ...parseTemplateText(text), source: text, allowMissingKeys };
}

/** What a template made of an object, and why it ended before its end. */
export interface TemplateOutput {
  readonly text: string;
  /** Go's message, from the line and the column on. */
  readonly error?: string;
}

/** A value while a template runs; undefined is what Go prints as `<no value>`. */
type Value = Json | undefined;

export function executeTemplate(template: GoTemplate, data: Json): TemplateOutput {
  const run = new Run(template, data);
  try {
    run.nodes(template.nodes, data);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { text: run.text, error: error.message };
  }
  return { text: run.text };
}

/** Leaves a `range`, or the rest of one of its rounds. */
class LoopEnd {
  readonly kind: 'break' | 'continue';

  constructor(kind: 'break' | 'continue') {
    this.kind = kind;
  }
}

/** An error that says where it happened. */
class LocatedError extends TemplateError {}

class Run {
  text = '';
  readonly #template: GoTemplate;
  #variables: { readonly name: string; value: Value }[];

  constructor(template: GoTemplate, data: Json) {
    this.#template = template;
    this.#variables = [{ name: '$', value: data }];
  }

  nodes(nodes: readonly TemplateNode[], dot: Value): void {
    const depth = this.#variables.length;
    for (const node of nodes) this.#node(node, dot);
    this.#variables = this.#variables.slice(0, depth);
  }

  #node(node: TemplateNode, dot: Value): void {
    switch (node.kind) {
      case 'text':
        this.text += node.text;
        return;
      case 'print':
        this.text += printed(this.#evaluate(node.pipeline, dot));
        return;
      case 'declare':
        this.#variables.push({ name: node.name, value: this.#evaluate(node.pipeline, dot) });
        return;
      case 'assign':
        this.#variable(node.name).value = this.#evaluate(node.pipeline, dot);
        return;
      case 'if':
        this.nodes(isTrue(this.#evaluate(node.pipeline, dot)) ? node.then : node.otherwise, dot);
        return;
      case 'with': {
        const value = this.#evaluate(node.pipeline, dot);
        if (isTrue(value)) this.nodes(node.then, value);
        else this.nodes(node.otherwise, dot);
        return;
      }
      case 'range':
        this.#range(node, dot);
        return;
      case 'template':
        this.#named(node, dot);
        return;
      default:
        throw new LoopEnd(node.kind);
    }
  }

  #named(node: Extract<TemplateNode, { kind: 'template' }>, dot: Value): void {
    const nodes = this.#template.defined.get(node.name);
    if (!nodes) throw this.#located(node, `template ${JSON.stringify(node.name)} not defined`);
    const given = node.pipeline ? this.#evaluate(node.pipeline, dot) : undefined;
    const outer = this.#variables;
    this.#variables = [{ name: '$', value: given }];
    this.nodes(nodes, given);
    this.#variables = outer;
  }

  #range(node: Extract<TemplateNode, { kind: 'range' }>, dot: Value): void {
    const entries = this.#entriesOf(this.#evaluate(node.pipeline, dot), node.pipeline);
    if (entries.length === 0) {
      this.nodes(node.otherwise, dot);
      return;
    }
    const depth = this.#variables.length;
    for (const [key, item] of entries) {
      if (node.key) this.#variables.push({ name: node.key, value: key });
      if (node.item) this.#variables.push({ name: node.item, value: item });
      const ended = this.#round(node.then, item);
      this.#variables = this.#variables.slice(0, depth);
      if (ended === 'break') return;
    }
  }

  #round(nodes: readonly TemplateNode[], item: Value): 'break' | 'continue' | undefined {
    try {
      this.nodes(nodes, item);
      return undefined;
    } catch (error) {
      if (error instanceof LoopEnd) return error.kind;
      throw error;
    }
  }

  #entriesOf(value: Value, place: Place): [Json, Json][] {
    if (isList(value)) return value.map((item, index) => [index, item]);
    if (typeof value === 'number' && Number.isInteger(value)) {
      return Array.from({ length: Math.max(0, value) }, (_, i) => [i, i]);
    }
    if (isObject(value)) {
      const keys = Object.keys(value).sort();
      return keys.map((key) => [key, value[key] as Json]);
    }
    if (value === undefined || value === null) return [];
    throw this.#located(place, `range can't iterate over ${printed(value)}`);
  }

  /** `1:2: executing "output" at <.x>: why`. */
  #located({ at, text }: Place, why: string): LocatedError {
    const before = this.#template.source.slice(0, at);
    const line = before.split('\n').length;
    const column = toBytes(before.slice(before.lastIndexOf('\n') + 1)).length;
    return new LocatedError(`${line}:${column}: executing "output" at <${text}>: ${why}`);
  }

  #variable(name: string): { value: Value } {
    const found = this.#variables.findLast((variable) => variable.name === name);
    if (!found) throw new TemplateError(`undefined variable ${JSON.stringify(name)}`);
    return found;
  }

  #evaluate(expression: Expression, dot: Value): Value {
    switch (expression.kind) {
      case 'literal':
        return expression.value;
      case 'dot':
        return dot;
      case 'variable':
        return this.#variable(expression.name).value;
      case 'field':
        return this.#field(this.#evaluate(expression.of, dot), expression);
      case 'call': {
        const args = expression.args.map((argument) => this.#evaluate(argument, dot));
        try {
          return callFunction(expression.name, args);
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error;
          throw this.#located(expression, error.message);
        }
      }
    }
  }

  #field(value: Value, place: Expression & { readonly kind: 'field' }): Value {
    const { name } = place;
    const { allowMissingKeys } = this.#template;
    if (value === undefined || value === null) {
      if (allowMissingKeys) return undefined;
      throw this.#located(place, `nil data; no entry for key ${JSON.stringify(name)}`);
    }
    if (!isObject(value)) {
      throw this.#located(place, `can't evaluate field ${name} in type interface {}`);
    }
    const found = value[name];
    if (found === undefined && !allowMissingKeys) {
      throw this.#located(place, `map has no entry for key ${JSON.stringify(name)}`);
    }
    return found;
  }
}

function printed(value: Value): string {
  if (value === undefined) return '<no value>';
  if (value === null) return '<no value>';
  if (typeof value === 'number' && !Number.isInteger(value)) return goFloat64(value);
  return formatGo(value);
}
