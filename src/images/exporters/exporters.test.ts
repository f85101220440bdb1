import { describe, expect, it } from 'vitest';
import { busyboxImage } from '../busybox';
import { nginxImage } from '../nginx/image';
import { redisImage } from '../redis/image';
import { TestNode } from '../test-pod';
import { exposition, goFloat } from './exposition';
import { nginxExporterImage } from './nginx-exporter';
import { redisExporterImage } from './redis-exporter';
import { statsdExporterImage } from './statsd-exporter';
import { parseStatsdLine } from './statsd-line';

function pod() {
  const node = new TestNode();
  const network = node.pod('10.244.0.5');
  const tools = node.container(busyboxImage(), network);
  const get = (url: string) => tools.run(`wget -qO- ${url}`).stdout;
  return { node, network, tools, get };
}

describe('Prometheus text', () => {
  it.each([
    [0, '0'],
    [17, '17'],
    [999_999, '999999'],
    [1_000_000, '1e+06'],
    [1_767_225_606.857, '1.767225606857e+09'],
    [0.25, '0.25'],
    [0.00001, '1e-05'],
    [Number.POSITIVE_INFINITY, '+Inf'],
  ])('writes %d as Go does: %s', (value, text) => {
    expect(goFloat(value)).toBe(text);
  });

  it('sorts families and escapes label values', () => {
    const family = (name: string) => ({
      name,
      help: 'a\nb',
      type: 'gauge' as const,
      samples: [{ labels: [['path', 'C:\\"x"']] as const, value: 1 }],
    });
    expect(exposition([family('b'), family('a')])).toBe(
      ['a', 'b']
        .map((n) => `# HELP ${n} a\\nb\n# TYPE ${n} gauge\n${n}{path="C:\\\\\\"x\\""} 1\n`)
        .join(''),
    );
  });
});

