import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PIPE_BYTES } from '../bounds';
import type { Bytes } from '../bytes';
import { Pipe } from './pipe';
import { errnoOf, testContainer } from './test-machine';

const identity = { inode: 1, device: 14, madeMs: 0 };

describe('a pipe', () => {
  it('hands on every byte in order, whatever the sizes of writes and reads', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sizes, sizes, (writes, reads) => {
        const container = testContainer();
        let sent = '';
        let received = '';
        container.start(function* (sys) {
          const [reader, writer] = sys.pipe();
          sys.fork(function* (child) {
            child.close(reader);
            for (const [i, size] of writes.entries()) {
              const bytes = String.fromCharCode(i).repeat(size);
              sent += bytes;
              yield* child.write(writer, bytes);
            }
            return 0;
          });
          sys.close(writer);
          for (let i = 0; ; i++) {
            const bytes = yield* sys.read(reader, reads[i % reads.length] ?? 1);
            if (bytes === '') break;
            received += bytes;
            if (i % 3 === 0) yield* sys.sleep(1);
          }
          return 0;
        });
        container.machine.kernel.clock.runUntil(1_000_000);
        expect(received.length).toBe(writes.reduce((sum, size) => sum + size, 0));
        expect(received).toBe(sent);
      }),
      { numRuns: 50 },
    );
  });

  it('takes short writes whole or not at all, long ones in part', () => {
    const pipe = new Pipe(identity);
    const reader = pipe.openReader();
    const writer = pipe.openWriter();
    expect(writer.tryWrite('x'.repeat(PIPE_BYTES - 100))).toBe(PIPE_BYTES - 100);
    expect(writer.tryWrite('y'.repeat(101))).toBe(0);
    expect(writer.tryWrite('z'.repeat(5000))).toBe(100);
    expect(writer.writable).toBe(false);
    reader.tryRead(5000);
    expect(writer.writable).toBe(true);
  });

  it('ends for the reader with the last writer, and fails for the writer with the last reader', () => {
    const pipe = new Pipe(identity);
    const reader = pipe.openReader();
    const first = pipe.openWriter();
    const second = pipe.openWriter();
    first.release();
    expect(reader.tryRead(1)).toBeUndefined();
    second.release();
    expect(reader.tryRead(1)).toBe('');
    reader.release();
    expect(() => pipe.openWriter().tryWrite('x')).toThrow(
      expect.objectContaining({ errno: 'EPIPE' }),
    );
  });
});

describe('a fifo', () => {
  it('brings its two ends together and can be used again', () => {
    const container = testContainer();
    container.start(function* (sys) {
      sys.mkfifo('/w/p', 0o666);
      sys.fork(function* (child) {
        for (const text of ['one', 'two']) {
          yield* child.sleep(10);
          const fd = yield* child.open('/w/p', { write: true });
          yield* child.write(fd, text);
          child.close(fd);
        }
        return 0;
      });
      let seen: Bytes = '';
      for (let i = 0; i < 2; i++) {
        const fd = yield* sys.open('/w/p', { read: true });
        seen += `${sys.uptimeMs}:${yield* sys.read(fd, 10)}:${yield* sys.read(fd, 10)};`;
        sys.close(fd);
      }
      yield* sys.write(1, `${seen}${sys.stat('/w/p').type}`);
      try {
        yield* sys.open('/w/p', { write: true, nonBlocking: true });
      } catch (error) {
        yield* sys.write(1, ` ${errnoOf(error)}`);
      }
      const both = yield* sys.open('/w/p', { read: true, write: true });
      yield* sys.write(both, 'loop');
      yield* sys.write(1, ` ${yield* sys.read(both, 9)}`);
      return 0;
    });
    container.machine.kernel.clock.runUntil(1000);
    expect(container.stdout.text).toBe('10:one:;20:two:;fifo ENXIO loop');
  });

  it('forgets a reader that was killed while it waited for a writer', () => {
    const container = testContainer();
    container.start(function* (sys) {
      sys.mkfifo('/w/p', 0o666);
      const pid = sys.fork(function* (child) {
        yield* child.open('/w/p', { read: true });
        return 0;
      });
      yield* sys.sleep(10);
      sys.kill(pid, 'KILL');
      yield* sys.waitpid(pid);
      try {
        yield* sys.open('/w/p', { write: true, nonBlocking: true });
      } catch (error) {
        yield* sys.write(1, errnoOf(error));
      }
      return 0;
    });
    container.machine.kernel.clock.runUntil(1000);
    expect(container.stdout.text).toBe('ENXIO');
  });
});

describe('poll', () => {
  it('waits for the first that is ready, or for the time', () => {
    const container = testContainer();
    container.start(function* (sys) {
      const [slow, slowWriter] = sys.pipe();
      const [fast, fastWriter] = sys.pipe();
      sys.fork(function* (child) {
        yield* child.sleep(30);
        yield* child.write(fastWriter, 'x');
        yield* child.sleep(1000);
        yield* child.write(slowWriter, 'x');
        return 0;
      });
      const nothing = yield* sys.poll([{ fd: slow }, { fd: fast }], 10);
      const at = sys.uptimeMs;
      const ready = yield* sys.poll([{ fd: slow }, { fd: fast }], 100);
      yield* sys.write(1, `${nothing} ${at} ${ready === fast} ${sys.uptimeMs}`);
      const writable = yield* sys.poll([{ fd: slow }, { fd: slowWriter, write: true }]);
      yield* sys.write(1, ` ${writable === slowWriter}`);
      return 0;
    });
    container.machine.kernel.clock.runUntil(5000);
    expect(container.stdout.text).toBe('undefined 10 true 30 true');
  });
});
