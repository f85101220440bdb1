import type { ExactJson } from '../golang/json';
import { goFloat32 } from '../golang/numbers';
import { goSyntax } from './go-syntax';
import type { MappingNode, YamlNode } from './parser';
import { resolveScalar, type ScalarValue } from './resolve-scalar';
import { YamlError } from './yaml-error';

/** Decoding steps up to which 99 % may come from aliases; beyond, ever fewer. */
const GENEROUS_STEPS = 400_000;
const STRICT_STEPS = 4_000_000;

/**
 * Turns a document's nodes into JSON. Throws YamlError, or Error where the text is YAML but not
 * JSON. Models go-yaml v2's decode.go and the conversion of sigs.k8s.io/yaml: keys become strings,
 * the last of several equal keys counts, and documents that mostly consist of aliases are refused.
 */
export function constructJson(root: YamlNode): ExactJson {
  const construction = new Construction();
  const value = construction.value(root);
  if (construction.unsupportedKey !== undefined) throw new Error(construction.unsupportedKey);
  return value;
}

class Construction {
  unsupportedKey: string | undefined;
  private steps = 0;
  private aliasSteps = 0;
  private aliasDepth = 0;
  private readonly open = new Set<YamlNode>();

  value(node: YamlNode): ExactJson {
    this.step();
    switch (node.kind) {
      case 'scalar':
        return scalarOf(node.tag, node.implicit, node.value);
      case 'sequence':
        return node.items.map((item) => this.value(item));
      case 'mapping': {
        const map: { [key: string]: ExactJson } = {};
        this.fill(node, map);
        return map;
      }
      case 'alias':
        return this.throughAlias(node, () => this.value(node.target));
    }
  }

  private step(): void {
    this.steps++;
    if (this.aliasDepth > 0) this.aliasSteps++;
    if (this.aliasSteps <= 100 || this.steps <= 1000) return;
    if (this.aliasSteps / this.steps > allowedAliasShare(this.steps)) {
      throw new YamlError('document contains excessive aliasing');
    }
  }

  private throughAlias<T>(node: YamlNode & { kind: 'alias' }, run: () => T): T {
    if (this.open.has(node)) throw new YamlError(`anchor '${node.name}' value contains itself`);
    this.open.add(node);
    this.aliasDepth++;
    const result = run();
    this.aliasDepth--;
    this.open.delete(node);
    return result;
  }

  private fill(node: MappingNode, map: { [key: string]: ExactJson }): void {
    for (const [keyNode, valueNode] of node.pairs) {
      if (isMerge(keyNode)) {
        this.merge(valueNode, map);
        continue;
      }
      const target = keyNode.kind === 'alias' ? aliasTarget(keyNode) : keyNode;
      const key = this.value(keyNode);
      if (target.kind !== 'scalar') throw new YamlError(`invalid map key: ${goSyntax(target)}`);
      const value = this.value(valueNode);
      const name = keyText(key as ScalarValue, isFloat(target.value, key as ScalarValue));
      if (name === undefined) this.refuseKey(key as ScalarValue, valueNode);
      else setKey(map, name, value);
    }
  }

  private refuseKey(key: ScalarValue, value: YamlNode): void {
    const [type, text] =
      key === null ? ['%!s(<nil>)', '<nil>'] : ['uint64', `0x${(key as bigint).toString(16)}`];
    this.unsupportedKey ??= `unsupported map key of type: ${type}, key: ${text}, value: ${goSyntax(value, true)}`;
  }

  private merge(node: YamlNode, map: { [key: string]: ExactJson }): void {
    if (node.kind === 'sequence') {
      // Earlier entries take precedence, so they are merged last.
      for (const item of [...node.items].reverse()) {
        if (item.kind === 'sequence') failMerge();
        this.merge(item, map);
      }
      return;
    }
    if (node.kind === 'scalar') failMerge();
    this.step();
    if (node.kind === 'mapping') {
      this.fill(node, map);
      return;
    }
    const { target } = node;
    if (target.kind !== 'mapping') failMerge();
    this.throughAlias(node, () => {
      this.step();
      this.fill(target, map);
    });
  }
}

function failMerge(): never {
  throw new YamlError('map merge requires map or sequence of maps as the value');
}

function isMerge(node: YamlNode): boolean {
  if (node.kind !== 'scalar' || node.value !== '<<') return false;
  return node.implicit || node.tag === 'tag:yaml.org,2002:merge';
}

function aliasTarget(node: YamlNode): YamlNode {
  return node.kind === 'alias' ? aliasTarget(node.target) : node;
}

function allowedAliasShare(steps: number): number {
  if (steps <= GENEROUS_STEPS) return 0.99;
  if (steps >= STRICT_STEPS) return 0.1;
  return 0.99 - (0.89 * (steps - GENEROUS_STEPS)) / (STRICT_STEPS - GENEROUS_STEPS);
}

/** The value of a scalar node; quoted text and block scalars are strings. */
export function scalarOf(tag: string, implicit: boolean, text: string): ScalarValue {
  return tag === '' && !implicit ? text : resolveScalar(tag, text);
}

/** Whether a number was written as a float, so that its key is printed as one. */
function isFloat(text: string, value: ScalarValue): boolean {
  return typeof value === 'number' && (!Number.isInteger(value) || /[.eE]/.test(text));
}

/** A key as text; undefined for null and for integers that need 64 bits without a sign. */
function keyText(key: ScalarValue, float: boolean): string | undefined {
  if (key === null) return undefined;
  if (typeof key === 'bigint') return key >= 2n ** 63n ? undefined : String(key);
  if (typeof key === 'number' && float) return goFloat32(key);
  return String(key);
}

/** Sets a key as JSON.parse would: `__proto__` is a key like any other. */
export function setKey<T>(map: { [key: string]: T }, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    map[key] = value;
  }
}
