import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../runtime/bytes';
import { nginxWith } from '../nginx/test-nginx';
import { TestNode } from '../test-pod';
import { envoyImage } from './image';

const SERVERS =
  'server { listen 8091; return 200 "one $uri\\n"; } server { listen 8092; return 200 "two\\n"; }';

function config(filter: string, cluster: string): Bytes {
  return `static_resources:
  listeners:
  - name: main
    address:
      socket_address: {address: 0.0.0.0, port_value: 8080}
    filter_chains:
    - filters:
${filter}
  clusters:
  - name: app
    connect_timeout: 0.5s
    type: ${cluster}
`;
}

const TCP = `      - name: envoy.filters.network.tcp_proxy
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
          cluster: app`;
const HTTP = `      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          access_log:
          - name: envoy.access_loggers.stdout
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {prefix: "/api/"}
                route: {cluster: app, prefix_rewrite: "/"}
              - match: {path: "/hello"}
                direct_response: {status: 200, body: {inline_string: "hi"}}`;

function cluster(
  type: string,
  ...endpoints: readonly (readonly [string, number, number])[]
): string {
  const lines = endpoints.map(
    ([host, port, weight]) =>
      `        - load_balancing_weight: ${weight}\n          endpoint: {address: {socket_address: {address: ${host}, port_value: ${port}}}}`,
  );
  return `${type}\n    load_assignment:\n      cluster_name: app\n      endpoints:\n      - lb_endpoints:\n${lines.join('\n')}`;
}

function lab(text: Bytes) {
  const node = new TestNode({ backend: '10.244.0.5' });
  const { curl } = nginxWith(SERVERS, { node });
  const pod = node.pod('10.244.0.7');
  const envoy = node.container(envoyImage(), pod, { '/etc/envoy/envoy.yaml': text });
  const process = envoy.start();
  node.advance(1000);
  return { node, curl, envoy, process };
}

describe('envoy', () => {
  it('passes TCP connections on by weight', () => {
    const members = cluster('STRICT_DNS', ['backend', 8091, 3], ['backend', 8092, 1]);
    const { curl, envoy } = lab(config(TCP, members));
    const answers = Array.from({ length: 4 }, () => curl('10.244.0.7:8080').trim().split(' ')[0]);
    expect(answers.sort()).toEqual(['one', 'one', 'one', 'two']);
    expect(envoy.take().stderr).toMatch(/\[1\]\[info\]\[main\] starting main dispatch loop\n$/);
  });

  it('routes HTTP requests, and logs them', () => {
    const { curl, envoy } = lab(config(HTTP, cluster('STATIC', ['10.244.0.5', 8091, 1])));
    expect(curl('10.244.0.7:8080/api/users')).toBe('one /users\n');
    expect(curl('10.244.0.7:8080/hello')).toBe('hi');
    expect(curl('-o /dev/null -w "%{http_code}" 10.244.0.7:8080/else')).toBe('404');
    expect(envoy.take().stdout).toMatch(
      /^\[2026-01-01T00:00:0\d\.\d{3}Z\] "GET \/api\/users HTTP\/1\.1" 200 - 0 11 \d+ \d+ "-" "curl\/8\.14\.1" "-" "10\.244\.0\.7:8080" "10\.244\.0\.5:8091"\n/,
    );
  });

  it('answers 503 for a cluster that refuses, or that has nobody', () => {
    const refused = lab(config(HTTP, cluster('STATIC', ['10.244.0.5', 19, 1])));
    expect(refused.curl('10.244.0.7:8080/api/')).toBe(
      'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: delayed connect error: Connection refused',
    );
    const nobody = lab(config(HTTP, cluster('STRICT_DNS', ['nosuch', 19, 1])));
    expect(nobody.curl('10.244.0.7:8080/api/')).toBe('no healthy upstream');
  });

  it('ends with 1 and the reason at what it cannot do', () => {
    const { process, envoy } = lab('dynamic_resources: {}\n');
    expect(process.status).toEqual({ kind: 'exited', code: 1 });
    expect(envoy.take().stderr).toContain('podlab: dynamic configuration (xDS) is not simulated');
    const malformed = lab(config(TCP, cluster('STATIC', ['backend', 1, 1])));
    expect(malformed.envoy.take().stderr).toContain(
      'malformed IP address: backend. Consider setting',
    );
  });
});
