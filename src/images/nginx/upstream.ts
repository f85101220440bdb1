import type { Bytes } from '../../runtime/bytes';
import { resolveHost } from '../../runtime/net/resolver';
import type { Call, Sys } from '../../runtime/syscalls';
import { ConfigError, type Directive } from './config';

/** A server that requests are passed on to, and how it has done lately. */
export interface Peer {
  /** As messages show it: `10.0.0.1:80`. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  readonly maxFails: number;
  readonly failTimeoutMs: number;
  readonly backup: boolean;
  readonly down: boolean;
  effectiveWeight: number;
  currentWeight: number;
  connections: number;
  fails: number;
  /** Unix ms of the last failure, and of when it was last tried after that. */
  failedMs: number;
  checkedMs: number;
}

type Balancing = 'round robin' | 'least_conn' | 'ip_hash' | 'hash' | 'random';

/** A group of servers. Models ngx_http_upstream_round_robin.c and the balancers built on it. */
export class Upstream {
  readonly name: Bytes;
  readonly peers: readonly Peer[];
  readonly #balancing: Balancing;
  /** What `hash` is taken of. */
  readonly hashKey: Bytes;

  constructor(name: Bytes, peers: readonly Peer[], balancing: Balancing = 'round robin', key = '') {
    this.name = name;
    this.peers = peers;
    this.#balancing = balancing;
    this.hashKey = key;
  }

  /** The next server to try; undefined when none is left. `key`: client address, or what `hash` says. */
  pick(sys: Sys, key: Bytes, tried: ReadonlySet<Peer>): Peer | undefined {
    for (const backup of [false, true]) {
      const usable = this.peers.filter(
        (peer) => peer.backup === backup && !tried.has(peer) && this.#isAlive(peer, sys.nowMs),
      );
      const peer = this.#choose(sys, usable, key);
      if (!peer) continue;
      if (sys.nowMs - peer.checkedMs > peer.failTimeoutMs) peer.checkedMs = sys.nowMs;
      return peer;
    }
    return undefined;
  }

  #isAlive(peer: Peer, nowMs: number): boolean {
    if (peer.down) return false;
    const tooMany = peer.maxFails > 0 && peer.fails >= peer.maxFails;
    return !tooMany || nowMs - peer.checkedMs > peer.failTimeoutMs || this.peers.length === 1;
  }

  #choose(sys: Sys, usable: readonly Peer[], key: Bytes): Peer | undefined {
    if (usable.length <= 1) return usable[0];
    if (this.#balancing === 'ip_hash' || this.#balancing === 'hash') {
      const subject = this.#balancing === 'ip_hash' ? key.split('.').slice(0, 3).join('.') : key;
      return byWeight(usable, hashOf(subject));
    }
    if (this.#balancing === 'random') return byWeight(usable, sys.random(totalWeight(usable)));
    if (this.#balancing === 'least_conn') {
      const load = (peer: Peer) => peer.connections / peer.weight;
      const least = Math.min(...usable.map(load));
      return smooth(usable.filter((peer) => load(peer) === least));
    }
    return smooth(usable);
  }

  /** Notes how a try went; true when the server is left out from now on. */
  release(peer: Peer, failed: boolean, nowMs: number): boolean {
    peer.connections--;
    if (this.peers.length === 1) return false;
    if (!failed) {
      if (peer.failedMs < peer.checkedMs) peer.fails = 0;
      return false;
    }
    peer.fails++;
    peer.failedMs = nowMs;
    peer.checkedMs = nowMs;
    if (peer.maxFails === 0) return false;
    const loss = Math.floor(peer.weight / peer.maxFails);
    peer.effectiveWeight = Math.max(0, peer.effectiveWeight - loss);
    return peer.fails >= peer.maxFails;
  }
}

/** nginx's smooth weighted round robin: whoever has waited most for its weight comes next. */
function smooth(peers: readonly Peer[]): Peer | undefined {
  let total = 0;
  let best: Peer | undefined;
  for (const peer of peers) {
    peer.currentWeight += peer.effectiveWeight;
    total += peer.effectiveWeight;
    if (peer.effectiveWeight < peer.weight) peer.effectiveWeight++;
    if (!best || peer.currentWeight > best.currentWeight) best = peer;
  }
  if (best) best.currentWeight -= total;
  return best;
}

