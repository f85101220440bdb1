import { describe, expect, it } from 'vitest';
import { createKernel } from '../kernel/kernel';
import { createApiServer } from './apiserver/server';
import { SeriesRecorder } from './event-series';
import { createEventRecorder, EventNames, type EventSubject } from './events';

const EPOCH_MS = 1_767_225_600_000;
const POD: EventSubject = {
  kind: 'Pod',
  namespace: 'default',
  name: 'web',
  uid: 'u1',
  apiVersion: 'v1',
};

function setUp() {
  const kernel = createKernel({ seed: 1, epochMs: EPOCH_MS });
  const { client } = createApiServer({ kernel });
  const recorder = createEventRecorder({ kernel, client, component: 'kubelet', host: 'node-1' });
  const stored = () =>
    client.list('events').items as unknown as {
      readonly count?: number;
      readonly message: string;
      readonly metadata: { readonly name: string };
      readonly firstTimestamp: string;
      readonly lastTimestamp: string;
      readonly series?: unknown;
    }[];
  return { kernel, client, recorder, stored };
}

describe('EventNames', () => {
  it('end in the time in ns, in hexadecimal, and differ at one instant', () => {
    const names = new EventNames(() => EPOCH_MS);
    const [first, second] = [names.next('web'), names.next('web')];
    expect(first).toBe(`web.${(BigInt(EPOCH_MS) * 1_000_000n).toString(16)}`);
    expect(second).not.toBe(first);
  });
});

describe('the recorder of the kubelet', () => {
  it('counts what comes again and keeps its first time', () => {
    const { kernel, recorder, stored } = setUp();
    for (let i = 0; i < 3; i++) {
      recorder.event(POD, 'Normal', 'Pulled', 'same text');
      kernel.clock.runUntil((i + 1) * 1000);
    }
    expect(stored().length).toBe(1);
    expect(stored()[0]).toMatchObject({
      count: 3,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:02Z',
      source: { component: 'kubelet', host: 'node-1' },
      involvedObject: { kind: 'Pod', name: 'web', uid: 'u1' },
    });
  });

  it('makes one event of many similar ones, from the tenth text on', () => {
    const { recorder, stored } = setUp();
    for (let i = 0; i < 12; i++) recorder.event(POD, 'Warning', 'Failed', `text ${i}`);
    const combined = stored().filter(({ message }) => message.startsWith('(combined'));
    expect(stored().length).toBe(10);
    expect(combined[0]).toMatchObject({
      count: 3,
      message: '(combined from similar events): text 11',
    });
  });

  it('drops a flood: 25 at once for one object', () => {
    const { kernel, recorder, stored } = setUp();
    for (let i = 0; i < 40; i++) recorder.event(POD, 'Warning', 'BackOff', 'again');
    expect(stored()[0]?.count).toBe(25);
    // Five minutes give one more; the count says what has happened meanwhile.
    kernel.clock.runUntil(300_001);
    recorder.event(POD, 'Warning', 'BackOff', 'again');
    expect(stored()[0]?.count).toBe(41);
  });

  it('makes an event anew that was deleted', () => {
    const { client, recorder, stored } = setUp();
    recorder.event(POD, 'Normal', 'Pulled', 'text');
    client.delete('events', 'default', stored()[0]?.metadata.name ?? '', {});
    recorder.event(POD, 'Normal', 'Pulled', 'text');
    expect(stored()[0]?.count).toBe(2);
  });
});

describe('the recorder of the scheduler', () => {
  it('makes a series of what comes again, written with the second and then now and then', () => {
    const { kernel, client, stored } = setUp();
    const recorder = new SeriesRecorder(kernel, client, 'default-scheduler', 'control-plane');
    const report = () =>
      recorder.report({
        subject: POD,
        type: 'Warning',
        reason: 'FailedScheduling',
        action: 'Scheduling',
        note: '0/1 nodes are available',
      });
    report();
    expect(stored()[0]).toMatchObject({ firstTimestamp: null, reason: 'FailedScheduling' });
    expect(stored()[0]?.series).toBeUndefined();
    kernel.clock.runUntil(1000);
    report();
    expect(stored()[0]?.series).toMatchObject({ count: 2 });
    kernel.clock.runUntil(2000);
    report();
    expect(stored()[0]?.series).toMatchObject({ count: 2 });
    // The series ends for want of reports: the final count is written.
    kernel.clock.runUntil(800_000);
    expect(stored()[0]?.series).toMatchObject({ count: 3 });
  });
});
