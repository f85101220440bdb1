import { goFloat64 } from '../../api/golang/numbers';
import { formatGo, type Json } from '../../api/patch/json-value';
import { plain } from '../errors';
import { JsonPath } from '../jsonpath/evaluate';
import { JsonPathError } from '../jsonpath/nodes';
import { relaxedTemplate } from '../jsonpath/relaxed';

export interface CustomColumn {
  readonly header: string;
  /** Parsed when the first row is made, after the headers have been written. */
  readonly template: string;
}

/** `HEADER:PATH,HEADER:PATH`. Models kubectl pkg/cmd/get/customcolumn.go. */
export function parseCustomColumns(spec: string): CustomColumn[] {
  if (spec === '') throw plain('custom-columns format specified but no custom columns given');
  return spec.split(',').map((part) => {
    const colon = part.indexOf(':');
    if (colon < 0) {
      throw plain(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    }
    return column(part.slice(0, colon), part.slice(colon + 1));
  });
}

/** A file with the headers in its first line and the paths in its second. */
export function parseCustomColumnsFile(text: string): CustomColumn[] {
  const [headers = '', paths = ''] = text.split('\n');
  if (headers.trim() === '') {
    throw plain(
      'invalid template, missing header line. Expected format is one line of space separated headers, one line of space separated column specs.',
    );
  }
  if (paths.trim() === '') {
    throw plain(
      'invalid template, missing spec line. Expected format is one line of space separated headers, one line of space separated column specs.',
    );
  }
  const names = headers.trim().split(/\s+/);
  const specs = paths.trim().split(/\s+/);
  if (names.length !== specs.length) {
    throw plain(
      `number of headers (${names.length}) and field specifications (${specs.length}) don't match`,
    );
  }
  return names.map((name, i) => column(name, specs[i] ?? ''));
}

function column(header: string, spec: string): CustomColumn {
  try {
    return { header, template: relaxedTemplate(spec) };
  } catch (error) {
    if (error instanceof JsonPathError) throw plain(error.message);
    throw error;
  }
}

/** One object's row, cells separated by tabs. Throws KubectlError when a path cannot be evaluated. */
export function customRow(columns: readonly CustomColumn[], object: Json): string {
  return pathsOf(columns)
    .map((path) => cell(path, object))
    .join('\t');
}

const parsedColumns = new WeakMap<readonly CustomColumn[], readonly JsonPath[]>();

function pathsOf(columns: readonly CustomColumn[]): readonly JsonPath[] {
  const known = parsedColumns.get(columns);
  if (known) return known;
  try {
    const paths = columns.map(({ template }) => new JsonPath(template, { allowMissingKeys: true }));
    parsedColumns.set(columns, paths);
    return paths;
  } catch (error) {
    if (error instanceof JsonPathError) throw plain(error.message);
    throw error;
  }
}

function cell(path: JsonPath, object: Json): string {
  try {
    const found = path.find(object);
    if ((found[0] ?? []).length === 0) return '<none>';
    return found.flat().map(cellText).join(',');
  } catch (error) {
    if (error instanceof JsonPathError) throw plain(error.message);
    throw error;
  }
}

function cellText(value: Json): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return goFloat64(value);
  return formatGo(value);
}
