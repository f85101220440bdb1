import type { Service } from '../types';
import { type FieldError, forbidden, invalid } from './field-error';
import { validateObjectMetaUpdate } from './object-meta';
import { isHeadless, loadBalancerClassErrors, validateService } from './service';

/** Changes of Services: addresses stay for good. Models ValidateServiceUpdate. */

type ServiceSpec = NonNullable<Service['spec']>;

const ONCE_SET = 'may not change once set';

export function validateServiceUpdate(service: Service, old: Service): FieldError[] {
  const [spec, before] = [service.spec ?? {}, old.spec ?? {}];
  return [
    ...validateObjectMetaUpdate(service.metadata, old.metadata),
    ...(isNamed(spec) || isNamed(before) ? [] : addressErrors(spec, before)),
    ...classErrors(spec, before),
    ...healthCheckErrors(spec, before),
    ...validateService(service),
  ];
}

function isNamed({ type }: ServiceSpec): boolean {
  return type === 'ExternalName';
}

function addressErrors(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const [headless, wasHeadless] = [isHeadless(spec), isHeadless(old)];
  return [
    ...(headless && wasHeadless ? [] : listErrors(spec, old, 'clusterIPs', 'clusterIP')),
    ...(headless || wasHeadless ? [] : listErrors(spec, old, 'ipFamilies', 'ipFamily')),
  ];
}

/** A second value may come or, with the policy that says so, go; the first one stays. */
function listErrors(
  spec: ServiceSpec,
  old: ServiceSpec,
  name: 'clusterIPs' | 'ipFamilies',
  singular: string,
): FieldError[] {
  const [now, before] = [spec[name] ?? [], old[name] ?? []];
  const shown = spec[name] ?? null;
  if (now.length === before.length) {
    return before.flatMap((value, index) => {
      if (value === now[index]) return [];
      const at = name === 'clusterIPs' ? index : 0;
      return [invalid(`spec.${name}[${at}]`, shown, ONCE_SET)];
    });
  }
  const errors: FieldError[] = [];
  const first = `spec.${name}[0]`;
  if (now.length < before.length && (spec.clusterIPs ?? []).length === 0) {
    errors.push(invalid(first, shown, `primary ${singular} can not be unset`));
  }
  if (now.length > 0 && before.length > 0 && now[0] !== before[0]) {
    errors.push(invalid(first, spec.clusterIPs ?? null, ONCE_SET));
  }
  const released = now.length < before.length && now.length === 1;
  if (released && spec.ipFamilyPolicy !== 'SingleStack') {
    const why = `must be set to 'SingleStack' when releasing the secondary ${singular}`;
    errors.push(invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy ?? null, why));
  }
  return errors;
}

function classErrors(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const stays = spec.type === 'LoadBalancer' && old.type === 'LoadBalancer';
  const changed = stays && spec.loadBalancerClass !== old.loadBalancerClass;
  const value = spec.loadBalancerClass ?? null;
  return [
    ...(changed ? [invalid('spec.loadBalancerClass', value, ONCE_SET)] : []),
    ...loadBalancerClassErrors(spec),
  ];
}

function healthCheckErrors(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const checked = [spec, old].every(
    ({ type, externalTrafficPolicy }) =>
      type === 'LoadBalancer' && externalTrafficPolicy === 'Local',
  );
  if (!checked || spec.healthCheckNodePort === old.healthCheckNodePort) return [];
  return [forbidden('spec.healthCheckNodePort', 'field is immutable')];
}
