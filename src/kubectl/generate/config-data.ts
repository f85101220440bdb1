import { goJson } from '../../api/golang/json';
import { goQuote } from '../../api/golang/quote';
import { configMapKeyProblems } from '../../api/names';
import type { JsonObject } from '../../api/patch/json-value';
import { type Bytes, fromBytes, toBytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, Sys } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import { plain } from '../errors';
import { pathError } from '../files';
import { bool, string, stringArray, stringSlice } from '../flags/flag';
import { addEnvFiles, addFiles, addLiterals, isUtf8 } from './data-sources';
import { type Generator, generatorCommand } from './generator';
import { sha256 } from './sha256';

const APPEND_HASH = bool('append-hash');

const SOURCES = [
  stringSlice('from-file'),
  stringArray('from-literal'),
  stringSlice('from-env-file'),
  APPEND_HASH,
];

const configMap: Generator = {
  name: 'configmap',
  aliases: ['cm'],
  summary: 'Create a config map from a local file, directory or literal value',
  flags: SOURCES,
  failure: 'failed to create configmap: ',
  check: checkSources,
  *object(invocation, name): Call<JsonObject> {
    const data: Record<string, string> = {};
    const binaryData: Record<string, string> = {};
    const add = (key: string, value: Bytes, fromFile: boolean) => {
      const problems = configMapKeyProblems(key);
      if (problems.length > 0) {
        throw plain(
          `${goQuote(key)} is not a valid key name for a ConfigMap: ${problems.join(',')}`,
        );
      }
      for (const [field, entries] of Object.entries({ Data: data, BinaryData: binaryData })) {
        if (!Object.hasOwn(entries, key)) continue;
        throw plain(
          `cannot add key ${goQuote(key)}, another key by that name already exists in ${field} for ConfigMap ${goQuote(name)}`,
        );
      }
      if (fromFile && !isUtf8(value)) binaryData[key] = btoa(value);
      else data[key] = fromBytes(value);
    };
    yield* addFiles(invocation, invocation.flags.list('from-file'), add);
    addLiterals(invocation, add);
    yield* addEnvFiles(invocation, 'config', add);
    const binary: JsonObject = Object.keys(binaryData).length > 0 ? { binaryData } : {};
    const hashed: JsonObject = { data, kind: 'ConfigMap', name, ...binary };
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: nameWithHash(invocation, name, hashed) },
      data,
      binaryData,
    };
  },
};

function checkSources({ flags }: Invocation): void {
  const given = (flag: string) => flags.list(flag).length > 0;
  if (given('from-env-file') && (given('from-file') || given('from-literal'))) {
    throw plain('from-env-file cannot be combined with from-file or from-literal');
  }
}

function nameWithHash({ flags }: Invocation, name: string, content: JsonObject): string {
  return flags.bool('append-hash') ? `${name}-${contentHash(content)}` : name;
}

/**
 * Ten characters without vowels of the SHA-256 of a ConfigMap's or Secret's `{data, kind, name, …}`. Models
 * pkg/util/hash.
 */
export function contentHash(content: JsonObject): string {
  const hex = sha256(toBytes(goJson(content as never))).slice(0, 10);
  const letters: Record<string, string> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };
  return hex.replace(/[013ae]/g, (found) => letters[found] ?? found);
}

function secretEntries(): { data: Record<string, string>; add: (k: string, v: Bytes) => void } {
  const data: Record<string, string> = {};
  const add = (key: string, value: Bytes) => {
    const problems = configMapKeyProblems(key);
    if (problems.length > 0) {
      throw plain(`${goQuote(key)} is not valid key name for a Secret ${problems.join(';')}`);
    }
    if (Object.hasOwn(data, key)) {
      throw plain(`cannot add key ${key}, another key by that name already exists`);
    }
    data[key] = btoa(value);
  };
  return { data, add };
}

function secret(
  invocation: Invocation,
  name: string,
  type: string,
  data: Record<string, string>,
): JsonObject {
  const hashed = { data, kind: 'Secret', name, type };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: nameWithHash(invocation, name, hashed) },
    data,
    ...(type === '' ? {} : { type }),
  };
}

const SECRET_FAILURE = 'failed to create secret ';

