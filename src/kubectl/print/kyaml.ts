import { isList, isObject, type Json } from '../../api/patch/json-value';
import { resolveScalar } from '../../api/yaml/resolve-scalar';

/**
 * KYAML: YAML in flow style that is also easy to read as JSON5. `keepOrder`: keys as they come, as of typed
 * objects. Models sigs.k8s.io/yaml/kyaml.
 */
export function toKyaml(value: Json, keepOrder = false): string {
  return `---\n${render(value, '', keepOrder)}\n`;
}

function render(value: Json, indent: string, keepOrder: boolean): string {
  const inner = `${indent}  `;
  if (isList(value)) {
    if (value.length === 0) return '[]';
    if (value.every((item) => isObject(item) || isList(item))) {
      return `[${value.map((item) => render(item, indent, keepOrder)).join(', ')}]`;
    }
    return `[\n${value.map((item) => `${inner}${render(item, inner, keepOrder)},\n`).join('')}${indent}]`;
  }
  if (isObject(value)) {
    const keys = Object.keys(value);
    if (!keepOrder) keys.sort();
    if (keys.length === 0) return '{}';
    const members = keys.map(
      (key) => `${inner}${keyText(key)}: ${render(value[key] as Json, inner, keepOrder)},\n`,
    );
    return `{\n${members.join('')}${indent}}`;
  }
  return typeof value === 'string' ? text(value, indent) : String(value);
}

function keyText(key: string): string {
  const plain = /^[A-Za-z_][-A-Za-z0-9_./]*$/.test(key);
  return plain && typeof resolveScalar('', key) === 'string' ? key : JSON.stringify(key);
}

/** Texts of several lines are folded so that each line stands on its own. */
function text(value: string, indent: string): string {
  const lines = value.split('\n').map((line) => JSON.stringify(line).slice(1, -1));
  const last = lines.pop() ?? '';
  if (lines.length === 0) return JSON.stringify(value);
  const body = lines.map((line) => `${indent}   ${line}\\n\\\n`).join('');
  return `"\\\n${body}${indent}  ${last === '' ? '' : ` ${last}`}"`;
}
