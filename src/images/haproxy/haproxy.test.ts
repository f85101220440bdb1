import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../runtime/bytes';
import { nginxWith } from '../nginx/test-nginx';
import { TestNode } from '../test-pod';
import { haproxyImage } from './image';

const FILE = '/usr/local/etc/haproxy/haproxy.cfg';
const SERVERS = `
  server { listen 8091; location / { return 200 "one $http_x_who\\n"; } }
  server { listen 8092; location / { return 200 "two\\n"; } }`;
const GLOBAL =
  'global\n  log stdout format raw local0\ndefaults\n  log global\n  timeout connect 1s\n  timeout client 5s\n  timeout server 5s\n';

/** haproxy with a configuration, beside a pod with two web servers at 10.244.0.5 and curl. */
function lab(text: Bytes) {
  const node = new TestNode({ 'database-service': '10.244.0.5' });
  const { curl } = nginxWith(SERVERS, { node });
  const container = node.container(haproxyImage('latest'), node.pod('10.244.0.7'), {
    [FILE]: text,
  });
  const process = container.start();
  node.advance(2500);
  return { node, curl, container, process };
}

/** What haproxy 2.6 printed for the same text, process numbers and path apart. */
function complaints(text: Bytes): { lines: string[]; exitCode: number | undefined } {
  const node = new TestNode();
  const container = node.container(haproxyImage('latest'), node.pod('10.244.0.7'), {
    '/t.cfg': text,
  });
  const { stderr, exitCode } = container.run('haproxy -c -f /t.cfg');
  const lines = stderr.split('\n').filter((line) => /^\[(ALERT|WARNING)\]|^ {3}\|/.test(line));
  return { lines: lines.map((line) => line.replace(/ +\(\d+\) : config : /, ' ')), exitCode };
}

describe('haproxy -c', () => {
  const FATAL = [
    '[ALERT] Error(s) found in configuration file : /t.cfg',
    '[ALERT] Fatal errors found in configuration.',
  ];

  it.each([
    [
      'global\n  bogus 1\n',
      ["[ALERT] parsing [/t.cfg:2] : unknown keyword 'bogus' in 'global' section"],
    ],
    [
      'frontend f\n  bind 5432\n',
      ["[ALERT] parsing [/t.cfg:2] : 'bind' : missing port specification in '5432'"],
    ],
    [
      'backend b\n  server s1\n',
      ["[ALERT] [/t.cfg:2] : 'server' expects <name> and <addr>[:<port>] as arguments."],
    ],
    [
      'backend b\n  server s1 127.0.0.1:80 checkk\n',
      ["[ALERT] [/t.cfg:2] : 'server b/s1' : unknown keyword 'checkk'."],
    ],
    [
      'backend b\n  server s1 127.0.0.1:80 weight 500\n',
      ["[ALERT] [/t.cfg:2] : 'server b/s1' : weight of server s1 is not within 0 and 256 (500).."],
    ],
    ['listen l\n  mode ftp\n', ["[ALERT] parsing [/t.cfg:2] : unknown proxy mode 'ftp'."]],
    [
      'frontend f\n  acl b nosuchfetch /x\n',
      [
        "[ALERT] parsing [/t.cfg:2] : error detected while parsing ACL 'b' : unknown fetch method 'nosuchfetch' in ACL expression 'nosuchfetch'.",
      ],
    ],
  ])('%j', (text, lines) => {
    expect(complaints(text)).toEqual({ lines: [...lines, ...FATAL], exitCode: 1 });
  });

  it('warns of missing timeouts and goes on', () => {
    const { lines, exitCode } = complaints('listen l\n  bind :1\n  server a 127.0.0.1\n');
    expect(exitCode).toBe(0);
    expect(lines[0]).toBe("[WARNING] missing timeouts for proxy 'l'.");
  });

  it('ends when a server has no address', () => {
    const { lines, exitCode } = complaints(
      'defaults\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\nlisten l\n  bind :1\n  server a nosuchdb:5432\n',
    );
    expect(lines).toEqual([
      "[ALERT] [/t.cfg:7] : 'server l/a' : could not resolve address 'nosuchdb'.",
      '[ALERT] Failed to initialize server(s) addr.',
    ]);
    expect(exitCode).toBe(1);
  });
});

