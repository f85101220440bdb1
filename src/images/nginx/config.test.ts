import { describe, expect, it } from 'vitest';
import { issueCertificate } from '../tls/lab-certificates';
import { complaintAbout } from './test-nginx';

const AT = 'in /etc/nginx/conf.d/default.conf:1';

/** Configurations and what nginx 1.22 said of them; file names and places as here. */
describe('nginx -t', () => {
  it.each([
    ['server { listen 80 }', `unexpected "}" ${AT}`],
    ['server { listen 80; root /a; root /b; }', `"root" directive is duplicate ${AT}`],
    ['server { proxy_pass http://localhost; }', `"proxy_pass" directive is not allowed here ${AT}`],
    ['server { location / { proxy_pass localhost:8080; } }', `invalid URL prefix ${AT}`],
    [
      'server { location / { proxy_pass http://nosuch:8080; } }',
      `host not found in upstream "nosuch" ${AT}`,
    ],
    ['upstream b { server nosuch:80 weight=3; }', `host not found in upstream "nosuch:80" ${AT}`],
    ['upstream b { }', `no servers are inside upstream ${AT}`],
    ['upstream b { server 1.1.1.1 weight=x; }', `invalid parameter "weight=x" ${AT}`],
    ['upstream b { server 1.1.1.1 bogus=1; }', `invalid parameter "bogus=1" ${AT}`],
    ['upstream b { server 1.1.1.1 backup; }', `no servers in upstream "b" ${AT}`],
    ['server { location / { limit_req zone=x; } }', 'zero size shared memory zone "x"'],
    ['limit_req_zone $binary_remote_addr zone=x rate=5r/s;', `invalid zone size "zone=x" ${AT}`],
    [
      'limit_req_zone $binary_remote_addr zone=x:10m rate=5r/s; server { limit_req zone=x burst=z; }',
      `invalid burst value "burst=z" ${AT}`,
    ],
    ['server { auth_basic; }', `invalid number of arguments in "auth_basic" directive ${AT}`],
    ['server { listen 8080 { } }', `directive "listen" is not terminated by ";" ${AT}`],
    ['server 80;', `directive "server" has no opening "{" ${AT}`],
    [
      'server { gzip maybe; }',
      `invalid value "maybe" in "gzip" directive, it must be "on" or "off" ${AT}`,
    ],
    ['server { set x y; }', `invalid variable name "x" ${AT}`],
    ['server { return 200 $nosuchvar; }', 'unknown "nosuchvar" variable'],
    ['server { if ($a) { root /; } }', `"root" directive is not allowed here ${AT}`],
    [
      'server { location ~ x { proxy_pass http://127.0.0.1/x/; } }',
      `"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, or inside "if" statement, or inside "limit_except" block ${AT}`,
    ],
    [
      'upstream b { server 127.0.0.1; } upstream b { server 127.0.0.1; }',
      `duplicate upstream "b" ${AT}`,
    ],
    ['server { location / { } location / { } }', `duplicate location "/" ${AT}`],
    ['log_format a b; log_format a c;', `duplicate "log_format" name "a" ${AT}`],
    ['server { access_log /tmp/x nofmt; }', `unknown log format "nofmt" ${AT}`],
    ['server { listen abc; }', `host not found in "abc" of the "listen" directive ${AT}`],
    ['server { listen 99999; }', `invalid port in "99999" of the "listen" directive ${AT}`],
    ['server { listen 80; listen 80; }', `a duplicate listen 0.0.0.0:80 ${AT}`],
    ['server { listen 80 bogus; }', `invalid parameter "bogus" ${AT}`],
    ['worker_processes 1;', `"worker_processes" directive is not allowed here ${AT}`],
    ['include /none/x.conf;', `open() "/none/x.conf" failed (2: No such file or directory) ${AT}`],
    ['bogus on;', `unknown directive "bogus" ${AT}`],
  ])('%s', (http, message) => {
    expect(complaintAbout(http)).toBe(message);
  });

  it('is content with what nginx knows', () => {
    const http = `
      map $http_upgrade $connection_upgrade { default upgrade; '' close; }
      upstream backend { least_conn; server 127.0.0.1:8080 weight=3 max_fails=2; server 127.0.0.1:8081 backup; keepalive 8; }
      server {
        listen 8080 default_server;
        server_name _ *.example.com;
        gzip on;
        client_max_body_size 8m;
        location ~* \\.(png|jpg)$ { expires 1h; add_header Cache-Control "public, max-age=3600" always; }
        location / {
          proxy_http_version 1.1;
          proxy_set_header Connection $connection_upgrade;
          proxy_pass http://backend;
        }
      }`;
    expect(complaintAbout(http)).toBe('');
  });

  it('says what is wrong with certificates', () => {
    const good = issueCertificate({ names: ['a'] });
    const other = issueCertificate({ names: ['b'] });
    const files = { '/c': good.certificatePem, '/k': good.keyPem, '/other': other.keyPem };
    const server = (lines: string) => complaintAbout(`server { listen 443 ssl; ${lines} }`, files);
    expect(server('')).toBe(
      `no "ssl_certificate" is defined for the "listen ... ssl" directive ${AT}`,
    );
    expect(server('ssl_certificate /c;')).toBe(
      'no "ssl_certificate_key" is defined for certificate "/c"',
    );
    expect(server('ssl_certificate /none; ssl_certificate_key /k;')).toBe(
      'cannot load certificate "/none": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(/none, r) error:10000080:BIO routines::no such file)',
    );
    expect(server('ssl_certificate /c; ssl_certificate_key /other;')).toBe(
      'SSL_CTX_use_PrivateKey("/other") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)',
    );
    expect(server('ssl_certificate /k; ssl_certificate_key /k;')).toBe(
      'cannot load certificate "/k": PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE)',
    );
    expect(server('ssl_certificate /c; ssl_certificate_key /k;')).toBe('');
  });
});
