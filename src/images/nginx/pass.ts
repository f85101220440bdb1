import type { Bytes } from '../../runtime/bytes';
import { resolveHost } from '../../runtime/net/resolver';
import type { Call, Sys } from '../../runtime/syscalls';
import { ConfigError } from './config';
import { type Peer, peerAt, splitAddress } from './upstream';

/** The URL of a `proxy_pass`. */
export interface Pass {
  readonly secure: boolean;
  /** Host and port as written: the name of an upstream, or a server. */
  readonly authority: Bytes;
  /** With its leading slash; undefined when there is none and the request's own path is kept. */
  readonly uri: Bytes | undefined;
}

/** Undefined for what is no URL. */
export function parsePass(target: Bytes): Pass | undefined {
  const match = /^(https?):\/\/([^/]+)(\/.*)?$/.exec(target);
  if (!match) return undefined;
  return { secure: match[1] === 'https', authority: match[2] ?? '', uri: match[3] };
}

export function portOf({ secure, authority }: Pass): number {
  return splitAddress(authority).port ?? (secure ? 443 : 80);
}

/** The server that a URL names, looked up now. Throws ConfigError. */
export function* resolvePeer(sys: Sys, pass: Pass, place: string): Call<Peer> {
  const { host } = splitAddress(pass.authority);
  const ip = yield* resolveHost(sys, host);
  if (ip === undefined) throw new ConfigError(`host not found in upstream "${host}" in ${place}`);
  return peerAt(ip, portOf(pass));
}
