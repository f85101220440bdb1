import { goJson, goJsonString } from '../../api/golang/json';
import { isList, isObject, type Json } from '../../api/patch/json-value';

export interface JsonStyle {
  /** Four blanks for `-o json`. */
  readonly indent: string;
  /** Keys in the order of the object instead of sorted: what Go does for typed objects. */
  readonly keepOrder?: boolean;
}

/** JSON as Go's MarshalIndent writes it, without a newline at the end. */
export function toJson(value: Json, style: JsonStyle, indent = ''): string {
  const inner = indent + style.indent;
  if (isList(value)) {
    if (value.length === 0) return '[]';
    const items = value.map((item) => inner + toJson(item, style, inner));
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  if (!isObject(value)) return goJson(value as never);
  const keys = Object.keys(value);
  if (keys.length === 0) return '{}';
  if (!style.keepOrder) keys.sort();
  const members = keys.map(
    (key) => `${inner}${goJsonString(key)}: ${toJson(value[key] as Json, style, inner)}`,
  );
  return `{\n${members.join(',\n')}\n${indent}}`;
}
