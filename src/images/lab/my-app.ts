import type { Program } from '../../runtime/syscalls';
import { fetchPage, serveHttp } from './http-app';
import { labImage } from './lab-image';

/** `my-app`: counts its requests, and tells the numbers in a format of its own. */
const myApp: Program = function* myApp(sys) {
  const startedMs = sys.nowMs;
  let requests = 0;
  let errors = 0;
  return yield* serveHttp(sys, {
    name: 'my-app',
    port: 8080,
    // biome-ignore lint/correctness/useYield: pages may wait, these do not
    *page(_, path) {
      if (path === '/stats') {
        const uptime = Math.floor((sys.nowMs - startedMs) / 1000);
        return { body: `requests: ${requests}\nerrors: ${errors}\nuptime: ${uptime}s\n` };
      }
      requests++;
      if (path === '/' || path === '/health' || path === '/ready') {
        return { body: path === '/' ? `my-app on ${sys.hostname}\n` : 'ok\n' };
      }
      errors++;
      return { status: 404, body: 'not found\n' };
    },
  });
};

export const myAppImage = labImage({
  name: 'my-app',
  does: 'an HTTP server on port 8080 that tells its numbers at /stats in a format of its own',
  run: myApp,
  port: 8080,
});

/** Names and kinds of the numbers that my-app tells. */
const METRICS: Readonly<Record<string, { readonly name: string; readonly type: string }>> = {
  requests: { name: 'my_app_requests_total', type: 'counter' },
  errors: { name: 'my_app_errors_total', type: 'counter' },
  uptime: { name: 'my_app_uptime_seconds', type: 'gauge' },
};

/** `monitoring-adapter`: asks the app for its numbers at every scrape, and tells them as Prometheus reads them. */
const monitoringAdapter: Program = function* monitoringAdapter(sys) {
  const source = sys.env.get('APP_URL') ?? 'http://localhost:8080/stats';
  yield* sys.write(1, `monitoring-adapter: reads ${source}\n`);
  return yield* serveHttp(sys, {
    name: 'monitoring-adapter',
    port: 9091,
    *page(_, path) {
      if (path !== '/metrics') return { status: 404, body: 'not found; try /metrics\n' };
      const answer = yield* fetchPage(sys, source);
      if ('failure' in answer) {
        yield* sys.write(2, `monitoring-adapter: ${source}: ${answer.failure}\n`);
        return { body: gauge('my_app_up', 0) };
      }
      return { body: gauge('my_app_up', 1) + toPrometheus(answer.body), type: PROMETHEUS_TEXT };
    },
  });
};

/** Content type of the text format. */
export const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

function gauge(name: string, value: number): string {
  return `# TYPE ${name} gauge\n${name} ${value}\n`;
}

/** `requests: 3` lines as the metrics that they are; lines of other kinds are left out. */
function toPrometheus(stats: string): string {
  let text = '';
  for (const [, key = '', value] of stats.matchAll(/^(\w+): (\d+)s?$/gm)) {
    const { name, type } = METRICS[key] ?? { name: `my_app_${key}`, type: 'untyped' };
    text += `# TYPE ${name} ${type}\n${name} ${value}\n`;
  }
  return text;
}

export const monitoringAdapterImage = labImage({
  name: 'monitoring-adapter',
  does: 'it serves :9091/metrics in Prometheus’ text format, made at each scrape from what the app tells at http://localhost:8080/stats (another address: APP_URL)',
  run: monitoringAdapter,
  port: 9091,
});
