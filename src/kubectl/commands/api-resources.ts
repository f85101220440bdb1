import type { ResourceInfo } from '../../api/client';
import { apiVersionOf } from '../../api/client';
import { goQuote } from '../../api/golang/quote';
import type { Json } from '../../api/patch/json-value';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain, usage } from '../errors';
import { bool, string, stringSlice } from '../flags/flag';
import { toJson } from '../print/json';
import { TABLE_TABS, TabWriter } from '../print/tab-writer';
import { toYaml } from '../print/yaml';

export const apiResources: Command = {
  name: 'api-resources',
  summary: 'Print the supported API resources on the server',
  flags: [
    string('api-group'),
    bool('cached'),
    stringSlice('categories'),
    bool('namespaced', undefined, { default: 'true' }),
    bool('no-headers'),
    string('output', 'o'),
    bool('show-managed-fields'),
    string('sort-by'),
    stringSlice('verbs'),
  ],
  run,
};

const FORMATS = ['json', 'yaml', 'kyaml', 'name', 'wide'];

function* run(invocation: Invocation): Task<number> {
  const { args, client, flags, output, path, sys } = invocation;
  if (args.length > 0) throw usage(path, `unexpected arguments: [${args.join(' ')}]`);
  const format = flags.string('output');
  if (format !== '' && !FORMATS.includes(format)) {
    throw plain(
      `unable to match a printer suitable for the output format ${goQuote(format)}, allowed formats are: ${FORMATS.join(',')}`,
    );
  }
  const sortBy = flags.string('sort-by');
  if (!['', 'name', 'kind'].includes(sortBy)) throw plain('--sort-by accepts only name or kind');
  const resources = sorted(client.resources().filter(wanted(invocation)), sortBy);
  if (format === 'name') {
    for (const { resource } of resources) output.out(`${resource}\n`);
  } else if (format === 'json' || format === 'yaml') {
    const list = resourceList(resources);
    output.out(
      format === 'json' ? `${toJson(list, { indent: '    ', keepOrder: true })}\n` : toYaml(list),
    );
  } else {
    output.out(tableOf(resources, format === 'wide', !flags.bool('no-headers')));
  }
  yield* output.flush(sys);
  return 0;
}

function wanted({ flags }: Invocation): (info: ResourceInfo) => boolean {
  const has = (all: readonly string[], some: readonly string[]) =>
    some.every((one) => all.includes(one));
  return ({ group, namespaced, verbs, categories }) =>
    (!flags.changed('api-group') || group === flags.string('api-group')) &&
    (!flags.changed('namespaced') || namespaced === flags.bool('namespaced')) &&
    has(verbs, flags.list('verbs')) &&
    has(categories, flags.list('categories'));
}

function sorted(resources: readonly ResourceInfo[], sortBy: string): ResourceInfo[] {
  const first = (info: ResourceInfo) => {
    if (sortBy === 'name') return info.plural;
    return sortBy === 'kind' ? info.kind : info.group;
  };
  const key = (info: ResourceInfo) => [first(info), info.plural] as const;
  return [...resources].sort((a, b) => {
    const [one, two] = [key(a), key(b)];
    if (one[0] !== two[0]) return one[0] < two[0] ? -1 : 1;
    return one[1] === two[1] ? 0 : one[1] < two[1] ? -1 : 1;
  });
}

function tableOf(resources: readonly ResourceInfo[], wide: boolean, headed: boolean): string {
  const writer = new TabWriter(TABLE_TABS);
  const heads = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND'];
  if (headed) writer.write(`${[...heads, ...(wide ? ['VERBS', 'CATEGORIES'] : [])].join('\t')}\n`);
  for (const info of resources) {
    const { plural, shortNames, namespaced, kind, verbs, categories } = info;
    const cells = [plural, shortNames.join(','), apiVersionOf(info), String(namespaced), kind];
    if (wide) cells.push(verbs.join(','), categories.join(','));
    writer.write(`${cells.join('\t')}\n`);
  }
  return writer.flush();
}

function resourceList(resources: readonly ResourceInfo[]): Json {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: '',
    resources: resources.map((info) => ({
      name: info.plural,
      singularName: info.singular,
      namespaced: info.namespaced,
      ...(info.group === '' ? {} : { group: info.group }),
      version: info.version,
      kind: info.kind,
      verbs: [...info.verbs],
      ...(info.shortNames.length > 0 ? { shortNames: [...info.shortNames] } : {}),
      ...(info.categories.length > 0 ? { categories: [...info.categories] } : {}),
    })),
  };
}

export const apiVersions: Command = {
  name: 'api-versions',
  summary: 'Print the supported API versions on the server, in the form of "group/version"',
  run: runApiVersions,
};

/** Versions that are served beside those of the resources' table. */
const OLD_VERSIONS = ['autoscaling/v1'];

function* runApiVersions(invocation: Invocation): Task<number> {
  const { args, client, output, path, sys } = invocation;
  if (args.length > 0) throw usage(path, `unexpected arguments: [${args.join(' ')}]`);
  const versions = new Set([...client.resources().map(apiVersionOf), ...OLD_VERSIONS]);
  output.out([...versions].sort().join('\n').concat('\n'));
  yield* output.flush(sys);
  return 0;
}
