import { describe, expect, it } from 'vitest';
import type { ImageFile } from '../image';
import type { Program } from '../syscalls';
import { type SpawnInitOptions, StartFailure } from './spawn';
import { errnoOf, testContainer } from './test-machine';

const show: Program = function* (sys) {
  yield* sys.write(1, `${sys.argv.join('|')} in ${sys.cwd}\n`);
  return 0;
};

const FILES: Readonly<Record<string, ImageFile>> = {
  '/app/run.sh': { kind: 'file', mode: 0o755, content: '#!/bin/show -x y\necho\n' },
  '/app/plain': { kind: 'file', mode: 0o755, content: 'echo hi\n' },
  '/app/empty': { kind: 'file', mode: 0o755, content: '' },
  '/app/crlf': { kind: 'file', mode: 0o755, content: '#!/bin/show\r\necho\r\n' },
  '/app/nested': { kind: 'file', mode: 0o755, content: '#!/app/run.sh\n' },
  '/app/noexec': { kind: 'file', mode: 0o644, content: '#!/bin/show\n' },
  '/root-only': { kind: 'file', mode: 0o700, content: '#!/bin/show\n' },
  '/secret': { kind: 'directory', mode: 0o700 },
  '/secret/run.sh': { kind: 'file', mode: 0o755, content: '#!/bin/show\n' },
};

function start(argv: readonly string[], options: Partial<SpawnInitOptions> = {}) {
  const container = testContainer({ programs: { show }, files: FILES });
  try {
    const main = container.spawn({ argv, ...options });
    container.machine.kernel.clock.runUntil(1000);
    const ended = main.status?.kind === 'exited' ? main.status.code : JSON.stringify(main.status);
    return `${container.stdout.text}${container.stderr.text}${ended}`;
  } catch (error) {
    if (error instanceof StartFailure) return error.text;
    throw error;
  }
}

describe('starting the first process', () => {
  it('finds programs by PATH, absolute and relative', () => {
    expect(start(['show', 'a b'])).toBe('show|a b in /w\n0');
    expect(start(['/bin/show'])).toBe('/bin/show in /w\n0');
    expect(start(['./show'], { cwd: '/bin' })).toBe('./show in /bin\n0');
  });

  it('fails with the texts of the container runtime', () => {
    expect(start(['nope'])).toBe('exec: "nope": executable file not found in $PATH');
    expect(start([''])).toBe('exec: "": executable file not found in $PATH');
    expect(start(['show'], { env: [['PATH', '/none']] })).toBe(
      'exec: "show": executable file not found in $PATH',
    );
    expect(start(['/app/server'])).toBe(
      'exec: "/app/server": stat /app/server: no such file or directory',
    );
    expect(start(['./server'])).toBe('exec: "./server": stat ./server: no such file or directory');
    expect(start(['/app/noexec'])).toBe('exec: "/app/noexec": permission denied');
    expect(start(['/etc'])).toBe('exec: "/etc": permission denied');
  });

  it('runs scripts by their interpreters', () => {
    expect(start(['/app/run.sh', 'a'])).toBe('/bin/show|-x y|/app/run.sh|a in /w\n0');
    expect(start(['/app/nested'])).toBe('/bin/show|-x y|/app/run.sh|/app/nested in /w\n0');
  });

  it('lets what the kernel refuses end with 255 and one line', () => {
    expect(start(['/app/plain'])).toBe('exec /app/plain: exec format error\n255');
    expect(start(['/app/empty'])).toBe('exec /app/empty: exec format error\n255');
    expect(start(['/app/crlf'])).toBe('exec /app/crlf: no such file or directory\n255');
    expect(start(['/bin/show', 'x'.repeat(200_000)])).toBe(
      'exec /bin/show: argument list too long\n255',
    );
  });

  it('makes a missing working directory, and refuses a file', () => {
    expect(start(['show'], { cwd: '/no/such/dir' })).toBe('show in /no/such/dir\n0');
    expect(start(['show'], { cwd: '/etc/passwd' })).toBe('mkdir /etc/passwd: not a directory');
    expect(start(['show'], { cwd: 'x' })).toBe('Cwd must be an absolute path');
  });

  it('looks for the program with the capabilities of the container, whoever the user is', () => {
    const user = { uid: 1000, gid: 1000, groups: [1000] };
    expect(start(['/secret/run.sh'], user)).toBe('/bin/show|/secret/run.sh in /w\n0');
    expect(start(['/secret/run.sh'], { ...user, capabilities: [] })).toBe(
      'exec: "/secret/run.sh": stat /secret/run.sh: permission denied',
    );
    expect(start(['/root-only'], { ...user, capabilities: [] })).toBe(
      'exec /root-only: permission denied',
    );
  });
});

describe('exec', () => {
  it('fails like execve and leaves the program running', () => {
    const container = testContainer({ programs: { show }, files: FILES });
    container.start(
      function* (sys) {
        for (const path of [
          '/none',
          '/app/noexec',
          '/app/plain',
          '/app',
          '/app/crlf',
          '/secret/run.sh',
        ]) {
          try {
            yield* sys.exec(path, [path]);
          } catch (error) {
            yield* sys.write(1, `${errnoOf(error)} `);
          }
        }
        const fd = yield* sys.open('/etc/passwd', { read: true });
        const kept = sys.dup(fd, 10);
        sys.closeOnExec(fd, true);
        return yield* sys.exec('/bin/fds', ['fds'], new Map([...sys.env, ['B', String(kept)]]));
      },
      { uid: 1000, gid: 1000, groups: [1000] },
    );
    container.machine.kernel.clock.runUntil(1000);
    expect(container.stdout.text).toBe('ENOENT EACCES ENOEXEC EACCES ENOENT EACCES ');
    // /bin/fds is not in the image: ENOENT leaves the program by an exception.
    expect(container.machine.kernel.trace.records.at(-1)).toMatchObject({
      type: 'program.failed',
      message: 'No such file or directory',
    });
  });

  it('keeps descriptors, environment, folder and ids', () => {
    const fds: Program = function* (sys) {
      const environment = [...sys.env].map(([name, value]) => `${name}=${value}`).join(',');
      yield* sys.write(
        1,
        `${sys.descriptors()} ${environment} ${sys.cwd} ${sys.uid} ${sys.umask()}`,
      );
      return 0;
    };
    const container = testContainer({ programs: { fds } });
    container.start(function* (sys) {
      const fd = yield* sys.open('/etc/passwd', { read: true });
      sys.dup(fd, 10);
      sys.closeOnExec(fd, true);
      sys.umask(0o27);
      sys.chdir('/tmp');
      sys.setIds({ gid: 5, groups: [], uid: 7 });
      return yield* sys.exec('/bin/fds', ['fds']);
    });
    container.machine.kernel.clock.runUntil(1000);
    expect(container.stdout.text).toBe('1,2,10 PATH=/usr/bin:/bin /tmp 7 23');
  });
});
