import { nameIsDnsSubdomain, nameIsPathSegment } from '../names';
import { parseQuantity, quantityText, signOf } from '../quantity';
import type { KubeObject } from '../types';
import {
  type FieldError,
  forbidden,
  invalid,
  invalidFor,
  notSupported,
  required,
} from './field-error';
import { validateObjectMeta } from './object-meta';
import { dnsLabelErrors } from './paths';
import { containerResourceNameErrors } from './resources';

/** HorizontalPodAutoscalers. Models pkg/apis/autoscaling/validation/validation.go. */

interface Reference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
}

interface MetricTarget {
  readonly type?: string;
  readonly value?: string | number;
  readonly averageValue?: string | number;
  readonly averageUtilization?: number;
}

interface MetricSource {
  readonly name?: string;
  readonly container?: string;
  readonly describedObject?: Reference;
  readonly metric?: { readonly name?: string };
  readonly target?: MetricTarget;
}

const SOURCES = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;
type Source = (typeof SOURCES)[number];
type Metric = { readonly type?: string } & { readonly [source in Source]?: MetricSource };

interface ScalingRules {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: string;
  readonly tolerance?: string | number;
  readonly policies?: readonly { type?: string; value?: number; periodSeconds?: number }[];
}

const SOURCE_OF_TYPE: Readonly<Record<string, Source>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};
const METRIC_TYPES = Object.keys(SOURCE_OF_TYPE);
const TARGET_TYPES = ['Utilization', 'Value', 'AverageValue'];
const LONGEST_WINDOW_SECONDS = 3600;
const LONGEST_PERIOD_SECONDS = 1800;

export function validateAutoscaler(object: KubeObject): FieldError[] {
  const spec = (object.spec ?? {}) as {
    readonly minReplicas?: number;
    readonly maxReplicas?: number;
    readonly scaleTargetRef?: Reference;
    readonly metrics?: readonly Metric[];
    readonly behavior?: { readonly scaleUp?: ScalingRules; readonly scaleDown?: ScalingRules };
  };
  const { minReplicas, maxReplicas = 0, metrics = [], behavior } = spec;
  const errors = validateObjectMeta(object.metadata, true, nameIsDnsSubdomain);
  if (minReplicas !== undefined && minReplicas < 1) {
    errors.push(invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
  }
  if (maxReplicas === 0) {
    errors.push(required('spec.maxReplicas', 'must be set and greater than 0'));
  } else if (maxReplicas < 0) {
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to 1'));
  }
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    const why = 'must be greater than or equal to `minReplicas`';
    errors.push(invalid('spec.maxReplicas', maxReplicas, why));
  }
  errors.push(...referenceErrors(spec.scaleTargetRef ?? {}, false, 'spec.scaleTargetRef'));
  metrics.forEach((metric, index) => {
    errors.push(...metricErrors(metric, `spec.metrics[${index}]`));
  });
  const fromZero = metrics.some(({ type }) => type === 'Object' || type === 'External');
  if (minReplicas === 0 && !fromZero) {
    const why =
      'must specify at least one Object or External metric to support scaling to zero replicas';
    errors.push(forbidden('spec.metrics', why));
  }
  errors.push(...ruleErrors(behavior?.scaleUp, 'spec.behavior.scaleUp'));
  errors.push(...ruleErrors(behavior?.scaleDown, 'spec.behavior.scaleDown'));
  return errors;
}

/** `mayBeCore`: objects of the core group, whose version has no group before it. */
function referenceErrors(reference: Reference, mayBeCore: boolean, field: string): FieldError[] {
  const { apiVersion = '', kind = '', name = '' } = reference;
  const errors = [...segmentErrors(`${field}.kind`, kind), ...segmentErrors(`${field}.name`, name)];
  const slashes = apiVersion.split('/').length - 1;
  if (slashes > 1) {
    errors.push(
      invalid(`${field}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`),
    );
  } else if (!mayBeCore && (slashes === 0 || apiVersion.startsWith('/'))) {
    errors.push(invalid(`${field}.apiVersion`, apiVersion, 'apiVersion must specify API group'));
  }
  return errors;
}

function segmentErrors(field: string, name: string, missing = ''): FieldError[] {
  if (name === '') return [required(field, missing)];
  return invalidFor(field, name, nameIsPathSegment(name));
}

function metricErrors(metric: Metric, field: string): FieldError[] {
  const { type = '' } = metric;
  const errors: FieldError[] = [];
  if (type === '') errors.push(required(`${field}.type`, 'must specify a metric source type'));
  const unknown = METRIC_TYPES.includes(type)
    ? []
    : [notSupported(`${field}.type`, type, METRIC_TYPES)];
  errors.push(...unknown);
  const present = SOURCES.filter((source) => metric[source] !== undefined);
  const [first] = present;
  if (first !== undefined) {
    errors.push(...sourceErrors(first, metric[first] ?? {}, `${field}.${first}`));
  }
  const expected = SOURCE_OF_TYPE[type];
  if (expected !== undefined && metric[expected] === undefined) {
    const why = 'must populate information for the given metric source';
    errors.push(required(`${field}.${expected}`, why));
  }
  errors.push(...unknown);
  if (present.length === 1) return errors;
  for (const source of present) {
    if (source === expected) continue;
    errors.push(forbidden(`${field}.${source}`, 'must populate the given metric source only'));
  }
  return errors;
}