describe('nginx-prometheus-exporter', () => {
  const CONF = `server {
  listen 8080;
  location = /stub_status { stub_status; }
  location / { return 200 "not a status page"; }
}
`;
  const start = (args: readonly string[]) => {
    const lab = pod();
    const exporter = lab.node.container(nginxExporterImage(), lab.network);
    const started = exporter.start(['/usr/bin/nginx-prometheus-exporter', ...args]);
    lab.node.advance(100);
    return { ...lab, exporter, started };
  };

  it('tells nginx_up 0 while nobody answers, and logs why', () => {
    const { get, exporter, started, node } = start([
      '-nginx.scrape-uri=http://localhost:8080/stub_status',
    ]);
    const { stdout, stderr } = exporter.take();
    expect(stdout).toBe(
      'the flag format is deprecated and will be removed in a future release, please use the new format: --nginx.scrape-uri=http://localhost:8080/stub_status\n',
    );
    expect(stderr).toContain(
      'level=INFO source=tls_config.go:347 msg="Listening on" address=[::]:9113\n',
    );
    const text = get('localhost:9113/metrics');
    expect(text).toContain(
      '# HELP nginx_up Status of the last metric scrape\n# TYPE nginx_up gauge\nnginx_up 0\n',
    );
    expect(text).not.toContain('nginx_connections_active');
    expect(exporter.take().stderr).toMatch(
      /level=ERROR source=nginx\.go:57 msg="error getting stats" error="failed to get http:\/\/localhost:8080\/stub_status: Get \\"http:\/\/localhost:8080\/stub_status\\": round trip failed: dial tcp \[::1\]:8080: connect: connection refused"\n/,
    );
    started.process.deliver('TERM', 'node');
    node.advance(100);
    expect(started.status).toEqual({ kind: 'exited', code: 0 });
  });

  it('tells what stub_status says, and refuses any other page', () => {
    const { get, exporter, node, network } = start([]);
    const nginx = node.container(nginxImage('1.29'), network, {
      '/etc/nginx/conf.d/default.conf': CONF,
    });
    nginx.start(['nginx', '-g', 'daemon off;']);
    node.advance(200);
    const text = get('localhost:9113/metrics');
    expect(text).toContain('nginx_up 1\n');
    expect(text).toMatch(/# TYPE nginx_connections_active gauge\nnginx_connections_active 1\n/);
    expect(text).toMatch(/# TYPE nginx_http_requests_total counter\nnginx_http_requests_total 1\n/);
    exporter.take();
    const other = node.container(nginxExporterImage(), network);
    other.start([
      '/usr/bin/nginx-prometheus-exporter',
      '--nginx.scrape-uri=http://127.0.0.1:8080/other',
      '--web.listen-address=:9114',
    ]);
    node.advance(100);
    expect(get('localhost:9114/metrics')).toContain('nginx_up 0\n');
    expect(other.take().stderr).toContain(
      'error="failed to parse response body \\"not a status page\\": failed to scan template metrics: input does not match format"',
    );
  });

  it('ends with 1 when its port is taken or a flag is unknown', () => {
    const { node, network } = start([]);
    const second = node.container(nginxExporterImage(), network);
    expect(second.run(['/usr/bin/nginx-prometheus-exporter'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(
        'msg="HTTP server failed" error="listen tcp :9113: bind: address already in use"\n',
      ),
    });
    expect(second.run(['/usr/bin/nginx-prometheus-exporter', '--nope'])).toMatchObject({
      exitCode: 1,
      stderr: "nginx-prometheus-exporter: error: unknown long flag '--nope', try --help\n",
    });
  });
});

describe('redis_exporter', () => {
  it('makes metrics of INFO, and of nothing when Redis is gone', () => {
    const { node, network, get } = pod();
    const exporter = node.container(redisExporterImage('latest'), network);
    exporter.start();
    node.advance(100);
    expect(exporter.take().stderr).toContain('level=info msg="Providing metrics at :9121/metrics"');
    const without = get('localhost:9121/metrics');
    expect(without).toContain('redis_up 0\n');
    expect(without).toContain(
      'redis_exporter_last_scrape_error{err="dial redis: unknown network redis"} 1\n',
    );
    expect(exporter.take().stderr).toContain(
      'level=error msg="Couldn\'t connect to redis instance (redis://localhost:6379)"',
    );
    const redis = node.container(redisImage('7'), network);
    redis.start(['redis-server']);
    node.advance(200);
    redis.run('redis-cli set a 1; redis-cli set b 2');
    const text = get('localhost:9121/metrics');
    expect(text).toContain('# HELP redis_up up metric\n# TYPE redis_up gauge\nredis_up 1\n');
    expect(text).toContain('redis_db_keys{db="db0"} 2\nredis_db_keys{db="db1"} 0\n');
    expect(text).toMatch(/redis_connected_clients \d+\n/);
    expect(text).toMatch(/# TYPE redis_commands_processed_total counter\n/);
    expect(text).toMatch(/redis_instance_info\{.*redis_version="7\.[\d.]+",role="master",.*\} 1\n/);
    expect(text).toContain('redis_exporter_last_scrape_error{err=""} 0\n');
    expect(get('localhost:9121/health')).toBe('ok');
  });
});

describe('statsd_exporter', () => {
  it.each([
    ['a.b:1|c', [['a.b', 'counter', 1, '']]],
    ['a:2|c|@0.5', [['a', 'counter', 4, '']]],
    ['a:320|ms', [['a', 'observer', 0.32, '']]],
    ['a:+3|g', [['a', 'gauge', 3, '']]],
    ['a:1|c|#env:prod,zone:b', [['a', 'counter', 1, 'env=prod,zone=b']]],
    ['a,env=prod:1|c', [['a', 'counter', 1, 'env=prod']]],
    [
      'a:1|c:2|g',
      [
        ['a', 'counter', 1, ''],
        ['a', 'gauge', 2, ''],
      ],
    ],
  ])('reads %s', (line, expected) => {
    const { events, errors } = parseStatsdLine(line);
    expect(errors).toEqual([]);
    expect(
      events.map(({ name, kind, value, labels }) => [
        name,
        kind,
        value,
        [...labels].map((pair) => pair.join('=')).join(','),
      ]),
    ).toEqual(expected);
  });

  it.each([
    ['nothing', 'malformed_line'],
    ['a:1', 'not_enough_parts_after_colon'],
    ['a:x|c', 'malformed_value'],
    ['a:1|q', 'illegal_event'],
  ])('counts %s as %s', (line, reason) => {
    expect(parseStatsdLine(line).errors).toEqual([reason]);
  });

  const MAPPING = `mappings:
- match: "app.*.request"
  name: app_request_seconds
  observer_type: histogram
  histogram_options:
    buckets: [0.1, 1]
  labels:
    route: "$1"
- match: debug.*
  action: drop
  name: dropped
`;

  it('takes lines over UDP and TCP and tells them as metrics', () => {
    const { node, network, tools, get } = pod();
    const exporter = node.container(statsdExporterImage(), network, { '/etc/map.yml': MAPPING });
    const started = exporter.start([
      '/bin/statsd_exporter',
      '--statsd.mapping-config=/etc/map.yml',
    ]);
    node.advance(100);
    expect(exporter.take().stderr).toMatch(
      /msg="Starting StatsD -> Prometheus Exporter" version="\(version=0\.28\.0, .*msg="Accepting StatsD Traffic" udp=:9125 tcp=:9125 unixgram=""\n.*msg="Accepting Prometheus Requests" addr=:9102\n/s,
    );
    tools.run(
      "printf 'page.views:3|c\\npage.views:2|c|#site:a\\nqueue-size:7|g\\nload:100|ms\\nbad\\n' | nc -w 1 127.0.0.1 9125",
    );
    tools.run("printf 'app.home.request:50|ms\\ndebug.x:1|c' | nc -u -w 1 127.0.0.1 9125");
    const text = get('localhost:9102/metrics');
    expect(text).toContain(
      '# HELP page_views Metric autogenerated by statsd_exporter.\n# TYPE page_views counter\npage_views 3\npage_views{site="a"} 2\n',
    );
    expect(text).toContain('# TYPE queue_size gauge\nqueue_size 7\n');
    expect(text).toContain(
      'load{quantile="0.5"} 0.1\nload{quantile="0.9"} 0.1\nload{quantile="0.99"} 0.1\nload_sum 0.1\nload_count 1\n',
    );
    expect(text).toContain(
      'app_request_seconds_bucket{route="home",le="0.1"} 1\napp_request_seconds_bucket{route="home",le="1"} 1\napp_request_seconds_bucket{route="home",le="+Inf"} 1\napp_request_seconds_sum{route="home"} 0.05\napp_request_seconds_count{route="home"} 1\n',
    );
    expect(text).not.toContain('dropped');
    expect(text).toContain('statsd_exporter_sample_errors_total{reason="malformed_line"} 1\n');
    expect(text).toContain('statsd_exporter_loaded_mappings 2\n');
    started.process.deliver('TERM', 'node');
    node.advance(100);
    expect(started.status).toEqual({ kind: 'exited', code: 0 });
    expect(exporter.take().stderr).toContain('msg="Received os signal, exiting" signal=terminated');
  });

  it('ends with 1 when the mapping file is missing', () => {
    const { node, network } = pod();
    const exporter = node.container(statsdExporterImage(), network);
    expect(
      exporter.run(['/bin/statsd_exporter', '--statsd.mapping-config=/none.yml']),
    ).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(
        'msg="error loading config" error="open /none.yml: no such file or directory"\n',
      ),
    });
  });
});
