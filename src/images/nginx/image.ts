import { toBytes } from '../../runtime/bytes';
import type { ImageFile, ImageModel } from '../../runtime/image';
import { curlProgram } from '../curl/curl';
import { busyboxFiles, file, program } from '../linux-files';
import { LAB_AUTHORITY_PEM } from '../tls/lab-certificates';
import { nginxProgram } from './nginx';

/** What `latest`, `stable` and the like stand for. */
const LATEST = '1.29.3';

const MAIN_FORMAT = `log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';`;

const DEFAULT_CONF = `server {
    listen       80;
    listen  [::]:80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

const MIME_TYPES = `types {
    text/html                 html htm shtml;
    text/css                  css;
    text/xml                  xml;
    text/plain                txt;
    image/gif                 gif;
    image/jpeg                jpeg jpg;
    image/png                 png;
    image/svg+xml             svg svgz;
    image/x-icon              ico;
    application/javascript    js;
    application/json          json;
    application/pdf           pdf;
    application/zip           zip;
}
`;

/** Reports its steps as the image's own entry point does, then becomes the command. */
const ENTRYPOINT = `#!/bin/sh
set -e
say() { [ -n "\${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || echo "$0: $*"; }
case "$1" in nginx|nginx-debug)
  if [ -n "$(ls /docker-entrypoint.d/)" ]; then
    say "/docker-entrypoint.d/ is not empty, will attempt to perform configuration"
    say "Looking for shell scripts in /docker-entrypoint.d/"
    for step in /docker-entrypoint.d/*; do
      case "$step" in
        *.envsh) say "Sourcing $step"; . "$step" ;;
        *.sh) say "Launching $step"; "$step" ;;
        *) say "Ignoring $step" ;;
      esac
    done
    say "Configuration complete; ready for start up"
  else
    say "No files found in /docker-entrypoint.d/, skipping configuration"
  fi ;;
esac
exec "$@"
`;

const LISTEN_ON_IPV6 = `#!/bin/sh
me=\${0##*/}
conf=etc/nginx/conf.d/default.conf
if [ ! -f "/$conf" ]; then
  echo "$me: info: /$conf is not a file or does not exist"
elif ! touch "/$conf" 2>/dev/null; then
  echo "$me: info: can not modify /$conf (read-only file system?)"
elif grep -q "listen  \\[::\\]:80;" "/$conf"; then
  echo "$me: info: IPv6 listen already enabled"
fi
`;

const NO_STEP = '#!/bin/sh\nexit 0\n';

const WELCOME = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>This page is served by the nginx of this pod: the web server is running, and nobody has put another page in
its place yet.</p>
</body>
</html>
`;

/** The official nginx image at a version. */
export function nginxImage(tag: string): ImageModel {
  const version = /^\d+\.\d+\.\d+/.exec(tag)?.[0] ?? versionOf(tag);
  return {
    repositories: ['docker.io/library/nginx'],
    sizeBytes: tag.includes('alpine') ? 22_500_000 : 72_300_000,
    entrypoint: ['/docker-entrypoint.sh'],
    cmd: ['nginx', '-g', 'daemon off;'],
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      NGINX_VERSION: version,
    },
    stopSignal: 'SIGQUIT',
    exposedPorts: [80],
    modelled: 'real',
    about:
      'nginx with its configuration language, error messages, logs and signals: static files, return, rewrite, if, map, proxy_pass to weighted upstreams, basic authentication, request limits, TLS, stub_status and TCP streams. One worker; no caching, FastCGI or gRPC. Its shell and tools are busybox here, where the real image has Debian’s or Alpine’s.',
    files: () => nginxFiles(version),
  };
}

function versionOf(tag: string): string {
  const minor = /^(\d+\.\d+)/.exec(tag)?.[1];
  return minor === undefined ? LATEST : `${minor}.${minor === '1.29' ? 3 : 0}`;
}

/** Older images log warnings, newer ones notices too. */
function errorLogLevel(version: string): string {
  const minor = Number(version.split('.')[1] ?? 0);
  return minor < 21 ? 'warn' : 'notice';
}

function nginxFiles(version: string): ReadonlyMap<string, ImageFile> {
  const conf = `user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log ${errorLogLevel(version)};
pid        /run/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    ${MAIN_FORMAT}

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    keepalive_timeout  65;

    include /etc/nginx/conf.d/*.conf;
}
`;
  return new Map<string, ImageFile>([
    ...busyboxFiles({ distribution: 'Debian', users: [['nginx', 101, 101]] }),
    ['/usr/sbin/nginx', program(nginxProgram(version), 1_500_000)],
    ['/usr/bin/curl', program(curlProgram('8.14.1'), 300_000)],
    ['/etc/ssl/certs/ca-certificates.crt', file(LAB_AUTHORITY_PEM)],
    ['/docker-entrypoint.sh', file(ENTRYPOINT, 0o755)],
    ['/docker-entrypoint.d/10-listen-on-ipv6-by-default.sh', file(LISTEN_ON_IPV6, 0o755)],
    ['/docker-entrypoint.d/15-local-resolvers.envsh', file(NO_STEP.replace('exit 0', ':'), 0o755)],
    ['/docker-entrypoint.d/20-envsubst-on-templates.sh', file(NO_STEP, 0o755)],
    ['/docker-entrypoint.d/30-tune-worker-processes.sh', file(NO_STEP, 0o755)],
    ['/etc/nginx/nginx.conf', file(conf)],
    ['/etc/nginx/mime.types', file(MIME_TYPES)],
    ['/etc/nginx/conf.d/default.conf', file(DEFAULT_CONF)],
    ['/usr/share/nginx/html/index.html', file(toBytes(WELCOME))],
    [
      '/usr/share/nginx/html/50x.html',
      file('<html><body><h1>An error occurred.</h1></body></html>\n'),
    ],
    ['/var/log/nginx/access.log', { kind: 'symlink', target: '/dev/stdout' }],
    ['/var/log/nginx/error.log', { kind: 'symlink', target: '/dev/stderr' }],
    ['/var/cache/nginx', { kind: 'directory' }],
  ]);
}
