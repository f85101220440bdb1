import type { Bytes } from '../../runtime/bytes';
import { type Certificate, parseCertificate } from '../../runtime/net/certificate';
import { DER, writeDer, writeDerTime, writeObjectIdentifier } from '../../runtime/net/der';

/** Certificates of the lab are valid from 2025 to 2034, unless somebody asks for other times. */
const NOT_BEFORE_MS = Date.UTC(2025, 0, 1);
const NOT_AFTER_MS = Date.UTC(2034, 11, 31);
/** Bytes of a 2048-bit RSA modulus. */
const MODULUS_BYTES = 256;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;
const NULL_TAG = 0x05;
const VERSION_TAG = 0xa0;
const EXTENSIONS_TAG = 0xa3;

const OID = {
  rsaEncryption: '1.2.840.113549.1.1.1',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  basicConstraints: '2.5.29.19',
  alternativeNames: '2.5.29.17',
} as const;

/** A certificate with its private key, as files of an image or values of a Secret. */
export interface KeyPair {
  readonly chain: readonly Certificate[];
  readonly certificatePem: Bytes;
  readonly keyPem: Bytes;
}

export interface CertificateRequest {
  /** DNS names and IPv4 addresses; the first is the common name. */
  readonly names: readonly Bytes[];
  /** Unix ms. */
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
  /** Signed by itself instead of by the lab's authority. */
  readonly selfSigned?: boolean;
}

const AUTHORITY_NAME = { organization: 'Podlab', commonName: 'Podlab Lab CA' } as const;

interface Name {
  readonly organization?: Bytes;
  readonly commonName: Bytes;
}

/**
 * A certificate in real X.509 form for servers of the lab. Its key is made from its names and its signature
 * is zeros: nothing in the lab computes either, and no secret is kept.
 */
export function issueCertificate(request: CertificateRequest): KeyPair {
  const { names, notBeforeMs = NOT_BEFORE_MS, notAfterMs = NOT_AFTER_MS } = request;
  const subject: Name = { commonName: names[0] ?? '' };
  const modulus = modulusFor(names.join());
  const der = certificateDer({
    subject,
    issuer: request.selfSigned ? subject : AUTHORITY_NAME,
    modulus,
    notBeforeMs,
    notAfterMs,
    extensions: [alternativeNames(names)],
  });
  return {
    chain: certificates(der),
    certificatePem: pem('CERTIFICATE', der),
    keyPem: pem('PRIVATE KEY', privateKeyDer(modulus)),
  };
}

const AUTHORITY_DER = certificateDer({
  subject: AUTHORITY_NAME,
  issuer: AUTHORITY_NAME,
  modulus: modulusFor(AUTHORITY_NAME.commonName),
  notBeforeMs: NOT_BEFORE_MS,
  notAfterMs: NOT_AFTER_MS,
  extensions: [
    extension(OID.basicConstraints, writeDer(DER.sequence, writeDer(DER.boolean, '\xff'))),
  ],
});

/**
 * The certificate of the lab's authority in PEM. Images with a bundle of trusted authorities have this one in
 * it: it stands for the public authorities and for a company's own.
 */
export const LAB_AUTHORITY_PEM: Bytes = pem('CERTIFICATE', AUTHORITY_DER);

/** Issued certificates by name, for servers that answer for any name they are asked for. */
const issued = new Map<Bytes, KeyPair>();

/** A chain of the lab's authority for a host, e.g. for `TlsServerSide`. */
export function labChainFor(host: Bytes): readonly Certificate[] {
  let pair = issued.get(host);
  if (!pair) {
    pair = issueCertificate({ names: [host] });
    issued.set(host, pair);
  }
  return pair.chain;
}

interface CertificateFields {
  readonly subject: Name;
  readonly issuer: Name;
  readonly modulus: Bytes;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly extensions: readonly Bytes[];
}

function certificateDer(fields: CertificateFields): Bytes {
  const algorithm = writeDer(
    DER.sequence,
    writeObjectIdentifier(OID.sha256WithRsa),
    writeDer(NULL_TAG),
  );
  const signed = writeDer(
    DER.sequence,
    writeDer(VERSION_TAG, writeDer(DER.integer, '\x02')),
    writeDer(DER.integer, `\x01${fields.modulus.slice(1, 9)}`),
    algorithm,
    nameDer(fields.issuer),
    writeDer(DER.sequence, writeDerTime(fields.notBeforeMs), writeDerTime(fields.notAfterMs)),
    nameDer(fields.subject),
    writeDer(
      DER.sequence,
      rsaAlgorithm(),
      writeDer(
        DER.bitString,
        '\0',
        writeDer(
          DER.sequence,
          writeDer(DER.integer, fields.modulus),
          writeDer(DER.integer, '\x03'),
        ),
      ),
    ),
    writeDer(EXTENSIONS_TAG, writeDer(DER.sequence, ...fields.extensions)),
  );
  const signature = writeDer(DER.bitString, '\0'.repeat(MODULUS_BYTES + 1));
  return writeDer(DER.sequence, signed, algorithm, signature);
}

function rsaAlgorithm(): Bytes {
  return writeDer(DER.sequence, writeObjectIdentifier(OID.rsaEncryption), writeDer(NULL_TAG));
}

function nameDer({ organization, commonName }: Name): Bytes {
  const attribute = (type: string, value: Bytes) =>
    writeDer(
      DER.set,
      writeDer(DER.sequence, writeObjectIdentifier(type), writeDer(DER.utf8String, value)),
    );
  return writeDer(
    DER.sequence,
    organization === undefined ? '' : attribute(OID.organization, organization),
    attribute(OID.commonName, commonName),
  );
}

function extension(type: string, value: Bytes): Bytes {
  return writeDer(DER.sequence, writeObjectIdentifier(type), writeDer(DER.octetString, value));
}

function alternativeNames(names: readonly Bytes[]): Bytes {
  const entries = names.map((name) =>
    /^\d+\.\d+\.\d+\.\d+$/.test(name)
      ? writeDer(IP_ADDRESS, String.fromCharCode(...name.split('.').map(Number)))
      : writeDer(DNS_NAME, name),
  );
  return extension(OID.alternativeNames, writeDer(DER.sequence, ...entries));
}

/** PKCS#8 around the public half alone. */
function privateKeyDer(modulus: Bytes): Bytes {
  const key = writeDer(
    DER.sequence,
    writeDer(DER.integer, '\0'),
    writeDer(DER.integer, modulus),
    writeDer(DER.integer, '\x03'),
  );
  const version = writeDer(DER.integer, '\0');
  return writeDer(DER.sequence, version, rsaAlgorithm(), writeDer(DER.octetString, key));
}

/** Bytes that differ from name to name and look like a modulus: positive, odd, of full length. */
function modulusFor(text: Bytes): Bytes {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    state = Math.imul(state ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  let bytes = '\0\xc3';
  while (bytes.length < MODULUS_BYTES) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes += String.fromCharCode(state >>> 24);
  }
  return `${bytes}\x01`;
}

function certificates(der: Bytes): readonly Certificate[] {
  const certificate = parseCertificate(der);
  return certificate ? [certificate] : [];
}

function pem(label: string, der: Bytes): Bytes {
  const lines = btoa(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
