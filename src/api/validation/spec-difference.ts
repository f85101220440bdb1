import { goJsonString } from '../golang/json';
import { lineDiff } from '../golang/line-diff';

/**
 * What the server puts behind the list of fields that may change: where the JSON of two specs differs. Takes
 * specs in the server's own form (`internalPodSpec`). Models apimachinery's util/diff Diff.
 */
export function specDifference(before: object, after: object): string {
  return lineDiff(indentedJson(before, '\n'), indentedJson(after, '\n'));
}

/** JSON as Go's MarshalIndent writes it with a blank for each level; `line` starts a line. */
function indentedJson(value: unknown, line: string): string {
  if (typeof value === 'string') return goJsonString(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${line} `;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((item) => indentedJson(item, inner))
    : Object.entries(value).map(
        ([key, member]) => `${goJsonString(key)}: ${indentedJson(member, inner)}`,
      );
  const [open, close] = isList ? '[]' : '{}';
  if (parts.length === 0) return `${open}${close}`;
  return `${open}${inner}${parts.join(`,${inner}`)}${line}${close}`;
}
