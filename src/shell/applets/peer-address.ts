import type { Bytes } from '../../runtime/bytes';
import { resolveHost } from '../../runtime/net/resolver';
import type { Call, SocketAddress } from '../../runtime/syscalls';
import { Failure, type Invocation } from './applet';
import { readSmallFile } from './users';

/** The address of a `host` or `host:port`. Throws Failure. Models libbb/xconnect.c str2sockaddr. */
export function* resolvePeer(run: Invocation, text: Bytes, port: number): Call<SocketAddress> {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
  const plain = /^([^:]*):([^:]*)$/s.exec(text);
  const host = bracketed?.[1] ?? plain?.[1] ?? text;
  const portText = bracketed ? bracketed[2] : plain?.[2];
  let number = port;
  if (portText !== undefined) {
    if (!/^[0-9]+$/.test(portText) || Number(portText) > 65535) {
      throw new Failure(`bad port '${portText}'`);
    }
    number = Number(portText);
  }
  const address = yield* resolveHost(run.sys, host);
  if (address === undefined) throw new Failure(`bad address '${text}'`);
  return { host: address, port: number };
}

/** A port by number, or by its name in /etc/services. Throws Failure. */
export function* lookUpPort(run: Invocation, text: Bytes): Call<number> {
  if (/^[0-9]+$/.test(text) && Number(text) <= 65535) return Number(text);
  for (const line of (yield* readSmallFile(run.sys, '/etc/services')).split('\n')) {
    const [name, entry, ...aliases] = (line.split('#')[0] ?? '').trim().split(/\s+/);
    const [number, protocol] = (entry ?? '').split('/');
    if (protocol === 'tcp' && (name === text || aliases.includes(text))) return Number(number);
  }
  throw new Failure(`bad port '${text}'`);
}

/** `10.0.0.1:80`; on a socket that also takes IPv6 as `[::ffff:10.0.0.1]:80`. */
export function dotted(address: SocketAddress, mapped = false): Bytes {
  if (address.host === '::' || address.host === '::1') return `[${address.host}]:${address.port}`;
  return mapped ? `[::ffff:${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
