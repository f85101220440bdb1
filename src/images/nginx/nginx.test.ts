import { describe, expect, it } from 'vitest';
import { TestNode } from '../test-pod';
import { issueCertificate } from '../tls/lab-certificates';
import { nginxImage } from './image';
import { nginxWith } from './test-nginx';

const ONE_AND_TWO = `
  server { listen 8091; location / { return 200 "one\\n"; } }
  server { listen 8092; location / { return 200 "two\\n"; } }
`;

/** The error log without date and process. */
function errors(nginx: { take(): { stderr: string } }): string[] {
  return nginx
    .take()
    .stderr.split('\n')
    .filter((line) => /\[(warn|error|crit|emerg)\]/.test(line))
    .map((line) => line.replace(/^.*? (\[\w+\]) \d+#\d+: /, '$1 '));
}

describe('upstreams', () => {
  it('share requests by weight, as smoothly as nginx does', () => {
    const { curl } = nginxWith(`${ONE_AND_TWO}
      upstream w { server 127.0.0.1:8091 weight=3; server 127.0.0.1:8092; }
      server { listen 80; location / { proxy_pass http://w; } }`);
    const answers = Array.from({ length: 8 }, () => curl('localhost').trim());
    expect(answers.join(' ')).toBe('one one two one one one two one');
  });

  it('leave out a server that refuses, and use the backup when all do', () => {
    const { curl, nginx, node } = nginxWith(`${ONE_AND_TWO}
      upstream w { server 127.0.0.1:19; server 127.0.0.1:8091; }
      upstream b { server 127.0.0.1:19; server 127.0.0.1:8092 backup; }
      server { listen 80; server_name gw;
        location / { proxy_pass http://w; }
        location /b { proxy_pass http://b; } }`);
    expect(curl('localhost')).toBe('one\n');
    const context =
      'client: 127.0.0.1, server: gw, request: "GET / HTTP/1.1", upstream: "http://127.0.0.1:19/", host: "localhost"';
    expect(errors(nginx)).toEqual([
      `[error] *1 connect() failed (111: Connection refused) while connecting to upstream, ${context}`,
      `[warn] *1 upstream server temporarily disabled while connecting to upstream, ${context}`,
    ]);
    expect(curl('localhost') + curl('localhost')).toBe('one\none\n');
    expect(errors(nginx)).toEqual([]);
    node.advance(11_000);
    for (let i = 0; i < 4; i++) expect(curl('localhost')).toBe('one\n');
    expect(errors(nginx)).toHaveLength(2);
    expect(curl('localhost/b')).toBe('two\n');
  });

  it('answer 502 when nobody is left, and say so', () => {
    const { curl, nginx } = nginxWith(`
      upstream b { server 127.0.0.1:18; server 127.0.0.1:19; }
      server { listen 80; location / { proxy_pass http://b; } }`);
    expect(curl('-o /dev/null -w "%{http_code}" localhost')).toBe('502');
    expect(errors(nginx)).toHaveLength(4);
    expect(curl('localhost')).toContain('<center><h1>502 Bad Gateway</h1></center>');
    expect(errors(nginx)).toEqual([
      '[error] *2 no live upstreams while connecting to upstream, client: 127.0.0.1, server: , request: "GET / HTTP/1.1", upstream: "http://b/", host: "localhost"',
    ]);
  });
});

describe('proxy_pass', () => {
  it('takes the location’s part of the path away, keeps the query, sets headers', () => {
    const { curl } = nginxWith(`
      server { listen 8091; location / { return 200 "$request_uri $http_x_real_ip $host $http_x_forwarded_for\\n"; } }
      server { listen 80;
        proxy_set_header X-Real-IP $remote_addr;
        location /api/ { proxy_pass http://127.0.0.1:8091/v1/; }
        location /same/ { proxy_pass http://127.0.0.1:8091; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; } }`);
    expect(curl('"localhost/api/users?id=7"')).toBe('/v1/users?id=7 127.0.0.1 127.0.0.1 \n');
    expect(curl('localhost/same/x')).toBe('/same/x  localhost 127.0.0.1\n');
  });

  it('waits for one slow server without making others wait', () => {
    const { node, nginx, pod } = nginxWith(`
      server { listen 8090; location / { return 200 "slow\\n"; } }
      server { listen 8091; limit_req zone=slow burst=5; location / { proxy_pass http://127.0.0.1:8090; } }
      limit_req_zone $server_port zone=slow:1m rate=6r/m;
      server { listen 80; location /slow { proxy_pass http://127.0.0.1:8091; } location / { return 200 "fast\\n"; } }`);
    void nginx;
    pod.run('curl -s localhost/slow');
    const started = node.kernel.clock.now;
    const both = pod.run('curl -s localhost/slow & curl -s localhost/; wait');
    expect(both.stdout).toBe('fast\nslow\n');
    expect(node.kernel.clock.now - started).toBeGreaterThan(5000);
  });

  it('gives up after proxy_read_timeout with 504', () => {
    const { curl, nginx, pod } = nginxWith(
      `server { listen 80; location / { proxy_read_timeout 1s; proxy_pass http://127.0.0.1:8099; } }`,
    );
    pod.start(['sh', '-c', 'nc -ll -p 8099 -e sleep 100 </dev/null']);
    expect(curl('-o /dev/null -w "%{http_code}" localhost')).toBe('504');
    expect(errors(nginx)[0]).toMatch(
      /^\[error\] \*1 upstream timed out \(110: Connection timed out\) while reading response header from upstream, client: /,
    );
  });

  it('looks a name from a variable up with the resolver alone', () => {
    const { curl, nginx } = nginxWith(
      'server { listen 80; location / { set $u nosuch; proxy_pass http://$u:80; } }',
    );
    expect(curl('-o /dev/null -w "%{http_code}" localhost')).toBe('502');
    expect(errors(nginx)[0]).toMatch(/^\[error\] \*1 no resolver defined to resolve nosuch, /);
  });
});

describe('a gateway', () => {
  const GATEWAY = `
    limit_req_zone $binary_remote_addr zone=perclient:1m rate=2r/s;
    server { listen 8091; location / { return 200 "for $http_authorization\\n"; } }
    server { listen 80;
      location / {
        limit_req zone=perclient burst=2 nodelay;
        auth_basic "api";
        auth_basic_user_file /etc/nginx/conf.d/users;
        proxy_pass http://localhost:8091;
      }
      location /nofile { auth_basic "x"; auth_basic_user_file /none; proxy_pass http://localhost:8091; }
    }`;
  const files = {
    '/etc/nginx/conf.d/users':
      'learner:{PLAIN}let-me-in\nada:$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/\n',
  };

  it('asks for credentials and lets those in who have them', () => {
    const { curl, nginx, node } = nginxWith(GATEWAY, { files });
    const refused = curl('-i localhost');
    expect(refused).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
    expect(refused).toContain('WWW-Authenticate: Basic realm="api"\r\n');
    expect(refused).toContain('<title>401 Authorization Required</title>');
    expect(curl('-u learner:let-me-in localhost')).toMatch(/^for Basic /);
    expect(curl('-u ada:secret localhost')).toMatch(/^for Basic /);
    expect(errors(nginx)).toEqual([]);
    node.advance(5000);
    curl('-u learner:x localhost');
    curl('-u nobody:x localhost');
    expect(curl('-o /dev/null -w "%{http_code}" -u a:b localhost/nofile')).toBe('403');
    expect(errors(nginx).map((line) => line.replace(/, client.*/, ''))).toEqual([
      '[error] *6 user "learner": password mismatch',
      '[error] *7 user "nobody" was not found in "/etc/nginx/conf.d/users"',
      '[error] *8 open() "/none" failed (2: No such file or directory)',
    ]);
  });

  it('refuses what comes too fast with 503', () => {
    const { curl, nginx, node } = nginxWith(GATEWAY, { files });
    const ask = () => curl('-o /dev/null -w "%{http_code}" -u learner:let-me-in localhost');
    const codes = Array.from({ length: 6 }, ask);
    expect(codes.slice(0, 3)).toEqual(['200', '200', '200']);
    expect(codes.at(-1)).toBe('503');
    expect(errors(nginx).at(-1)).toMatch(
      /^\[error\] \*\d limiting requests, excess: 2\.\d{3} by zone "perclient", client: 127\.0\.0\.1, server: , request: "GET \/ HTTP\/1\.1", host: "localhost"$/,
    );
    node.advance(2000);
    expect(ask()).toBe('200');
  });
});

describe('TLS', () => {
  const { certificatePem, keyPem } = issueCertificate({ names: ['shop.lab', 'localhost'] });
  const SECURE = `
    server { listen 80; return 301 https://$host$request_uri; }
    server { listen 443 ssl; server_name shop.lab;
      ssl_certificate /tls/tls.crt; ssl_certificate_key /tls/tls.key;
      location / { return 200 "$scheme $ssl_server_name\\n"; } }`;
  const files = { '/tls/tls.crt': certificatePem, '/tls/tls.key': keyPem };

  it('is served, also after a redirect', () => {
    const { curl } = nginxWith(SECURE, { files });
    expect(curl('https://localhost')).toBe('https localhost\n');
    expect(curl('-L localhost/x')).toBe('https localhost\n');
  });

  it('tells those who do not speak it', () => {
    const { curl } = nginxWith(SECURE, { files });
    const answer = curl('-i localhost:443');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('<center>The plain HTTP request was sent to HTTPS port</center>');
  });

  it('shows in the access log what it did not understand', () => {
    const { curl, nginx } = nginxWith('server { listen 80; }');
    nginx.take();
    curl('https://localhost:80');
    expect(nginx.take().stdout).toMatch(/"\\x16\\x03\\x01.*" 400 157 "-" "-" "-"\n$/);
  });
});

describe('rewriting', () => {
  it('goes through set, if, map, rewrite and return in order', () => {
    const { curl } = nginxWith(`
      map $arg_kind $shelf { default none; book "shelf 1"; ~^vid "shelf 2"; }
      server { listen 80;
        if ($request_method = DELETE) { return 405; }
        location /old { rewrite ^/old/(.*)$ /new/$1 last; }
        location /new { return 200 "new $uri\\n"; }
        location /shelf { return 200 "$shelf\\n"; }
        location /moved { return 308 /new; } }`);
    expect(curl('localhost/old/a')).toBe('new /new/a\n');
    expect(curl('"localhost/shelf?kind=book" "localhost/shelf?kind=video" localhost/shelf')).toBe(
      'shelf 1\nshelf 2\nnone\n',
    );
    expect(curl('-o /dev/null -w "%{http_code}" -X DELETE localhost/new')).toBe('405');
    expect(curl('-I localhost/moved')).toContain('Location: /new\r\n');
  });
});

describe('stream', () => {
  it('passes connections on, and logs when it cannot', () => {
    const node = new TestNode();
    const main =
      'events {}\nstream { upstream db { server 127.0.0.1:8091; }\n  server { listen 5432; proxy_pass db; }\n  server { listen 5433; proxy_pass 127.0.0.1:19; } }\nhttp { include /etc/nginx/conf.d/*.conf; }\n';
    const { curl, nginx } = nginxWith(ONE_AND_TWO, {
      node,
      files: { '/etc/nginx/nginx.conf': main },
    });
    expect(curl('localhost:5432')).toBe('one\n');
    expect(curl('localhost:5433; echo $?')).toBe('56\n');
    expect(errors(nginx)).toEqual([
      '[error] connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: 0.0.0.0:5433, upstream: "127.0.0.1:19", bytes from/to client:0/0, bytes from/to upstream:0/0',
    ]);
  });
});

describe('the master', () => {
  it('takes a new configuration on reload and keeps the old one when it is wrong', () => {
    const { curl, nginx } = nginxWith('server { listen 80; return 200 "first\\n"; }');
    expect(curl('localhost')).toBe('first\n');
    nginx.take();
    const put = (text: string) =>
      `echo '${text}' > /etc/nginx/conf.d/default.conf; nginx -s reload; sleep 1`;
    nginx.run(put('server { listen 80; return 200 "second\\n"; }'));
    expect(curl('localhost')).toBe('second\n');
    const refused = nginx.run(put('server { oops; }'));
    expect(refused.stderr).toContain(
      'nginx: [emerg] unknown directive "oops" in /etc/nginx/conf.d/default.conf:1\n',
    );
    expect(curl('localhost')).toBe('second\n');
  });

  it('ends with 1 and two messages when a name is unknown at the start', () => {
    const node = new TestNode();
    const conf = 'server {\n  location / { proxy_pass http://webapp:8080; }\n}\n';
    const image = node.container(nginxImage('1.29.3'), node.pod('10.244.0.5'), {
      '/etc/nginx/conf.d/default.conf': conf,
    });
    const { stderr, exitCode } = image.run(['nginx', '-g', 'daemon off;']);
    expect(exitCode).toBe(1);
    const message = 'host not found in upstream "webapp" in /etc/nginx/conf.d/default.conf:2';
    expect(stderr).toMatch(/^2026\/01\/01 00:00:00 \[emerg\] \d+#\d+: host not found/);
    expect(stderr.endsWith(`${message}\nnginx: [emerg] ${message}\n`)).toBe(true);
  });

  it('ends like the real one as a user who may write nowhere', () => {
    const node = new TestNode();
    const image = node.container(nginxImage('1.29.3'), node.pod('10.244.0.5'));
    const process = image.start(['nginx', '-g', 'daemon off;'], { uid: 1000, gid: 1000 });
    node.advance(2000);
    expect(process.status).toEqual({ kind: 'exited', code: 1 });
    const { stderr } = image.take();
    expect(stderr).toContain(
      'nginx: [warn] the "user" directive makes sense only if the master process runs with super-user privileges, ignored in /etc/nginx/nginx.conf:1\n',
    );
    expect(stderr).toContain(
      'nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)\n',
    );
  });
});
