import { httpHeaderNameProblems, portNameProblems, portNumberProblems } from '../names';
import type { Lifecycle, LifecycleHandler, PodSpec, Probe } from '../types';
import {
  type FieldError,
  forbidden,
  invalid,
  invalidFor,
  notSupported,
  required,
} from './field-error';
import { validateNonnegative } from './object-meta';

/** Probes and lifecycle hooks. Models pkg/apis/core/validation validateProbe, validateHandler. */

const MORE_THAN_ONE = 'may not specify more than 1 handler type';
const WINDOWS_SIGNALS = ['SIGKILL', 'SIGTERM'];
const LINUX_SIGNALS = [
  ...'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT'.split(' '),
  ...'SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU'.split(' '),
  ...['XFSZ', 'RTMIN', 'RTMAX'],
  ...Array.from({ length: 15 }, (_, index) => `RTMIN+${index + 1}`),
  ...Array.from({ length: 14 }, (_, index) => `RTMAX-${index + 1}`),
]
  .map((name) => `SIG${name}`)
  .sort();

type Handler = Omit<LifecycleHandler, 'grpc'> & Pick<Probe, 'grpc'>;

/** A port by number or name. */
export function portErrors(field: string, port: number | string | undefined): FieldError[] {
  const value = port ?? 0;
  return typeof value === 'number'
    ? invalidFor(field, value, portNumberProblems(value))
    : invalidFor(field, value, portNameProblems(value));
}

export function validateLivenessProbe(
  probe: Probe | undefined,
  gracePeriod: number | undefined,
  field: string,
): FieldError[] {
  if (probe === undefined) return [];
  const errors = validateProbe(probe, gracePeriod, field);
  const { successThreshold = 0 } = probe;
  if (successThreshold !== 1) {
    errors.push(invalid(`${field}.successThreshold`, successThreshold, 'must be 1'));
  }
  return errors;
}

export function validateReadinessProbe(
  probe: Probe | undefined,
  gracePeriod: number | undefined,
  field: string,
): FieldError[] {
  if (probe === undefined) return [];
  const errors = validateProbe(probe, gracePeriod, field);
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined) {
    const why = 'must not be set for readinessProbes';
    errors.push(invalid(`${field}.terminationGracePeriodSeconds`, seconds, why));
  }
  return errors;
}

function validateProbe(probe: Probe, gracePeriod: number | undefined, field: string): FieldError[] {
  const errors = validateHandler(probe as Handler, gracePeriod, field);
  for (const name of [
    ...(['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds'] as const),
    ...(['successThreshold', 'failureThreshold'] as const),
  ]) {
    errors.push(...validateNonnegative(`${field}.${name}`, probe[name]));
  }
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined && seconds <= 0) {
    const why = 'must be greater than 0';
    errors.push(invalid(`${field}.terminationGracePeriodSeconds`, seconds, why));
  }
  return errors;
}

function validateHandler(
  handler: Handler,
  gracePeriod: number | undefined,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  let found = false;
  const check = (name: string, present: boolean, validate: () => FieldError[]) => {
    if (!present) return;
    if (found) errors.push(forbidden(`${field}.${name}`, MORE_THAN_ONE));
    else errors.push(...validate());
    found = true;
  };
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  check('exec', exec !== undefined, () =>
    (exec?.command ?? []).length === 0 ? [required(`${field}.exec.command`)] : [],
  );
  check('httpGet', httpGet !== undefined, () => validateHttpGet(httpGet, `${field}.httpGet`));
  check('tcpSocket', tcpSocket !== undefined, () =>
    portErrors(`${field}.tcpSocket.port`, tcpSocket?.port),
  );
  check('grpc', grpc !== undefined, () => portErrors(`${field}.grpc.port`, grpc?.port));
  check('sleep', sleep !== undefined, () =>
    sleepErrors(sleep?.seconds ?? 0, gracePeriod, `${field}.sleep`),
  );
  if (!found) errors.push(required(field, 'must specify a handler type'));
  return errors;
}

function validateHttpGet(action: Handler['httpGet'], field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!action?.path) errors.push(required(`${field}.path`));
  errors.push(...portErrors(`${field}.port`, action?.port));
  const scheme = String(action?.scheme ?? '');
  if (scheme !== 'HTTP' && scheme !== 'HTTPS') {
    errors.push(notSupported(`${field}.scheme`, scheme, ['HTTP', 'HTTPS']));
  }
  for (const { name = '' } of action?.httpHeaders ?? []) {
    errors.push(...invalidFor(`${field}.httpHeaders`, name, httpHeaderNameProblems(name)));
  }
  return errors;
}

function sleepErrors(seconds: number, gracePeriod: number | undefined, field: string) {
  if (gracePeriod === undefined || (seconds >= 0 && seconds <= gracePeriod)) return [];
  const why = `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`;
  return [invalid(field, seconds, why)];
}

export function validateLifecycle(
  lifecycle: Lifecycle | undefined,
  gracePeriod: number | undefined,
  os: PodSpec['os'],
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const hook of ['postStart', 'preStop'] as const) {
    const handler = lifecycle?.[hook];
    if (handler) {
      errors.push(...validateHandler(handler as Handler, gracePeriod, `${field}.${hook}`));
    }
  }
  const signal = lifecycle?.stopSignal;
  if (signal === undefined) return errors;
  const at = `${field}.stopSignal`;
  if (os === undefined) {
    errors.push(forbidden(at, 'may not be set for containers with empty `spec.os.name`'));
    return errors;
  }
  const known = os.name === 'windows' ? WINDOWS_SIGNALS : LINUX_SIGNALS;
  const checked = os.name === 'windows' || os.name === 'linux';
  if (checked && !known.includes(signal)) errors.push(notSupported(at, signal, known));
  return errors;
}
