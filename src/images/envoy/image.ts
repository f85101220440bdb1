import type { ImageModel } from '../../runtime/image';
import { busyboxFiles, file, program } from '../linux-files';
import { envoyProgram } from './envoy';

/** Answers by itself, so that the image starts without a configuration of one's own. */
const CONF = `admin:
  address:
    socket_address: {address: 0.0.0.0, port_value: 9901}
static_resources:
  listeners:
  - name: listener_0
    address:
      socket_address: {address: 0.0.0.0, port_value: 10000}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress_http
          route_config:
            name: local_route
            virtual_hosts:
            - name: local_service
              domains: ["*"]
              routes:
              - match: {prefix: "/"}
                direct_response: {status: 200, body: {inline_string: "envoy of the lab"}}
`;

const ENTRYPOINT = `#!/bin/sh
set -e
case "\${1:-}" in -*) set -- envoy "$@" ;; esac
exec "$@"
`;

/** Envoy's own image. */
export function envoyImage(): ImageModel {
  return {
    repositories: ['docker.io/envoyproxy/envoy'],
    sizeBytes: 66_000_000,
    entrypoint: ['/docker-entrypoint.sh'],
    cmd: ['envoy', '-c', '/etc/envoy/envoy.yaml'],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    exposedPorts: [10_000],
    modelled: 'real',
    about:
      'envoy with a static configuration: listeners with a TCP proxy or HTTP routes, clusters of type STATIC, STRICT_DNS and LOGICAL_DNS by weight. It says so and ends where a configuration asks for more (xDS, TLS, other filters); there is no admin interface. Its shell and tools are busybox here.',
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'Debian', users: [['envoy', 101, 101]] }),
        ['/usr/local/bin/envoy', program(envoyProgram, 90_000_000)],
        ['/docker-entrypoint.sh', file(ENTRYPOINT, 0o755)],
        ['/etc/envoy/envoy.yaml', file(CONF)],
      ]),
  };
}
