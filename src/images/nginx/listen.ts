import { ConfigError, type Directive } from './config';

export interface Listen {
  readonly host: string;
  readonly port: number;
  readonly isDefault: boolean;
  readonly ssl: boolean;
  readonly place: string;
}

/** Where a server without `listen` is found. */
export const DEFAULT_LISTEN: Listen = {
  host: '0.0.0.0',
  port: 80,
  isDefault: false,
  ssl: false,
  place: '',
};

/** Parameters of `listen` without effect here. */
const LISTEN_PARAMETER =
  /^(default_server|default|ssl|http2|quic|proxy_protocol|deferred|bind|reuseport|udp|so_keepalive=.*|(setfib|fastopen|backlog|rcvbuf|sndbuf|accept_filter|ipv6only)=.*)$/;

export function parseListen({ args, place }: Directive): Listen {
  const address = args[0] ?? '';
  const isDefault = args.includes('default_server') || args.includes('default');
  const common = { isDefault, ssl: args.includes('ssl'), place };
  const stray = args.slice(1).find((parameter) => !LISTEN_PARAMETER.test(parameter));
  if (stray !== undefined) throw new ConfigError(`invalid parameter "${stray}" in ${place}`);
  if (address.startsWith('unix:')) return { host: address, port: 0, ...common };
  const match = /^(?:(\[.*\]|[^:\]]*):)?(\d+)$/.exec(address);
  const port = Number(match?.[2] ?? 80);
  const host = (match ? (match[1] ?? '*') : address).replace(/^\[|\]$/g, '');
  if (port < 1 || port > 65_535) {
    throw new ConfigError(`invalid port in "${address}" of the "listen" directive in ${place}`);
  }
  if (host === '*') return { host: '0.0.0.0', port, ...common };
  if (host === 'localhost') return { host: '127.0.0.1', port, ...common };
  if (!/^(\d+\.\d+\.\d+\.\d+|[0-9a-f:]+)$/i.test(host) || !/[.:]/.test(host)) {
    throw new ConfigError(`host not found in "${address}" of the "listen" directive in ${place}`);
  }
  return { host, port, ...common };
}
