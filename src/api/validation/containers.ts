import type { Container, EphemeralContainer, PodSpec, Volume } from '../types';
import { validateEnv, validateEnvFrom } from './env';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
  tooMany,
} from './field-error';
import { hostPortConflicts, validateDevices, validateMounts, validatePorts } from './mounts';
import { dnsLabelErrors } from './paths';
import { validateLifecycle, validateLivenessProbe, validateReadinessProbe } from './probes';
import { validateContainerResources } from './resources';
import { validateSecurityContext } from './security';
import { validatePullPolicy } from './volumes';

/** Containers of a pod. Models pkg/apis/core/validation validateContainers and its like. */

/** What containers are checked against. */
export interface ContainerContext {
  readonly spec: PodSpec;
  readonly volumes: ReadonlyMap<string, Volume>;
}

const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const RULE_ACTIONS = ['Restart', 'RestartAllContainers'];
const MOST_RULES = 20;
const MOST_EXIT_CODES = 255;
const ONLY_SIDECARS = 'may not be set for init containers without restartPolicy=Always';

export function validateContainers(context: ContainerContext, field: string): FieldError[] {
  const containers = context.spec.containers ?? [];
  if (containers.length === 0) return [required(field)];
  const names = new Set<string>();
  const errors = containers.flatMap((container, index) => {
    const at = `${field}[${index}]`;
    const { name = '' } = container;
    const own = validateCommon(container, context, at);
    if (names.has(name)) own.push(duplicate(`${at}.name`, name));
    names.add(name);
    own.push(...validateHooksAndProbes(container, context.spec, at));
    own.push(...validateRestartRules(container, at));
    return own;
  });
  return [...errors, ...hostPortConflicts(containers, field)];
}

export function validateInitContainers(context: ContainerContext, field: string): FieldError[] {
  const names = new Set((context.spec.containers ?? []).map(({ name = '' }) => name));
  return (context.spec.initContainers ?? []).flatMap((container, index) => {
    const at = `${field}[${index}]`;
    const { name = '' } = container;
    const sidecar = container.restartPolicy === 'Always';
    const errors = validateCommon(container, context, at);
    errors.push(...validateRestartRules(container, at));
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    else if (name !== '') names.add(name);
    errors.push(...hostPortConflicts([container], field));
    if (sidecar) {
      errors.push(...validateHooksAndProbes(container, context.spec, at));
    } else {
      for (const part of [
        'lifecycle',
        'livenessProbe',
        'readinessProbe',
        'startupProbe',
      ] as const) {
        if (container[part] !== undefined) errors.push(forbidden(`${at}.${part}`, ONLY_SIDECARS));
      }
      (container.resizePolicy ?? []).forEach(({ restartPolicy }, policy) => {
        if (restartPolicy !== 'RestartContainer') return;
        const why = "must not be set to 'RestartContainer' for non-sidecar initContainers";
        errors.push(invalid(`${at}.resizePolicy[${policy}].restartPolicy`, restartPolicy, why));
      });
    }
    return errors;
  });
}

/** Fields of an ephemeral container; the others make no sense in a running pod. */
const EPHEMERAL_FIELDS = new Set([
  ...['name', 'image', 'command', 'args', 'workingDir', 'env', 'envFrom', 'resources'],
  ...['volumeMounts', 'volumeDevices', 'terminationMessagePath', 'terminationMessagePolicy'],
  ...['imagePullPolicy', 'securityContext', 'stdin', 'stdinOnce', 'tty', 'targetContainerName'],
]);

export function validateEphemeralContainers(context: ContainerContext, field: string) {
  const { spec } = context;
  const others = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const names = new Set(others.map(({ name = '' }) => name));
  return (spec.ephemeralContainers ?? []).flatMap((container, index) => {
    const at = `${field}[${index}]`;
    const { name = '', targetContainerName = '' } = container;
    const errors = validateCommon(container as unknown as Container, context, at);
    errors.push(...imageSpaceErrors(container.image, at));
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    if (targetContainerName !== '' && !others.some((other) => other.name === targetContainerName)) {
      errors.push(notFound(`${at}.targetContainerName`, targetContainerName));
    }
    errors.push(...ephemeralFieldErrors(container, at));
    return errors;
  });
}

function ephemeralFieldErrors(container: EphemeralContainer, at: string): FieldError[] {
  const cannot = 'cannot be set for an Ephemeral Container';
  const errors = Object.entries(container)
    .filter(
      ([name, value]) =>
        !EPHEMERAL_FIELDS.has(name) && (name === 'restartPolicy' || !isEmpty(value)),
    )
    .map(([name]) => forbidden(`${at}.${name}`, cannot));
  if (!isEmpty(container.resources)) errors.push(forbidden(`${at}.resources`, cannot));
  (container.volumeMounts ?? []).forEach(({ subPath, subPathExpr }, index) => {
    const mount = `${at}.volumeMounts[${index}]`;
    if (subPath) errors.push(forbidden(`${mount}.subPath`, cannot));
    if (subPathExpr) errors.push(forbidden(`${mount}.subPathExpr`, cannot));
  });
  return errors;
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return !value;
  return Object.keys(value).length === 0;
}

