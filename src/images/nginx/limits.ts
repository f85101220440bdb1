import type { Bytes } from '../../runtime/bytes';
import { ConfigError, type Directive } from './config';
import { allOf, type Scope } from './scope';

interface Account {
  /** Requests beyond the rate, in thousandths. */
  excess: number;
  lastMs: number;
}

/** Requests counted by key. Models ngx_http_limit_req_module.c. */
export interface RequestZone {
  readonly name: Bytes;
  readonly key: Bytes;
  /** Thousandths of a request per second. */
  readonly rate: number;
  readonly accounts: Map<Bytes, Account>;
}

/** What `limit_req` says of a request. */
export type LimitVerdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'delay'; readonly ms: number; readonly excess: string; readonly zone: Bytes }
  | { readonly kind: 'refuse'; readonly excess: string; readonly zone: Bytes };

/** The zones of the http block. Throws ConfigError. */
export function requestZones(http: readonly Directive[]): ReadonlyMap<Bytes, RequestZone> {
  const zones = new Map<Bytes, RequestZone>();
  for (const { name, args, place } of http) {
    if (name !== 'limit_req_zone') continue;
    const [key = '', ...parameters] = args;
    let zone: Bytes | undefined;
    let rate = 1000;
    for (const parameter of parameters) {
      const sized = /^zone=([^:]+):(\d+[kKmM]?)$/.exec(parameter);
      const speed = /^rate=(\d+)r\/([sm])$/.exec(parameter);
      if (sized) zone = sized[1];
      else if (speed) rate = Math.floor((Number(speed[1]) * 1000) / (speed[2] === 'm' ? 60 : 1));
      else if (parameter.startsWith('zone=')) {
        throw new ConfigError(`invalid zone size "${parameter}" in ${place}`);
      } else if (parameter.startsWith('rate=')) {
        throw new ConfigError(`invalid rate "${parameter}" in ${place}`);
      } else if (parameter !== 'sync') {
        throw new ConfigError(`invalid parameter "${parameter}" in ${place}`);
      }
    }
    if (zone === undefined) {
      throw new ConfigError(`"limit_req_zone" must have "zone" parameter in ${place}`);
    }
    if (zones.has(zone)) {
      throw new ConfigError(
        `limit_req_zone "${zone}" is already bound to key "${key}" in ${place}`,
      );
    }
    zones.set(zone, { name: zone, key, rate, accounts: new Map() });
  }
  return zones;
}

/** Checks the `limit_req` directives of a block against the zones. Throws ConfigError. */
export function checkLimits(
  directives: readonly Directive[],
  zones: ReadonlyMap<Bytes, RequestZone>,
): void {
  for (const { name, args, place, block } of directives) {
    if (block) checkLimits(block, zones);
    if (name !== 'limit_req') continue;
    const { zone, invalid } = parseLimit(args);
    if (invalid !== undefined) throw new ConfigError(`${invalid} in ${place}`);
    if (!zones.has(zone)) throw new ConfigError(`zero size shared memory zone "${zone}"`);
  }
}

interface Limit {
  readonly zone: Bytes;
  /** Thousandths of a request. */
  readonly burst: number;
  /** Requests beyond which they are held back, in thousandths; Infinity: never (`nodelay`). */
  readonly delay: number;
  readonly invalid?: string;
}

function parseLimit(args: readonly Bytes[]): Limit {
  let zone: Bytes = '';
  let burst = 0;
  let delay = 0;
  for (const parameter of args) {
    const [key, value = ''] = parameter.split('=');
    if (key === 'zone') zone = value;
    else if (parameter === 'nodelay') delay = Number.POSITIVE_INFINITY;
    else if ((key === 'burst' || key === 'delay') && /^\d+$/.test(value)) {
      if (key === 'burst') burst = Number(value) * 1000;
      else delay = Number(value) * 1000;
    } else if (key === 'burst' || key === 'delay') {
      return { zone, burst, delay, invalid: `invalid ${key} value "${parameter}"` };
    } else return { zone, burst, delay, invalid: `invalid parameter "${parameter}"` };
  }
  return { zone, burst, delay };
}

/** Counts a request in all zones that apply to it; `keyOf` computes a zone's key. */
export function limitRequest(
  scope: Scope,
  zones: ReadonlyMap<Bytes, RequestZone>,
  nowMs: number,
  keyOf: (template: Bytes) => Bytes,
): LimitVerdict {
  const counted: { account: Account; excess: number }[] = [];
  let verdict: LimitVerdict = { kind: 'pass' };
  for (const { args } of allOf(scope, 'limit_req')) {
    const limit = parseLimit(args);
    const zone = zones.get(limit.zone);
    const key = zone ? keyOf(zone.key) : '';
    // A request without a key is not counted.
    if (!zone || key === '') continue;
    const account = zone.accounts.get(key);
    const elapsed = account ? nowMs - account.lastMs : 0;
    const excess = account
      ? Math.max(0, account.excess - Math.floor((zone.rate * elapsed) / 1000) + 1000)
      : 0;
    if (excess > limit.burst) {
      return { kind: 'refuse', excess: thousandths(excess), zone: zone.name };
    }
    if (account) counted.push({ account, excess });
    else zone.accounts.set(key, { excess: 0, lastMs: nowMs });
    if (excess <= limit.delay) continue;
    const ms = Math.ceil(((excess - limit.delay) * 1000) / zone.rate);
    if (verdict.kind !== 'delay' || ms > verdict.ms) {
      verdict = { kind: 'delay', ms, excess: thousandths(excess), zone: zone.name };
    }
  }
  for (const { account, excess } of counted) Object.assign(account, { excess, lastMs: nowMs });
  return verdict;
}

function thousandths(value: number): string {
  return (value / 1000).toFixed(3);
}
