import { apiVersionOf } from '../../api/client';
import { goJson, goJsonString } from '../../api/golang/json';
import { goQuote } from '../../api/golang/quote';
import { formatGo, isList, isObject, type Json } from '../../api/patch/json-value';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from '../command';
import { KubectlError, plain } from '../errors';
import { readTextOrFail } from '../files';
import { JsonPath } from '../jsonpath/evaluate';
import { JsonPathError } from '../jsonpath/nodes';
import { kindName } from '../resource/mapper';
import {
  type CustomColumn,
  customRow,
  parseCustomColumns,
  parseCustomColumnsFile,
} from './custom-columns';
import { goSyntax } from './go-syntax';
import { executeTemplate, type GoTemplate, parseGoTemplate, TemplateError } from './go-template';
import { toJson } from './json';
import { toKyaml } from './kyaml';
import { TABLE_TABS, TabWriter } from './tab-writer';
import { toYaml } from './yaml';

/** Turns an object (or a List) into text. */
export type ObjectPrinter = (object: Json, index: number) => string;

export interface PrinterOptions {
  /** Names `get` accepts beyond those of all commands: custom-columns, wide. */
  readonly forGet?: boolean;
  /** Objects come from Go types: their JSON has the types' order of fields. */
  readonly typed?: boolean;
}

const FORMATS = [
  'go-template',
  'go-template-file',
  'json',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'kyaml',
  'name',
  'template',
  'templatefile',
  'yaml',
];

/** Formats that leave out managed fields; templates see the object as it is. */
const WHOLE_OBJECT_FORMATS: ReadonlySet<string> = new Set(['json', 'yaml', 'kyaml']);

const GET_FORMATS = ['custom-columns', 'custom-columns-file', 'wide'];

/** What `-o` asks for: the format, and the template behind `=`. */
export function outputFormat(invocation: Invocation): { format: string; template: string } {
  const output = invocation.flags.string('output');
  const template = invocation.flags.string('template');
  if (template !== '' && !invocation.flags.changed('output')) {
    return { format: 'go-template', template };
  }
  const equals = output.indexOf('=');
  if (equals >= 0) {
    return { format: output.slice(0, equals), template: output.slice(equals + 1) };
  }
  return { format: output, template };
}

/** The printer that -o asks for; undefined without -o (and for `wide`). */
export function* createPrinter(
  invocation: Invocation,
  options: PrinterOptions = {},
): Call<ObjectPrinter | undefined> {
  const { format, template } = outputFormat(invocation);
  if (format === '' || (format === 'wide' && options.forGet)) return undefined;
  const known = options.forGet ? [...FORMATS, ...GET_FORMATS].sort() : FORMATS;
  if (!known.includes(format)) {
    throw plain(
      `unable to match a printer suitable for the output format ${goQuote(invocation.flags.string('output'))}, allowed formats are: ${known.join(',')}`,
    );
  }
  const raw = yield* printerOf(invocation, format, template, options);
  const isWhole = WHOLE_OBJECT_FORMATS.has(format);
  if (!isWhole || invocation.flags.bool('show-managed-fields')) return raw;
  return (object, index) => raw(withoutManagedFields(object), index);
}

function* printerOf(
  invocation: Invocation,
  format: string,
  template: string,
  options: PrinterOptions,
): Call<ObjectPrinter> {
  switch (format) {
    case 'json': {
      const style = { indent: '    ', keepOrder: options.typed ?? false };
      return (object) => `${toJson(object, style)}\n`;
    }
    case 'yaml':
      return (object, index) => (index > 0 ? '---\n' : '') + toYaml(object);
    case 'kyaml':
      return (object) => toKyaml(object, options.typed ?? false);
    case 'name':
      return (object) => namesOf(invocation, object);
    case 'custom-columns':
      return columnsPrinter(parseCustomColumns(template), hasHeaders(invocation));
    case 'custom-columns-file':
      return columnsPrinter(
        parseCustomColumnsFile(yield* templateFile(invocation, template)),
        hasHeaders(invocation),
      );
    case 'jsonpath':
    case 'jsonpath-as-json':
      return jsonPathPrinter(template, allowsMissing(invocation), format === 'jsonpath-as-json');
    case 'jsonpath-file':
      return jsonPathPrinter(
        yield* templateFile(invocation, template),
        allowsMissing(invocation),
        false,
      );
    case 'go-template-file':
    case 'templatefile':
      return goTemplatePrinter(yield* templateFile(invocation, template), invocation);
    default:
      return goTemplatePrinter(template, invocation);
  }
}

