import type { Bytes } from '../bytes';
import { DER, type DerValue, derTimeMs, objectIdentifierText, partsOf, readDer } from './der';

/** An X.509 certificate, as far as it decides whether a client trusts a server. */
export interface Certificate {
  /** `CN=config-server` or `C=US; O=Acme; CN=www`, as curl writes it. */
  readonly subject: string;
  readonly issuer: string;
  readonly commonName: Bytes | undefined;
  /** DNS names of the subject's alternative names. */
  readonly names: readonly Bytes[];
  /** IPv4 addresses of the subject's alternative names. */
  readonly addresses: readonly string[];
  /** Whether there are alternative names at all: then the common name does not count. */
  readonly hasAlternativeNames: boolean;
  /** Unix ms. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** What the private key must fit: an RSA modulus or a point of a curve. */
  readonly publicKey: Bytes;
  readonly der: Bytes;
}

/** Short names of attribute types, as OpenSSL writes them. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
};

const ALTERNATIVE_NAMES = '2.5.29.17';
/** Context tags within the alternative names. */
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;
/** [3] EXPLICIT Extensions of a TBSCertificate, [0] EXPLICIT Version. */
const EXTENSIONS = 0xa3;
const VERSION = 0xa0;

/** Undefined when the bytes are no certificate. Models RFC 5280 section 4.1. */
export function parseCertificate(der: Bytes): Certificate | undefined {
  const whole = readDer(der)?.[0];
  const signed = partsOf(partsOf(whole)[0]);
  const fields = signed[0]?.tag === VERSION ? signed.slice(1) : signed;
  // serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo, then what is optional.
  const [, , issuer, validity, subject, keyInfo, ...optional] = fields;
  if (!issuer || !validity || !subject || !keyInfo) return undefined;
  const [from, to] = partsOf(validity);
  const extensions = partsOf(partsOf(optional.find(({ tag }) => tag === EXTENSIONS))[0]);
  const alternatives = alternativeNames(extensions);
  const subjectParts = nameParts(subject);
  return {
    subject: nameText(subjectParts),
    issuer: nameText(nameParts(issuer)),
    commonName: subjectParts.find(([type]) => type === 'CN')?.[1],
    names: alternatives.filter(({ tag }) => tag === DNS_NAME).map(({ content }) => content),
    addresses: alternatives
      .filter(({ tag }) => tag === IP_ADDRESS)
      .map(({ content }) => dotted(content)),
    hasAlternativeNames: alternatives.length > 0,
    notBeforeMs: from ? derTimeMs(from) : Number.NaN,
    notAfterMs: to ? derTimeMs(to) : Number.NaN,
    publicKey: publicKeyOf(keyInfo),
    der,
  };
}

type NamePart = readonly [type: string, value: Bytes];

function nameParts(name: DerValue): readonly NamePart[] {
  return partsOf(name).flatMap((set) =>
    partsOf(set).map((attribute): NamePart => {
      const [type, value] = partsOf(attribute);
      const identifier = objectIdentifierText(type?.content ?? '');
      return [ATTRIBUTES[identifier] ?? identifier, value?.content ?? ''];
    }),
  );
}

function nameText(parts: readonly NamePart[]): string {
  return parts.map(([type, value]) => `${type}=${value}`).join('; ');
}

function alternativeNames(extensions: readonly DerValue[]): readonly DerValue[] {
  for (const extension of extensions) {
    const parts = partsOf(extension);
    if (objectIdentifierText(parts[0]?.content ?? '') !== ALTERNATIVE_NAMES) continue;
    return partsOf(readDer(parts.at(-1)?.content ?? '')?.[0]);
  }
  return [];
}

function dotted(content: Bytes): string {
  return [...content].map((byte) => byte.charCodeAt(0)).join('.');
}

function publicKeyOf(keyInfo: DerValue): Bytes {
  const bits = partsOf(keyInfo)[1]?.content.slice(1) ?? '';
  const modulus = partsOf(readDer(bits)?.[0])[0];
  return modulus?.tag === DER.integer ? modulus.content : bits;
}

