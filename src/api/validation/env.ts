import {
  configMapKeyProblems,
  nameIsDnsSubdomain,
  qualifiedNameProblems,
  relaxedEnvVarNameProblems,
} from '../names';
import { parseQuantity, quantityText, signOf } from '../quantity';
import type { EnvFromSource, EnvVar } from '../types';
import { type FieldError, invalid, invalidFor, notSupported, required } from './field-error';
import { dnsLabelErrors, noBackstepErrors } from './paths';

/** Environment variables and the downward API. Models pkg/apis/core/validation ValidateEnv. */

type ValueFrom = NonNullable<EnvVar['valueFrom']>;
type FieldRef = NonNullable<ValueFrom['fieldRef']>;
type ResourceFieldRef = NonNullable<ValueFrom['resourceFieldRef']>;

export const ENV_FIELDS = [
  ...['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName'],
  ...['spec.serviceAccountName', 'status.hostIP', 'status.hostIPs', 'status.podIP'],
  'status.podIPs',
];
export const VOLUME_FIELDS = [
  ...['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace'],
  'metadata.uid',
];
/** Fields that the API can convert, whether or not they may be referred to. */
const KNOWN_FIELDS = [
  ...ENV_FIELDS,
  ...VOLUME_FIELDS,
  ...['spec.restartPolicy', 'spec.schedulerName', 'status.phase'],
];
const RESOURCE_FIELDS = [
  ...['limits.cpu', 'limits.ephemeral-storage', 'limits.memory'],
  ...['requests.cpu', 'requests.ephemeral-storage', 'requests.memory'],
];
const SIZE_DIVISORS = [
  ...['1', '1k', '1M', '1G', '1T', '1P', '1E'],
  ...['1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'],
];

export function validateEnv(variables: readonly EnvVar[] = [], field: string): FieldError[] {
  return variables.flatMap((variable, index) => {
    const at = `${field}[${index}]`;
    const { name = '' } = variable;
    const errors =
      name === ''
        ? [required(`${at}.name`)]
        : invalidFor(`${at}.name`, name, relaxedEnvVarNameProblems(name));
    if (variable.valueFrom !== undefined) {
      errors.push(...validateValueFrom(variable.valueFrom, variable.value, `${at}.valueFrom`));
    }
    return errors;
  });
}

