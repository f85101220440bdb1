import type { ImageModel } from '../../runtime/image';
import { busyboxFiles, program } from '../linux-files';
import { MIGRATE_VERSION, migrate } from './migrate';

/** The migrate/migrate image: golang-migrate's command line, with PostgreSQL. */
export function migrateImage(): ImageModel {
  return {
    repositories: ['docker.io/migrate/migrate'],
    sizeBytes: 16_800_000,
    entrypoint: ['migrate'],
    cmd: ['--help'],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    modelled: 'real',
    about: `golang-migrate ${MIGRATE_VERSION}: up, down, goto, force, drop and version, from files, against the lab's PostgreSQL over its protocol.`,
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'Alpine' }),
        ['/usr/local/bin/migrate', program(migrate, 40_000_000)],
        ['/migrations', { kind: 'directory' }],
      ]),
  };
}
