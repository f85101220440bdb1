import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../runtime/bytes';
import { curlImage } from '../curl/image';
import { TestNode } from '../test-pod';
import { httpdImage } from './image';

const CONF = '/usr/local/apache2/conf/httpd.conf';

function lab(conf?: Bytes) {
  const node = new TestNode();
  const pod = node.pod('10.244.0.5');
  const httpd = node.container(httpdImage('2.4'), pod, conf === undefined ? {} : { [CONF]: conf });
  const process = httpd.start();
  node.advance(500);
  const client = node.container(curlImage('latest'), pod);
  return { node, httpd, process, curl: (args: Bytes) => client.run(`curl -s ${args}`).stdout };
}

describe('httpd', () => {
  it('works, and says so in its logs', () => {
    const { httpd, curl, process, node } = lab();
    expect(curl('localhost')).toBe('<html><body><h1>It works!</h1></body></html>\n');
    expect(curl('-I localhost/none')).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    const { stdout, stderr } = httpd.take();
    expect(stdout).toMatch(
      /^127\.0\.0\.1 - - \[01\/Jan\/2026:00:00:00 \+0000\] "GET \/ HTTP\/1\.1" 200 45\n127\.0\.0\.1 - - \[.*\] "HEAD \/none HTTP\/1\.1" 404 -\n$/,
    );
    expect(stderr).toContain("domain name, using 10.244.0.5. Set the 'ServerName' directive");
    expect(stderr).toMatch(
      /\[Thu Jan 01 00:00:00\.\d{6} 2026\] \[mpm_event:notice\] \[pid 1:tid 1\] AH00489: Apache\/2\.4\.65 \(Unix\) configured -- resuming normal operations\n/,
    );
    httpd.run('kill -WINCH 1');
    node.advance(500);
    expect(process.status).toEqual({ kind: 'exited', code: 0 });
  });

  it('refuses a directive that nobody knows', () => {
    const { httpd, process } = lab('Listen 80\nFoo bar\n');
    expect(process.status).toEqual({ kind: 'exited', code: 1 });
    expect(httpd.take().stderr).toBe(
      `AH00526: Syntax error on line 2 of ${CONF}:\nInvalid command 'Foo', perhaps misspelled or defined by a module not included in the server configuration\n`,
    );
  });

  it('passes requests on, and says when it cannot', () => {
    const { httpd, curl } = lab(
      'ServerName web\nListen 80\nListen 8080\nProxyPass /api http://localhost:8080/\nProxyPass /dead http://localhost:19\n<VirtualHost *:8080>\nRedirect permanent /old /new\n</VirtualHost>\n',
    );
    expect(curl('-o /dev/null -w "%{http_code}" localhost/api')).toBe('200');
    expect(curl('-I localhost:8080/old/x')).toContain('Location: /new/x\r\n');
    expect(curl('-o /dev/null -w "%{http_code}" localhost/dead')).toBe('503');
    expect(httpd.take().stderr).toMatch(
      /\(111\)Connection refused: AH00957: http: attempt to connect to 127\.0\.0\.1:19 \(localhost:19\) failed\n.*AH01114: HTTP: failed to make connection to backend: localhost\n$/,
    );
  });
});
