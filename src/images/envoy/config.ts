import type { Bytes } from '../../runtime/bytes';
import { isYamlList, isYamlMap, parseYaml, type Yaml, YamlError } from '../records/yaml';

export interface EnvoyEndpoint {
  readonly host: Bytes;
  readonly port: number;
  readonly weight: number;
}

export interface EnvoyCluster {
  readonly name: Bytes;
  readonly type: 'STATIC' | 'STRICT_DNS' | 'LOGICAL_DNS';
  readonly connectMs: number;
  readonly endpoints: readonly EnvoyEndpoint[];
}

export interface EnvoyRoute {
  readonly prefix: Bytes | undefined;
  readonly path: Bytes | undefined;
  readonly domains: readonly Bytes[];
  readonly cluster: Bytes | undefined;
  readonly prefixRewrite: Bytes | undefined;
  readonly direct: { readonly status: number; readonly body: Bytes } | undefined;
  readonly timeoutMs: number;
}

export interface EnvoyListener {
  readonly name: Bytes;
  readonly host: string;
  readonly port: number;
  /** A TCP proxy to a cluster, or HTTP with routes. */
  readonly tcpCluster: Bytes | undefined;
  readonly routes: readonly EnvoyRoute[];
  readonly logs: boolean;
}

export interface EnvoyConfig {
  readonly listeners: readonly EnvoyListener[];
  readonly clusters: readonly EnvoyCluster[];
}

/** A configuration that envoy refuses, or that the lab has no model for. */
export class EnvoyConfigError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

const text = (value: Yaml | undefined): Bytes | undefined =>
  typeof value === 'string' ? value : undefined;

function at(value: Yaml | undefined, ...keys: readonly string[]): Yaml | undefined {
  let current = value;
  for (const key of keys) {
    if (!isYamlMap(current)) return undefined;
    current = current.get(key);
  }
  return current;
}

const list = (value: Yaml | undefined): readonly Yaml[] => (isYamlList(value) ? value : []);

/** `0.25s`, `5s`: ms. */
function durationMs(value: Yaml | undefined, fallback: number): number {
  const match = /^([\d.]+)s$/.exec(text(value) ?? '');
  return match ? Number(match[1]) * 1000 : fallback;
}

function notModelled(what: string): EnvoyConfigError {
  return new EnvoyConfigError(`podlab: ${what} is not simulated`);
}

/** Reads the static part of a bootstrap configuration. Throws EnvoyConfigError. */
export function parseEnvoyConfig(source: Bytes): EnvoyConfig {
  let root: Yaml;
  try {
    root = parseYaml(source);
  } catch (error) {
    if (error instanceof YamlError) throw new EnvoyConfigError(error.message);
    throw error;
  }
  if (!isYamlMap(root)) throw new EnvoyConfigError('Unable to parse JSON as proto');
  for (const key of root.keys()) {
    if (key === 'dynamic_resources') throw notModelled('dynamic configuration (xDS)');
    if (
      !['static_resources', 'admin', 'node', 'layered_runtime', 'overload_manager'].includes(key)
    ) {
      throw new EnvoyConfigError(
        `Protobuf message (type envoy.config.bootstrap.v3.Bootstrap reason INVALID_ARGUMENT: invalid JSON in envoy.config.bootstrap.v3.Bootstrap, near 1:2 (offset 1): no such field: '${key}') has unknown fields`,
      );
    }
  }
  const clusters = list(at(root, 'static_resources', 'clusters')).map(parseCluster);
  const listeners = list(at(root, 'static_resources', 'listeners')).map(parseListener);
  for (const { routes, tcpCluster } of listeners) {
    for (const cluster of [tcpCluster, ...routes.map((route) => route.cluster)]) {
      if (cluster === undefined || clusters.some(({ name }) => name === cluster)) continue;
      if (cluster !== tcpCluster) throw new EnvoyConfigError(`route: unknown cluster '${cluster}'`);
    }
  }
  return { listeners, clusters };
}

function parseCluster(cluster: Yaml): EnvoyCluster {
  const name = text(at(cluster, 'name')) ?? '';
  const type = text(at(cluster, 'type')) ?? 'STATIC';
  if (type !== 'STATIC' && type !== 'STRICT_DNS' && type !== 'LOGICAL_DNS') {
    throw notModelled(`a cluster of type ${type}`);
  }
  if (at(cluster, 'transport_socket') !== undefined) throw notModelled('TLS towards a cluster');
  const endpoints = list(at(cluster, 'load_assignment', 'endpoints')).flatMap((group) =>
    list(at(group, 'lb_endpoints')).map((endpoint): EnvoyEndpoint => {
      const address = at(endpoint, 'endpoint', 'address', 'socket_address');
      const host = text(at(address, 'address')) ?? '';
      if (type === 'STATIC' && !/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
        throw new EnvoyConfigError(
          `malformed IP address: ${host}. Consider setting resolver_name or setting cluster type to 'STRICT_DNS' or 'LOGICAL_DNS'`,
        );
      }
      return {
        host,
        port: Number(text(at(address, 'port_value')) ?? 80),
        weight: Number(text(at(endpoint, 'load_balancing_weight')) ?? 1),
      };
    }),
  );
  return { name, type, connectMs: durationMs(at(cluster, 'connect_timeout'), 5000), endpoints };
}

function parseListener(listener: Yaml): EnvoyListener {
  const address = at(listener, 'address', 'socket_address');
  const chains = list(at(listener, 'filter_chains'));
  if (chains.length !== 1) throw notModelled('a listener with several filter chains');
  if (at(chains[0], 'transport_socket') !== undefined) throw notModelled('TLS at a listener');
  const filter = list(at(chains[0], 'filters')).at(-1);
  const config = at(filter, 'typed_config');
  const kind = text(at(config, '@type')) ?? '';
  const common = {
    name: text(at(listener, 'name')) ?? '',
    host: text(at(address, 'address')) ?? '0.0.0.0',
    port: Number(text(at(address, 'port_value')) ?? 0),
    logs: list(at(config, 'access_log')).length > 0,
  };
  if (kind.endsWith('.TcpProxy')) {
    return { ...common, tcpCluster: text(at(config, 'cluster')), routes: [] };
  }
  if (!kind.endsWith('.HttpConnectionManager')) throw notModelled(`the filter ${kind}`);
  const routes = list(at(config, 'route_config', 'virtual_hosts')).flatMap((host) =>
    list(at(host, 'routes')).map((route) => parseRoute(route, host)),
  );
  return { ...common, tcpCluster: undefined, routes };
}

function parseRoute(route: Yaml, host: Yaml): EnvoyRoute {
  const direct = at(route, 'direct_response');
  return {
    prefix: text(at(route, 'match', 'prefix')),
    path: text(at(route, 'match', 'path')),
    domains: list(at(host, 'domains')).map((domain) => text(domain) ?? ''),
    cluster: text(at(route, 'route', 'cluster')),
    prefixRewrite: text(at(route, 'route', 'prefix_rewrite')),
    direct:
      direct === undefined
        ? undefined
        : {
            status: Number(text(at(direct, 'status')) ?? 200),
            body: text(at(direct, 'body', 'inline_string')) ?? '',
          },
    timeoutMs: durationMs(at(route, 'route', 'timeout'), 15_000),
  };
}
