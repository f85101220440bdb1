import { ApiError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import type { Task } from '../../kernel/task';
import { toBytes } from '../../runtime/bytes';
import type { Command, Invocation } from '../command';
import { plain } from '../errors';
import { PRINT_FLAGS } from '../flags/common-flags';
import { duration, string, stringArray } from '../flags/flag';
import { nameArgument } from './generator';

const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const DEFAULT_SECONDS = 3600;

/**
 * `kubectl create token`: a token in the form of a service account's, a JWT whose claims are true. Its
 * signature is none, as nothing in the lab checks one.
 */
export const createToken: Command = {
  name: 'token',
  summary: 'Request a service account token',
  flags: [
    ...PRINT_FLAGS,
    stringArray('audience'),
    duration('duration'),
    string('bound-object-kind'),
    string('bound-object-name'),
    string('bound-object-uid'),
  ],
  run,
};

// biome-ignore lint/correctness/useYield: every command is a task.
function* run(invocation: Invocation): Task<number> {
  const { client, flags, namespace, output, sys } = invocation;
  const name = nameArgument(invocation);
  const ms = flags.duration('duration');
  if (ms < 0) throw plain('--duration must be greater than or equal to 0');
  if (ms % 1000 !== 0) throw plain('--duration cannot be expressed in units less than seconds');
  let account: KubeObject;
  try {
    account = client.get('serviceaccounts', namespace, name);
  } catch (error) {
    if (error instanceof ApiError) throw plain(`failed to create token: ${error.message}`);
    throw error;
  }
  const issued = Math.floor(sys.nowMs / 1000);
  const audiences = flags.list('audience');
  const claims = {
    aud: audiences.length > 0 ? audiences : [ISSUER],
    exp: issued + (ms / 1000 || DEFAULT_SECONDS),
    iat: issued,
    iss: ISSUER,
    'kubernetes.io': { namespace, serviceaccount: { name, uid: account.metadata.uid } },
    nbf: issued,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  const parts = [JSON.stringify({ alg: 'RS256', kid: 'podlab' }), JSON.stringify(claims), 'podlab'];
  const newline = sys.isatty(1) ? '\n' : '';
  output.out(`${parts.map(base64Url).join('.')}${newline}`);
  return 0;
}

function base64Url(text: string): string {
  return btoa(toBytes(text)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
