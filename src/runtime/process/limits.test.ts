import { describe, expect, it } from 'vitest';
import { OPEN_FILES_PER_PROCESS, PROCESSES_PER_CONTAINER } from '../bounds';
import type { Program, Sys } from '../syscalls';
import { errnoOf, testContainer } from './test-machine';

const busy: Program = function* (sys) {
  for (;;) {
    sys.spend(20);
    yield* sys.breathe();
  }
};

/** Counts how far a loop of 20 µs turns comes. */
function counter(count: { turns: number }): Program {
  return function* (sys) {
    for (;;) {
      sys.spend(20);
      count.turns++;
      yield* sys.breathe();
    }
  };
}

describe('CPU time', () => {
  it('is shared between containers first, then within them', () => {
    const crowded = testContainer();
    const { machine } = crowded;
    const other = testContainer({ machine });
    const count = { turns: 0 };
    crowded.start(function* (sys) {
      for (let i = 0; i < 40; i++) sys.fork(busy);
      return yield* busy(sys);
    });
    const alone = other.start(counter(count));
    machine.kernel.clock.runUntil(10_000);
    // Two containers compute on four cores: the lonely process has a core to itself.
    expect(count.turns).toBeGreaterThan(9500 * 50);
    expect(crowded.cgroup.cpuUs / 1000).toBeGreaterThan(0.8 * 2 * 10_000);
    expect(crowded.cgroup.cpuUs / 1000).toBeLessThan(1.2 * 2 * 10_000);
    expect(alone.status).toBeUndefined();
  });

  it('is stretched by a limit', () => {
    const count = { turns: 0 };
    const container = testContainer({ limits: { cpuLimitMillis: 100 } });
    container.start(counter(count));
    container.machine.kernel.clock.runUntil(10_000);
    expect(count.turns).toBeGreaterThan(900 * 50);
    expect(count.turns).toBeLessThan(1100 * 50);
  });
});

describe('memory', () => {
  it('beyond the limit ends every process of the container with KILL', () => {
    const container = testContainer({ limits: { memoryLimitBytes: 8_000_000 } });
    const main = container.start(function* (sys) {
      sys.fork(busy);
      for (let bytes = 1000; ; bytes *= 2) {
        sys.setMemory(bytes);
        yield* sys.sleep(1);
      }
    });
    container.machine.kernel.clock.runUntil(1000);
    expect(main.status).toEqual({ kind: 'signaled', signal: 'KILL' });
    expect(container.cgroup.oomKilled).toBe(true);
    expect(container.cgroup.members.size).toBe(0);
    expect(container.cgroup.memoryBytes).toBe(0);
  });

  it('has a bound of its own, which is traced', () => {
    const container = testContainer();
    const main = container.start(function* (sys) {
      sys.setMemory(1e9);
      yield* sys.write(1, 'still here');
      return 0;
    });
    container.machine.kernel.clock.runUntil(1000);
    expect(container.stdout.text).toBe('');
    expect(main.status).toEqual({ kind: 'signaled', signal: 'KILL' });
    expect(container.machine.kernel.trace.records).toContainEqual(
      expect.objectContaining({ type: 'limit', bound: 'memory per process', container: 'c' }),
    );
  });

  it('is charged for files in memory', () => {
    const container = testContainer({ limits: { memoryLimitBytes: 2_000_000 } });
    const main = container.start(function* (sys) {
      const fd = yield* sys.open('/dev/shm/big', { write: true, create: true });
      yield* sys.write(fd, 'x'.repeat(1_000_000));
      yield* sys.write(1, `${container.cgroup.memoryBytes > 1_000_000} `);
      sys.unlink('/dev/shm/big');
      sys.close(fd);
      yield* sys.write(1, `${container.cgroup.memoryBytes < 1_000_000} `);
      const again = yield* sys.open('/dev/shm/big', { write: true, create: true });
      yield* sys.write(again, 'x'.repeat(3_000_000));
      yield* sys.write(1, 'still here');
      return 0;
    });
    container.machine.kernel.clock.runUntil(1000);
    expect(container.stdout.text).toBe('true true ');
    expect(main.status).toEqual({ kind: 'signaled', signal: 'KILL' });
  });
});

describe('a fork bomb', () => {
  function* bomb(sys: Sys): ReturnType<Program> {
    for (;;) {
      try {
        sys.fork(bomb);
      } catch (error) {
        if (errnoOf(error) === 'EAGAIN') yield* sys.sleep(100);
      }
      yield* sys.breathe();
    }
  }

  it('meets the bound, is traced once a second, and leaves others their CPU time', () => {
    const container = testContainer();
    const { machine } = container;
    const count = { turns: 0 };
    testContainer({ machine }).start(counter(count));
    container.start(bomb);
    machine.kernel.clock.runUntil(5000);
    expect(container.cgroup.members.size).toBe(PROCESSES_PER_CONTAINER);
    expect(count.turns).toBeGreaterThan(4500 * 50);
    const met = machine.kernel.trace.records.filter(({ type }) => type === 'limit');
    expect(met.length).toBeGreaterThan(0);
    expect(met.length).toBeLessThan(7);
    expect(met[0]).toMatchObject({ bound: 'processes per container', pod: 'default/p' });
  });
});

describe('limits of a process', () => {
  it('bound its open files', () => {
    const container = testContainer();
    container.start(function* (sys) {
      try {
        for (;;) sys.dup(1);
      } catch (error) {
        sys.close(50);
        yield* sys.write(1, `${errnoOf(error)} ${sys.descriptors().length} ${sys.dup(1)} `);
      }
      sys.resourceLimit('openFiles', { soft: 20, hard: 30 });
      try {
        sys.dup2(1, 20);
      } catch (error) {
        yield* sys.write(1, `${errnoOf(error)} `);
      }
      try {
        sys.resourceLimit('openFiles', { soft: 31, hard: 31 });
      } catch (error) {
        yield* sys.write(1, errnoOf(error));
      }
      return 0;
    });
    container.machine.kernel.clock.runUntil(1000);
    // 0 is free: nothing was given for standard input.
    expect(container.stdout.text).toBe(`EMFILE ${OPEN_FILES_PER_PROCESS - 1} 50 EBADF EPERM`);
  });

  it('end a program that writes beyond the size of its files', () => {
    const container = testContainer();
    container.start(function* (sys) {
      sys.resourceLimit('fileSize', { soft: 512, hard: 512 });
      const pid = sys.fork(function* (child) {
        const fd = yield* child.open('big', { write: true, create: true });
        yield* child.write(fd, 'x'.repeat(1000));
        return 0;
      });
      const ended = yield* sys.waitpid(pid);
      yield* sys.write(1, `${JSON.stringify(ended?.status)} ${sys.stat('big').size}`);
      return 0;
    });
    container.machine.kernel.clock.runUntil(1000);
    expect(container.stdout.text).toBe('{"kind":"signaled","signal":"XFSZ"} 512');
  });
});
