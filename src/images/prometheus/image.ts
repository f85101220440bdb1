import type { ImageModel } from '../../runtime/image';
import { busyboxFiles, file, program } from '../linux-files';
import { prometheus } from './prometheus';

const DEFAULT_CONFIG = `global:
  scrape_interval: 15s

scrape_configs:
  - job_name: "prometheus"
    static_configs:
      - targets: ["localhost:9090"]
        labels:
          app: "prometheus"
`;

/** prom/prometheus, on Prometheus' busybox image. */
export function prometheusImage(): ImageModel {
  return {
    repositories: ['docker.io/prom/prometheus', 'quay.io/prometheus/prometheus'],
    sizeBytes: 127_000_000,
    entrypoint: ['/bin/prometheus'],
    cmd: ['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/prometheus'],
    user: 'nobody',
    workingDir: '/prometheus',
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    exposedPorts: [9090],
    modelled: 'real',
    about:
      'A small Prometheus 3.7: scrapes static_configs at their interval, and answers /api/v1/targets and /api/v1/query for selectors of plain metrics. Not simulated: service discovery, PromQL beyond selectors, rules, the database, the web page (/ lists the targets as text).',
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'BusyBox' }),
        ['/bin/prometheus', program(prometheus, 150_000_000)],
        ['/etc/prometheus/prometheus.yml', file(DEFAULT_CONFIG)],
        ['/prometheus', { kind: 'directory', uid: 65_534, gid: 65_534 }],
      ]),
  };
}