describe('the image', () => {
  it('ends with 1 without a configuration', () => {
    const node = new TestNode();
    const container = node.container(haproxyImage('latest'), node.pod('10.244.0.7'));
    const process = container.start();
    node.advance(1000);
    expect(process.status).toEqual({ kind: 'exited', code: 1 });
    expect(container.take().stderr).toBe(
      '[NOTICE]   (1) : haproxy version is 3.2.8\n' +
        '[NOTICE]   (1) : path to executable is /usr/local/sbin/haproxy\n' +
        '[ALERT]    (1) : config : Cannot open configuration file/directory /usr/local/etc/haproxy/haproxy.cfg : No such file or directory\n',
    );
  });

  it('ends with 1 when its port is taken', () => {
    const { container, process, node } = lab(
      `${GLOBAL}listen l\n  bind :5432\n  server a 127.0.0.1:1\nlisten m\n  bind :5432\n  server a 127.0.0.1:1\n`,
    );
    node.advance(1000);
    expect(process.status).toEqual({ kind: 'exited', code: 1 });
    expect(container.take().stderr).toContain(
      `[ALERT]    (1) : Binding [${FILE}:12] for proxy m: cannot bind socket (Address already in use) for [0.0.0.0:5432]\n[ALERT]    (1) : [haproxy.main()] Some protocols failed to start their listeners! Exiting.\n`,
    );
  });

  it('leaves on its stop signal, saying what it has done', () => {
    const { container, process, node } = lab(
      `${GLOBAL}listen l\n  bind :5432\n  server a 127.0.0.1:1\n`,
    );
    expect(container.take().stderr).toMatch(
      /^\[NOTICE\] {3}\(1\) : New worker \(\d+\) forked\n\[NOTICE\] {3}\(1\) : Loading success\.\n$/,
    );
    container.run('kill -USR1 1');
    node.advance(500);
    expect(process.status).toEqual({ kind: 'exited', code: 0 });
  });
});

describe('in TCP mode', () => {
  it('passes connections on to a Service and logs them', () => {
    const { curl, container } = lab(
      `${GLOBAL}  option tcplog\nfrontend pg\n  bind *:5432\n  default_backend db\nbackend db\n  server s1 database-service:8091\n`,
    );
    expect(curl('10.244.0.7:5432')).toBe('one \n');
    expect(container.take().stdout).toMatch(
      /^10\.244\.0\.5:\d+ \[01\/Jan\/2026:00:00:\d\d\.\d{3}\] pg db\/s1 1\/\d+\/\d+ \d+ -- 1\/1\/0\/0\/0 0\/0\n$/,
    );
  });

  it('tries a server that refuses three times more, a second apart', () => {
    const { curl, container } = lab(
      `${GLOBAL}  option tcplog\nlisten pg\n  bind *:5432\n  server s1 127.0.0.1:19\n`,
    );
    expect(curl('-o /dev/null -w "%{http_code}" 10.244.0.7:5432')).toBe('000');
    expect(container.take().stdout).toMatch(/ pg pg\/s1 1\/-1\/300\d 0 SC 1\/1\/0\/0\/3 0\/0\n$/);
  });
});

describe('in HTTP mode', () => {
  const WEB = `${GLOBAL}  mode http\n  option httplog\nfrontend web\n  bind :80\n  http-request deny if { path /secret }\n  http-request set-header X-Who me\n  acl api path_beg /api\n  use_backend two if api\n  default_backend both\nbackend two\n  server b 10.244.0.5:8092\nbackend both\n  option httpchk GET /\n  server a 10.244.0.5:8091 check weight 3\n  server b 10.244.0.5:8092 check\n  server c 10.244.0.5:19 check\n`;

  it('shares requests by weight among the servers that answer checks', () => {
    const { curl, container } = lab(WEB);
    expect(container.take().stderr).toMatch(
      /\[WARNING\] {2}\(\d+\) : Server both\/c is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: \d+ms\. 2 active and 0 backup servers left\. 0 sessions active, 0 requeued, 0 remaining in queue\.\n/,
    );
    const answers = Array.from({ length: 8 }, () => curl('10.244.0.7').trim().split(' ')[0]);
    expect(answers.filter((answer) => answer === 'one')).toHaveLength(6);
    expect(curl('10.244.0.7')).toBe('one me\n');
    expect(curl('10.244.0.7/api/x')).toBe('two\n');
    expect(container.take().stdout).toMatch(
      / web both\/a 0\/0\/\d+\/\d+\/\d+ 200 \d+ - - ---- 1\/1\/0\/0\/0 0\/0 "GET \/ HTTP\/1\.1"\n/,
    );
  });

  it('answers itself what it may not pass on', () => {
    const { curl } = lab(WEB);
    expect(curl('-i 10.244.0.7/secret')).toBe(
      'HTTP/1.1 403 Forbidden\r\ncontent-length: 93\r\ncache-control: no-cache\r\ncontent-type: text/html\r\n\r\n<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>\n',
    );
  });

  it('says so when a backend has lost its last server', () => {
    const { container, curl } = lab(
      `${GLOBAL}  mode http\nlisten l\n  bind :80\n  server a 10.244.0.5:8093 check\n`,
    );
    expect(container.take().stderr).toContain(" : proxy 'l' has no server available!\n");
    expect(curl('-o /dev/null -w "%{http_code}" 10.244.0.7')).toBe('503');
  });
});
