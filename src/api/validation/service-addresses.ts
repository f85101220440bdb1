import type { Service } from '../types';
import { duplicate, type FieldError, invalid, notSupported, required } from './field-error';
import { parseIp, validateLegacyIp } from './ip';

type ServiceSpec = NonNullable<Service['spec']>;

const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const FIELD = 'spec.clusterIPs';

/**
 * What is wrong with wanted addresses: the server looks at these before it allocates anything, and again
 * with the rest. Models ValidateServiceClusterIPsRelatedFields.
 */
export function clusterIpErrors(spec: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const ips = spec.clusterIPs ?? [];
  const errors = [...agreementErrors(spec.clusterIP ?? '', ips), ...stackErrors(spec)];
  let hasInvalidIps = false;
  ips.forEach((ip, index) => {
    if (index === 0 && ip === 'None') {
      if (ips.length === 1) return;
      hasInvalidIps = true;
      errors.push(invalid(FIELD, ips, "'None' must be the first and only value"));
      return;
    }
    const found = validateLegacyIp(`${FIELD}[${index}]`, ip);
    if (found.length > 0) hasInvalidIps = true;
    errors.push(...found);
  });
  if (ips.length > 2) errors.push(invalid(FIELD, ips, 'may only hold up to 2 values'));
  if (hasInvalidIps) return errors;
  return [...errors, ...familyAgreementErrors(ips, spec.ipFamilies ?? [])];
}

/** clusterIP is clusterIPs' first value. */
function agreementErrors(ip: string, ips: readonly string[]): FieldError[] {
  if (ip === '') {
    const why = 'must be empty when `clusterIP` is not specified';
    return ips.length === 0 ? [] : [invalid(FIELD, ips, why)];
  }
  if (ips.length === 0) return [required(FIELD)];
  return ips[0] === ip ? [] : [invalid(FIELD, ips, 'first value must match `clusterIP`')];
}

function stackErrors({ ipFamilies = [], ipFamilyPolicy: policy }: ServiceSpec): FieldError[] {
  const errors = ipFamilies.flatMap((family, index) => {
    const at = `spec.ipFamilies[${index}]`;
    return [
      ...(FAMILIES.includes(family) ? [] : [notSupported(at, family, FAMILIES)]),
      ...(ipFamilies.indexOf(family) < index ? [duplicate(at, family)] : []),
    ];
  });
  if (policy !== undefined && !POLICIES.includes(policy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', policy, POLICIES));
  }
  return errors;
}

function familyAgreementErrors(ips: readonly string[], families: readonly string[]): FieldError[] {
  const familyOf = (ip: string) => (parseIp(ip)?.bytes.length === 4 ? 'IPv4' : 'IPv6');
  const errors: FieldError[] = [];
  if (ips.length > 1 && new Set(ips.map(familyOf)).size < 2) {
    errors.push(invalid(FIELD, ips, 'may specify no more than one IP for each IP family'));
  }
  if (ips[0] === 'None') return errors;
  ips.forEach((ip, index) => {
    const family = families[index];
    if (family === undefined || !FAMILIES.includes(family) || familyOf(ip) === family) return;
    const why = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
    errors.push(invalid(`${FIELD}[${index}]`, ip, why));
  });
  return errors;
}
