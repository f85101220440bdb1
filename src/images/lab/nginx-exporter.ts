import type { Program } from '../../runtime/syscalls';
import { fetchPage, serveHttp } from './http-app';
import { labImage } from './lab-image';
import { PROMETHEUS_TEXT } from './my-app';

const DEFAULT_URI = 'http://127.0.0.1:8080/stub_status';

/** `prom/nginx-exporter`: asks its scrape URI at every scrape, and tells nginx_… metrics. */
const exporter: Program = function* exporter(sys) {
  const flags = new Map(
    sys.argv.slice(1).map((flag) => {
      const [name = '', ...value] = flag.replace(/^--?/, '').split('=');
      return [name, value.join('=')] as const;
    }),
  );
  const uri = flags.get('nginx.scrape-uri') ?? sys.env.get('SCRAPE_URI') ?? DEFAULT_URI;
  const port = Number(/:(\d+)$/.exec(flags.get('web.listen-address') ?? '')?.[1] ?? 9113);
  yield* sys.write(1, `nginx-exporter: scrapes ${uri}\n`);
  return yield* serveHttp(sys, {
    name: 'nginx-exporter',
    port,
    *page(_, path) {
      if (path !== '/metrics') return { status: 404, body: 'not found; try /metrics\n' };
      const answer = yield* fetchPage(sys, uri);
      const metrics = 'failure' in answer ? undefined : translate(answer.body);
      if (metrics === undefined) {
        const why = 'failure' in answer ? answer.failure : 'not a page of numbers';
        yield* sys.write(2, `nginx-exporter: ${uri}: ${why}\n`);
      }
      const isUp = metrics === undefined ? 0 : 1;
      return {
        body: `# TYPE nginx_up gauge\nnginx_up ${isUp}\n${metrics ?? ''}`,
        type: PROMETHEUS_TEXT,
      };
    },
  });
};

/** stub_status' numbers, or the request counter of a page that is Prometheus text already. */
function translate(page: string): string | undefined {
  const active = /^Active connections: (\d+)/.exec(page)?.[1];
  const requests =
    /^ ?\d+ \d+ (\d+) *$/m.exec(page)?.[1] ?? /^http_requests_total (\d+)$/m.exec(page)?.[1];
  if (requests === undefined) return undefined;
  const counter = `# TYPE nginx_http_requests_total counter\nnginx_http_requests_total ${requests}\n`;
  return active === undefined
    ? counter
    : `# TYPE nginx_connections_active gauge\nnginx_connections_active ${active}\n${counter}`;
}

export const nginxExporterImage = labImage({
  name: 'prom/nginx-exporter',
  does: 'at each scrape of :9113/metrics it asks -nginx.scrape-uri and translates the request counter. The real exporter is nginx/nginx-prometheus-exporter; it reads nothing but stub_status pages and would tell nginx_up 0 of this webapp',
  run: exporter,
  command: 'nginx-exporter',
  port: 9113,
});
