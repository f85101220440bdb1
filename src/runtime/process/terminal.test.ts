import { describe, expect, it } from 'vitest';
import type { Program } from '../syscalls';
import type { Tty } from './terminal';
import { errnoOf, testContainer } from './test-machine';

function withTerminal(program: Program) {
  const container = testContainer();
  // PID 1 is somebody else, so that the program has the usual actions of signals.
  container.start(function* (sys) {
    yield* sys.sleep(Number.POSITIVE_INFINITY);
    return 0;
  });
  const tty: Tty = container.machine.createTerminal({ columns: 100, rows: 30 });
  const main = container.start(program, { terminal: tty });
  const { clock } = container.machine.kernel;
  clock.runUntil(10);
  return {
    main,
    tty,
    type(keys: string): string {
      tty.input(keys);
      clock.runUntil(clock.now + 10);
      return tty.takeOutput();
    },
    tick: () => clock.runUntil(clock.now + 10),
  };
}

const reader: Program = function* (sys) {
  for (;;) {
    const bytes = yield* sys.read(0, 100);
    yield* sys.write(1, `<${bytes}>`);
    if (bytes === '') return 0;
  }
};

describe('a terminal', () => {
  it('edits lines and echoes them', () => {
    const { type, main } = withTerminal(reader);
    expect(type('ab')).toBe('ab');
    expect(type('\x7fc\r')).toBe('\b \bc\r\n<ac\r\n>');
    expect(type('one two\x17x\n')).toBe('one two\b \b\b \b\b \bx\r\n<one x\r\n>');
    expect(type('gone\x15\n')).toBe(`gone${'\b \b'.repeat(4)}\r\n<\r\n>`);
    expect(type('\xc3\xa9\x7fe\n')).toBe('\xc3\xa9\b \be\r\n<e\r\n>');
    expect(type('end\x04')).toBe('end<end>');
    expect(type('\x04')).toBe('<>');
    expect(main.status).toEqual({ kind: 'exited', code: 0 });
  });

  it('turns keys into signals for the foreground, and drops the line', () => {
    const { type, main } = withTerminal(reader);
    expect(type('abc\x03')).toBe('abc^C');
    expect(main.status).toEqual({ kind: 'signaled', signal: 'INT' });
  });

  it('hands over each key in raw mode', () => {
    const { type } = withTerminal(function* (sys) {
      const before = sys.terminalMode(0, { canonical: false, echo: false, signals: false });
      yield* sys.write(1, JSON.stringify(before));
      return yield* reader(sys);
    });
    expect(type('a')).toBe('{"canonical":true,"echo":true,"signals":true}<a>');
    expect(type('\x03\x7f')).toBe('<\x03\x7f>');
  });

  it('knows its size and tells of changes', () => {
    const { tty, tick } = withTerminal(function* (sys) {
      sys.signalAction('WINCH', 'catch');
      yield* sys.write(1, `${sys.isatty(0)} ${JSON.stringify(sys.terminalSize(1))} `);
      try {
        yield* sys.sleep(1000, { interruptible: true });
      } catch {
        yield* sys.write(1, `${sys.takeSignals()} ${sys.terminalSize(1).columns}`);
      }
      return 0;
    });
    tty.resize(120, 40);
    tick();
    expect(tty.takeOutput()).toBe('true {"columns":100,"rows":30} WINCH 120');
  });

  it('stops a background group that reads', () => {
    const { type, tty, tick } = withTerminal(function* (sys) {
      sys.signalAction('TTOU', 'ignore');
      const pid = sys.fork(
        function* (child) {
          yield* child.write(1, `got ${yield* child.read(0, 10)}`);
          return 0;
        },
        { pgid: 0 },
      );
      const ended = yield* sys.waitpid(pid, { stopped: true });
      yield* sys.write(1, `${JSON.stringify(ended?.status)} `);
      sys.foregroundGroup(0, pid);
      sys.kill(pid, 'CONT');
      yield* sys.waitpid(pid);
      sys.foregroundGroup(0, sys.pgid);
      return 0;
    });
    tick();
    expect(tty.takeOutput()).toBe('{"kind":"stopped","signal":"TTIN"} ');
    expect(type('x\n')).toBe('x\r\ngot x\r\n');
  });

  it('hangs up its session', () => {
    const { tty, main } = withTerminal(function* (sys) {
      yield* sys.sleep(1000);
      return 0;
    });
    tty.hangUp();
    expect(main.status).toEqual({ kind: 'signaled', signal: 'HUP' });
  });

  it('is /dev/tty, /dev/pts/0 and what /proc/self/fd/0 names', () => {
    const { type } = withTerminal(function* (sys) {
      const fd = yield* sys.open('/dev/tty', { read: true, write: true });
      yield* sys.write(fd, `${sys.readlink('/proc/self/fd/0')} `);
      const other = yield* sys.open('/dev/pts/0', { write: true });
      yield* sys.write(other, sys.stat('/dev/pts/0').type);
      sys.fork(function* (child) {
        child.setsid();
        try {
          yield* child.open('/dev/tty', { read: true });
        } catch (error) {
          yield* child.write(1, ` ${errnoOf(error)}`);
        }
        return 0;
      });
      yield* sys.waitpid(-1);
      return 0;
    });
    expect(type('')).toBe('/dev/pts/0 character device ENXIO');
  });
});
