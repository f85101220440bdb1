import { goFloat64 } from '../golang/numbers';
import { goQuote } from '../golang/quote';
import type { YamlNode } from './parser';
import { resolveScalar, type ScalarValue } from './resolve-scalar';

const MAP = 'map[interface {}]interface {}';

/**
 * A node's value as Go's %#v prints it, which is how the library names a key that JSON cannot have.
 * `top` is for a value that is not held by another: nil is shorter there.
 */
export function goSyntax(node: YamlNode, top = false): string {
  switch (node.kind) {
    case 'alias':
      return goSyntax(node.target, top);
    case 'sequence':
      return `[]interface {}{${node.items.map((item) => goSyntax(item)).join(', ')}}`;
    case 'mapping': {
      const entries = node.pairs.map(([key, value]) => ({
        rank: rank(key),
        text: `${goSyntax(key)}:${goSyntax(value)}`,
      }));
      entries.sort((a, b) => compareRanks(a.rank, b.rank));
      return `${MAP}{${entries.map((entry) => entry.text).join(', ')}}`;
    }
    case 'scalar': {
      const plain = node.tag === '' && !node.implicit;
      return goScalar(plain ? node.value : resolveScalar(node.tag, node.value), top);
    }
  }
}

function goScalar(value: ScalarValue, top: boolean): string {
  if (value === null) return top ? '<nil>' : 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number') return goFloat64Or(value);
  if (typeof value === 'bigint' && value >= 2n ** 63n) return `0x${value.toString(16)}`;
  return String(value);
}

function goFloat64Or(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : goFloat64(value);
}

type Rank = [type: number, value: number | string];

/** Go prints maps sorted: nil, then by type, then by value. */
function rank(key: YamlNode): Rank {
  if (key.kind !== 'scalar') return [5, ''];
  const plain = key.tag === '' && !key.implicit;
  const value = plain ? key.value : resolveScalar(key.tag, key.value);
  if (value === null) return [0, 0];
  if (typeof value === 'boolean') return [1, value ? 1 : 0];
  if (typeof value === 'string') return [4, value];
  return [2, Number(value)];
}

function compareRanks(a: Rank, b: Rank): number {
  if (a[0] !== b[0]) return a[0] - b[0];
  if (a[1] === b[1]) return 0;
  return a[1] < b[1] ? -1 : 1;
}
