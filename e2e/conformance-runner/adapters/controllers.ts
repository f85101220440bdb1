import { CronScheduleError, parseCronSchedule } from '../../../src/api/cron-schedule.ts';
import { parseGoDuration } from '../../../src/api/golang/parse-duration.ts';
import { IntOrStringError, scaledIntOrPercent } from '../../../src/api/int-or-string.ts';
import { formatTime } from '../../../src/api/time.ts';
import { formatTimeIn } from '../../../src/api/time-zone.ts';
import type { KubeObject, Pod } from '../../../src/api/types.ts';
import { BackOff } from '../../../src/cluster/back-off.ts';
import { isPodAvailable } from '../../../src/cluster/controllers/pod-facts.ts';
import {
  BucketRateLimiter,
  ExponentialRateLimiter,
  FastSlowRateLimiter,
  MaxWaitRateLimiter,
  type RateLimiter,
} from '../../../src/cluster/controllers/rate-limiters.ts';
import { resolveFenceposts } from '../../../src/cluster/controllers/workloads/fenceposts.ts';
import { goDuration } from '../../../src/cluster/kubelet/go-duration.ts';
import { KubectlError } from '../../../src/kubectl/errors.ts';
import { byActivity, byLogging } from '../../../src/kubectl/pods/pod-order.ts';
import { viewerOf } from '../../../src/kubectl/rollout/status.ts';
import { outcomeOf } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { jsonDifference, refuseUnknown } from './expectation.ts';

function compare(testCase: Case, actual: unknown): Outcome {
  return outcomeOf([jsonDifference('answer', testCase.expect, actual)]);
}

// cronschedule -------------------------------------------------------------------------------------

const TIMES = 5;

/** Table cronschedule: the next five times of a schedule. */
export function cronschedule(testCase: Case): Outcome {
  refuseUnknown('field', testCase, 'name category schedule timezone from expect'.split(' '));
  return compare(testCase, nextTimes(testCase));
}

function nextTimes({ schedule, timezone, from }: Case): unknown {
  const zone = timezone === undefined ? undefined : String(timezone);
  const times: number[] = [];
  try {
    const parsed = parseCronSchedule(String(schedule), zone);
    let at = Date.parse(String(from));
    for (let i = 0; i < TIMES; i++) {
      const next = parsed.next(at);
      if (next === undefined) return { never: true };
      times.push(next);
      at = next;
    }
  } catch (error) {
    if (error instanceof CronScheduleError) return { error: error.message };
    throw error;
  }
  const next = times.map(formatTime);
  return zone === undefined ? { next } : { next, local: times.map((at) => formatTimeIn(zone, at)) };
}

// workqueue ----------------------------------------------------------------------------------------

