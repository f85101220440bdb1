import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IGNORED_BY_DEFAULT, type Signal, STOPS_BY_DEFAULT } from '../signals';
import type { Program, SignalAction, Sys } from '../syscalls';
import { errnoOf, testContainer } from './test-machine';

const sleeper: Program = function* (sys) {
  yield* sys.sleep(Number.POSITIVE_INFINITY);
  return 0;
};

/** Waits for a child and says how it ended. */
function* howItEnds(sys: Sys, pid: number) {
  const ended = yield* sys.waitpid(pid);
  return JSON.stringify(ended?.status);
}

describe('PID 1', () => {
  it('ignores what it has no handler for, even KILL from inside; the node can kill it', () => {
    const container = testContainer();
    const main = container.start(function* (sys) {
      for (const signal of ['TERM', 'KILL', 'STOP', 'INT', 'TSTP'] as const) sys.kill(1, signal);
      sys.signalAction('TERM', 'catch');
      sys.kill(1, 'TERM');
      yield* sys.write(1, sys.takeSignals().join(' '));
      yield* sys.sleep(1_000_000);
      return 0;
    });
    const { clock } = container.machine.kernel;
    clock.runUntil(100);
    expect(container.stdout.text).toBe('TERM');
    main.process.deliver('INT', 'node');
    clock.runUntil(200);
    expect(main.status).toBeUndefined();
    main.process.deliver('KILL', 'node');
    expect(main.status).toEqual({ kind: 'signaled', signal: 'KILL' });
  });

  it('takes its namespace with it', () => {
    const container = testContainer();
    const main = container.start(function* (sys) {
      sys.fork(sleeper);
      yield* sys.sleep(50);
      return 3;
    });
    const exec = container.start(sleeper);
    container.machine.kernel.clock.runUntil(49);
    expect(exec.status).toBeUndefined();
    container.machine.kernel.clock.runUntil(60);
    expect(main.status).toEqual({ kind: 'exited', code: 3 });
    expect(exec.status).toEqual({ kind: 'signaled', signal: 'KILL' });
    expect(main.process.around.namespace.processes.size).toBe(0);
    expect(container.cgroup.memoryBytes).toBe(0);
  });

  it('adopts orphans and has to reap them', () => {
    const container = testContainer();
    container.start(function* (sys) {
      const middle = sys.fork(function* (child) {
        child.fork(function* (grandchild) {
          yield* grandchild.sleep(10);
          return 5;
        });
        yield* child.breathe();
        return 0;
      });
      yield* sys.waitpid(middle);
      const [orphan] = sys.processes().filter(({ pid }) => pid !== 1);
      yield* sys.write(1, `${orphan?.ppid} `);
      yield* sys.sleep(20);
      yield* sys.write(1, `${sys.processes().find(({ pid }) => pid !== 1)?.state} `);
      const ended = yield* sys.waitpid(-1);
      yield* sys.write(1, `${ended?.pid === orphan?.pid} ${JSON.stringify(ended?.status)}`);
      yield* sys.write(1, ` ${sys.processes().length}`);
      return 0;
    });
    container.machine.kernel.clock.runUntil(100);
    expect(container.stdout.text).toBe('1 Z true {"kind":"exited","code":5} 1');
  });
});

