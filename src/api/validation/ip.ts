import { goQuote } from '../golang/quote';
import { type FieldError, invalid } from './field-error';

/** IP addresses and CIDRs. Models apimachinery's util/validation/ip.go and Go's net and netip. */

const NO_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const NO_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const LEADING_ZEROS = 'must not have leading 0s';
const MAPPED = 'an IPv4-mapped IPv6 address';

export interface ParsedIp {
  /** 4 or 16 bytes, as it was written. */
  readonly bytes: readonly number[];
  /** Go's strict parser refuses parts such as `010`. */
  readonly leadingZeros: boolean;
}

/** Reads an address, leading zeros allowed, as old releases did; undefined if it is none. */
export function parseIp(text: string): ParsedIp | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): ParsedIp | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^[0-9]{1,10}$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return { bytes, leadingZeros: parts.some((part) => /^0[0-9]/.test(part)) };
}

function parseIpv6(text: string): ParsedIp | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const tail = /(?:^|:)([0-9.]*\.[0-9.]*)$/.exec(text)?.[1];
  const embedded = tail === undefined ? undefined : parseIpv4(tail);
  if (tail !== undefined && embedded === undefined) return undefined;
  const groups: number[][] = [];
  for (const half of halves) {
    const bytes: number[] = [];
    const parts = half === '' ? [] : half.split(':');
    for (const part of parts) {
      if (part === tail && embedded !== undefined) bytes.push(...embedded.bytes);
      else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
        const value = Number.parseInt(part, 16);
        bytes.push(value >> 8, value & 255);
      } else return undefined;
    }
    groups.push(bytes);
  }
  const [front = [], back] = groups;
  const missing = 16 - front.length - (back?.length ?? 0);
  if (back === undefined ? missing !== 0 : missing < 2) return undefined;
  const zeros = back === undefined ? [] : Array<number>(missing).fill(0);
  return {
    bytes: [...front, ...zeros, ...(back ?? [])],
    leadingZeros: embedded?.leadingZeros ?? false,
  };
}

export function isMapped({ bytes }: ParsedIp): boolean {
  if (bytes.length !== 16) return false;
  return bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
}

/** Canonical text; a mapped address is written as IPv4. */
export function ipText(ip: ParsedIp): string {
  if (ip.bytes.length === 4) return ip.bytes.join('.');
  if (isMapped(ip)) return ip.bytes.slice(12).join('.');
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) {
    groups.push((((ip.bytes[i] ?? 0) << 8) | (ip.bytes[i + 1] ?? 0)).toString(16));
  }
  const run = longestZeroRun(groups);
  if (run === undefined) return groups.join(':');
  return `${groups.slice(0, run.from).join(':')}::${groups.slice(run.to).join(':')}`;
}

function longestZeroRun(groups: readonly string[]): { from: number; to: number } | undefined {
  let best: { from: number; to: number } | undefined;
  for (let from = 0; from < groups.length; from++) {
    let to = from;
    while (groups[to] === '0') to++;
    if (to - from > 1 && to - from > (best === undefined ? 0 : best.to - best.from)) {
      best = { from, to };
    }
  }
  return best;
}

/**
 * Errors of an address in an old field. Without `strict` (the gate StrictIPCIDRValidation, on since 1.36)
 * leading zeros and mapped addresses are let through.
 */
export function validateLegacyIp(field: string, value: string, strict = true): FieldError[] {
  const ip = parseIp(value);
  if (ip === undefined) return [invalid(field, value, NO_IP)];
  if (!strict) return [];
  const errors: FieldError[] = [];
  if (ip.leadingZeros) errors.push(invalid(field, value, LEADING_ZEROS));
  else if (isMapped(ip)) errors.push(invalid(field, value, `must not be ${MAPPED}`));
  return errors;
}

export function validateIp(field: string, value: string): FieldError[] {
  const errors = validateLegacyIp(field, value);
  const ip = parseIp(value);
  if (errors.length > 0 || ip === undefined) return errors;
  return canonical(field, value, ipText(ip));
}

function canonical(field: string, value: string, text: string): FieldError[] {
  if (value === text) return [];
  return [invalid(field, value, `must be in canonical form (${goQuote(text)})`)];
}

export interface ParsedCidr {
  readonly ip: ParsedIp;
  readonly length: number;
  /** The prefix length is written with leading zeros. */
  readonly leadingZeros: boolean;
}

export function parseCidr(text: string): ParsedCidr | undefined {
  const slash = text.indexOf('/');
  const ip = slash < 0 ? undefined : parseIp(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (ip === undefined || !/^[0-9]{1,9}$/.test(digits)) return undefined;
  const length = Number(digits);
  if (length > ip.bytes.length * 8) return undefined;
  return { ip, length, leadingZeros: ip.leadingZeros || /^0[0-9]/.test(digits) };
}

/** The address with the bits beyond the prefix cleared. */
export function maskedIp({ ip, length }: ParsedCidr): ParsedIp {
  const bytes = ip.bytes.map((byte, index) => {
    const kept = Math.max(0, Math.min(8, length - index * 8));
    return byte & (0xff00 >> kept) & 0xff;
  });
  return { bytes, leadingZeros: false };
}

/** Canonical text of a network. */
export function cidrText(cidr: ParsedCidr): string {
  const mapped = isMapped(cidr.ip);
  return `${ipText(maskedIp(cidr))}/${mapped ? cidr.length - 96 : cidr.length}`;
}

export function validateLegacyCidr(field: string, value: string, strict = true): FieldError[] {
  const cidr = parseCidr(value);
  if (cidr === undefined) return [invalid(field, value, NO_CIDR)];
  if (!strict) return [];
  if (cidr.leadingZeros) {
    return [invalid(field, value, `${LEADING_ZEROS} in IP or prefix length`)];
  }
  if (isMapped(cidr.ip)) return [invalid(field, value, `must not have ${MAPPED}`)];
  if (maskedIp(cidr).bytes.join() !== cidr.ip.bytes.join()) {
    return [invalid(field, value, 'must not have bits set beyond the prefix length')];
  }
  return [];
}

export function validateCidr(field: string, value: string): FieldError[] {
  const errors = validateLegacyCidr(field, value);
  const cidr = parseCidr(value);
  if (errors.length > 0 || cidr === undefined) return errors;
  return canonical(field, value, cidrText(cidr));
}