function validateValueFrom(source: ValueFrom, value: string | undefined, field: string) {
  const errors: FieldError[] = [];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef) errors.push(...validateFieldRef(fieldRef, ENV_FIELDS, `${field}.fieldRef`));
  if (resourceFieldRef) {
    errors.push(...validateResourceFieldRef(resourceFieldRef, false, `${field}.resourceFieldRef`));
  }
  if (configMapKeyRef) errors.push(...keyRefErrors(configMapKeyRef, `${field}.configMapKeyRef`));
  if (secretKeyRef) errors.push(...keyRefErrors(secretKeyRef, `${field}.secretKeyRef`));
  if (fileKeyRef) errors.push(...fileKeyErrors(fileKeyRef, `${field}.fileKeyRef`));
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef];
  const count = sources.filter((entry) => entry !== undefined).length;
  if (count === 0) {
    const why =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.push(invalid(field, '', why));
  } else if (value) {
    errors.push(invalid(field, '', 'may not be specified when `value` is not empty'));
  } else if (count > 1) {
    errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

/** A field of the pod; `allowed` are those without a subscript. */
export function validateFieldRef(
  { apiVersion = '', fieldPath = '' }: FieldRef,
  allowed: readonly string[],
  field: string,
): FieldError[] {
  if (apiVersion === '') return [required(`${field}.apiVersion`)];
  if (fieldPath === '') return [required(`${field}.fieldPath`)];
  const at = `${field}.fieldPath`;
  const fail = (why: string) => [invalid(at, fieldPath, `error converting fieldPath: ${why}`)];
  if (apiVersion !== 'v1') return fail(`unsupported pod version: ${apiVersion}`);
  const subscript = /^(.*)\['(.*)'\]$/s.exec(fieldPath);
  if (subscript !== null) {
    const [, path = '', key = ''] = subscript;
    if (path === 'metadata.annotations') {
      return invalidFor(field, key.toLowerCase(), qualifiedNameProblems(key.toLowerCase()));
    }
    if (path === 'metadata.labels') return invalidFor(field, key, qualifiedNameProblems(key));
    return fail(`field label does not support subscript: ${fieldPath}`);
  }
  const path = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  if (!KNOWN_FIELDS.includes(path)) return fail(`field label not supported: ${fieldPath}`);
  return allowed.includes(path) ? [] : [notSupported(at, path, allowed)];
}

/** An amount of a container's resources; volumes have to name the container. */
export function validateResourceFieldRef(
  reference: ResourceFieldRef,
  volume: boolean,
  field: string,
): FieldError[] {
  const { containerName = '', resource = '', divisor } = reference;
  const errors: FieldError[] = [];
  if (volume && containerName === '') {
    errors.push(required(`${field}.containerName`));
  } else if (resource === '') {
    errors.push(required(`${field}.resource`));
  } else if (!RESOURCE_FIELDS.includes(resource) && !isHugePageField(resource)) {
    errors.push(notSupported(`${field}.resource`, resource, RESOURCE_FIELDS));
  }
  const amount = divisor === undefined ? undefined : parseQuantity(String(divisor));
  if (amount === undefined || signOf(amount) === 0) return errors;
  const text = quantityText(amount);
  const of = divisorRule(resource);
  if (of !== undefined && !of.allowed.includes(text)) {
    const why = `only divisor's values ${of.text} are supported with the ${of.name} resource`;
    errors.push(invalid(`${field}.divisor`, resource, why));
  }
  return errors;
}

function isHugePageField(resource: string): boolean {
  return /^(limits|requests)\.hugepages-/.test(resource);
}

function divisorRule(
  resource: string,
): { allowed: readonly string[]; text: string; name: string } | undefined {
  const kind = resource.replace(/^(limits|requests)\./, '');
  if (kind === resource) return undefined;
  if (kind === 'cpu') return { allowed: ['1m', '1'], text: '1m and 1', name: 'cpu' };
  const name = isHugePageField(resource)
    ? 'hugepages'
    : { memory: 'memory', 'ephemeral-storage': 'local ephemeral storage' }[kind];
  if (name === undefined) return undefined;
  return { allowed: SIZE_DIVISORS, text: SIZE_DIVISORS.join(', '), name };
}

/** A key of a ConfigMap or Secret. */
function keyRefErrors(
  { name = '', key = '' }: { name?: string; key?: string },
  field: string,
): FieldError[] {
  const errors = invalidFor(`${field}.name`, name, nameIsDnsSubdomain(name));
  if (key === '') errors.push(required(`${field}.key`));
  else errors.push(...invalidFor(`${field}.key`, key, configMapKeyProblems(key)));
  return errors;
}

function fileKeyErrors(
  { key = '', volumeName = '', path = '' }: { key?: string; volumeName?: string; path?: string },
  field: string,
): FieldError[] {
  const errors =
    key === ''
      ? [required(`${field}.key`)]
      : invalidFor(`${field}.key`, key, relaxedEnvVarNameProblems(key));
  if (volumeName === '') errors.push(required(`${field}.volumeName`));
  else errors.push(...dnsLabelErrors(`${field}.volumeName`, volumeName));
  if (path === '') errors.push(required(`${field}.path`));
  else errors.push(...noBackstepErrors(`${field}.path`, path));
  return errors;
}

export function validateEnvFrom(sources: readonly EnvFromSource[] = [], field: string) {
  const errors: FieldError[] = [];
  sources.forEach(({ prefix = '', configMapRef, secretRef }, index) => {
    const at = `${field}[${index}]`;
    if (prefix !== '') {
      errors.push(...invalidFor(`${at}.prefix`, prefix, relaxedEnvVarNameProblems(prefix)));
    }
    if (configMapRef) errors.push(...envSourceErrors(configMapRef.name, `${at}.configMapRef`));
    if (secretRef) errors.push(...envSourceErrors(secretRef.name, `${at}.secretRef`));
    // These two are reported for the list, not for the entry.
    if (!configMapRef && !secretRef) {
      errors.push(invalid(field, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef && secretRef) {
      errors.push(invalid(field, '', 'may not have more than one field specified at a time'));
    }
  });
  return errors;
}

function envSourceErrors(name: string | undefined, field: string): FieldError[] {
  if (!name) return [required(`${field}.name`)];
  return invalidFor(`${field}.name`, name, nameIsDnsSubdomain(name, true));
}
