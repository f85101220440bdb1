import { describe, expect, it } from 'vitest';
import type { Program } from '../syscalls';
import { errnoOf, testContainer } from './test-machine';

const echo: Program = function* (sys) {
  yield* sys.write(1, `${sys.argv.slice(1).join(' ')}\n`);
  return 0;
};

describe('fork, exec and wait', () => {
  it('runs a child and returns its exit code', () => {
    const container = testContainer({ programs: { echo } });
    const shell = container.start(function* (sys) {
      const pid = sys.fork(function* (child) {
        return yield* child.exec('/bin/echo', [
          'echo',
          'hello',
          String(child.pid),
          String(child.ppid),
        ]);
      });
      const ended = yield* sys.waitpid(-1);
      yield* sys.write(1, `${pid} ${JSON.stringify(ended)}\n`);
      return 7;
    });
    container.machine.kernel.clock.runUntil(1000);
    expect(container.stdout.text).toBe(
      'hello 6 1\n6 {"pid":6,"status":{"kind":"exited","code":0}}\n',
    );
    expect(shell.status).toEqual({ kind: 'exited', code: 7 });
    expect(container.stdout.released).toBe(true);
  });

  it('writes through pipes and ends with PIPE when nobody reads', () => {
    const container = testContainer();
    const main = container.start(function* (sys) {
      const [reader, writer] = sys.pipe();
      const pid = sys.fork(function* (child) {
        child.close(reader);
        for (;;) yield* child.write(writer, 'y\n'.repeat(4096));
      });
      sys.close(writer);
      const head = yield* sys.read(reader, 4);
      yield* sys.write(1, head);
      sys.close(reader);
      const ended = yield* sys.waitpid(pid);
      yield* sys.write(1, JSON.stringify(ended?.status));
      return 0;
    });
    container.machine.kernel.clock.runUntil(1000);
    expect(container.stdout.text).toBe('y\ny\n{"kind":"signaled","signal":"PIPE"}');
    expect(main.status).toEqual({ kind: 'exited', code: 0 });
  });

  it('makes an endless loop take virtual time and lets it be killed', () => {
    const container = testContainer();
    const main = container.start(function* (sys) {
      for (;;) {
        sys.spend(20);
        yield* sys.breathe();
      }
    });
    container.machine.kernel.clock.runUntil(500);
    expect(main.status).toBeUndefined();
    expect(Math.round(main.process.cpuUs / 1000)).toBeGreaterThan(490);
    main.process.deliver('TERM', 'node');
    container.machine.kernel.clock.runUntil(600);
    expect(main.status).toBeUndefined();
    main.process.deliver('KILL', 'node');
    expect(main.status).toEqual({ kind: 'signaled', signal: 'KILL' });
  });
});

describe('files', () => {
  it('reaches the same open file through /dev/stdout and /proc/1/fd/1', () => {
    const container = testContainer();
    container.start(function* (sys) {
      yield* sys.sleep(100);
      return 0;
    });
    container.start(function* (sys) {
      for (const path of ['/dev/stdout', '/proc/1/fd/1']) {
        const fd = yield* sys.open(path, { write: true, create: true, truncate: true });
        yield* sys.write(fd, `${path}\n`);
        sys.close(fd);
      }
      yield* sys.write(1, sys.readlink('/proc/self/cwd'));
      return 0;
    });
    container.machine.kernel.clock.runUntil(50);
    expect(container.stdout.text).toBe('/dev/stdout\n/proc/1/fd/1\n/w');
  });

  it('appends, renames, links and removes', () => {
    const container = testContainer();
    container.start(function* (sys) {
      const fd = yield* sys.open('a', { write: true, create: true, append: true });
      yield* sys.write(fd, 'one\n');
      yield* sys.write(fd, 'two\n');
      sys.rename('a', 'b');
      sys.link('b', 'c');
      sys.symlink('c', 'd');
      sys.unlink('b');
      const reader = yield* sys.open('d', { read: true });
      yield* sys.write(1, yield* sys.read(reader, 100));
      yield* sys.write(1, `${sys.readdir('.').join(' ')} ${sys.stat('d').links}\n`);
      try {
        sys.rmdir('/w');
      } catch (error) {
        yield* sys.write(1, errnoOf(error));
      }
      return 0;
    });
    container.machine.kernel.clock.runUntil(50);
    expect(container.stdout.text).toBe('one\ntwo\nc d 1\nENOTEMPTY');
  });
});
