import type { ImageModel } from '../../runtime/image';
import type { Program } from '../../runtime/syscalls';
import { busyboxFiles, file, program } from '../linux-files';
import { fluentdProgram } from './fluentd';
import { tini } from './tini';

/** What the tags of a minor version stand for. */
const VERSIONS: Readonly<Record<string, string>> = {
  '1.16': '1.16.10',
  '1.17': '1.17.1',
  '1.18': '1.18.0',
  '1.19': '1.19.0',
};

const DEFAULT_CONF = `<source>
  @type  forward
  @id    input1
  @label @mainstream
  port  24224
</source>

<filter **>
  @type stdout
</filter>

<label @mainstream>
  <match docker.**>
    @type file
    @id   output_docker1
    path         /fluentd/log/docker.*.log
    append       true
    time_slice_format %Y%m%d
  </match>
  <match **>
    @type file
    @id   output1
    path         /fluentd/log/data.*.log
    append       true
    time_slice_format %Y%m%d
  </match>
</label>
`;

/** Options alone, or \`fluentd\` without them, get the usual configuration and folder of plugins. */
const ENTRYPOINT = `#!/bin/sh
case "$1" in -*) set -- fluentd "$@" ;; esac
if [ "$1" = fluentd ]; then
  case " $* " in *" -c "*|*" --config"*) ;; *) set -- "$@" --config "/fluentd/etc/$FLUENTD_CONF" ;; esac
  case " $* " in *" -p "*|*" --plugin"*) ;; *) set -- "$@" --plugin /fluentd/plugins ;; esac
fi
exec "$@"
`;

/** A placeholder's worth of \`ruby\`: fluentd is no Ruby program here. */
const ruby: Program = function* ruby(sys) {
  yield* sys.write(2, 'podlab: ruby is not simulated\n');
  return 1;
};

/** fluent/fluentd, and the old official image of that name. */
export function fluentdImage(tag: string): ImageModel {
  const version =
    /v?(\d+\.\d+\.\d+)/.exec(tag)?.[1] ?? VERSIONS[/v?(\d+\.\d+)/.exec(tag)?.[1] ?? ''] ?? '1.19.0';
  return {
    repositories: ['docker.io/fluent/fluentd', 'docker.io/library/fluentd'],
    sizeBytes: 88_300_000,
    entrypoint: ['tini', '--', '/bin/entrypoint.sh'],
    cmd: ['fluentd'],
    user: 'fluent',
    exposedPorts: [5140, 24_224],
    env: {
      PATH: '/usr/local/bundle/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      FLUENTD_CONF: 'fluent.conf',
    },
    modelled: 'real',
    about:
      'fluentd with its configuration and log: sources tail, forward, http, sample; filters grep, record_transformer, parser, stdout; outputs stdout, file, forward, http, copy, relabel, null with buffers in memory and their retries. Not simulated: Ruby and other plugins, buffers on disk, heartbeats, stack traces. Its shell and tools are busybox here.',
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'Debian', users: [['fluent', 999, 999]] }),
        ['/usr/bin/tini', program(tini, 24_000)],
        ['/bin/entrypoint.sh', file(ENTRYPOINT, 0o755)],
        ['/usr/local/bundle/bin/fluentd', program(fluentdProgram(version), 600)],
        ['/usr/local/bin/ruby', program(ruby, 14_000)],
        ['/fluentd/etc/fluent.conf', file(DEFAULT_CONF)],
        ['/fluentd/log', { kind: 'directory', uid: 999, gid: 999 }],
        ['/fluentd/plugins', { kind: 'directory', uid: 999, gid: 999 }],
      ]),
  };
}
