import { nginxExporterImage } from '../exporters/nginx-exporter';
import { redisExporterImage } from '../exporters/redis-exporter';
import { statsdExporterImage } from '../exporters/statsd-exporter';
import { fluentBitImage } from '../fluent-bit/image';
import { fluentdImage } from '../fluentd/image';
import { logStoreImage } from '../log-store/image';
import { prometheusImage } from '../prometheus/image';
import type { Catalogue } from './catalogue';

/** Log collectors and metrics exporters. */
export const OBSERVABILITY_IMAGES: Catalogue = {
  'docker.io/fluent/fluent-bit': fluentBitImage,
  'cr.fluentbit.io/fluent/fluent-bit': fluentBitImage,
  'docker.io/fluent/fluentd': fluentdImage,
  'docker.io/library/fluentd': fluentdImage,
  'docker.io/nginx/nginx-prometheus-exporter': nginxExporterImage,
  'docker.io/oliver006/redis_exporter': redisExporterImage,
  'quay.io/oliver006/redis_exporter': redisExporterImage,
  'docker.io/prom/prometheus': prometheusImage,
  'quay.io/prometheus/prometheus': prometheusImage,
  'docker.io/prom/statsd-exporter': statsdExporterImage,
  'quay.io/prometheus/statsd-exporter': statsdExporterImage,
  'docker.io/library/log-store': logStoreImage,
};
