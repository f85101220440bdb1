import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import type { Call, Sys } from '../../runtime/syscalls';
import type { EnvoyCluster, EnvoyConfig } from './config';

/** How often names of clusters are looked up, ms. */
const REFRESH_MS = 5000;

interface Member {
  readonly host: Bytes;
  readonly port: number;
  readonly weight: number;
  ip: string | undefined;
  current: number;
}

/** The clusters with the addresses of their members. */
export class Clusters {
  readonly #members = new Map<Bytes, readonly Member[]>();
  readonly #configs = new Map<Bytes, EnvoyCluster>();

  constructor({ clusters }: EnvoyConfig) {
    for (const cluster of clusters) {
      this.#configs.set(cluster.name, cluster);
      const members = cluster.endpoints.map((endpoint) => ({
        ...endpoint,
        ip: cluster.type === 'STATIC' ? endpoint.host : undefined,
        current: 0,
      }));
      this.#members.set(cluster.name, members);
    }
  }

  /** Looks names up, now and again and again. */
  *refresh(sys: Sys): Call<void> {
    for (;;) {
      yield* this.resolveAll(sys);
      yield* sys.sleep(REFRESH_MS);
    }
  }

  *resolveAll(sys: Sys): Call<void> {
    for (const [name, members] of this.#members) {
      if (this.#configs.get(name)?.type === 'STATIC') continue;
      for (const member of members) member.ip = yield* resolveHost(sys, member.host);
    }
  }

  /**
   * Connects to the next member: a descriptor with its address, `none` when there is no member, or why the
   * connection failed.
   */
  *connect(
    sys: Sys,
    name: Bytes,
  ): Call<{ readonly fd: number; readonly address: string } | 'none' | 'timeout' | SysError> {
    const usable = (this.#members.get(name) ?? []).filter(({ ip }) => ip !== undefined);
    let total = 0;
    let best: Member | undefined;
    for (const member of usable) {
      member.current += member.weight;
      total += member.weight;
      if (!best || member.current > best.current) best = member;
    }
    if (!best || best.ip === undefined) return 'none';
    best.current -= total;
    try {
      const limit = this.#configs.get(name)?.connectMs ?? REFRESH_MS;
      const fd = yield* sys.connect({ host: best.ip, port: best.port }, limit);
      return { fd, address: `${best.ip}:${best.port}` };
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      return error.errno === 'ETIMEDOUT' ? 'timeout' : error;
    }
  }
}
