import type { ImageModel } from '../../runtime/image';
import { busyboxFiles, file, program } from '../linux-files';
import { haproxyProgram } from './haproxy';

/** What `latest` stands for, and releases without a patch number. */
const LATEST = '3.2.8';

const ENTRYPOINT = `#!/bin/sh
set -e
case "\${1:-}" in -*) set -- haproxy "$@" ;; esac
if [ "\${1:-}" = haproxy ]; then
  shift
  set -- haproxy -W -db "$@"
fi
exec "$@"
`;

/** The official haproxy image: no configuration of its own, and no root. */
export function haproxyImage(tag: string): ImageModel {
  const named = /^\d+\.\d+(\.\d+)?/.exec(tag)?.[0];
  const version =
    named === undefined ? LATEST : named.split('.').length === 3 ? named : `${named}.0`;
  return {
    repositories: ['docker.io/library/haproxy'],
    sizeBytes: tag.includes('alpine') ? 16_000_000 : 51_000_000,
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['haproxy', '-f', '/usr/local/etc/haproxy/haproxy.cfg'],
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HAPROXY_VERSION: version,
    },
    workingDir: '/var/lib/haproxy',
    user: 'haproxy',
    stopSignal: 'SIGUSR1',
    modelled: 'real',
    about:
      'haproxy with global, defaults, frontend, backend and listen in TCP and HTTP mode: weights, backups, health checks, ACLs, its log formats and complaints. No TLS, no stick tables, no Lua; its statistics page is a short one. Its shell and tools are busybox here.',
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'Debian', users: [['haproxy', 99, 99]] }),
        ['/usr/local/sbin/haproxy', program(haproxyProgram(version), 3_000_000)],
        ['/usr/local/bin/docker-entrypoint.sh', file(ENTRYPOINT, 0o755)],
        ['/usr/local/etc/haproxy', { kind: 'directory' }],
        ['/var/lib/haproxy', { kind: 'directory', uid: 99, gid: 99 }],
      ]),
  };
}
