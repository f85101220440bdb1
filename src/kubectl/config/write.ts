import type { Json, JsonObject } from '../../api/patch/json-value';
import type { Call, Sys } from '../../runtime/syscalls';
import { plain } from '../errors';
import { writeText } from '../files';
import { toYaml } from '../print/yaml';
import { type Kubeconfig, kubeconfigObject, type NamedEntry } from './kubeconfig';

export type EntryList = 'clusters' | 'contexts' | 'users';

export function* saveKubeconfig(sys: Sys, config: Kubeconfig): Call<void> {
  yield* writeText(sys, config.path, toYaml(kubeconfigObject(config)));
}

export function entryOf(list: readonly NamedEntry[], name: string): JsonObject | undefined {
  return list.find((entry) => entry.name === name)?.value;
}

/** The configuration with an entry changed, added (`value`), or taken away (undefined). */
export function withEntry(
  config: Kubeconfig,
  list: EntryList,
  name: string,
  value: JsonObject | undefined,
): Kubeconfig {
  const others = config[list].filter((entry) => entry.name !== name);
  const entries = value === undefined ? others : [...others, { name, value }];
  return { ...config, [list]: entries };
}

const FIELDS: Readonly<Record<EntryList, readonly string[]>> = {
  clusters: [
    'server',
    'tls-server-name',
    'insecure-skip-tls-verify',
    'certificate-authority',
    'certificate-authority-data',
    'proxy-url',
    'disable-compression',
  ],
  contexts: ['cluster', 'user', 'namespace'],
  users: [
    'client-certificate',
    'client-certificate-data',
    'client-key',
    'client-key-data',
    'token',
    'tokenFile',
    'username',
    'password',
  ],
};

const BOOLEANS = new Set(['insecure-skip-tls-verify', 'disable-compression']);

/** `set` and `unset`: the configuration with what the dotted path leads to changed. */
export function withProperty(
  config: Kubeconfig,
  path: string,
  value: string | undefined,
): Kubeconfig {
  if (path === 'current-context') return { ...config, currentContext: value ?? '' };
  const parts = path.split('.');
  const list = parts[0] as EntryList;
  if (!(list in FIELDS)) {
    throw plain(`unable to parse ${path} after [] at api.Config`);
  }
  const last = parts.at(-1) ?? '';
  const hasField = parts.length > 2 && FIELDS[list].includes(last);
  const name = parts.slice(1, hasField ? -1 : undefined).join('.');
  if (!hasField) {
    if (value !== undefined) throw plain(`can't set a map to a value: ${name}`);
    return name === '' ? { ...config, [list]: [] } : withEntry(config, list, name, undefined);
  }
  const entry = entryOf(config[list], name);
  if (value === undefined) {
    if (!entry) throw plain(`current map key \`${name}\` is invalid`);
    const { [last]: _removed, ...rest } = entry;
    return withEntry(config, list, name, rest);
  }
  return withEntry(config, list, name, { ...entry, [last]: typed(last, value) });
}

function typed(field: string, value: string): Json {
  return BOOLEANS.has(field) ? value === 'true' : value;
}
