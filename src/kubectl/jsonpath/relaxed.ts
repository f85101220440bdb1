import { JsonPathError } from './nodes';

const RELAXED = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/;

/**
 * The template for a path as --sort-by and custom-columns take it: `x.y.z`, `.x.y.z`, `{x.y.z}`,
 * `{.x.y.z}`. Models RelaxedJSONPathExpression.
 */
export function relaxedTemplate(path: string): string {
  if (path === '') return path;
  const match = RELAXED.exec(path);
  if (!match) {
    throw new JsonPathError(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    );
  }
  return `{.${match[1] || match[2] || ''}}`;
}
