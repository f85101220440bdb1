import type { ImageModel } from '../../runtime/image';
import { busyboxFiles, file, program } from '../linux-files';
import { redisCli } from './cli';
import { redisServer } from './server';

/** The image's own entry point starts the server for options and for a configuration file. */
const ENTRYPOINT = `#!/bin/sh
set -e
case "\${1:-}" in -*|*.conf) set -- redis-server "$@" ;; esac
exec "$@"
`;

/** The official redis image. */
export function redisImage(tag: string): ImageModel {
  const version = /^\d+\.\d+\.\d+/.exec(tag)?.[0] ?? newest(tag);
  return {
    repositories: ['docker.io/library/redis'],
    sizeBytes: tag.includes('alpine') ? 13_400_000 : 43_000_000,
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['redis-server'],
    workingDir: '/data',
    exposedPorts: [6379],
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      REDIS_VERSION: version,
    },
    modelled: 'real',
    about:
      'redis-server and redis-cli: strings, lists, sets, hashes and expiry over the real protocol. No persistence, replication or scripting. Its shell and tools are busybox here, where the real image has Debian’s.',
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'Debian', users: [['redis', 999, 999]] }),
        ['/usr/local/bin/redis-server', program(redisServer(version), 2_000_000)],
        ['/usr/local/bin/redis-cli', program(redisCli, 1_000_000)],
        ['/usr/local/bin/docker-entrypoint.sh', file(ENTRYPOINT, 0o755)],
        ['/data', { kind: 'directory', uid: 999, gid: 999 }],
      ]),
  };
}

function newest(tag: string): string {
  const known: Readonly<Record<string, string>> = {
    5: '5.0.14',
    6: '6.2.20',
    7: '7.4.6',
    8: '8.2.3',
  };
  return known[tag.split(/[.-]/)[0] ?? ''] ?? '8.2.3';
}
