import type { KubeObject } from '../../../src/api/types.ts';
import type { Dump, Simulator } from '../../../src/simulator.ts';
import { isRecord } from '../table.ts';

/** What `after` says of the server; what it does not say is not looked at, but for objects that went. */
export function stateDifference(
  simulator: Simulator,
  dump: Dump,
  after: unknown,
): string | undefined {
  const expected = isRecord(after) ? after : {};
  const problems: string[] = [];
  for (const object of listOf(expected.created)) {
    const found = find(simulator, object as unknown as KubeObject);
    if (!found) problems.push(`not created: ${nameOf(object)}`);
    else problems.push(...missing(object, found, nameOf(object)));
  }
  const deleted = new Set((Array.isArray(expected.deleted) ? expected.deleted : []).map(String));
  for (const object of dump.objects) {
    // Metrics are served by another server and cannot be read as objects here.
    if (object.apiVersion.startsWith('metrics.k8s.io/')) continue;
    const gone = find(simulator, object) === undefined;
    const said = [...deleted].some((text) => isNamed(text, object));
    if (gone && !said) problems.push(`deleted: ${nameOf(object)}`);
    if (!gone && said) problems.push(`not deleted: ${nameOf(object)}`);
  }
  for (const change of listOf(expected.changed)) {
    const original = dump.objects.find((object) => isSame(object, change));
    const found = original && find(simulator, original);
    if (!found) problems.push(`no object to change: ${nameOf(change)}`);
    else problems.push(...missing(change, found, nameOf(change)));
  }
  return problems.length === 0
    ? undefined
    : ['  state', ...problems.map((one) => `    ${one}`)].join('\n');
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function identity(object: unknown): string[] {
  const { apiVersion, kind, metadata } = object as KubeObject;
  return [apiVersion, kind, metadata.namespace ?? '', metadata.name ?? ''];
}

function isSame(object: unknown, other: unknown): boolean {
  return identity(object).join(' ') === identity(other).join(' ');
}

function nameOf(object: unknown): string {
  return identity(object).filter(Boolean).join(' ');
}

/** `GROUP/RESOURCE NAMESPACE/NAME`. */
function isNamed(text: string, object: KubeObject): boolean {
  const [resource = '', place = ''] = text.split(' ');
  // Events, which two groups serve, are named without any.
  const [group = '', plural = ''] = resource.includes('/') ? resource.split('/') : ['', resource];
  const { apiVersion, kind, metadata } = object;
  const ownGroup = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  const singular = kind.toLowerCase();
  const plurals = [`${singular}s`, `${singular}es`, singular, singular.replace(/y$/, 'ies')];
  const own = metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
  return group === ownGroup && plurals.includes(plural) && (place === own || place === `/${own}`);
}

function find(simulator: Simulator, object: KubeObject): KubeObject | undefined {
  const { apiVersion, kind, metadata } = object;
  const found = simulator.get(kind, metadata.name ?? '', metadata.namespace);
  return found?.apiVersion === apiVersion ? found : undefined;
}

/** What of `wanted` is not in `found`; null means that there is nothing. */
function missing(wanted: unknown, found: unknown, at: string): string[] {
  if (wanted === null) return found == null ? [] : [`${at} is there: ${JSON.stringify(found)}`];
  if (Array.isArray(wanted)) {
    if (!Array.isArray(found) || found.length < wanted.length) {
      return [`${at}: wanted ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`];
    }
    return wanted.flatMap((item, i) => missing(item, found[i], `${at}[${i}]`));
  }
  if (isRecord(wanted)) {
    if (!isRecord(found)) {
      return Object.values(wanted).every((value) => value === null) ? [] : [`${at} is missing`];
    }
    return Object.entries(wanted).flatMap(([key, value]) =>
      missing(value, found[key], `${at}.${key}`),
    );
  }
  if (wanted === found || (wanted === '' && found === undefined)) return [];
  return [`${at}: wanted ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`];
}
