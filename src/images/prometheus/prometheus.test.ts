import { describe, expect, it } from 'vitest';
import { busyboxImage } from '../busybox';
import { redisExporterImage } from '../exporters/redis-exporter';
import { redisImage } from '../redis/image';
import { TestNode } from '../test-pod';
import { prometheusImage } from './image';

const CONFIG = '/etc/prometheus/prometheus.yml';

describe('prometheus', () => {
  it('scrapes an adapter that tells of Redis, and notices when it goes', () => {
    const node = new TestNode({ adapter: '10.244.0.9' });
    const app = node.pod('10.244.0.9');
    const redis = node.container(redisImage('7'), app);
    redis.start(['redis-server']);
    const adapter = node.container(redisExporterImage('latest'), app);
    const running = adapter.start();
    const pod = node.pod('10.244.0.5');
    const prometheus = node.container(prometheusImage(), pod, {
      [CONFIG]: `global:
  scrape_interval: 5s
scrape_configs:
- job_name: redis
  static_configs:
  - targets: ['adapter:9121']
`,
    });
    const started = prometheus.start();
    node.advance(12_000);
    expect(prometheus.take().stderr).toContain('msg="Server is ready to receive web requests."\n');
    const tools = node.container(busyboxImage(), pod);
    const get = (path: string) => tools.run(`wget -qO- 'localhost:9090${path}'`).stdout;
    expect(get('/api/v1/query?query=redis_up%7Bjob%3D%22redis%22%7D')).toMatch(
      /^\{"status":"success","data":\{"resultType":"vector","result":\[\{"metric":\{"__name__":"redis_up","instance":"adapter:9121","job":"redis"\},"value":\[[\d.]+,"1"\]\}\]\}\}$/,
    );
    running.process.deliver('KILL', 'node');
    node.advance(6000);
    expect(get('/api/v1/query?query=up')).toContain('"value":[');
    expect(get('/api/v1/query?query=up')).toMatch(/,"0"\]\}\]\}\}$/);
    expect(get('/api/v1/targets')).toContain(
      '"lastError":"Get \\"http://adapter:9121/metrics\\": dial tcp 10.244.0.9:9121: connect: connection refused"',
    );
    started.process.deliver('TERM', 'node');
    node.advance(100);
    expect(started.status).toEqual({ kind: 'exited', code: 0 });
  });

  it('ends with 2 for a configuration that is wrong', () => {
    const node = new TestNode();
    const prometheus = node.container(prometheusImage(), node.pod('10.244.0.5'), {
      [CONFIG]: 'scrape_configs:\n- job_name: a\n- job_name: a\n',
    });
    const { stderr, exitCode } = prometheus.run(['/bin/prometheus', `--config.file=${CONFIG}`]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      `msg="Error loading config (--config.file=${CONFIG})" file=${CONFIG} err="parsing YAML file ${CONFIG}: found multiple scrape configs with job name \\"a\\""\n`,
    );
  });
});
