import { nameIsDnsLabel, nameIsDnsSubdomain } from '../names';
import type { KubeObject, Toleration } from '../types';
import { domainPrefixedPathErrors } from './domain-names';
import {
  type FieldError,
  forbidden,
  invalidFor,
  notSupported,
  required,
  tooLong,
} from './field-error';
import { type TypedReference, typedReferenceErrors } from './networking';
import {
  validateImmutable,
  validateLabels,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './object-meta';
import { dnsLabelErrors } from './paths';
import { validateContainerResources } from './resources';
import { validateTolerations } from './scheduling';

/** RuntimeClasses and IngressClasses. Models pkg/apis/node/validation and pkg/apis/networking/validation. */

type RuntimeClass = KubeObject & {
  handler?: string;
  overhead?: { podFixed?: Record<string, string> };
  scheduling?: { nodeSelector?: Record<string, string>; tolerations?: Toleration[] };
};

export function validateRuntimeClass(object: KubeObject): FieldError[] {
  const { metadata, handler = '', overhead, scheduling } = object as RuntimeClass;
  const limits = overhead?.podFixed;
  return [
    ...validateObjectMeta(metadata, false, nameIsDnsSubdomain),
    ...(handler === ''
      ? [required('handler')]
      : invalidFor('handler', handler, nameIsDnsLabel(handler))),
    ...validateContainerResources(limits && { limits }, [], 'overhead'),
    ...validateLabels('scheduling.nodeSelector', scheduling?.nodeSelector),
    ...validateTolerations(scheduling?.tolerations, 'scheduling.tolerations'),
  ];
}

export function validateRuntimeClassUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [object, old].map((one) => (one as RuntimeClass).handler);
  return [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateImmutable('handler', now, before),
  ];
}

interface Parameters extends TypedReference {
  readonly scope?: string;
  readonly namespace?: string;
}

interface IngressClassSpec {
  readonly controller?: string;
  readonly parameters?: Parameters;
}

const CONTROLLER_LENGTH = 250;
const SCOPES = ['Cluster', 'Namespace'];

export function validateIngressClass(object: KubeObject): FieldError[] {
  const { controller = '', parameters } = (object.spec ?? {}) as IngressClassSpec;
  const errors = validateObjectMeta(object.metadata, false, nameIsDnsSubdomain);
  if (controller.length > CONTROLLER_LENGTH) {
    errors.push(tooLong('spec.controller', CONTROLLER_LENGTH));
  }
  errors.push(...domainPrefixedPathErrors('spec.controller', controller));
  if (parameters !== undefined) errors.push(...parameterErrors(parameters, 'spec.parameters'));
  return errors;
}

function parameterErrors(parameters: Parameters, field: string): FieldError[] {
  const { scope, namespace } = parameters;
  const errors = typedReferenceErrors(parameters, field);
  const at = `${field}.namespace`;
  const given = `\`parameters.scope\` is set to '${scope}'`;
  if (scope === undefined) errors.push(required(`${field}.scope`));
  else if (!SCOPES.includes(scope)) errors.push(notSupported(`${field}.scope`, scope, SCOPES));
  else if (scope === 'Cluster' && namespace !== undefined) errors.push(forbidden(at, given));
  else if (scope === 'Namespace' && namespace === undefined) errors.push(required(at, given));
  else if (namespace !== undefined) errors.push(...dnsLabelErrors(at, namespace));
  return errors;
}

export function validateIngressClassUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [object, old].map(
    ({ spec }) => ((spec ?? {}) as IngressClassSpec).controller,
  );
  return [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateImmutable('spec.controller', now, before),
    ...validateIngressClass(object),
  ];
}