function totalWeight(peers: readonly Peer[]): number {
  return peers.reduce((sum, { weight }) => sum + weight, 0);
}

function byWeight(peers: readonly Peer[], hash: number): Peer | undefined {
  let left = hash % totalWeight(peers);
  return peers.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
}

function hashOf(text: Bytes): number {
  let hash = 89;
  for (let i = 0; i < text.length; i++) hash = (hash * 113 + text.charCodeAt(i)) % 6271;
  return hash;
}

export interface PeerOptions {
  readonly weight?: number;
  readonly maxFails?: number;
  readonly failTimeoutMs?: number;
  readonly backup?: boolean;
  readonly down?: boolean;
}

export function peerAt(host: string, port: number, options: PeerOptions = {}): Peer {
  const {
    weight = 1,
    maxFails = 1,
    failTimeoutMs = 10_000,
    backup = false,
    down = false,
  } = options;
  return {
    address: `${host}:${port}`,
    host,
    port,
    weight,
    maxFails,
    failTimeoutMs,
    backup,
    down,
    effectiveWeight: weight,
    currentWeight: 0,
    connections: 0,
    fails: 0,
    failedMs: 0,
    checkedMs: 0,
  };
}

const BALANCING: readonly Balancing[] = ['least_conn', 'ip_hash', 'hash', 'random'];

/** Builds an `upstream` block; names are resolved now and never again. Throws ConfigError. */
export function* buildUpstream(sys: Sys, { args, block, place }: Directive): Call<Upstream> {
  const name = args[0] ?? '';
  const peers: Peer[] = [];
  for (const directive of block ?? []) {
    if (directive.name !== 'server') continue;
    const [address = '', ...parameters] = directive.args;
    const options = parsePeerOptions(parameters, directive.place);
    const { host, port } = splitAddress(address);
    const ip = yield* resolveHost(sys, host);
    if (ip === undefined) {
      throw new ConfigError(`host not found in upstream "${address}" in ${directive.place}`);
    }
    peers.push(peerAt(ip, port ?? 80, options));
  }
  // The message names the end of the block; without its line, the beginning.
  if (peers.length === 0) throw new ConfigError(`no servers are inside upstream in ${place}`);
  if (peers.every(({ backup }) => backup)) {
    throw new ConfigError(`no servers in upstream "${name}" in ${place}`);
  }
  const chosen = block?.find((directive) => BALANCING.some((kind) => kind === directive.name));
  const balancing = BALANCING.find((kind) => kind === chosen?.name);
  return new Upstream(name, peers, balancing, chosen?.args[0]);
}

function parsePeerOptions(parameters: readonly Bytes[], place: string): PeerOptions {
  const options: { -readonly [K in keyof PeerOptions]: PeerOptions[K] } = {};
  for (const parameter of parameters) {
    const [key = '', value = ''] = parameter.split('=');
    const number = /^\d+$/.test(value) ? Number(value) : undefined;
    const time = parseTimeMs(value);
    if (parameter === 'backup') options.backup = true;
    else if (parameter === 'down') options.down = true;
    else if (key === 'weight' && number) options.weight = number;
    else if (key === 'max_fails' && number !== undefined) options.maxFails = number;
    else if (key === 'fail_timeout' && time !== undefined) options.failTimeoutMs = time;
    else if (!['max_conns', 'resolve', 'slow_start', 'route', 'service'].includes(key)) {
      throw new ConfigError(`invalid parameter "${parameter}" in ${place}`);
    }
  }
  return options;
}

/** `host`, `host:port`, `[::1]:port`. */
export function splitAddress(address: Bytes): { host: Bytes; port: number | undefined } {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(address);
  const host = (match?.[1] ?? address).replace(/^\[|\]$/g, '');
  return { host, port: match?.[2] === undefined ? undefined : Number(match[2]) };
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  '': 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `30s`, `1m30s`, `60`: ms; undefined for what is no time. */
export function parseTimeMs(text: Bytes): number | undefined {
  if (!/^(\d+(ms|[smhd])?)+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhd])?/g)) {
    ms += Number(amount) * (UNITS_MS[unit ?? ''] ?? 0);
  }
  return ms;
}