describe('signals', () => {
  it('do what the action says', () => {
    const signals: Signal[] = [
      'HUP',
      'INT',
      'TERM',
      'USR1',
      'PIPE',
      'CHLD',
      'WINCH',
      'TSTP',
      'CONT',
      'KILL',
    ];
    const action = fc.constantFrom<SignalAction>('default', 'ignore', 'catch');
    fc.assert(
      fc.property(fc.constantFrom(...signals), action, (signal, wanted) => {
        const container = testContainer();
        container.start(function* (sys) {
          const pid = sys.fork(function* (child) {
            if (signal !== 'KILL') child.signalAction(signal, wanted);
            while (!child.signalPending) yield* child.sleep(1000);
            yield* child.sleep(0);
            return child.takeSignals().length;
          });
          yield* sys.sleep(5);
          sys.kill(pid, signal);
          yield* sys.sleep(3000);
          const state = sys.processes().find((process) => process.pid === pid)?.state;
          yield* sys.write(1, `${state} `);
          if (state === 'Z') yield* sys.write(1, yield* howItEnds(sys, pid));
          return 0;
        });
        container.machine.kernel.clock.runUntil(10_000);
        expect(container.stdout.text).toBe(expectation(signal, wanted));
      }),
      { numRuns: 60 },
    );
  });

  function expectation(signal: Signal, action: SignalAction): string {
    if (signal === 'KILL') return 'Z {"kind":"signaled","signal":"KILL"}';
    if (action === 'ignore') return 'S ';
    if (action === 'catch') return 'Z {"kind":"exited","code":1}';
    if (IGNORED_BY_DEFAULT.has(signal)) return 'S ';
    if (STOPS_BY_DEFAULT.has(signal)) return 'T ';
    return `Z {"kind":"signaled","signal":"${signal}"}`;
  }

  it('interrupt only calls that ask for it', () => {
    const container = testContainer();
    container.start(function* (sys) {
      const pid = sys.fork(function* (child) {
        child.signalAction('USR1', 'catch');
        const began = child.nowMs;
        yield* child.sleep(100);
        yield* child.write(1, `slept ${child.nowMs - began} ${child.takeSignals()}\n`);
        try {
          yield* child.sleep(100, { interruptible: true });
        } catch (error) {
          yield* child.write(1, `${errnoOf(error)} after ${child.nowMs - began}\n`);
        }
        return 0;
      });
      yield* sys.sleep(20);
      sys.kill(pid, 'USR1');
      sys.kill(pid, 'USR1');
      yield* sys.sleep(100);
      sys.kill(pid, 'USR1');
      yield* sys.waitpid(pid);
      return 0;
    });
    container.machine.kernel.clock.runUntil(1000);
    expect(container.stdout.text).toBe('slept 100 USR1\nEINTR after 120\n');
  });

  it('stop and continue, with fatal ones waiting meanwhile', () => {
    const container = testContainer();
    container.start(function* (sys) {
      const pid = sys.fork(function* (child) {
        for (let i = 0; ; i++) {
          yield* child.write(1, `${i} `);
          yield* child.sleep(10);
        }
      });
      yield* sys.sleep(25);
      sys.kill(pid, 'STOP');
      const stopped = yield* sys.waitpid(pid, { stopped: true });
      yield* sys.write(1, `${JSON.stringify(stopped?.status)} `);
      yield* sys.sleep(50);
      sys.kill(pid, 'CONT');
      yield* sys.sleep(15);
      sys.kill(pid, 'STOP');
      sys.kill(pid, 'TERM');
      yield* sys.sleep(50);
      yield* sys.write(1, `${sys.processes().at(-1)?.state} `);
      sys.kill(pid, 'CONT');
      yield* sys.write(1, yield* howItEnds(sys, pid));
      return 0;
    });
    container.machine.kernel.clock.runUntil(1000);
    expect(container.stdout.text).toBe(
      '0 1 2 {"kind":"stopped","signal":"STOP"} 3 4 T {"kind":"signaled","signal":"TERM"}',
    );
  });

  it('reach groups, and everybody but oneself and PID 1', () => {
    const container = testContainer();
    container.start(function* (sys) {
      const group = sys.fork(sleeper, { pgid: 0 });
      const member = sys.fork(sleeper, { pgid: group });
      const other = sys.fork(sleeper);
      sys.kill(-group, 'TERM');
      yield* sys.write(1, `${yield* howItEnds(sys, group)}${yield* howItEnds(sys, member)}`);
      sys.kill(-1, 'INT');
      yield* sys.write(1, yield* howItEnds(sys, other));
      return 0;
    });
    container.machine.kernel.clock.runUntil(1000);
    const ended = (signal: string) => `{"kind":"signaled","signal":"${signal}"}`;
    expect(container.stdout.text).toBe(ended('TERM') + ended('TERM') + ended('INT'));
  });

  it('need the right user', () => {
    const container = testContainer();
    container.start(sleeper);
    container.start(
      function* (sys) {
        const own = sys.fork(sleeper);
        const attempts: [number, Signal | undefined][] = [
          [1, 'TERM'],
          [own, 'TERM'],
          [99, undefined],
        ];
        for (const [pid, signal] of attempts) {
          try {
            sys.kill(pid, signal);
            yield* sys.write(1, 'ok ');
          } catch (error) {
            yield* sys.write(1, `${errnoOf(error)} `);
          }
        }
        return 0;
      },
      { uid: 1000, gid: 1000, groups: [1000] },
    );
    container.machine.kernel.clock.runUntil(1000);
    expect(container.stdout.text).toBe('EPERM ok ESRCH ');
  });

  it('end a program at once when it sends one to itself', () => {
    const container = testContainer();
    container.start(function* (sys) {
      const pid = sys.fork(function* (child) {
        try {
          child.kill(child.pid, 'TERM');
        } finally {
          yield* child.write(1, 'still here');
        }
        return 0;
      });
      yield* sys.write(1, yield* howItEnds(sys, pid));
      return 0;
    });
    container.machine.kernel.clock.runUntil(100);
    expect(container.stdout.text).toBe('{"kind":"signaled","signal":"TERM"}');
  });

  it('keep ignored ones over an exec and reset caught ones', () => {
    const actions: Program = function* (sys) {
      yield* sys.write(1, `${sys.signalAction('HUP')} ${sys.signalAction('TERM')}`);
      return 0;
    };
    const container = testContainer({ programs: { actions } });
    container.start(function* (sys) {
      sys.signalAction('HUP', 'ignore');
      sys.signalAction('TERM', 'catch');
      return yield* sys.exec('/bin/actions', ['actions']);
    });
    container.machine.kernel.clock.runUntil(100);
    expect(container.stdout.text).toBe('ignore default');
  });

  it('leave no zombies for a parent that ignores CHLD', () => {
    const container = testContainer();
    container.start(function* (sys) {
      sys.signalAction('CHLD', 'ignore');
      sys.fork(function* (child) {
        yield* child.breathe();
        return 0;
      });
      try {
        yield* sys.waitpid(-1);
      } catch (error) {
        yield* sys.write(1, `${errnoOf(error)} ${sys.processes().length}`);
      }
      return 0;
    });
    container.machine.kernel.clock.runUntil(100);
    expect(container.stdout.text).toBe('ECHILD 1');
  });
});
