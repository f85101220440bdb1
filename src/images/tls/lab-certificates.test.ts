import { describe, expect, it } from 'vitest';
import { checkChain, publicHalfOfKey, readCertificates } from '../../runtime/net/certificate';
import { tlsAccept, tlsFinish, tlsHello } from '../../runtime/net/tls';
import { busyboxImage } from '../busybox';
import { TestNode } from '../test-pod';
import { issueCertificate, LAB_AUTHORITY_PEM, labChainFor } from './lab-certificates';

const NOW_MS = Date.UTC(2026, 0, 1);

describe('certificates of the lab', () => {
  const authority = readCertificates(LAB_AUTHORITY_PEM);

  it('are trusted by those who trust the authority, and by nobody else', () => {
    const { chain } = issueCertificate({ names: ['config-server', '10.96.0.9'] });
    expect(chain[0]).toMatchObject({
      subject: 'CN=config-server',
      issuer: 'O=Podlab; CN=Podlab Lab CA',
      names: ['config-server'],
      addresses: ['10.96.0.9'],
    });
    expect(checkChain(chain, authority, NOW_MS)).toBeUndefined();
    expect(checkChain(chain, [], NOW_MS)?.text).toBe('unable to get local issuer certificate');
    const own = issueCertificate({ names: ['x'], selfSigned: true }).chain;
    expect(checkChain(own, authority, NOW_MS)?.text).toBe('self-signed certificate');
  });

  it('come with a key that fits', () => {
    const { certificatePem, keyPem } = issueCertificate({ names: ['a'] });
    expect(publicHalfOfKey(keyPem)).toBe(readCertificates(certificatePem)[0]?.publicKey);
    const other = issueCertificate({ names: ['b'] });
    expect(publicHalfOfKey(other.keyPem)).not.toBe(publicHalfOfKey(keyPem));
  });

  it('a server and a client that wait for each other shake hands, then talk as before', () => {
    const node = new TestNode();
    const pod = node.pod('10.244.0.5');
    const container = node.container(busyboxImage(), pod);
    const result = container.runProgram(function* server(sys) {
      const listener = sys.listen({ host: '0.0.0.0', port: 9418 });
      sys.fork(function* client(child) {
        const fd = yield* child.connect({ host: '127.0.0.1', port: 9418 });
        const shaken = yield* tlsHello(child, fd, { serverName: 'git.lab' });
        const subject = shaken.kind === 'certificates' ? shaken.chain[0]?.subject : shaken.kind;
        yield* child.write(1, `client: ${subject}\n`);
        yield* tlsFinish(child, fd);
        yield* child.write(fd, 'want');
        yield* child.write(1, `client: ${yield* child.read(fd, 100)}\n`);
        return 0;
      });
      const { fd } = yield* sys.accept(listener);
      const accepted = yield* tlsAccept(sys, fd, labChainFor);
      yield* sys.write(1, `server: ${accepted.kind}, ${yield* sys.read(fd, 100)}\n`);
      yield* sys.write(fd, 'have');
      yield* sys.waitpid(-1);
      return 0;
    });
    expect(result.stdout).toBe('client: CN=git.lab\nserver: open, want\nclient: have\n');
  });
});
