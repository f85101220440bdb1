import { goQuote } from '../golang/quote';
import { cidrText, ipText, isMapped, maskedIp, parseCidr, parseIp } from '../validation/ip';

/** Warns of addresses that are valid but written unusually. Models GetWarningsForIP. */
export function ipWarnings(field: string, value: string): string[] {
  const ip = parseIp(value);
  if (ip === undefined) return [];
  const text = ipText(ip);
  if (ip.leadingZeros || isMapped(ip)) {
    const advice = `is invalid: use ${goQuote(text)}`;
    return [`${field}: non-standard IP address ${goQuote(value)} ${advice}`];
  }
  if (ip.bytes.length === 4 || text === value) return [];
  const advice = `should be in RFC 5952 canonical format (${goQuote(text)})`;
  return [`${field}: IPv6 address ${goQuote(value)} ${advice}`];
}

/** Models GetWarningsForCIDR. */
export function cidrWarnings(field: string, value: string): string[] {
  const cidr = parseCidr(value);
  if (cidr === undefined) return [];
  const text = cidrText(cidr);
  const quoted = goQuote(value);
  const warnings: string[] = [];
  if (maskedIp(cidr).bytes.join() !== cidr.ip.bytes.join()) {
    const single = `${ipText(cidr.ip)}/${cidr.ip.bytes.length * 8}`;
    const advice = `(should be ${goQuote(text)} or ${goQuote(single)}?)`;
    warnings.push(`${field}: CIDR value ${quoted} is ambiguous in this context ${advice}`);
  }
  if (cidr.leadingZeros || isMapped(cidr.ip)) {
    warnings.push(`${field}: non-standard CIDR value ${quoted} is invalid: use ${goQuote(text)}`);
  }
  if (warnings.length > 0 || cidr.ip.bytes.length === 4 || text === value) return warnings;
  const advice = `should be in RFC 5952 canonical format (${goQuote(text)})`;
  return [`${field}: IPv6 CIDR value ${quoted} ${advice}`];
}