function milliseconds(text: unknown): number {
  const parsed = parseGoDuration(String(text));
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

/** Table workqueue: what a rate limiter, or the kubelet's back-off, answers to calls in a row. */
export function workqueue(testCase: Case): Outcome {
  refuseUnknown('field', testCase, 'name category limiter calls expect'.split(' '));
  const limiter = isRecord(testCase.limiter) ? testCase.limiter : {};
  const calls = (testCase.calls as readonly string[]).map((call) => call.split(' '));
  const answers = limiter.kind === 'backoff' ? backOffAnswers : limiterAnswers;
  return compare(testCase, answers(limiter, calls));
}

type Limiter = Readonly<Record<string, unknown>>;

function limiterOf(limiter: Limiter, now: () => number): RateLimiter {
  const { kind } = limiter;
  const exponential = () =>
    new ExponentialRateLimiter(milliseconds(limiter.base), milliseconds(limiter.max));
  if (kind === 'exponential') return exponential();
  if (kind === 'exponential with maximum wait') {
    return new MaxWaitRateLimiter(exponential(), milliseconds(limiter.maxWait));
  }
  if (kind === 'bucket') {
    return new BucketRateLimiter(Number(limiter.qps), Number(limiter.burst), now);
  }
  if (kind === 'fastSlow') {
    const most = Number(limiter.maxFastAttempts);
    return new FastSlowRateLimiter(milliseconds(limiter.fast), milliseconds(limiter.slow), most);
  }
  throw new Error(`unknown limiter ${String(kind)}`);
}

function limiterAnswers(given: Limiter, calls: readonly string[][]): string[] {
  let now = 0;
  const limiter = limiterOf(given, () => now);
  return calls.map(([verb = '', argument]) => {
    if (argument === undefined) return goDuration(limiter.when(verb));
    if (verb === 'requeues') return String(limiter.requeues(argument));
    if (verb === 'forget') limiter.forget(argument);
    else if (verb === 'wait') now += milliseconds(argument);
    else throw new Error(`unknown call ${verb}`);
    return '';
  });
}

function backOffAnswers({ base, max }: Limiter, calls: readonly string[][]): string[] {
  let now = 0;
  const options = { initialMs: milliseconds(base), maxMs: milliseconds(max) };
  const backOff = new BackOff(() => now, options);
  return calls.map(([, at, verb, key = '', event]) => {
    now = Number(at) * 1000;
    const eventMs = Number(event) * 1000;
    if (verb === 'since') return String(backOff.isInBackOffSince(key, eventMs));
    if (verb === 'sinceupdate') return String(backOff.isInBackOffSinceUpdate(key, eventMs));
    if (verb === 'get') return goDuration(backOff.get(key));
    if (verb === 'next') backOff.next(key, event === undefined ? now : eventMs);
    else if (verb === 'reset') backOff.reset(key);
    else throw new Error(`unknown call ${verb}`);
    return '';
  });
}

// rollout ------------------------------------------------------------------------------------------

const ROLLOUT_FIELDS =
  'name category kind replicas maxSurge maxUnavailable value total roundUp object revision pods minReadySeconds now expect';

/** Table rollout: arithmetic, what `rollout status` says at one look, and orders of pods. */
export function rollout(testCase: Case): Outcome {
  refuseUnknown('field', testCase, ROLLOUT_FIELDS.split(' '));
  return compare(testCase, rolloutAnswer(testCase));
}

type Value = number | string;

function rolloutAnswer(testCase: Case): unknown {
  const pods = (testCase.pods ?? []) as readonly Pod[];
  const names = (sorted: readonly Pod[]) => sorted.map(({ metadata }) => metadata.name);
  switch (testCase.kind) {
    case 'fenceposts': {
      const { maxSurge, maxUnavailable, replicas } = testCase;
      return orError(() =>
        resolveFenceposts(
          maxSurge as Value | undefined,
          maxUnavailable as Value | undefined,
          Number(replicas),
        ),
      );
    }
    case 'scaledValue': {
      const { value, total, roundUp } = testCase;
      return orError(() => ({
        value: scaledIntOrPercent(value as Value, Number(total), roundUp === true),
      }));
    }
    case 'rolloutStatus':
      return statusAnswer(testCase.object as KubeObject, Number(testCase.revision ?? 0));
    case 'podAvailable': {
      const now = Date.parse(String(testCase.now));
      return isPodAvailable(pods[0] as Pod, Number(testCase.minReadySeconds ?? 0), now);
    }
    case 'logsOrder':
      return names(byLogging(pods));
    case 'execOrder':
      return names(byActivity(pods));
    default:
      throw new Error(`unknown kind ${String(testCase.kind)}`);
  }
}

function orError(calculate: () => unknown): unknown {
  try {
    return calculate();
  } catch (error) {
    if (error instanceof IntOrStringError) return { error: error.message };
    throw error;
  }
}

function statusAnswer(object: KubeObject, revision: number): unknown {
  try {
    const { text, done } = viewerOf(object)(object, revision);
    return { message: text, done };
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    return { message: '', done: false, error: error.message.replace(/^error: /, '') };
  }
}
