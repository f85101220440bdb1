import { describe, expect, it } from 'vitest';
import type { Program } from '../../runtime/syscalls';
import { busyboxImage } from '../busybox';
import { renderResponse } from '../http/message';
import { type HttpHandler, HttpLoop } from '../http/server';
import { TestNode } from '../test-pod';
import { type CertificateRequest, issueCertificate } from '../tls/lab-certificates';
import { curlImage } from './image';

const SERVER = '10.244.0.5';

const handler: HttpHandler = {
  // biome-ignore lint/correctness/useYield: one shape for all handlers, though this one never waits
  *handle(_, request) {
    if (request.target === '/hang') return { bytes: '', keepAlive: true };
    const status = request.target === '/busy' ? 503 : 200;
    const body = `${request.method} ${request.security ?? 'plain'} ${request.body}\n`;
    const length = [['Content-Length', String(body.length)]] as const;
    return { bytes: renderResponse(status, length, body), keepAlive: false };
  },
  // biome-ignore lint/correctness/useYield: likewise
  *reject() {
    return { bytes: renderResponse(400, [], ''), keepAlive: false };
  },
};

/** A container of curl, and a server elsewhere that speaks HTTP on 80 and HTTPS on 443. */
function lab(certificate: CertificateRequest) {
  const node = new TestNode({ 'config-server': SERVER, other: SERVER });
  const server = node.container(busyboxImage(), node.pod(SERVER));
  const { chain } = issueCertificate(certificate);
  const serve: Program = function* serve(sys) {
    const plain = sys.listen({ host: '0.0.0.0', port: 80 });
    const secure = sys.listen({ host: '0.0.0.0', port: 443 });
    yield* new HttpLoop(handler, new Map([[secure, () => chain]])).run(
      sys,
      [plain, secure],
      () => 'no',
    );
    return 0;
  };
  server.startProgram(serve);
  const pod = node.pod('10.244.0.6');
  return {
    curl: node.container(curlImage('latest'), pod),
    busybox: node.container(busyboxImage(), pod),
  };
}

const TRUSTED = { names: ['config-server'] };

describe('curl over TLS', () => {
  it('fetches from a server that the lab’s authority vouches for', () => {
    const { curl } = lab(TRUSTED);
    expect(curl.run('curl -s https://config-server/app.conf')).toEqual({
      stdout: 'GET tls \n',
      stderr: '',
      exitCode: 0,
    });
  });

  it('shows the certificate with -v', () => {
    const { stderr } = lab(TRUSTED).curl.run('curl -sv https://config-server/');
    expect(stderr).toContain(
      '* Server certificate:\n*   subject: CN=config-server\n*   start date: Jan  1 00:00:00 2025 GMT\n',
    );
    expect(stderr).toContain('* SSL certificate verify ok.\n');
  });

  it.each<[string, CertificateRequest, string, string]>([
    [
      'nobody vouches for',
      { ...TRUSTED, selfSigned: true },
      'config-server',
      'SSL certificate problem: self-signed certificate',
    ],
    [
      'is somebody else’s',
      TRUSTED,
      'other',
      "SSL: no alternative certificate subject name matches target hostname 'other'",
    ],
    [
      'has run out',
      { ...TRUSTED, notAfterMs: Date.UTC(2025, 5, 1) },
      'config-server',
      'SSL certificate problem: certificate has expired',
    ],
  ])('refuses a certificate that %s, with 60', (_, certificate, host, text) => {
    const { curl } = lab(certificate);
    const refused = curl.run(`curl -sS https://${host}/`);
    expect(refused.exitCode).toBe(60);
    expect(refused.stderr.split('\n')[0]).toBe(`curl: (60) ${text}`);
    expect(refused.stderr).toContain('More details here: https://curl.se/docs/sslcerts.html\n');
    expect(curl.run(`curl -sSk https://${host}/`).stdout).toBe('GET tls \n');
  });

  it('trusts whom --cacert names, and nobody else', () => {
    const { curl } = lab(TRUSTED);
    expect(curl.run('curl -sS --cacert /none https://config-server/')).toEqual({
      stdout: '',
      stderr: 'curl: (77) error adding trust anchors from file: /none\n',
      exitCode: 77,
    });
    const copied = 'cp /cacert.pem /tmp/ca && curl -s --cacert /tmp/ca https://config-server/';
    expect(curl.run(copied).exitCode).toBe(0);
  });

  it('fails with 35 at a server that speaks plain HTTP', () => {
    expect(lab(TRUSTED).curl.run('curl -sS https://config-server:80/')).toEqual({
      stdout: '',
      stderr: 'curl: (35) TLS connect error: error:0A0000C6:SSL routines::packet length too long\n',
      exitCode: 35,
    });
  });

  it('gets nothing from a TLS server that it talks plainly to', () => {
    expect(lab(TRUSTED).curl.run('curl -sS http://config-server:443/').exitCode).not.toBe(0);
  });
});

describe('busybox wget over TLS', () => {
  it('fetches, and says that it trusts anybody', () => {
    const { busybox } = lab({ ...TRUSTED, selfSigned: true });
    expect(busybox.run('wget -qO- https://config-server/')).toEqual({
      stdout: 'GET tls \n',
      stderr: 'wget: note: TLS certificate validation not implemented\n',
      exitCode: 0,
    });
    expect(busybox.run('wget --no-check-certificate -qO- https://config-server/').stderr).toBe('');
  });

  it('shows the bytes of a server that speaks plain HTTP', () => {
    expect(lab(TRUSTED).busybox.run('wget -qO- https://config-server:80/')).toEqual({
      stdout: '',
      stderr:
        'wget: note: TLS certificate validation not implemented\n' +
        'wget: got bad TLS record (len:28) while expecting handshake record\n' +
        ' 48 54 54 50 2f 31 2e 31 20 34 30 30 20 42 61 64 20 52 65 71 75 65 73 74 0d 0a 0d 0a\n' +
        'wget: error getting response: Connection reset by peer\n',
      exitCode: 1,
    });
  });
});

describe('curl', () => {
  it('gives up after -m seconds', () => {
    expect(lab(TRUSTED).curl.run('curl -sS -m 2 http://config-server/hang')).toEqual({
      stdout: '',
      stderr: expect.stringMatching(
        /^curl: \(28\) Operation timed out after 200\d milliseconds with 0 bytes received\n$/,
      ),
      exitCode: 28,
    });
  });

  it('sends data, also from files and in the query', () => {
    const { curl } = lab(TRUSTED);
    expect(curl.run('curl -s -d a=1 -d b=2 config-server').stdout).toBe('POST plain a=1&b=2\n');
    const file = 'cd /tmp; printf "x\\ny\\n" > f;';
    expect(curl.run(`${file} curl -s -d @f config-server`).stdout).toBe('POST plain xy\n');
    expect(curl.run(`${file} curl -s --data-binary @f config-server`).stdout).toBe(
      'POST plain x\ny\n\n',
    );
    expect(curl.run('curl -sG -d a=1 config-server').stdout).toBe('GET plain \n');
  });

  it('tries again what may pass, as often as --retry says', () => {
    const { stdout, stderr } = lab(TRUSTED).curl.run(
      'curl --retry 2 -o /dev/null config-server/busy; echo $?',
    );
    expect(stdout).toBe('0\n');
    expect(
      stderr.match(/Warning: Problem: HTTP error\. Will retry in [12] seconds?\. /g),
    ).toHaveLength(2);
  });
});
