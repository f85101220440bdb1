import type { Bytes } from '../../runtime/bytes';

/** A URL as curl takes it apart. */
export interface Url {
  readonly scheme: string;
  readonly host: Bytes;
  readonly port: number;
  /** With the query, without the fragment. */
  readonly path: Bytes;
  readonly credentials: Bytes | undefined;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, ftp: 21 };

/** Undefined for what is no URL. Without a scheme it is HTTP. */
export function parseUrl(text: Bytes): Url | undefined {
  const match =
    /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):\/\/)?(?:([^@/]*)@)?([^/:?#\s]+)(?::(\d+))?([/?#]\S*)?$/.exec(
      text,
    );
  if (!match) return undefined;
  const scheme = (match[1] ?? 'http').toLowerCase();
  const port = Number(match[4] ?? DEFAULT_PORTS[scheme] ?? 0);
  if (port > 65_535) return undefined;
  const path = (match[5] ?? '/').split('#')[0] ?? '/';
  return {
    scheme,
    credentials: match[2],
    host: match[3] ?? '',
    port,
    path: path.startsWith('/') ? path : `/${path}`,
  };
}

/** What comes after the scheme and before the path in a Host header. */
export function authorityOf({ scheme, host, port }: Url): Bytes {
  return port === DEFAULT_PORTS[scheme] ? host : `${host}:${port}`;
}
