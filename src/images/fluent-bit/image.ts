import type { ImageFile, ImageModel } from '../../runtime/image';
import { busyboxFiles, file, program } from '../linux-files';
import { fluentBitProgram } from './fluent-bit';

/** What `latest` and the tags of a major or minor version stand for. */
const VERSIONS: Readonly<Record<string, string>> = {
  '1': '1.9.10',
  '2': '2.2.3',
  '3': '3.2.10',
  '4': '4.2.0',
};

const DEFAULT_CONF = `[SERVICE]
    flush        1
    daemon       Off
    log_level    info
    parsers_file parsers.conf
    http_server  Off
    http_listen  0.0.0.0
    http_port    2020
    storage.metrics on

[INPUT]
    name cpu
    tag  cpu.local
    interval_sec 1

[OUTPUT]
    name  stdout
    match *
`;

/** Parsers of formats that pods of the lab write. */
const ACCESS_LOG = String.raw`(?<user>\S*) \[(?<time>[^\]]*)\] "(?<method>\S+)(?: +(?<path>[^" ]*)[^"]*)?" (?<code>\S+) (?<size>\S+)(?: "(?<referer>[^"]*)" "(?<agent>[^"]*)")?`;

const PARSERS_CONF = `[PARSER]
    Name   apache
    Format regex
    Regex  ^(?<host>\\S*) \\S* ${ACCESS_LOG}$
    Time_Key time
    Time_Format %d/%b/%Y:%H:%M:%S %z

[PARSER]
    Name   apache2
    Format regex
    Regex  ^(?<host>\\S*) \\S* ${ACCESS_LOG}$
    Time_Key time
    Time_Format %d/%b/%Y:%H:%M:%S %z

[PARSER]
    Name   nginx
    Format regex
    Regex  ^(?<remote>\\S*) (?<host>\\S*) ${ACCESS_LOG}
    Time_Key time
    Time_Format %d/%b/%Y:%H:%M:%S %z

[PARSER]
    Name   json
    Format json
    Time_Key time
    Time_Format %d/%b/%Y:%H:%M:%S %z

[PARSER]
    Name   logfmt
    Format logfmt

[PARSER]
    Name        docker
    Format      json
    Time_Key    time
    Time_Format %Y-%m-%dT%H:%M:%S.%L
    Time_Keep   On

[PARSER]
    Name        cri
    Format      regex
    Regex       ^(?<time>\\S+) (?<stream>stdout|stderr) (?<logtag>\\S*) (?<message>.*)$
    Time_Key    time
    Time_Format %Y-%m-%dT%H:%M:%S.%L%z
    Time_Keep   On
`;

/** The image of Fluent Bit: distroless, without a shell; tags that end in -debug have one. */
export function fluentBitImage(tag: string): ImageModel {
  const version =
    /^v?(\d+\.\d+\.\d+)/.exec(tag)?.[1] ?? VERSIONS[tag.split(/[.-]/)[0] ?? ''] ?? '4.2.0';
  const debug = tag.endsWith('debug');
  return {
    repositories: ['docker.io/fluent/fluent-bit'],
    sizeBytes: debug ? 77_400_000 : 33_100_000,
    ...(debug ? {} : { entrypoint: ['/fluent-bit/bin/fluent-bit'] }),
    cmd: ['/fluent-bit/bin/fluent-bit', '-c', '/fluent-bit/etc/fluent-bit.conf'],
    exposedPorts: [2020],
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      FLUENT_BIT_VERSION: version,
      ...(debug ? {} : { SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt' }),
    },
    modelled: 'real',
    about:
      'Fluent Bit 4.2 with its classic and YAML configuration: inputs tail, dummy, cpu, mem, forward, tcp, http; filters grep, modify, record_modifier, parser; outputs stdout, file, forward, http, es, loki, null; its retries and its log. Not simulated: Lua and the kubernetes filter, multiline, chunks on disk, TLS, the letters of its start-up banner. As in the real image there is no shell, except in -debug tags.',
    files: () => files(version, debug),
  };
}

function files(version: string, debug: boolean): ReadonlyMap<string, ImageFile> {
  const base: Iterable<readonly [string, ImageFile]> = debug
    ? busyboxFiles({ distribution: 'Debian' })
    : [
        [
          '/etc/passwd',
          file(
            'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
          ),
        ],
        ['/etc/group', file('root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n')],
        [
          '/etc/os-release',
          file('PRETTY_NAME="Distroless"\nNAME="Debian GNU/Linux"\nID="debian"\nVERSION_ID="13"\n'),
        ],
        ['/tmp', { kind: 'directory', mode: 0o1777 }],
        ['/var/log', { kind: 'directory' }],
      ];
  return new Map<string, ImageFile>([
    ...base,
    ['/fluent-bit/bin/fluent-bit', program(fluentBitProgram(version), 60_000_000)],
    ['/fluent-bit/etc/fluent-bit.conf', file(DEFAULT_CONF)],
    ['/fluent-bit/etc/parsers.conf', file(PARSERS_CONF)],
    ['/fluent-bit/etc/plugins.conf', file('[PLUGINS]\n    # Path /path/to/out_gstdout.so\n')],
  ]);
}
