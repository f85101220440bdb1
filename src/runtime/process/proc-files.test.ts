import { describe, expect, it } from 'vitest';
import type { Bytes } from '../bytes';
import type { Program, Sys } from '../syscalls';
import { errnoOf, mount, testContainer } from './test-machine';

function* cat(sys: Sys, path: Bytes) {
  try {
    const fd = yield* sys.open(path, { read: true });
    const text = yield* sys.read(fd, 100_000);
    sys.close(fd);
    return text;
  } catch (error) {
    return errnoOf(error);
  }
}

const sleeper: Program = function* (sys) {
  yield* sys.sleep(Number.POSITIVE_INFINITY);
  return 0;
};

describe('/proc and /sys', () => {
  it('shows processes by name, arguments and state', () => {
    const container = testContainer({ programs: { sleeper } });
    container.start(function* (sys) {
      sys.fork(function* (child) {
        return yield* child.exec('/bin/sleeper', ['sleeper', 'a b'], new Map([['KEY', 'value']]));
      });
      sys.fork(function* (child) {
        yield* child.breathe();
        return 0;
      });
      yield* sys.sleep(10);
      yield* sys.write(1, `${sys.readdir('/proc').filter((name) => /\d/.test(name))}\n`);
      yield* sys.write(1, `${yield* cat(sys, '/proc/6/cmdline')}\n`);
      yield* sys.write(1, `${yield* cat(sys, '/proc/6/environ')}\n`);
      yield* sys.write(1, yield* cat(sys, '/proc/6/comm'));
      const status = yield* cat(sys, '/proc/7/status');
      yield* sys.write(1, `${/^State:.*$/m.exec(status)} ${/^PPid:.*$/m.exec(status)}\n`);
      yield* sys.write(1, `${sys.readlink('/proc/6/exe')} ${sys.readlink('/proc/self')}\n`);
      yield* sys.write(1, `${/^CapEff:.*$/m.exec(yield* cat(sys, '/proc/self/status'))}`);
      return 0;
    });
    container.machine.kernel.clock.runUntil(100);
    expect(container.stdout.text.split('\n')).toEqual([
      '1,6,7',
      'sleeper\0a b\0',
      'KEY=value\0',
      'sleeper',
      'State:\tZ (zombie) PPid:\t1',
      '/bin/sleeper 1',
      'CapEff:\t00000000a80425fb',
    ]);
  });

  it('opens files again by their descriptors, with a position of their own', () => {
    const container = testContainer();
    container.start(function* (sys) {
      const fd = yield* sys.open('/w/f', { read: true, write: true, create: true });
      yield* sys.write(fd, 'hello');
      const path = `/proc/self/fd/${fd}`;
      yield* sys.write(1, `${sys.readlink(path)} ${yield* cat(sys, path)} ${sys.stat(path).type}`);
      sys.unlink('/w/f');
      yield* sys.write(1, ` ${sys.readlink(path)}`);
      const [reader] = sys.pipe();
      yield* sys.write(1, ` ${/^pipe:\[\d+\]$/.test(sys.readlink(`/proc/self/fd/${reader}`))}`);
      return 0;
    });
    container.machine.kernel.clock.runUntil(100);
    expect(container.stdout.text).toBe('/w/f hello file /w/f (deleted) true');
  });

  it('keeps other users out, and root without ptrace from other users', () => {
    const container = testContainer();
    container.start(sleeper);
    const visit: Program = function* (sys) {
      const seen: Bytes[] = [];
      for (const path of ['/proc/1/environ', '/proc/1/root/etc/passwd', '/proc/1/comm']) {
        seen.push((yield* cat(sys, path)).slice(0, 6));
      }
      yield* sys.write(1, `${seen.join(' ')}\n`);
      return 0;
    };
    container.start(visit);
    container.start(visit, { uid: 1000, gid: 1000, groups: [1000] });
    container.start(visit, { capabilities: [] });
    container.machine.kernel.clock.runUntil(100);
    expect(container.stdout.text.replaceAll('\n\n', '\n')).toBe(
      'PATH=/ root:x test-m\n\n'.replaceAll('\n\n', '\n') +
        'EACCES EACCES test-m\n' +
        'EACCES EACCES test-m\n',
    );
  });

  it('knows the machine and the pod', () => {
    const container = testContainer();
    container.start(function* (sys) {
      yield* sys.sleep(12_340);
      yield* sys.write(1, (yield* cat(sys, '/proc/uptime')).split(' ')[0] ?? '');
      yield* sys.write(1, ` ${yield* cat(sys, '/proc/sys/kernel/hostname')}`);
      yield* sys.write(1, (yield* cat(sys, '/proc/mounts')).replaceAll('\n', ';'));
      yield* sys.write(1, yield* cat(sys, '/proc/none'));
      return 0;
    });
    container.machine.kernel.clock.runUntil(20_000);
    expect(container.stdout.text).toBe(
      '12.34 pod-1\noverlay / overlay rw,relatime 0 0;proc /proc proc rw,relatime 0 0;' +
        'tmpfs /dev tmpfs rw,relatime 0 0;ENOENT',
    );
  });

  it('has the limits of the container in /sys/fs/cgroup', () => {
    const container = testContainer({
      limits: { memoryLimitBytes: 67_108_864, cpuLimitMillis: 250 },
      files: { '/sys': { kind: 'directory' } },
    });
    mount(container.mounts, '/sys', container.machine.createSys(container.cgroup), {
      readOnly: true,
    });
    container.start(function* (sys) {
      for (const name of ['memory.max', 'cpu.max', 'pids.current', 'cgroup.procs']) {
        yield* sys.write(1, yield* cat(sys, `/sys/fs/cgroup/${name}`));
      }
      try {
        yield* sys.open('/sys/fs/cgroup/memory.max', { write: true });
      } catch (error) {
        yield* sys.write(1, errnoOf(error));
      }
      return 0;
    });
    container.machine.kernel.clock.runUntil(100);
    expect(container.stdout.text).toBe('67108864\n25000 100000\n1\n1\nEROFS');
  });
});
