import { decodeBase64 } from '../schema/base64';
import type { Secret } from '../types';

const BLOCK = /-----BEGIN ([^\n]*?)-----\s[\s\S]*?-----END \1-----/g;

/**
 * Says why a certificate and its key are of no use, as far as that shows without looking into them. Models
 * the warning of pkg/registry/core/secret, which is the error of Go's tls.X509KeyPair.
 */
export function secretWarnings({ type, data = {} }: Secret): string[] {
  if (type !== 'kubernetes.io/tls') return [];
  const [certificate, key] = ['tls.crt', 'tls.key'].map((name) =>
    blockTypes(decodeBase64(String(data[name] ?? ''))),
  );
  const problem = certificateProblem(certificate ?? []) ?? keyProblem(key ?? []);
  return problem === undefined ? [] : [`tls: ${problem}`];
}

function blockTypes(text: string): string[] {
  return [...text.matchAll(BLOCK)].map(([, type]) => type ?? '');
}

function certificateProblem(types: readonly string[]): string | undefined {
  if (types.includes('CERTIFICATE')) return undefined;
  if (types.length === 0) return 'failed to find any PEM data in certificate input';
  if (types.length === 1 && types[0]?.endsWith('PRIVATE KEY')) {
    return 'failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  }
  return `failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${shown(types)}`;
}

function keyProblem(types: readonly string[]): string | undefined {
  if (types.some((type) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'))) {
    return undefined;
  }
  if (types.length === 0) return 'failed to find any PEM data in key input';
  if (types.length === 1 && types[0] === 'CERTIFICATE') {
    return 'found a certificate rather than a key in the PEM for the private key';
  }
  return `failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: ${shown(types)}`;
}

function shown(types: readonly string[]): string {
  return `[${types.join(' ')}]`;
}