const genericSecret: Generator = {
  name: 'generic',
  summary: 'Create a secret from a local file, directory, or literal value',
  flags: [...SOURCES, string('type')],
  failure: SECRET_FAILURE,
  check: checkSources,
  *object(invocation, name): Call<JsonObject> {
    const { data, add } = secretEntries();
    addLiterals(invocation, add);
    yield* addFiles(invocation, invocation.flags.list('from-file'), add);
    yield* addEnvFiles(invocation, 'secret', add);
    return secret(invocation, name, invocation.flags.string('type'), data);
  },
};

const DOCKER_KEY = '.dockerconfigjson';

const dockerSecret: Generator = {
  name: 'docker-registry',
  summary: 'Create a secret for use with a Docker registry',
  flags: [
    string('docker-username'),
    string('docker-password'),
    string('docker-email'),
    string('docker-server', undefined, { default: 'https://index.docker.io/v1/' }),
    stringSlice('from-file'),
    APPEND_HASH,
  ],
  failure: SECRET_FAILURE,
  check({ flags }) {
    if (flags.list('from-file').length > 0) return;
    const needed = ['docker-username', 'docker-password', 'docker-server'];
    if (needed.every((flag) => flags.string(flag) !== '')) return;
    throw plain(
      'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
    );
  },
  *object(invocation, name): Call<JsonObject> {
    const { flags } = invocation;
    const { data, add } = secretEntries();
    const files = flags.list('from-file');
    const sources = files.map((file) => (file.includes('=') ? file : `${DOCKER_KEY}=${file}`));
    yield* addFiles(invocation, sources, add);
    if (files.length === 0) add(DOCKER_KEY, toBytes(dockerConfig(invocation)));
    return secret(invocation, name, 'kubernetes.io/dockerconfigjson', data);
  },
};

function dockerConfig({ flags }: Invocation): string {
  const username = flags.string('docker-username');
  const password = flags.string('docker-password');
  const email = flags.string('docker-email');
  const entry = {
    username,
    password,
    ...(email === '' ? {} : { email }),
    auth: btoa(toBytes(`${username}:${password}`)),
  };
  return goJson({ auths: { [flags.string('docker-server')]: entry } } as never, true);
}

const tlsSecret: Generator = {
  name: 'tls',
  summary: 'Create a TLS secret',
  flags: [string('cert'), string('key'), APPEND_HASH],
  failure: SECRET_FAILURE,
  check({ flags }) {
    if (flags.string('key') === '' || flags.string('cert') === '') {
      throw plain('key and cert must be specified');
    }
  },
  *object(invocation, name): Call<JsonObject> {
    const { flags, sys } = invocation;
    const { data, add } = secretEntries();
    const cert = yield* readPem(sys, flags.string('cert'));
    const key = yield* readPem(sys, flags.string('key'));
    checkPem(cert, 'certificate');
    checkPem(key, 'key');
    add('tls.crt', cert);
    add('tls.key', key);
    return secret(invocation, name, 'kubernetes.io/tls', data);
  },
};

function* readPem(sys: Sys, path: string): Call<Bytes> {
  try {
    return yield* readFile(sys, toBytes(path));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw plain(`Cannot read file ${path}, ${pathError('open', path, error)}`);
  }
}

/** Whether there is a PEM block of the right sort. Whether key and certificate match is not looked at. */
function checkPem(bytes: Bytes, what: 'certificate' | 'key'): void {
  const types = [...bytes.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, type = '']) => type);
  if (types.length === 0) throw plain(`tls: failed to find any PEM data in ${what} input`);
  if (what === 'certificate' && !types.includes('CERTIFICATE')) {
    throw plain(
      `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${types.join(' ')}]`,
    );
  }
  if (what === 'key' && !types.some((type) => type.endsWith('PRIVATE KEY'))) {
    throw plain(
      `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${types.join(' ')}]`,
    );
  }
}

/** `kubectl create configmap` and `kubectl create secret TYPE`. */
export const CONFIG_DATA_COMMANDS: readonly Command[] = [
  generatorCommand(configMap),
  {
    name: 'secret',
    summary: 'Create a secret using a specified subcommand',
    subcommands: [dockerSecret, genericSecret, tlsSecret].map(generatorCommand),
  },
];