/** Images of pods, unlike those of templates, may not have blanks around them. */
export function imageSpaceErrors(image: string | undefined, field: string): FieldError[] {
  if (image === undefined || image.trim() === image) return [];
  return [invalid(`${field}.image`, image, 'must not have leading or trailing whitespace')];
}

function validateCommon(
  container: Container,
  { spec, volumes }: ContainerContext,
  field: string,
): FieldError[] {
  const { name = '', image = '' } = container;
  const errors = name === '' ? [required(`${field}.name`)] : dnsLabelErrors(`${field}.name`, name);
  if (image === '') errors.push(required(`${field}.image`));
  const policy = String(container.terminationMessagePolicy ?? '');
  if (policy === '') errors.push(required(`${field}.terminationMessagePolicy`));
  else if (!MESSAGE_POLICIES.includes(policy)) {
    errors.push(notSupported(`${field}.terminationMessagePolicy`, policy, MESSAGE_POLICIES));
  }
  const claims = (spec.resourceClaims ?? []).map((claim) => claim.name).filter(Boolean);
  const hostUsers = spec.hostUsers ?? true;
  errors.push(
    ...validatePorts(container.ports, `${field}.ports`),
    ...validateEnv(container.env, `${field}.env`),
    ...validateEnvFrom(container.envFrom, `${field}.envFrom`),
    ...validateMounts(container, volumes, `${field}.volumeMounts`),
    ...validateDevices(container, volumes, `${field}.volumeDevices`),
    ...validatePullPolicy(container.imagePullPolicy, `${field}.imagePullPolicy`),
    ...validateContainerResources(container.resources, claims, `${field}.resources`),
    ...validateResizePolicy(container, spec, `${field}.resizePolicy`),
    ...validateSecurityContext(container.securityContext, hostUsers, `${field}.securityContext`),
  );
  return errors;
}

function validateHooksAndProbes(container: Container, spec: PodSpec, at: string): FieldError[] {
  const grace = spec.terminationGracePeriodSeconds;
  return [
    ...validateLifecycle(container.lifecycle, grace, spec.os, `${at}.lifecycle`),
    ...validateLivenessProbe(container.livenessProbe, grace, `${at}.livenessProbe`),
    ...validateReadinessProbe(container.readinessProbe, grace, `${at}.readinessProbe`),
    ...validateLivenessProbe(container.startupProbe, grace, `${at}.startupProbe`),
  ];
}

/** What happens to the container in an in-place resize; errors name the list. */
function validateResizePolicy(container: Container, spec: PodSpec, field: string): FieldError[] {
  const seen = new Set<string>();
  const resources = ['cpu', 'memory'];
  const actions = ['NotRequired', 'RestartContainer'];
  return (container.resizePolicy ?? []).flatMap((policy, index) => {
    const { resourceName = '', restartPolicy = '' } = policy;
    const errors: FieldError[] = [];
    if (seen.has(resourceName)) errors.push(duplicate(`${field}[${index}]`, resourceName));
    seen.add(resourceName);
    for (const [value, known] of [
      [resourceName, resources],
      [restartPolicy, actions],
    ] as const) {
      if (value === '') errors.push(required(field));
      else if (!known.includes(value)) errors.push(notSupported(field, value, known));
    }
    if (spec.restartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      const why = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
      errors.push(invalid(field, restartPolicy, why));
    }
    return errors;
  });
}

function validateRestartRules(container: Container, field: string): FieldError[] {
  const policy = container.restartPolicy as string | undefined;
  const rules = container.restartPolicyRules ?? [];
  const errors: FieldError[] = [];
  const at = `${field}.restartPolicy`;
  if (policy === undefined) {
    if (rules.length === 0) return [];
    errors.push(required(at, 'must specify restartPolicy when restart rules are used'));
  } else if (!RESTART_POLICIES.includes(policy)) {
    errors.push(notSupported(at, policy, RESTART_POLICIES));
  }
  if (rules.length > MOST_RULES) {
    errors.push(tooMany(`${field}.restartPolicyRules`, rules.length, MOST_RULES));
  }
  rules.forEach(({ action = '', exitCodes }, index) => {
    const rule = `${field}.restartPolicyRules[${index}]`;
    if (!RULE_ACTIONS.includes(action)) {
      errors.push(notSupported(`${rule}.action`, action, RULE_ACTIONS));
    }
    if (exitCodes === undefined) {
      errors.push(required(`${rule}.exitCodes`, 'must be specified'));
      return;
    }
    const { operator = '', values = [] } = exitCodes;
    if (operator !== 'In' && operator !== 'NotIn') {
      errors.push(notSupported(`${rule}.exitCodes.operator`, operator, ['In', 'NotIn']));
    }
    if (values.length > MOST_EXIT_CODES) {
      errors.push(tooMany(`${rule}.exitCodes.values`, values.length, MOST_EXIT_CODES));
    }
  });
  return errors;
}
