import type { Volume } from '../types';
import { fullyQualifiedNameErrors } from './domain-names';
import { type FieldError, forbidden, invalid, notSupported, required } from './field-error';
import { downwardFileErrors, keyToPathErrors } from './mapped-files';
import { unreservedPathErrors } from './paths';

/** Projected volumes. Models pkg/apis/core/validation validateProjectionSources. */

type Projection = NonNullable<NonNullable<Volume['projected']>['sources']>[number];

const KEY_TYPES = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];
const LEAST_TOKEN_SECONDS = 600;
const MOST_TOKEN_SECONDS = 2 ** 32;

/** Paths within one volume; the second use of one is an error that names `value`. */
class Paths {
  readonly errors: FieldError[] = [];
  private readonly seen = new Set<string>();
  private readonly field: string;

  constructor(field: string) {
    this.field = field;
  }

  add(path: string | undefined, value: string): FieldError[] {
    if (!path) return [];
    if (this.seen.has(path)) return [invalid(this.field, value, 'conflicting duplicate paths')];
    this.seen.add(path);
    return [];
  }
}

export function validateProjected(sources: readonly Projection[], field: string): FieldError[] {
  const paths = new Paths(field);
  return sources.flatMap((source, index) =>
    sourceErrors(source, `${field}.sources[${index}]`, field, paths),
  );
}

function sourceErrors(source: Projection, at: string, field: string, paths: Paths): FieldError[] {
  const errors: FieldError[] = [];
  for (const kind of ['secret', 'configMap'] as const) {
    const mapped = source[kind];
    if (mapped === undefined) continue;
    const name = mapped.name ?? '';
    if (name === '') errors.push(required(`${at}.${kind}.name`));
    (mapped.items ?? []).forEach((item, index) => {
      const entry = keyToPathErrors([item], `${at}.${kind}.items`);
      errors.push(...entry.map((error) => withIndex(error, index)), ...paths.add(item.path, name));
    });
  }
  for (const file of source.downwardAPI?.items ?? []) {
    errors.push(...downwardFileErrors(file, `${at}.downwardAPI`));
    errors.push(...paths.add(file.path, file.path));
  }
  if (source.serviceAccountToken) errors.push(...tokenErrors(source, at, field));
  if (source.clusterTrustBundle) errors.push(...bundleErrors(source, at, paths));
  if (source.podCertificate) errors.push(...certificateErrors(source, at, paths));
  if (Object.keys(source).length > 1) {
    errors.push(forbidden(at, 'may not specify more than 1 volume type per source'));
  }
  return errors;
}

/** A single entry was checked as the first of a list. */
function withIndex(error: FieldError, index: number): FieldError {
  return { ...error, field: error.field.replace('.items[0]', `.items[${index}]`) };
}

function tokenErrors({ serviceAccountToken }: Projection, at: string, field: string) {
  const { expirationSeconds: seconds = 0, path = '' } = serviceAccountToken ?? {};
  const errors: FieldError[] = [];
  const expiry = `${at}.serviceAccountToken.expirationSeconds`;
  if (seconds < LEAST_TOKEN_SECONDS) {
    errors.push(invalid(expiry, seconds, 'may not specify a duration less than 10 minutes'));
  }
  if (seconds > MOST_TOKEN_SECONDS) {
    errors.push(invalid(expiry, seconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  if (path === '') errors.push(required(`${field}.path`));
  else errors.push(...unreservedPathErrors(`${field}.path`, path));
  return errors;
}

function bundleErrors({ clusterTrustBundle }: Projection, at: string, paths: Paths) {
  const where = `${at}.clusterTrustBundle`;
  const { name, signerName, path = '', labelSelector } = clusterTrustBundle ?? {};
  const errors: FieldError[] = [];
  if (name !== undefined && signerName !== undefined) {
    const why = 'only one of name and signerName may be used';
    errors.push(invalid(where, clusterTrustBundle, why));
  } else if (name !== undefined) {
    if (name === '') errors.push(required(`${where}.name`, 'must be a valid object name'));
    if (labelSelector !== undefined) {
      const why = 'labelSelector must be unset if name is specified';
      errors.push(invalid(`${where}.labelSelector`, labelSelector, why));
    }
  } else if (signerName !== undefined) {
    if (signerName === '') {
      errors.push(required(`${where}.signerName`, 'must be a valid signer name'));
    }
  } else {
    errors.push(required(where, 'either name or signerName must be specified'));
  }
  if (path === '') errors.push(required(`${where}.path`));
  errors.push(...unreservedPathErrors(`${where}.path`, path), ...paths.add(path, path));
  return errors;
}

function certificateErrors({ podCertificate }: Projection, at: string, paths: Paths) {
  const where = `${at}.podCertificate`;
  const certificate = podCertificate ?? { keyType: '', signerName: '' };
  const errors = fullyQualifiedNameErrors(
    `${where}.signerName`,
    (certificate.signerName ?? '').split('/')[0] ?? '',
  );
  if (!KEY_TYPES.includes(certificate.keyType)) {
    errors.push(notSupported(`${where}.keyType`, certificate.keyType ?? '', KEY_TYPES));
  }
  const names = ['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const;
  for (const name of names) {
    const path = certificate[name];
    if (!path) continue;
    errors.push(...unreservedPathErrors(`${where}.${name}`, path), ...paths.add(path, path));
  }
  if (!names.some((name) => certificate[name])) {
    const why = 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath';
    errors.push(required(where, why));
  }
  return errors;
}
