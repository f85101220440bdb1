import type { Program } from '../../runtime/syscalls';
import { bash } from '../../shell/shell';
import { curlProgram } from '../curl/curl';
import { git } from '../git/git';
import { pgIsready } from '../postgres/pg-isready';
import { psqlProgram } from '../postgres/psql';
import { redisCli } from '../redis/cli';

/** A package that the lab's package managers can install. */
export interface Package {
  readonly name: string;
  /** The version that Alpine has, and the one that Debian has. */
  readonly alpine: string;
  readonly debian: string;
  /** Path → program; none where busybox has it all already. */
  readonly programs: Readonly<Record<string, Program>>;
}

const CURL = curlProgram('8.14.1');

function shipped(name: string, alpine: string, debian: string): Package {
  return { name, alpine, debian, programs: {} };
}

/** What can be installed. The programs of those without any are busybox's, which are there already. */
export const PACKAGES: readonly Package[] = [
  { name: 'bash', alpine: '5.2.37-r0', debian: '5.2.37-2+b5', programs: { '/bin/bash': bash } },
  { name: 'curl', alpine: '8.14.1-r2', debian: '8.14.1-2', programs: { '/usr/bin/curl': CURL } },
  { name: 'git', alpine: '2.49.1-r0', debian: '1:2.47.3-0', programs: { '/usr/bin/git': git } },
  {
    name: 'postgresql-client',
    alpine: '17.6-r0',
    debian: '17+278',
    programs: { '/usr/bin/psql': psqlProgram('17.6'), '/usr/bin/pg_isready': pgIsready },
  },
  {
    name: 'redis',
    alpine: '8.0.4-r0',
    debian: '5:8.0.2-3',
    programs: { '/usr/bin/redis-cli': redisCli },
  },
  {
    name: 'redis-tools',
    alpine: '8.0.4-r0',
    debian: '5:8.0.2-3',
    programs: { '/usr/bin/redis-cli': redisCli },
  },
  shipped('ca-certificates', '20250911-r0', '20250419'),
  shipped('coreutils', '9.7-r1', '9.7-3'),
  shipped('findutils', '4.10.0-r0', '4.10.0-3'),
  shipped('gawk', '5.3.2-r2', '1:5.2.1-2+b1'),
  shipped('grep', '3.12-r0', '3.11-4'),
  shipped('gzip', '1.14-r0', '1.13-1'),
  shipped('iproute2', '6.15.0-r0', '6.15.0-1'),
  shipped('iputils', '20240905-r0', '3:20240905-3'),
  shipped('iputils-ping', '20240905-r0', '3:20240905-3'),
  shipped('less', '679-r0', '668-1'),
  shipped('net-tools', '2.10-r3', '2.10-1.3'),
  shipped('netcat-openbsd', '1.229.1-r0', '1.229-1'),
  shipped('procps', '4.0.4-r3', '2:4.0.4-9'),
  shipped('sed', '4.9-r2', '4.9-2'),
  shipped('tar', '1.35-r3', '1.35+dfsg-3.1'),
  shipped('tzdata', '2025b-r0', '2025b-4'),
  shipped('unzip', '6.0-r15', '6.0-29'),
  shipped('util-linux', '2.41-r9', '2.41-5'),
  shipped('vim', '9.1.1566-r0', '2:9.1.1230-2'),
  shipped('wget', '1.25.0-r1', '1.25.0-2'),
];

/** Where an image keeps the programs that it has not installed yet. */
export const PACKAGE_STORE = '/usr/lib/lab-packages';

/** Where the store keeps a program of a package. */
export function storedAt(path: string): string {
  return `${PACKAGE_STORE}/${path.slice(path.lastIndexOf('/') + 1)}`;
}
