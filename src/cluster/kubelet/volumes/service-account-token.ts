import type { Pod } from '../../../api/stored-objects';

const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const DEFAULT_SECONDS = 3600;

export interface TokenRequest {
  readonly audience?: string;
  readonly expirationSeconds?: number;
}

/**
 * A token in the form of a service account's: a JWT whose claims are true of the pod. Its signature is no
 * signature, as nothing in the lab checks one.
 */
export function serviceAccountToken(pod: Pod, request: TokenRequest, nowMs: number): string {
  const issued = Math.floor(nowMs / 1000);
  const { name, namespace, uid } = pod.metadata;
  const account = pod.spec.serviceAccountName ?? 'default';
  const claims = {
    aud: [request.audience || ISSUER],
    exp: issued + (request.expirationSeconds ?? DEFAULT_SECONDS),
    iat: issued,
    iss: ISSUER,
    'kubernetes.io': {
      namespace,
      node: { name: pod.spec.nodeName ?? '' },
      pod: { name, uid },
      serviceaccount: { name: account },
    },
    nbf: issued,
    sub: `system:serviceaccount:${namespace}:${account}`,
  };
  return `${HEADER}.${base64Url(JSON.stringify(claims))}.${SIGNATURE}`;
}

const HEADER = base64Url(JSON.stringify({ alg: 'RS256', kid: 'podlab' }));
const SIGNATURE = base64Url('podlab');

function base64Url(text: string): string {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
