import type { CronSchedule } from '../../../api/cron-schedule';
import { parseTime } from '../../../api/time';
import type { CronJob } from '../workload-types';

/** Controllers look a little after the time that is due. */
const NEXT_SCHEDULE_DELTA_MS = 100;
const MANY = 100;

export interface Missed {
  readonly earliestMs: number;
  /** The last time that has come; undefined: none. */
  readonly latestMs: number | undefined;
  readonly missed: 'none' | 'few' | 'many';
}

/**
 * Which times of the schedule have come since the last run. Models mostRecentScheduleTime of
 * pkg/controller/cronjob/utils.go. Undefined: the schedule has times less than a second apart, or none.
 */
export function mostRecentSchedule(
  { metadata, spec, status }: CronJob,
  nowMs: number,
  schedule: CronSchedule,
  withDeadline: boolean,
): Missed | undefined {
  let earliestMs = parseTime(status?.lastScheduleTime ?? metadata.creationTimestamp) ?? 0;
  if (withDeadline && spec.startingDeadlineSeconds !== undefined) {
    earliestMs = Math.max(earliestMs, nowMs - spec.startingDeadlineSeconds * 1000);
  }
  const first = schedule.next(earliestMs);
  const second = first === undefined ? undefined : schedule.next(first);
  if (first === undefined || nowMs < first) {
    return first === undefined ? undefined : { earliestMs, latestMs: undefined, missed: 'none' };
  }
  if (second === undefined || nowMs < second) {
    return { earliestMs, latestMs: first, missed: 'none' };
  }
  const betweenMs = second - first;
  if (betweenMs < 1000) return undefined;
  const count = Math.floor((nowMs - first) / betweenMs) + 1;
  let latestMs: number | undefined;
  let time = schedule.next(first + (count - 2) * betweenMs);
  while (time !== undefined && time <= nowMs) {
    latestMs = time;
    time = schedule.next(time);
  }
  return { earliestMs, latestMs, missed: count > MANY ? 'many' : 'few' };
}

/** How long until the controller has to look again, in ms; undefined: never. */
export function nextScheduleInMs(
  cronJob: CronJob,
  nowMs: number,
  schedule: CronSchedule,
): number | undefined {
  const recent = mostRecentSchedule(cronJob, nowMs, schedule, false);
  const fromMs =
    recent && (recent.latestMs ?? (recent.missed === 'none' ? recent.earliestMs : nowMs));
  const next = schedule.next(fromMs ?? nowMs);
  return next === undefined ? undefined : next + NEXT_SCHEDULE_DELTA_MS - nowMs;
}
