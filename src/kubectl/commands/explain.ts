import type { ResourceInfo } from '../../api/client';
import { goQuote } from '../../api/golang/quote';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { KubectlError, plain } from '../errors';
import {
  type DocumentedField,
  type DocumentedType,
  documentedKind,
  documentedType,
  fieldOf,
} from '../explain/documentation';
import { wordWrap } from '../explain/word-wrap';
import { bool, string } from '../flags/flag';
import { findResource } from '../resource/mapper';

export const explain: Command = {
  name: 'explain',
  summary: 'Get documentation for a resource',
  use: 'TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]',
  flags: [
    string('api-version'),
    string('output', 'o', { default: 'plaintext' }),
    bool('recursive'),
  ],
  run,
};

const FORMATS = ['plaintext', 'plaintext-openapiv2'];
const WIDTH = 76;

/** Models pkg/cmd/explain/explain.go and pkg/explain/v2's plaintext template. */
// biome-ignore lint/correctness/useYield: commands are tasks, and this one never waits
function* run(invocation: Invocation): Task<number> {
  const { args, flags, output } = invocation;
  const [word] = args;
  if (word === undefined) {
    throw plain(
      'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
    );
  }
  if (args.length > 1) throw plain('We accept only this format: explain RESOURCE');
  const format = flags.string('output');
  const { info, path } = resourceAndPath(invocation, word);
  if (!FORMATS.includes(format)) throw plain(`unrecognized format: ${format}`);
  const { group, version } = wantedVersion(info, flags.string('api-version'));
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const root = documentedKind(apiVersion, info.kind);
  if (!root) throw plain(`couldn't find resource for "${apiVersion}, Kind=${info.kind}"`);
  const { field, type } = walk(root, path);
  const name = path.at(-1);
  output.out(group === '' ? '' : `GROUP:      ${group}\n`);
  output.out(`KIND:       ${info.kind}\nVERSION:    ${version}\n\n`);
  if (field) output.out(`FIELD: ${name} <${field.t}>\n\n\n`);
  output.out(`DESCRIPTION:\n${descriptionOf(field, type)}`);
  if (type?.f) {
    const fields = Object.entries(type.f);
    output.out('FIELDS:\n');
    output.out(flags.bool('recursive') ? outline(fields, 1, []) : fields.map(listed).join(''));
  }
  output.out('\n');
  return 0;
}

function resourceAndPath(
  { client }: Invocation,
  word: string,
): { readonly info: ResourceInfo; readonly path: readonly string[] } {
  const lower = word.toLowerCase();
  const full = client
    .resources()
    .find(({ group, resource }) => group !== '' && `${lower}.`.startsWith(`${resource}.`));
  const [first = '', ...rest] = word.split('.');
  const info = full ?? findResource(client, first);
  if (!info) {
    throw new KubectlError(`the server doesn't have a resource type ${goQuote(first)}`);
  }
  const behind = full ? word.slice(full.resource.length + 1) : rest.join('.');
  if (behind.includes('[')) {
    throw plain('invalid jsonpath syntax, first node must be field node');
  }
  return { info, path: behind.split('.').filter((part) => part !== '') };
}

function wantedVersion(
  info: ResourceInfo,
  wanted: string,
): Pick<ResourceInfo, 'group' | 'version'> {
  if (wanted === '') return info;
  const [first = '', second] = wanted.split('/');
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

/** What a path of fields leads to; elements of lists and maps are gone into without saying so. */
function walk(
  root: DocumentedType,
  path: readonly string[],
): { readonly field: DocumentedField | undefined; readonly type: DocumentedType | undefined } {
  let type: DocumentedType | undefined = root;
  let field: DocumentedField | undefined;
  for (const name of path) {
    field = fieldOf(type, name);
    if (!field) throw plain(`field ${goQuote(name)} does not exist`);
    type = documentedType(field.r);
  }
  return { field, type };
}

function indented(text: string, spaces: string): string {
  return wordWrap(text, WIDTH).replace(/^/gm, spaces);
}

function descriptionOf(
  field: DocumentedField | undefined,
  type: DocumentedType | undefined,
): string {
  const texts = [field?.d, type?.d].filter((text) => text !== undefined);
  const shown = texts.length > 0 ? texts : ['<empty>'];
  return `${shown.map((text) => `${indented(text, '    ')}\n`).join('')}    \n`;
}

function listed([name, { t, n, d }]: readonly [string, DocumentedField]): string {
  const needed = n ? ' -required-' : '';
  return `  ${name}\t<${t}>${needed}\n${indented(d ?? '<no description>', '    ')}\n\n`;
}

/** Names and types alone, as `--recursive` shows them; a type within itself is not gone into again. */
function outline(
  fields: readonly (readonly [string, DocumentedField])[],
  depth: number,
  above: readonly (string | undefined)[],
): string {
  return fields
    .map(([name, { t, n, r }]) => {
      const line = `${'  '.repeat(depth)}${name}\t<${t}>${n ? ' -required-' : ''}\n`;
      const inner = above.includes(r) ? undefined : documentedType(r)?.f;
      return inner ? line + outline(Object.entries(inner), depth + 1, [...above, r]) : line;
    })
    .join('');
}
