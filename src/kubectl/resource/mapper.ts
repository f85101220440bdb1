import type { ApiClient, ResourceInfo } from '../../api/client';
import { apiVersionOf } from '../../api/client';
import { goQuote } from '../../api/golang/quote';
import { plain } from '../errors';

/**
 * The resource that a word on the command line means: plural, singular, short name or kind in any case,
 * with a group or `version.group` behind it. Models the REST mapper with its shortcut expander.
 */
export function findResource(client: ApiClient, word: string): ResourceInfo | undefined {
  const [name = '', ...rest] = word.toLowerCase().split('.');
  const group = rest.join('.');
  const resources = client.resources();
  const named = (info: ResourceInfo) =>
    info.plural === name || info.singular === name || info.shortNames.includes(name);
  if (rest.length === 0) {
    const full = resources.find((info) => info.plural === name || info.singular === name);
    return full ?? resources.find(named);
  }
  return (
    resources.find((info) => named(info) && matchesVersion(info, rest)) ??
    resources.find((info) => named(info) && info.group !== '' && info.group.startsWith(group))
  );
}

/** `VERSION`, `VERSION.GROUP` or `GROUP`. */
function matchesVersion(info: ResourceInfo, parts: readonly string[]): boolean {
  const text = parts.join('.');
  if (info.group === '') return text === `${info.version}.`;
  return text === info.group || text === `${info.version}.${info.group}`;
}

export function requireResource(client: ApiClient, word: string): ResourceInfo {
  const info = findResource(client, word);
  if (info) return info;
  const [name = ''] = word.split('.');
  throw plain(`the server doesn't have a resource type ${goQuote(name)}`);
}

/** Other resources that a short name could stand for. */
export function alsoNamed(client: ApiClient, info: ResourceInfo, word: string): string[] {
  if (!info.shortNames.includes(word)) return [];
  return client
    .resources()
    .filter((other) => other !== info && other.shortNames.includes(word))
    .map(({ resource }) => resource);
}

/** The resource that stores objects of a kind. */
export function resourceOfKind(
  client: ApiClient,
  apiVersion: string,
  kind: string,
): ResourceInfo | undefined {
  return client.resources().find((info) => info.kind === kind && apiVersionOf(info) === apiVersion);
}

/** The resources of a category (`all`), undefined when there is no such category. */
export function resourcesOfCategory(
  client: ApiClient,
  category: string,
): readonly ResourceInfo[] | undefined {
  const found = client.resources().filter((info) => info.categories.includes(category));
  return found.length > 0 ? found : undefined;
}

/** `pod/web`, `deployment.apps/web`. */
export function kindName(info: ResourceInfo, name: string): string {
  return `${qualifiedKind(info)}/${name}`;
}

/** `pod`, `deployment.apps`. */
export function qualifiedKind(info: ResourceInfo): string {
  return info.group === '' ? info.singular : `${info.singular}.${info.group}`;
}
