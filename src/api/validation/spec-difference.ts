import type { ExactJson } from '../golang/json';

/**
 * Two specs as indented JSON, changed lines marked: what the server puts behind the list of fields
 * that may change. Upstream prints Go values in a layout that is not stable from build to build;
 * ours shows the same changes as JSON.
 */
export function specDifference(before: ExactJson, after: ExactJson): string {
  return `  ${nodeLines(before, after, '  ').join('\n').trimStart()}\n`;
}

function nodeLines(before: ExactJson, after: ExactJson, indent: string): string[] {
  const inner = `${indent}  `;
  const lines = [`${indent}{`];
  const keys = [...new Set([...keysOf(before), ...keysOf(after)])];
  for (const key of keys) {
    const [a, b] = [memberOf(before, key), memberOf(after, key)];
    const [x, y] = [text(a), text(b)];
    if (x === y) continue;
    if (isNode(a) && isNode(b)) {
      const nested = nodeLines(a, b, inner);
      lines.push(`${inner}${key}: ${(nested[0] ?? '').trimStart()}`, ...nested.slice(1));
      continue;
    }
    if (a !== undefined) lines.push(`-${inner.slice(1)}${key}: ${x}`);
    if (b !== undefined) lines.push(`+${inner.slice(1)}${key}: ${y}`);
  }
  lines.push(`${indent}}`);
  return lines;
}

function isNode(value: ExactJson | undefined): value is ExactJson[] | { [key: string]: ExactJson } {
  return typeof value === 'object' && value !== null;
}

function keysOf(value: ExactJson): string[] {
  return isNode(value) ? Object.keys(value) : [];
}

function memberOf(value: ExactJson, key: string): ExactJson | undefined {
  if (!isNode(value)) return undefined;
  return (value as { [key: string]: ExactJson })[key];
}

function text(value: ExactJson | undefined): string {
  return JSON.stringify(value) ?? '';
}
