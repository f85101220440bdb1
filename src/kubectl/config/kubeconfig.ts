import { isList, isObject, type Json, type JsonObject } from '../../api/patch/json-value';
import { readManifests } from '../../api/yaml/read-manifests';
import { fromBytes } from '../../runtime/bytes';
import type { Call, Sys } from '../../runtime/syscalls';
import { plain } from '../errors';
import { readTextIfAny } from '../files';
import type { FlagValues } from '../flags/flag-values';

/** Where kubectl finds the lab's cluster; the workstation has it as ~/.kube/config. */
export const DEFAULT_KUBECONFIG = `apiVersion: v1
clusters:
- cluster:
    server: https://127.0.0.1:6443
  name: podlab
contexts:
- context:
    cluster: podlab
    user: admin
  name: podlab
current-context: podlab
kind: Config
users:
- name: admin
  user: {}
`;

export interface NamedEntry {
  readonly name: string;
  readonly value: JsonObject;
}

/** The client's configuration. Models client-go tools/clientcmd/api. */
export interface Kubeconfig {
  /** The file that changes are written to. */
  readonly path: string;
  /** Whether the file exists. */
  readonly found: boolean;
  readonly clusters: readonly NamedEntry[];
  readonly contexts: readonly NamedEntry[];
  readonly users: readonly NamedEntry[];
  readonly currentContext: string;
  /** Whatever else the file holds at its top. */
  readonly rest: JsonObject;
}

export const LISTS = [
  ['clusters', 'cluster'],
  ['contexts', 'context'],
  ['users', 'user'],
] as const;

/** The file in use: --kubeconfig, else $KUBECONFIG's first entry, else ~/.kube/config. */
export function kubeconfigPath(sys: Sys, flags: FlagValues): string {
  const given = flags.string('kubeconfig');
  if (given !== '') return given;
  const listed = fromBytes(sys.env.get('KUBECONFIG') ?? '')
    .split(':')
    .find((path) => path !== '');
  return listed ?? `${fromBytes(sys.env.get('HOME') ?? '/root')}/.kube/config`;
}

export function* loadKubeconfig(sys: Sys, flags: FlagValues): Call<Kubeconfig> {
  const path = kubeconfigPath(sys, flags);
  const text = yield* readTextIfAny(sys, path);
  const config = parseKubeconfig(path, text);
  const context = flags.string('context');
  return context === '' ? config : { ...config, currentContext: context };
}

function parseKubeconfig(path: string, text: string | undefined): Kubeconfig {
  const read = readManifests(text ?? '');
  if (read.error !== undefined) {
    throw plain(
      `error loading config file "${path}": ${read.error.replace(/^error converting YAML to JSON: /, '')}`,
    );
  }
  const document = read.documents[0] as Json | undefined;
  const map: JsonObject = isObject(document) ? document : {};
  const { clusters, contexts, users, apiVersion: _version, kind: _kind, ...others } = map;
  const { 'current-context': current, ...rest } = others;
  return {
    path,
    found: text !== undefined,
    clusters: entries(clusters, 'cluster'),
    contexts: entries(contexts, 'context'),
    users: entries(users, 'user'),
    currentContext: typeof current === 'string' ? current : '',
    rest,
  };
}

function entries(list: Json | undefined, key: string): NamedEntry[] {
  if (!isList(list)) return [];
  return list.filter(isObject).map((item) => ({
    name: String(item.name ?? ''),
    value: isObject(item[key]) ? (item[key] as JsonObject) : {},
  }));
}

/** The context in use, if it exists. */
export function currentContext(config: Kubeconfig): JsonObject | undefined {
  return config.contexts.find(({ name }) => name === config.currentContext)?.value;
}

export function contextNamespace(config: Kubeconfig): string {
  const namespace = currentContext(config)?.namespace;
  return typeof namespace === 'string' && namespace !== '' ? namespace : 'default';
}

/** The file as kubectl writes it: entries by name. */
export function kubeconfigObject(config: Kubeconfig): JsonObject {
  const list = (found: readonly NamedEntry[], key: string): Json =>
    found.length === 0
      ? null
      : [...found]
          .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
          .map(({ name, value }) => ({ name, [key]: value }));
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: list(config.clusters, 'cluster'),
    contexts: list(config.contexts, 'context'),
    users: list(config.users, 'user'),
    'current-context': config.currentContext,
    ...config.rest,
  };
}
