import { goFloat64 } from '../../api/golang/numbers';
import { goQuote } from '../../api/golang/quote';
import { isList, isObject, type Json } from '../../api/patch/json-value';

/** A decoded JSON value as Go's %#v prints it. */
export function goSyntax(value: Json): string {
  if (value === null) return 'interface {}(nil)';
  if (isList(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort();
    const members = keys.map((key) => `${goQuote(key)}:${goSyntax(value[key] as Json)}`);
    return `map[string]interface {}{${members.join(', ')}}`;
  }
  if (typeof value === 'string') return goQuote(value);
  return typeof value === 'number' && !Number.isInteger(value) ? goFloat64(value) : String(value);
}
