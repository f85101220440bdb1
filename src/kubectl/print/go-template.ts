import { goFloat64 } from '../../api/golang/numbers';
import { formatGo, isList, isObject, type Json } from '../../api/patch/json-value';
import { callFunction, isTrue, TemplateError } from './go-template-functions';
import { type Expression, parseTemplateText, type TemplateNode } from './go-template-parser';

export { TemplateError };

/** A parsed `-o go-template`. Models text/template on decoded JSON, as far as kubectl users take it. */
export interface GoTemplate {
  readonly nodes: readonly TemplateNode[];
  readonly allowMissingKeys: boolean;
}

/** Throws TemplateError. */
export function parseGoTemplate(text: string, allowMissingKeys: boolean): GoTemplate {
  return { nodes: parseTemplateText(text), allowMissingKeys };
}

/** A value while a template runs; undefined is what Go prints as `<no value>`. */
type Value = Json | undefined;

export function executeTemplate(template: GoTemplate, data: Json): string {
  return new Run(template.allowMissingKeys, data).nodes(template.nodes, data);
}

class Run {
  readonly #allowMissingKeys: boolean;
  #variables: { readonly name: string; value: Value }[];

  constructor(allowMissingKeys: boolean, data: Json) {
    this.#allowMissingKeys = allowMissingKeys;
    this.#variables = [{ name: '$', value: data }];
  }

  nodes(nodes: readonly TemplateNode[], dot: Value): string {
    const depth = this.#variables.length;
    const text = nodes.map((node) => this.#node(node, dot)).join('');
    this.#variables = this.#variables.slice(0, depth);
    return text;
  }

  #node(node: TemplateNode, dot: Value): string {
    switch (node.kind) {
      case 'text':
        return node.text;
      case 'print':
        return printed(this.#evaluate(node.pipeline, dot));
      case 'declare':
        this.#variables.push({ name: node.name, value: this.#evaluate(node.pipeline, dot) });
        return '';
      case 'assign':
        this.#variable(node.name).value = this.#evaluate(node.pipeline, dot);
        return '';
      case 'if':
        return this.nodes(
          isTrue(this.#evaluate(node.pipeline, dot)) ? node.then : node.otherwise,
          dot,
        );
      case 'with': {
        const value = this.#evaluate(node.pipeline, dot);
        return isTrue(value) ? this.nodes(node.then, value) : this.nodes(node.otherwise, dot);
      }
      case 'range':
        return this.#range(node, dot);
    }
  }

  #range(node: Extract<TemplateNode, { kind: 'range' }>, dot: Value): string {
    const value = this.#evaluate(node.pipeline, dot);
    const entries = entriesOf(value);
    if (entries.length === 0) return this.nodes(node.otherwise, dot);
    const depth = this.#variables.length;
    let text = '';
    for (const [key, item] of entries) {
      if (node.key) this.#variables.push({ name: node.key, value: key });
      if (node.item) this.#variables.push({ name: node.item, value: item });
      text += this.nodes(node.then, item);
      this.#variables = this.#variables.slice(0, depth);
    }
    return text;
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
        return this.#field(this.#evaluate(expression.of, dot), expression.name);
      case 'call': {
        const args = expression.args.map((argument) => this.#evaluate(argument, dot));
        return callFunction(expression.name, args);
      }
    }
  }

  #field(value: Value, name: string): Value {
    if (value === undefined || value === null) {
      if (this.#allowMissingKeys) return undefined;
      throw new TemplateError(`nil data; no entry for key ${JSON.stringify(name)}`);
    }
    if (!isObject(value)) {
      throw new TemplateError(`can't evaluate field ${name} in type interface {}`);
    }
    const found = value[name];
    if (found === undefined && !this.#allowMissingKeys) {
      throw new TemplateError(`map has no entry for key ${JSON.stringify(name)}`);
    }
    return found;
  }
}

function entriesOf(value: Value): [Json, Json][] {
  if (isList(value)) return value.map((item, index) => [index, item]);
  if (!isObject(value)) {
    if (value === undefined || value === null) return [];
    throw new TemplateError(`range can't iterate over ${printed(value)}`);
  }
  return Object.keys(value)
    .sort()
    .map((key) => [key, value[key] as Json]);
}

function printed(value: Value): string {
  if (value === undefined) return '<no value>';
  if (value === null) return '<no value>';
  if (typeof value === 'number' && !Number.isInteger(value)) return goFloat64(value);
  return formatGo(value);
}
