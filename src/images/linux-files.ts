import type { Bytes } from '../runtime/bytes';
import type { ImageFile } from '../runtime/image';
import type { Program } from '../runtime/syscalls';
import { appletPaths, busybox } from '../shell/applets/applets';
import { bash, sh } from '../shell/shell';

/** A text file of an image. */
export function file(content: Bytes, mode = 0o644): ImageFile {
  return { kind: 'file', content, mode };
}

/** A binary of an image. */
export function program(run: Program, sizeBytes: number): ImageFile {
  return { kind: 'program', program: run, sizeBytes, mode: 0o755 };
}

export interface DistributionOptions {
  readonly distribution: 'BusyBox' | 'Alpine' | 'Debian';
  /** Name, uid, gid of users beyond the usual ones. */
  readonly users?: readonly (readonly [string, number, number])[];
}

const USERS: readonly (readonly [string, number, number, string, string])[] = [
  ['root', 0, 0, '/root', '/bin/sh'],
  ['daemon', 1, 1, '/usr/sbin', '/bin/false'],
  ['bin', 2, 2, '/bin', '/bin/false'],
  ['sys', 3, 3, '/dev', '/bin/false'],
  ['mail', 8, 8, '/var/spool/mail', '/bin/false'],
  ['www-data', 33, 33, '/var/www', '/bin/false'],
  ['operator', 37, 37, '/var', '/bin/false'],
  ['nobody', 65_534, 65_534, '/home', '/bin/false'],
];

/** Size that the busybox binary pretends to have. */
const BUSYBOX_BYTES = 1_131_168;

const BASH_BYTES = 1_298_416;

/**
 * The files that every image here builds on: busybox with a link per applet, bash in Debian's, the usual users and folders.
 * In images of other distributions busybox stands in for their own tools, which their `about` says.
 */
export function busyboxFiles(options: DistributionOptions): ReadonlyMap<Bytes, ImageFile> {
  const extra = (options.users ?? []).map(
    ([name, uid, gid]) => [name, uid, gid, `/home/${name}`, '/bin/sh'] as const,
  );
  const users = [...USERS, ...extra];
  const passwd = users.map(
    ([name, uid, gid, home, shell]) => `${name}:x:${uid}:${gid}:${name}:${home}:${shell}\n`,
  );
  const group = users.map(([name, , gid]) => `${name}:x:${gid}:\n`);
  const files = new Map<Bytes, ImageFile>([
    ['/bin/busybox', program(busybox, BUSYBOX_BYTES)],
    ['/bin/sh', program(sh, BUSYBOX_BYTES)],
    ['/bin/ash', { kind: 'hardlink', to: '/bin/sh' }],
    ['/etc/passwd', file(passwd.join(''))],
    ['/etc/group', file(group.join(''))],
    ['/etc/os-release', file(osRelease(options.distribution))],
    ['/tmp', { kind: 'directory', mode: 0o1777 }],
    ['/var/tmp', { kind: 'directory', mode: 0o1777 }],
    ['/root', { kind: 'directory', mode: 0o700 }],
  ]);
  if (options.distribution === 'Debian') {
    files.set('/bin/bash', program(bash, BASH_BYTES));
    files.set('/usr/bin/bash', { kind: 'hardlink', to: '/bin/bash' });
  }
  for (const folder of [
    '/home',
    '/run',
    '/usr/bin',
    '/usr/sbin',
    '/sbin',
    '/var/log',
    '/opt',
    '/mnt',
    '/srv',
  ]) {
    files.set(folder, { kind: 'directory' });
  }
  for (const path of appletPaths) {
    if (!files.has(path)) files.set(path, { kind: 'hardlink', to: '/bin/busybox' });
  }
  for (const [name, uid, gid] of options.users ?? []) {
    files.set(`/home/${name}`, { kind: 'directory', uid, gid });
  }
  return files;
}

function osRelease(distribution: DistributionOptions['distribution']): string {
  if (distribution === 'Alpine')
    return 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.1\nPRETTY_NAME="Alpine Linux v3.22"\n';
  if (distribution === 'Debian') {
    return 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nID=debian\n';
  }
  return 'NAME="BusyBox"\nID=busybox\n';
}
