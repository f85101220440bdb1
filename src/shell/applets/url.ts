import type { Bytes } from '../../runtime/bytes';
import { Failure } from './applet';

/** A URL as wget takes it apart. */
export interface Url {
  readonly protocol: 'http' | 'https';
  /** Host, and port if one is given. */
  readonly host: Bytes;
  /** Without the leading slash. */
  readonly path: Bytes;
  /** `user:password`. */
  readonly user: Bytes | undefined;
}

/** Parses a URL; without a scheme it is HTTP. Throws Failure. */
export function parseUrl(text: Bytes): Url {
  const scheme = /^(.*?):\/\/(.*)$/s.exec(text);
  const protocol = scheme?.[1] ?? 'http';
  if (protocol !== 'http' && protocol !== 'https') {
    if (protocol === 'ftp' || protocol === 'ftps')
      throw new Failure('FTP is not simulated in Podlab');
    throw new Failure(`not an http or ftp url: ${text}`);
  }
  const rest = scheme?.[2] ?? text;
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const path = end < 0 ? '' : rest.slice(end + 1);
  const at = authority.lastIndexOf('@');
  return {
    protocol,
    host: authority.slice(at + 1),
    path,
    user: at < 0 ? undefined : percentDecode(authority.slice(0, at)),
  };
}

/** Replaces `%41` by `A`; what is no escape stays. */
export function percentDecode(text: Bytes): Bytes {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
