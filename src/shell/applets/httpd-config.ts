import type { Bytes } from '../../runtime/bytes';
import type { Invocation } from './applet';
import { attempt } from './files';
import { readSmallFile } from './users';

/** What /etc/httpd.conf and its kin say. Reverse proxies and passwords are not simulated. */
export interface HttpdConfig {
  readonly index: Bytes;
  readonly home: Bytes | undefined;
  /** By status code. */
  readonly errorPages: ReadonlyMap<number, Bytes>;
  /** By suffix, with its dot. */
  readonly types: ReadonlyMap<Bytes, Bytes>;
  readonly denies: (ip: string) => boolean;
}

interface AddressRule {
  readonly allow: boolean;
  readonly ip: number;
  readonly mask: number;
}

/** Reads the configuration: the file given, /etc/httpd.conf, or httpd.conf in the home folder. */
export function* readHttpdConfig(run: Invocation, file: Bytes | undefined) {
  let text = yield* readSmallFile(run.sys, file ?? '/etc/httpd.conf');
  const found = attempt(() => run.sys.stat(file ?? '/etc/httpd.conf'));
  if (file === undefined && !found) text = yield* readSmallFile(run.sys, 'httpd.conf');
  return parseHttpdConfig(text);
}

export function parseHttpdConfig(text: Bytes): HttpdConfig {
  let index = 'index.html';
  let home: Bytes | undefined;
  let denyAll = false;
  const errorPages = new Map<number, Bytes>();
  const types = new Map<Bytes, Bytes>();
  const rules: AddressRule[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.replace(/#.*/, '').replace(/[ \t]/g, '');
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1);
    if (colon < 0 || value === '') continue;
    const key = line.slice(0, colon);
    const letter = key[0]?.toUpperCase();
    if (letter === 'I') index = value;
    else if (letter === 'H') home = value;
    else if (letter === 'E') errorPages.set(Number(key.slice(1)), value);
    else if (key.startsWith('.')) types.set(key, value);
    else if (letter === 'D' && value.startsWith('*')) denyAll = true;
    else if ((letter === 'A' || letter === 'D') && !value.startsWith('*')) {
      const rule = addressRule(letter === 'A', value);
      // Denials come before all permissions.
      if (rule.allow) rules.push(rule);
      else rules.unshift(rule);
    }
  }
  const denies = (ip: string): boolean => {
    const address = toNumber(ip.split('.'));
    const rule = rules.find((candidate) => (address & candidate.mask) >>> 0 === candidate.ip);
    return rule ? !rule.allow : denyAll;
  };
  return { index, home, errorPages, types, denies };
}

/** `10.`, `10.1.2.3`, `10.0.0.0/8`; what is none of these denies everybody. */
function addressRule(allow: boolean, text: Bytes): AddressRule {
  const [address = '', maskText] = text.split('/');
  const parts = address.split('.').filter((part) => part !== '');
  const valid =
    parts.length > 0 && parts.length <= 4 && parts.every((part) => /^[0-9]{1,3}$/.test(part));
  if (!valid) return { allow: false, ip: 0, mask: 0 };
  let bits = parts.length * 8;
  if (maskText !== undefined && /^[0-9]+$/.test(maskText)) bits = Math.min(Number(maskText), 32);
  let mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
  if (maskText?.includes('.')) mask = toNumber(maskText.split('.'));
  return { allow, ip: (toNumber(parts) & mask) >>> 0, mask };
}

function toNumber(parts: readonly string[]): number {
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number);
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