/** What comes between `-----BEGIN LABEL-----` and its end, decoded; labels by a pattern. */
export function pemBlocks(text: Bytes, label: RegExp): readonly Bytes[] {
  const blocks: Bytes[] = [];
  const pattern = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g;
  for (const [, name = '', body = ''] of text.matchAll(pattern)) {
    if (!label.test(name)) continue;
    try {
      blocks.push(atob(body.replace(/\s+/g, '')));
    } catch {
      // Not base64: no block.
    }
  }
  return blocks;
}

/** The certificates of a PEM file, in order; what is none is left out. */
export function readCertificates(pem: Bytes): readonly Certificate[] {
  return pemBlocks(pem, /^(X509 |TRUSTED )?CERTIFICATE$/)
    .map(parseCertificate)
    .filter((certificate) => certificate !== undefined);
}

/** The public half of the first private key in a PEM file; undefined when there is no key. */
export function publicHalfOfKey(pem: Bytes): Bytes | undefined {
  const block = pemBlocks(pem, /^((RSA|EC) )?PRIVATE KEY$/)[0];
  if (block === undefined) return undefined;
  const fields = partsOf(readDer(block)?.[0]);
  // PKCS#8 wraps the key itself in an octet string; `RSA` and `EC` keys are bare.
  const wrapped = fields[2]?.tag === DER.octetString && fields[1]?.tag === DER.sequence;
  const key = wrapped ? partsOf(readDer(fields[2]?.content ?? '')?.[0]) : fields;
  const point = key.find(({ tag }) => tag === 0xa1);
  if (point) return partsOf(point)[0]?.content.slice(1) ?? '';
  return key[1]?.content ?? '';
}

/** Why a client does not trust a chain; OpenSSL's words and numbers. */
export interface ChainProblem {
  readonly number: number;
  readonly text: string;
  /** The alert that the client sends. */
  readonly alert: number;
}

const problem = (number: number, text: string, alert: number): ChainProblem => ({
  number,
  text,
  alert,
});

/**
 * Whether a chain leads to somebody trusted at an instant (Unix ms). Issuers are found by name; signatures
 * are not computed. Models crypto/x509/x509_vfy.c.
 */
export function checkChain(
  chain: readonly Certificate[],
  trusted: readonly Certificate[],
  nowMs: number,
): ChainProblem | undefined {
  const path: Certificate[] = [];
  let current = chain[0];
  let anchored = false;
  while (current && path.length <= chain.length) {
    path.push(current);
    const { der, issuer, subject } = current;
    if (trusted.some((authority) => authority.der === der)) {
      anchored = true;
      break;
    }
    const authority = trusted.find((candidate) => candidate.subject === issuer);
    if (authority && issuer !== subject) {
      path.push(authority);
      anchored = true;
      break;
    }
    if (issuer === subject) break;
    current = chain.find((candidate) => candidate.subject === issuer);
  }
  if (!anchored) {
    const last = path.at(-1);
    if (!last || last.issuer !== last.subject) {
      return problem(20, 'unable to get local issuer certificate', 48);
    }
    return path.length === 1
      ? problem(18, 'self-signed certificate', 48)
      : problem(19, 'self-signed certificate in certificate chain', 48);
  }
  if (path.some(({ notBeforeMs }) => nowMs < notBeforeMs)) {
    return problem(9, 'certificate is not yet valid', 42);
  }
  if (path.some(({ notAfterMs }) => nowMs > notAfterMs)) {
    return problem(10, 'certificate has expired', 45);
  }
  return undefined;
}

/** Whether a certificate speaks for a host. Models RFC 6125: a star stands for one whole label. */
export function matchesHost(certificate: Certificate, host: Bytes): boolean {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return certificate.addresses.includes(host);
  const wanted = host.toLowerCase().replace(/\.$/, '');
  const { names, commonName, hasAlternativeNames } = certificate;
  const candidates = hasAlternativeNames || commonName === undefined ? names : [commonName];
  return candidates.some((candidate) => {
    const name = candidate.toLowerCase();
    if (!name.startsWith('*.')) return name === wanted;
    const dot = wanted.indexOf('.');
    return dot > 0 && wanted.slice(dot) === name.slice(1);
  });
}