function sourceErrors(kind: Source, source: MetricSource, field: string): FieldError[] {
  const { target = {}, metric = {}, name = '', container = '' } = source;
  const errors: FieldError[] = [];
  if (kind === 'object') {
    errors.push(...referenceErrors(source.describedObject ?? {}, true, `${field}.describedObject`));
  }
  if (kind === 'resource' || kind === 'containerResource') {
    const missing = 'must specify a resource name';
    if (name === '') errors.push(required(`${field}.name`, missing));
    else if (kind === 'containerResource') {
      errors.push(...containerResourceNameErrors(name, `${field}.name`));
    }
  } else {
    errors.push(
      ...segmentErrors(`${field}.metric.name`, metric.name ?? '', 'must specify a metric name'),
    );
  }
  if (kind === 'containerResource') {
    if (container === '') errors.push(required(`${field}.container`, 'must specify a container'));
    else errors.push(...dnsLabelErrors(`${field}.container`, container));
  }
  errors.push(...targetErrors(target, `${field}.target`));
  return [...errors, ...choiceErrors(kind, target, `${field}.target`)];
}

function targetErrors(target: MetricTarget, field: string): FieldError[] {
  const { type = '', averageUtilization } = target;
  const errors: FieldError[] = [];
  if (type === '') errors.push(required(`${field}.type`, 'must specify a metric target type'));
  if (!TARGET_TYPES.includes(type)) {
    const why = 'must be either Utilization, Value, or AverageValue';
    errors.push(invalid(`${field}.type`, type, why));
  }
  for (const part of ['value', 'averageValue'] as const) {
    if (target[part] === undefined) continue;
    const amount = parseQuantity(String(target[part]));
    if (signOf(amount) > 0) continue;
    errors.push(invalid(`${field}.${part}`, quantityText(amount), 'must be positive'));
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    const why = 'must be greater than 0';
    errors.push(invalid(`${field}.averageUtilization`, averageUtilization, why));
  }
  return errors;
}

/** Which of the target's amounts has to be there, and which may not be together. */
function choiceErrors(kind: Source, target: MetricTarget, field: string): FieldError[] {
  const { value, averageValue, averageUtilization } = target;
  const both = (a: unknown, b: unknown) => a !== undefined && b !== undefined;
  const neither = (a: unknown, b: unknown) => a === undefined && b === undefined;
  switch (kind) {
    case 'object':
      if (!neither(value, averageValue)) return [];
      return [required(`${field}.averageValue`, 'must set either a target value or averageValue')];
    case 'external': {
      const choice = 'a target value for metric';
      if (neither(value, averageValue)) {
        return [required(`${field}.averageValue`, `must set either ${choice} or a per-pod target`)];
      }
      if (!both(value, averageValue)) return [];
      return [forbidden(`${field}.value`, `may not set both ${choice} and a per-pod target`)];
    }
    case 'pods':
      if (averageValue !== undefined) return [];
      return [required(`${field}.averageValue`, 'must specify a positive target averageValue')];
    default: {
      const choice = 'a target raw value';
      if (neither(averageUtilization, averageValue)) {
        const why = `must set either ${choice} or a target utilization`;
        return [required(`${field}.averageUtilization`, why)];
      }
      if (!both(averageUtilization, averageValue)) return [];
      const why = `may not set both ${choice} and a target utilization`;
      return [forbidden(`${field}.averageValue`, why)];
    }
  }
}

function ruleErrors(rules: ScalingRules | undefined, field: string): FieldError[] {
  if (rules === undefined) return [];
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  const errors: FieldError[] = [];
  const at = `${field}.stabilizationWindowSeconds`;
  if (window !== undefined && window < 0) {
    errors.push(invalid(at, window, 'must be greater than or equal to zero'));
  }
  if (window !== undefined && window > LONGEST_WINDOW_SECONDS) {
    errors.push(invalid(at, window, `must be less than or equal to ${LONGEST_WINDOW_SECONDS}`));
  }
  const selections = ['Disabled', 'Max', 'Min'];
  if (selectPolicy !== undefined && !selections.includes(selectPolicy)) {
    errors.push(notSupported(`${field}.selectPolicy`, selectPolicy, selections));
  }
  if (policies.length === 0) {
    errors.push(required(`${field}.policies`, 'must specify at least one Policy'));
  }
  policies.forEach(({ type = '', value = 0, periodSeconds = 0 }, index) => {
    const policy = `${field}.policies[${index}]`;
    const types = ['Percent', 'Pods'];
    if (!types.includes(type)) errors.push(notSupported(`${policy}.type`, type, types));
    if (value <= 0) errors.push(invalid(`${policy}.value`, value, 'must be greater than zero'));
    const period = `${policy}.periodSeconds`;
    if (periodSeconds <= 0) {
      errors.push(invalid(period, periodSeconds, 'must be greater than zero'));
    }
    if (periodSeconds > LONGEST_PERIOD_SECONDS) {
      const why = `must be less than or equal to ${LONGEST_PERIOD_SECONDS}`;
      errors.push(invalid(period, periodSeconds, why));
    }
  });
  if (tolerance === undefined) return errors;
  const amount = parseQuantity(String(tolerance));
  if (signOf(amount) >= 0) return errors;
  const why = 'must be greater than or equal to 0';
  return [...errors, invalid(`${field}.tolerance`, quantityText(amount), why)];
}
