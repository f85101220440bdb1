import type { JsonObject } from '../../api/patch/json-value';
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

/** Only what the context in use needs. */
export function minified(config: Kubeconfig): Kubeconfig {
  const context = currentContext(config);
  const only = (list: Kubeconfig['users'], wanted: unknown) =>
    list.filter(({ name }) => name === wanted);
  return {
    ...config,
    clusters: only(config.clusters, context?.cluster),
    contexts: only(config.contexts, config.currentContext),
    users: only(config.users, context?.user),
  };
}
