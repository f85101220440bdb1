import type { ImageModel } from '../../runtime/image';
import { busyboxFiles, program } from '../linux-files';
import { postgresEntrypoint } from './entrypoint';
import { pgIsready } from './pg-isready';
import { psqlProgram } from './psql';
import { postgresServer } from './server';

const NEWEST: Readonly<Record<string, string>> = {
  10: '10.23',
  11: '11.22',
  12: '12.22',
  13: '13.23',
  14: '14.20',
  15: '15.15',
  16: '16.11',
  17: '17.7',
  18: '18.1',
};

/** Ids of the user postgres in the two variants of the image. */
const DEBIAN_UID = 999;
const ALPINE_UID = 70;

/** The version that a tag names. */
export function postgresVersion(tag: string): string {
  return /^\d+\.\d+/.exec(tag)?.[0] ?? NEWEST[tag.split(/[.-]/)[0] ?? ''] ?? '18.1';
}

/** The official postgres image. */
export function postgresImage(tag: string): ImageModel {
  const version = postgresVersion(tag);
  const alpine = tag.includes('alpine');
  const uid = alpine ? ALPINE_UID : DEBIAN_UID;
  const major = Number(version.split('.')[0]);
  const data = major >= 18 ? `/var/lib/postgresql/${major}/docker` : '/var/lib/postgresql/data';
  const bin = alpine ? '/usr/local/bin' : `/usr/lib/postgresql/${major}/bin`;
  return {
    repositories: ['docker.io/library/postgres'],
    sizeBytes: alpine ? 110_000_000 : 160_000_000,
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['postgres'],
    exposedPorts: [5432],
    stopSignal: 'SIGINT',
    env: {
      PATH: `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin${alpine ? '' : `:${bin}`}`,
      PG_MAJOR: String(major),
      PG_VERSION: version,
      PGDATA: data,
    },
    modelled: 'real',
    about:
      'A PostgreSQL server with psql and pg_isready over the real protocol: the entry point’s rules and messages, tables, queries with joins and groups, transactions, data that lives in PGDATA. A small part of SQL; no indexes that speed up, no views, functions or replication.',
    files: () =>
      new Map([
        ...busyboxFiles({
          distribution: alpine ? 'Alpine' : 'Debian',
          users: [['postgres', uid, uid]],
        }),
        ['/usr/local/bin/docker-entrypoint.sh', program(postgresEntrypoint(version, uid), 15_000)],
        [`${bin}/postgres`, program(postgresServer(version), 9_000_000)],
        ['/usr/local/bin/psql', program(psqlProgram(version), 800_000)],
        ['/usr/local/bin/pg_isready', program(pgIsready, 100_000)],
        ['/docker-entrypoint-initdb.d', { kind: 'directory' }],
        ['/var/lib/postgresql', { kind: 'directory', uid, gid: uid, mode: 0o1777 }],
        ...(major >= 18
          ? []
          : ([[data, { kind: 'directory', uid, gid: uid, mode: 0o1777 }]] as const)),
        ['/var/run/postgresql', { kind: 'directory', uid, gid: uid, mode: 0o3777 }],
      ]),
  };
}
