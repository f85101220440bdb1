import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../api/types';
import type { Job } from '../workload-types';
import { formatIndexes, parseIndexes } from './completion-indexes';
import {
  type BackoffRecord,
  NO_FAILURES,
  nextBackoffRecord,
  remainingBackoffMs,
} from './job-backoff';
import { policyVerdict } from './job-failure-policy';
import { matchedSuccessRule } from './job-success-policy';

function ended(exitCode: number, finishedAt: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'j-x', namespace: 'default' },
    spec: { containers: [] },
    status: {
      containerStatuses: [
        {
          name: 'a',
          image: '',
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { terminated: { exitCode, finishedAt } },
        },
      ],
    },
  } as unknown as Pod;
}

describe('completion indexes', () => {
  it('are written as ranges from three on, and read again', () => {
    const indexes = new Set([7, 1, 3, 4, 5, 8]);
    expect(formatIndexes(indexes)).toBe('1,3-5,7,8');
    expect(parseIndexes('1,3-5,7,8', 100)).toEqual(new Set([1, 3, 4, 5, 7, 8]));
    expect(parseIndexes('1,3-5,7,8', 5)).toEqual(new Set([1, 3, 4]));
    expect(formatIndexes(new Set())).toBe('');
  });

  it('fulfil a rule of the success policy by being all of its, or enough of them', () => {
    const rules = [{ succeededIndexes: '0,2' }, { succeededCount: 3 }];
    expect(matchedSuccessRule(rules, 5, new Set([0]))).toBeUndefined();
    expect(matchedSuccessRule(rules, 5, new Set([0, 2]))).toBe(0);
    expect(matchedSuccessRule(rules, 5, new Set([0, 1, 3]))).toBe(1);
  });
});

describe('the back-off of a Job', () => {
  const failedAt = (second: string) => ended(1, `2026-01-01T00:00:${second}Z`);

  it('doubles with each failure and is forgotten after a success', () => {
    let record: BackoffRecord = NO_FAILURES;
    const now = Date.parse('2026-01-01T00:00:10Z');
    record = nextBackoffRecord(record, [], [failedAt('10')]);
    expect(remainingBackoffMs(record, now)).toBe(10_000);
    record = nextBackoffRecord(record, [], [failedAt('10')]);
    expect(remainingBackoffMs(record, now)).toBe(20_000);
    record = nextBackoffRecord(record, [ended(0, '2026-01-01T00:00:10Z')], []);
    expect(remainingBackoffMs(record, now)).toBe(0);
  });

  it('counts only the failures after the last success', () => {
    const success = ended(0, '2026-01-01T00:00:05Z');
    const record = nextBackoffRecord(NO_FAILURES, [success], [failedAt('04'), failedAt('06')]);
    expect(record.failures).toBe(1);
  });
});

describe('a pod failure policy', () => {
  const job = {
    spec: {
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onExitCodes: { operator: 'In', values: [3] } },
          { action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } },
        ],
      },
    },
  } as unknown as Job;

  it('is decided by the first rule that fits', () => {
    expect(policyVerdict(job, ended(3, '2026-01-01T00:00:00Z'))).toEqual({ counts: false });
    expect(policyVerdict(job, ended(1, '2026-01-01T00:00:00Z'))).toEqual({ counts: true });
    expect(policyVerdict(job, ended(42, '2026-01-01T00:00:00Z')).failJob).toBe(
      'Container a for pod default/j-x failed with exit code 42 matching FailJob rule at index 1',
    );
  });
});
