import type { JsonObject } from '../../api/patch/json-value';
import { plain } from '../errors';
import { currentContext, type Kubeconfig } from './kubeconfig';

const OMITTED = 'DATA+OMITTED';
const REDACTED = 'REDACTED';
const SECRETS = ['token', 'password'];

/** The configuration as `config view` shows it: without what gives access. */
export function redacted(config: Kubeconfig): Kubeconfig {
  const hidden = (value: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(value).map(([key, field]) => {
        if (key.endsWith('-data')) return [key, OMITTED];
        return [key, SECRETS.includes(key) ? REDACTED : field];
      }),
    );
  const all = (list: Kubeconfig['users']) =>
    list.map(({ name, value }) => ({ name, value: hidden(value) }));
  return { ...config, clusters: all(config.clusters), users: all(config.users) };
}

/** Only what the context in use needs. Models MinifyConfig of client-go tools/clientcmd/api. */
export function minified(config: Kubeconfig): Kubeconfig {
  const wanted = config.currentContext;
  if (wanted === '') throw plain('current-context must exist in order to minify');
  const context = currentContext(config);
  if (!context) throw plain(`cannot locate context ${wanted}`);
  const { cluster, user } = context;
  const missing = (list: Kubeconfig['users'], name: unknown) =>
    Boolean(name) && !list.some((one) => one.name === name);
  if (missing(config.clusters, cluster)) throw plain(`cannot locate cluster ${cluster}`);
  if (missing(config.users, user)) throw plain(`cannot locate user ${user}`);
  const only = (list: Kubeconfig['users'], wanted: unknown) =>
    list.filter(({ name }) => name === wanted);
  return {
    ...config,
    clusters: only(config.clusters, cluster),
    contexts: only(config.contexts, config.currentContext),
    users: only(config.users, user),
  };
}
