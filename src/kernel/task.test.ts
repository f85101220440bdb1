import { describe, expect, it } from 'vitest';
import { Clock } from './clock';
import { anyOf, sleep, sleepFully, startTask, WaitQueue } from './task';

describe('startTask', () => {
  it('resumes a sleeping task at its instants', () => {
    const clock = new Clock();
    const at: number[] = [];
    startTask(
      clock,
      (function* () {
        for (let i = 0; i < 3; i++) {
          yield* sleepFully(clock, 10);
          at.push(clock.now);
        }
      })(),
    );
    clock.runUntil(100);
    expect(at).toEqual([10, 20, 30]);
  });

  it('never lets the waker of an earlier wait end a later one', () => {
    const clock = new Clock();
    let firstWaker = () => {};
    const log: string[] = [];
    startTask(
      clock,
      (function* () {
        yield (wake) => {
          firstWaker = wake;
          clock.after(1, wake);
          return () => {};
        };
        log.push(`first ${clock.now}`);
        yield sleep(clock, 50);
        log.push(`second ${clock.now}`);
      })(),
    );
    clock.runUntil(10);
    firstWaker();
    clock.runUntil(100);
    expect(log).toEqual(['first 1', 'second 51']);
  });

  it('kills a task where it stands', () => {
    const clock = new Clock();
    const log: string[] = [];
    const running = startTask(
      clock,
      (function* () {
        yield sleep(clock, 10);
        log.push('not reached');
      })(),
      () => log.push('done'),
    );
    clock.runUntil(5);
    running.kill();
    clock.runUntil(50);
    expect([running.done, log]).toEqual([true, []]);
  });

  it('holds a task and remembers that it was woken', () => {
    const clock = new Clock();
    const at: number[] = [];
    const running = startTask(
      clock,
      (function* () {
        yield sleep(clock, 10);
        at.push(clock.now);
      })(),
    );
    clock.runUntil(1);
    running.hold(true);
    clock.runUntil(30);
    expect(at).toEqual([]);
    running.hold(false);
    clock.runUntil(40);
    expect(at).toEqual([30]);
  });

  it('replaces a task by another', () => {
    const clock = new Clock();
    const log: string[] = [];
    const running = startTask(
      clock,
      (function* () {
        yield sleep(clock, 1000);
        log.push('old');
      })(),
    );
    clock.runUntil(1);
    running.replace(
      (function* () {
        yield sleep(clock, 1);
        return 'new';
      })(),
      (result) => log.push(result),
    );
    clock.runUntil(2000);
    expect(log).toEqual(['new']);
  });

  it('hands an exception to onError', () => {
    const clock = new Clock();
    const errors: unknown[] = [];
    startTask(
      clock,
      // biome-ignore lint/correctness/useYield: a task that fails before it waits
      (function* () {
        throw new Error('broken');
      })(),
      undefined,
      (error) => errors.push(error),
    );
    clock.runUntil(1);
    expect(errors).toEqual([new Error('broken')]);
  });
});

describe('WaitQueue', () => {
  it('wakes all who wait, once', () => {
    const clock = new Clock();
    const queue = new WaitQueue();
    const log: string[] = [];
    for (const name of ['a', 'b']) {
      startTask(
        clock,
        (function* () {
          yield queue.wait;
          log.push(name);
        })(),
      );
    }
    clock.runUntil(1);
    expect(queue.size).toBe(2);
    queue.wakeAll();
    clock.runUntil(2);
    expect(log).toEqual(['a', 'b']);
    expect(queue.size).toBe(0);
  });

  it('can be waited for together with a timer', () => {
    const clock = new Clock();
    const queue = new WaitQueue();
    let at = -1;
    startTask(
      clock,
      (function* () {
        yield anyOf(queue.wait, sleep(clock, 10));
        at = clock.now;
      })(),
    );
    clock.runUntil(20);
    expect([at, queue.size]).toEqual([10, 0]);
  });
});
