import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import { basicCredentials, passwordMatches } from '../http/password-file';
import type { HttpRequest } from '../http/server';
import type { Answer } from './answer';
import { errorNumber } from './errors';
import type { Severity } from './logs';
import { argsOf, type Scope } from './scope';

/** Says something in the error log about the request at hand. */
export type Report = (severity: Severity, message: string) => Call<void>;

/** Why a request may not come in, or undefined. Models the access phase of nginx. */
export function* refuse(
  sys: Sys,
  scope: Scope,
  request: HttpRequest,
  report: Report,
): Call<Answer | undefined> {
  const byAddress = deniedByRule(scope, request.peer.host);
  if (byAddress !== undefined && argsOf(scope, 'satisfy')?.[0] === 'any') {
    if (!byAddress) return undefined;
    const realm = argsOf(scope, 'auth_basic')?.[0] ?? 'off';
    return realm === 'off'
      ? yield* forbidden(report)
      : yield* authenticate(sys, scope, request, report);
  }
  if (byAddress) return yield* forbidden(report);
  return yield* authenticate(sys, scope, request, report);
}

function* forbidden(report: Report): Call<Answer> {
  yield* report('error', 'access forbidden by rule');
  return { status: 403, headers: [], body: '' };
}

/** What the first rule that fits an address says; undefined when there are no rules. */
function deniedByRule(scope: Scope, address: string): boolean | undefined {
  const level = scope.find((block) =>
    block.some(({ name }) => name === 'allow' || name === 'deny'),
  );
  const rule = level
    ?.filter(({ name }) => name === 'allow' || name === 'deny')
    .find(({ args }) => covers(args[0] ?? '', address));
  return level && rule?.name === 'deny';
}

/** Whether `all`, an address or `10.0.0.0/8` covers an address. */
function covers(rule: Bytes, address: string): boolean {
  if (rule === 'all') return true;
  const [network = '', bits = '32'] = rule.split('/');
  const number = (dotted: string) =>
    dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(network) / size) === Math.floor(number(address) / size);
}

/** Models ngx_http_auth_basic_module.c. */
function* authenticate(
  sys: Sys,
  scope: Scope,
  request: HttpRequest,
  report: Report,
): Call<Answer | undefined> {
  const realm = argsOf(scope, 'auth_basic')?.[0] ?? 'off';
  const file = argsOf(scope, 'auth_basic_user_file')?.[0];
  if (realm === 'off' || file === undefined) return undefined;
  const challenge: Answer = {
    status: 401,
    headers: [['WWW-Authenticate', `Basic realm="${realm}"`]],
    body: '',
  };
  const credentials = basicCredentials(request.headers.get('authorization'));
  if (!credentials) {
    yield* report('info', 'no user/password was provided for basic authentication');
    return challenge;
  }
  const path = file.startsWith('/') ? file : `/etc/nginx/${file}`;
  const stored = yield* storedPassword(sys, path, credentials.user, report);
  if (typeof stored === 'object') return stored;
  if (stored === undefined) {
    yield* report('error', `user "${credentials.user}" was not found in "${path}"`);
    return challenge;
  }
  if (passwordMatches(credentials.password, stored)) return undefined;
  yield* report('error', `user "${credentials.user}": password mismatch`);
  return challenge;
}

function* storedPassword(
  sys: Sys,
  path: Bytes,
  user: Bytes,
  report: Report,
): Call<Bytes | undefined | Answer> {
  let text: Bytes;
  try {
    text = yield* readFile(sys, path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const missing = error.errno === 'ENOENT';
    yield* report(
      missing ? 'error' : 'crit',
      `open() "${path}" failed (${errorNumber(error)}: ${error.message})`,
    );
    return { status: missing ? 403 : 500, headers: [], body: '' };
  }
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const [name, password] = line.split(':');
    if (name === user && password !== undefined) return password;
  }
  return undefined;
}
