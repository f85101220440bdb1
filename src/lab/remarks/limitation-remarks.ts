import type { KubeObject } from '../../api/types';
import { LIMITATIONS, type Limitation, type LimitedField } from '../limitations';
import { containersOf, type Finding, type PodText } from './remark';

/** Fields of a pod that have no effect in the lab. */
export function remarkOnLimitedFields(pod: PodText): Finding[] {
  return LIMITATIONS.flatMap((limitation) => {
    const paths = (limitation.fields ?? []).flatMap((field) => pathsOf(pod, field));
    const [first] = paths;
    return first === undefined ? [] : [finding(limitation, first)];
  });
}

/** Objects that the lab keeps and does not act on. */
export function remarkOnLimitedKind({ kind = '' }: KubeObject): Finding[] {
  const limitation = LIMITATIONS.find(({ kinds }) => kinds?.includes(kind));
  return limitation ? [finding(limitation, 'kind')] : [];
}

function finding({ id, what, instead }: Limitation, path: string): Finding {
  return { path, message: `Not simulated: ${what}. ${instead}`, limitation: id };
}

/** Where in a pod's text a field is set. */
function pathsOf(pod: PodText, { path, values }: LimitedField): string[] {
  const isMeant = (value: unknown) =>
    values ? values.includes(value) : !isEmpty(value) && value !== false;
  if (!path.startsWith('[]')) {
    return lookUp(pod.spec, path, pod.path).flatMap(([at, value]) => (isMeant(value) ? [at] : []));
  }
  return containersOf(pod).flatMap(({ container, path: at }) =>
    lookUp(container, path.slice(2), at).flatMap(([found, value]) =>
      isMeant(value) ? [found] : [],
    ),
  );
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** Values at a path like `volumes[].nfs`, each with where it stands. */
function lookUp(value: unknown, path: string, at: string): [string, unknown][] {
  if (path === '') return [[at, value]];
  const [, name = '', list, rest = ''] = /^([^.[]*)(\[\])?\.?(.*)$/.exec(path) ?? [];
  if (typeof value !== 'object' || value === null || !(name in value)) return [];
  const found = (value as Record<string, unknown>)[name];
  if (!list) return lookUp(found, rest, `${at}.${name}`);
  if (!Array.isArray(found)) return [];
  return found.flatMap((item, i) => lookUp(item, rest, `${at}.${name}[${i}]`));
}