function* templateFile(invocation: Invocation, path: string): Call<string> {
  if (path === '') throw plain('template format specified but no template given');
  return yield* readTextOrFail(invocation.sys, path, `error reading --template ${path}, `);
}

function hasHeaders({ flags }: Invocation): boolean {
  return !(flags.find('no-headers') && flags.bool('no-headers'));
}

function allowsMissing({ flags }: Invocation): boolean {
  return flags.bool('allow-missing-template-keys');
}

/** Rows that were made before one fails are printed all the same. */
export function columnsPrinter(
  columns: readonly CustomColumn[],
  withHeaders: boolean,
): ObjectPrinter {
  const writer = new TabWriter(TABLE_TABS);
  let headersWanted = withHeaders;
  return (object) => {
    if (headersWanted) writer.write(`${columns.map(({ header }) => header).join('\t')}\n`);
    headersWanted = false;
    try {
      for (const item of itemsOf(object)) writer.write(`${customRow(columns, item)}\n`);
    } catch (error) {
      if (error instanceof KubectlError) error.printedBefore = writer.flush();
      throw error;
    }
    return writer.flush();
  };
}

export function jsonPathPrinter(
  template: string,
  allowMissingKeys: boolean,
  asJson: boolean,
): ObjectPrinter {
  if (template === '') throw plain('template format specified but no template given');
  let path: JsonPath;
  try {
    path = new JsonPath(template, { allowMissingKeys });
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw plain(`error parsing jsonpath ${template}, ${error.message}`);
  }
  return (object) => {
    try {
      if (!asJson) return path.execute(object);
      return path
        .find(object)
        .map((found) => `${toJson(found, { indent: '    ' })}\n`)
        .join('');
    } catch (error) {
      if (!(error instanceof JsonPathError)) throw error;
      throw plain(
        `error executing jsonpath ${goQuote(template)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n\n`,
      );
    }
  };
}

function goTemplatePrinter(text: string, invocation: Invocation): ObjectPrinter {
  if (text === '') throw plain('template format specified but no template given');
  let template: GoTemplate;
  try {
    template = parseGoTemplate(text, invocation.flags.bool('allow-missing-template-keys'));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw plain(`error parsing template ${text}, template: output:1: ${error.message}`);
  }
  return (object) => {
    const { text: shown, error } = executeTemplate(template, object);
    if (error === undefined) return shown;
    const why = `template: output:${error}`;
    const failure = plain(`error executing template ${goQuote(text)}: ${why}`);
    failure.printedBefore = `${shown}Error executing template: ${why}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${text}\n\traw data was:\n\t\t${sortedJson(object)}\n\tobject given to template engine was:\n\t\t${formatGo(object)}\n\n`;
    throw failure;
  };
}

/** As Go marshals a decoded object: without blanks, keys in order. */
function sortedJson(value: Json): string {
  if (isList(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (!isObject(value)) return goJson(value as never);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${goJsonString(key)}:${sortedJson(value[key] as Json)}`).join(',')}}`;
}

/** A List's items, or the object itself. */
export function itemsOf(object: Json): readonly Json[] {
  return isObject(object) && isList(object.items) ? object.items : [object];
}

function namesOf({ client }: Invocation, object: Json): string {
  return itemsOf(object)
    .map((item) => {
      if (!isObject(item) || !isObject(item.metadata)) return '';
      const name = String(item.metadata.name ?? '');
      const info = client
        .resources()
        .find((one) => one.kind === item.kind && apiVersionOf(one) === item.apiVersion);
      return `${info ? kindName(info, name) : `${String(item.kind).toLowerCase()}/${name}`}\n`;
    })
    .join('');
}

function withoutManagedFields(object: Json): Json {
  if (!isObject(object)) return object;
  if (isList(object.items)) return { ...object, items: object.items.map(withoutManagedFields) };
  if (!isObject(object.metadata) || object.metadata.managedFields === undefined) return object;
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}
