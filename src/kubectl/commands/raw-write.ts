import type { ApiClient, ResourceInfo, WriteOptions } from '../../api/client';
import { goJson } from '../../api/golang/json';
import type { JsonObject } from '../../api/patch/json-value';
import { badRequestError } from '../../api/status';
import { fromBytes } from '../../runtime/bytes';
import { readToEnd } from '../../runtime/read-file';
import type { Call } from '../../runtime/syscalls';
import type { Invocation } from '../command';
import { KubectlError, plain } from '../errors';
import { readTextOrFail } from '../files';

const PATH =
  /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?(?:\/([a-z]+))?$/;

interface Request {
  readonly info: ResourceInfo;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: WriteOptions['subresource'];
}

/** The server's word for a path that leads nowhere. */
export const NOT_SERVED =
  'Error from server (NotFound): the server could not find the requested resource';

function requestOf(client: ApiClient, path: string): Request {
  const match = PATH.exec(path);
  const [, group = '', namespace, plural, name, subresource] = match ?? [];
  const info = client.resources().find((one) => one.plural === plural && one.group === group);
  if (!match || !info) throw new KubectlError(NOT_SERVED);
  return { info, namespace, name, subresource: subresource as WriteOptions['subresource'] };
}

/** The file of `--raw`, before anything is sent. Models the Validate of pkg/cmd/create and replace. */
function checkRaw({ flags }: Invocation): string {
  const [file = '', ...others] = flags.list('filename');
  if (file === '' || others.length > 0) {
    throw plain('--raw can only use a single local file or stdin');
  }
  if (/^https?:\/\//.test(file)) throw plain('--raw cannot read from a url');
  if (flags.bool('recursive')) throw plain('--raw and --recursive are mutually exclusive');
  if (flags.find('selector') && flags.string('selector') !== '') {
    throw plain('--raw and --selector (-l) are mutually exclusive');
  }
  if (flags.string('output') !== '') throw plain('--raw and --output are mutually exclusive');
  checkRawPath(flags.string('raw'));
  return file;
}

/** What --raw names must be a path on the server. */
export function checkRawPath(path: string): void {
  if (!path.startsWith('/') && !/^[a-z][a-z\d+.-]*:/i.test(path)) {
    throw plain(`--raw must be a valid URL path: parse "${path}": invalid URI for request`);
  }
}

function* bodyOf(invocation: Invocation, file: string): Call<JsonObject> {
  const { sys } = invocation;
  const text =
    file === '-' ? fromBytes(yield* readToEnd(sys, 0)) : yield* readTextOrFail(sys, file, '');
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    throw badRequestError('the object provided is unrecognized (must be of type JSON)');
  }
}

/** `create --raw PATH -f FILE`: the file's bytes as they are. Models pkg/rawhttp RawPost. */
export function* createRaw(invocation: Invocation): Call<number> {
  const file = checkRaw(invocation);
  const body = yield* bodyOf(invocation, file);
  const { client, flags, output } = invocation;
  const { info, namespace, subresource } = requestOf(client, flags.string('raw'));
  const answer = client.create(info.resource, namespace, body, { subresource });
  output.out(`${goJson(answer as never)}\n`);
  return 0;
}

/** `replace --raw PATH -f FILE`. Models pkg/rawhttp RawPut. */
export function* replaceRaw(invocation: Invocation): Call<number> {
  const file = checkRaw(invocation);
  const body = yield* bodyOf(invocation, file);
  const { client, flags, output } = invocation;
  const { info, namespace, name, subresource } = requestOf(client, flags.string('raw'));
  if (name === undefined) throw new KubectlError(NOT_SERVED);
  const answer = client.update(info.resource, namespace, body, { subresource });
  output.out(`${goJson(answer as never)}\n`);
  return 0;
}
