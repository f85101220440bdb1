import type { Invocation } from '../command';
import { KubectlError } from '../errors';
import { toJson } from '../print/json';

/** `get --raw PATH`: a few paths that people look at; others are not served by the lab's API. */
export function getRaw({ client, flags, output }: Invocation): number {
  const path = flags.string('raw').replace(/[?#].*$/, '');
  if (path === '/healthz' || path === '/livez' || path === '/readyz') {
    output.out('ok');
    return 0;
  }
  if (path === '/version') {
    output.out(toJson(client.version(), { indent: '  ', keepOrder: true }));
    return 0;
  }
  const text = collection(client, path);
  if (text === undefined) {
    throw new KubectlError(
      'Error from server (NotFound): the server could not find the requested resource',
    );
  }
  output.out(`${text}\n`);
  return 0;
}

const PATH =
  /^\/(?:api\/(v1)|apis\/([^/]+)\/([^/]+))(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?$/;

function collection(client: Invocation['client'], path: string): string | undefined {
  const match = PATH.exec(path);
  if (!match) return undefined;
  const [, core, group = '', version, namespace, plural, name] = match;
  const info = client
    .resources()
    .find(
      (one) =>
        one.plural === plural &&
        one.group === (core ? '' : group) &&
        one.version === (core ?? version),
    );
  if (!info) return undefined;
  if (name !== undefined) return JSON.stringify(client.get(info.resource, namespace, name));
  const { items, resourceVersion } = client.list(info.resource, { namespace });
  const apiVersion = info.group === '' ? info.version : `${info.group}/${info.version}`;
  return JSON.stringify({
    kind: `${info.kind}List`,
    apiVersion,
    metadata: { resourceVersion },
    items,
  });
}
