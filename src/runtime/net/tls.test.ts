import { describe, expect, it } from 'vitest';
import { checkChain, matchesHost, publicHalfOfKey, readCertificates } from './certificate';
import { looksLikeTls, TlsServerSide, tlsAlert } from './tls';

/** Made with `openssl req -x509` for these tests alone, on a curve; names as the tests say. */
const SHOP = `-----BEGIN CERTIFICATE-----
MIIB6zCCAZKgAwIBAgIUHDwqVbYOKrj5tux5FpOLDG5JldcwCgYIKoZIzj0EAwIw
MzELMAkGA1UEBhMCREUxDTALBgNVBAoMBEFjbWUxFTATBgNVBAMMDHNob3AuZXhh
bXBsZTAeFw0yNjExMjExNTIwNTdaFw0zNjExMTgxNTIwNTdaMDMxCzAJBgNVBAYT
AkRFMQ0wCwYDVQQKDARBY21lMRUwEwYDVQQDDAxzaG9wLmV4YW1wbGUwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAT6qBgWcqqMd53rKwXtvPk8pkNrmc+dU0/o7huJ
C/fWtQAIgMFpj/4vw4UcePKe8cXZW6aOkOFZk3CX3dWpE8N4o4GDMIGAMB0GA1Ud
DgQWBBQwDg2lgCMNxCit2jQX3NA2bQemgzAfBgNVHSMEGDAWgBQwDg2lgCMNxCit
2jQX3NA2bQemgzAPBgNVHRMBAf8EBTADAQH/MC0GA1UdEQQmMCSCDHNob3AuZXhh
bXBsZYIOKi5zaG9wLmV4YW1wbGWHBApgAAcwCgYIKoZIzj0EAwIDRwAwRAIgDNG5
sSFfz+uH+pGSk6ChxgfQavD4gOhgpBdNQWjdNDUCIDNMwy8+6Dsac9QIhagDSBvI
2sQGUO6J+51BhtNmLfq2
-----END CERTIFICATE-----
`;
const SHOP_KEY = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIFDqyBWOVnTNwlbWhGgTozgawokv2jtqacSGjOxdPMB0oAoGCCqGSM49
AwEHoUQDQgAE+qgYFnKqjHed6ysF7bz5PKZDa5nPnVNP6O4biQv31rUACIDBaY/+
L8OFHHjynvHF2VumjpDhWZNwl93VqRPDeA==
-----END EC PRIVATE KEY-----
`;
/** Likewise with RSA, and without alternative names. */
const OLD = `-----BEGIN CERTIFICATE-----
MIIB+DCCAWGgAwIBAgIUDI3j9pUS6iOre3CyUBhPYskt3j8wDQYJKoZIhvcNAQEL
BQAwDjEMMAoGA1UEAwwDb2xkMB4XDTI2MTEyMTE1MjA1OFoXDTM2MTExODE1MjA1
OFowDjEMMAoGA1UEAwwDb2xkMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDL
mW+MEuPUKQtYg17xlVTejzqDBu7zTrIoqSh+UMU39/a7ZZfqDdJt6Fj2zU/pOxKI
K1vpZ+ttLawRwxElfuVNTLNuMP7f2wr29sSqmXbh1KEk2H1n3gGXTXNw0LXbwyXf
Ze/R3QJwOaEU+2rJeklXPf0lEvzJmUmnHw9s+UxysQIDAQABo1MwUTAdBgNVHQ4E
FgQUgzlHVQTkP2NjNAIXYhzg+IvHNYYwHwYDVR0jBBgwFoAUgzlHVQTkP2NjNAIX
Yhzg+IvHNYYwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOBgQA4ANuL
IpoX58ZwMyZDnsrTP11JCyQx/n8KM+jBp/zNaeKOIrLOLCJ2lCH0mp1cZ3xttzyy
DKnztm9C+hwWVdYfhCfWJi7U7H4LeewZ6GEzAqp8CfT31mLiJ5bi9jRKr8dCjNY8
8ih+ftE3neTdpx2yaxIQ2Ca2Xbm1Nvp1+fWPdg==
-----END CERTIFICATE-----
`;
const OLD_KEY = `-----BEGIN PRIVATE KEY-----
MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAMuZb4wS49QpC1iD
XvGVVN6POoMG7vNOsiipKH5QxTf39rtll+oN0m3oWPbNT+k7EogrW+ln620trBHD
ESV+5U1Ms24w/t/bCvb2xKqZduHUoSTYfWfeAZdNc3DQtdvDJd9l79HdAnA5oRT7
asl6SVc9/SUS/MmZSacfD2z5THKxAgMBAAECgYEAgM3YMQC+W7l/sQajaSi1IXvx
Y3VedFTkBy9FK+yDaG4aDOIv4mXOK7QjnDe1h3LUvYrYwef5m/+Z7T7AOT13aHft
L0KlQEaDPAqNWU9x4I2zOzXayoSgeYCp0QVBsG8bztT2N2D8sNrsD6WQ2glB04zo
wDsM42FFaFdkSBqnGgUCQQDmkwZuOiucqwo4cBikk0wP9xwvaOFKnLHY8sEBYLFf
rOqBr3tDGwk2Z1mnHEk/r6B7fhvTAJWM5gj8mLyGxdZbAkEA4gzsdrbUnJmqQg3i
tSrQVfNy7DWGpbOVQpeoY0Gkz6kButH9+kfpEv1OB/GdUPJcsCf7N3H0QLHG0cpN
C3wg4wJAKJuAKG2KPL9Kv4HOdT2TycQFbLwV4WQTVlf6cdmro2P6sPhMxxa92pz9
BxdONy8hHl6pW9HghL4GmyXzHfE9vQJASeHHd5WSMAzZZPV835G6vhzvttxXwdjM
NBO1aZuO7oBinFj+FctjFl3MHzSNImPUf47RwPFxz6NLRE5GmDZd2QJASOfbArju
iveQzQp+RoGdf1enD/PJxE9ct+oVczWxWO5o39dkX3nYnTx8lVCn/GNvGxPenxoK
fX1fTxpGF0urTg==
-----END PRIVATE KEY-----
`;

const NOW_MS = Date.UTC(2027, 0, 1);

describe('certificates from openssl', () => {
  const [shop] = readCertificates(`text before\n${SHOP}`);
  const [old] = readCertificates(OLD);

  it('are read: names, times, issuer', () => {
    expect(shop).toMatchObject({
      subject: 'C=DE; O=Acme; CN=shop.example',
      issuer: 'C=DE; O=Acme; CN=shop.example',
      names: ['shop.example', '*.shop.example'],
      addresses: ['10.96.0.7'],
      notBeforeMs: Date.UTC(2026, 10, 21, 15, 20, 57),
      notAfterMs: Date.UTC(2036, 10, 18, 15, 20, 57),
    });
    expect(old).toMatchObject({ subject: 'CN=old', commonName: 'old', names: [] });
  });

  it('fit their own key and no other', () => {
    expect(publicHalfOfKey(SHOP_KEY)).toBe(shop?.publicKey);
    expect(publicHalfOfKey(OLD_KEY)).toBe(old?.publicKey);
    expect(publicHalfOfKey(OLD_KEY)).not.toBe(shop?.publicKey);
    expect(publicHalfOfKey(SHOP)).toBeUndefined();
  });

  it.each([
    ['shop.example', true],
    ['SHOP.example.', true],
    ['www.shop.example', true],
    ['a.b.shop.example', false],
    ['example', false],
    ['10.96.0.7', true],
    ['10.96.0.8', false],
  ])('speak for %s: %s', (host, expected) => {
    expect(shop && matchesHost(shop, host)).toBe(expected);
  });

  it('without alternative names speak for their common name', () => {
    expect(old && matchesHost(old, 'old')).toBe(true);
  });

  it('are trusted if they are known, and in time', () => {
    const chain = shop ? [shop] : [];
    expect(checkChain(chain, chain, NOW_MS)).toBeUndefined();
    expect(checkChain(chain, [], NOW_MS)?.text).toBe('self-signed certificate');
    expect(checkChain(chain, chain, Date.UTC(2026, 0, 1))?.text).toBe(
      'certificate is not yet valid',
    );
    expect(checkChain(chain, chain, Date.UTC(2040, 0, 1))?.text).toBe('certificate has expired');
  });
});

describe('TlsServerSide', () => {
  const chain = readCertificates(OLD);

  it('knows a client that speaks something else by its first byte', () => {
    expect(new TlsServerSide(() => chain).receive('G')).toEqual({
      reply: '',
      data: 'G',
      failure: 'plain',
    });
  });

  it('hands over an alert', () => {
    expect(new TlsServerSide(() => chain).receive(tlsAlert(48)).failure).toBe(48);
  });

  it('waits for the rest of a record', () => {
    const side = new TlsServerSide(() => chain);
    expect(looksLikeTls('\x16')).toBe(true);
    for (const part of ['\x16', '\x03\x01\0', '\x07\x01\0\0\x03']) {
      expect(side.receive(part)).toEqual({ reply: '', data: '' });
    }
    expect(side.receive('abc').reply).toContain(chain[0]?.der);
    expect(side.serverName).toBe('abc');
    expect(side.open).toBe(false);
    expect(side.receive('\x16\x03\x01\0\x04\x14\0\0\0GET /')).toEqual({
      reply: '',
      data: 'GET /',
    });
    expect(side.receive(' HTTP').data).toBe(' HTTP');
  });
});
