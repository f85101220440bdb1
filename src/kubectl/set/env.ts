import { goQuote } from '../../api/golang/quote';
import { envVarNameProblems } from '../../api/names';
import type { JsonObject } from '../../api/patch/json-value';
import type { Task } from '../../kernel/task';
import { fromBytes } from '../../runtime/bytes';
import { readToEnd } from '../../runtime/read-file';
import type { Call } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import { SELECTOR_FLAG } from '../flags/common-flags';
import { bool, string, stringArray, stringSlice } from '../flags/flag';
import { withContainers, withPodSpec } from '../pods/pod-template';
import { fetchTargets, resolveTargets } from '../resource/builder';
import { dryRunOf, resultPrinter } from '../write-options';
import { matchesName, objectsToSet, SET_FLAGS, setAll } from './change';
import { type EnvVar, listEnv } from './env-list';

export const setEnv: Command = {
  name: 'env',
  summary: 'Update environment variables on a pod template',
  flags: [
    ...SET_FLAGS.filter(({ name }) => name !== 'record'),
    SELECTOR_FLAG,
    string('containers', 'c', { default: '*' }),
    stringArray('env', 'e'),
    string('from'),
    stringSlice('keys'),
    bool('list'),
    bool('overwrite', undefined, { default: 'true' }),
    string('prefix'),
    bool('resolve'),
  ],
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { args, flags, output } = invocation;
  if (flags.bool('all') && flags.string('selector') !== '') {
    throw plain('cannot set --all and --selector at the same time');
  }
  const { resources, words } = splitArguments(args);
  const dryRun = dryRunOf(invocation);
  const print = yield* resultPrinter(invocation, dryRun, { typed: true });
  checkFlags(invocation, resources, dryRun === 'server');
  const { env: given, remove } = yield* parseEnv(invocation, [...flags.list('env'), ...words]);
  const prefix = flags.string('prefix');
  const env = [...given, ...(yield* importedEnv(invocation))].map((one) => ({
    ...one,
    name: `${prefix}${one.name}`,
  }));
  const found = yield* objectsToSet(invocation, resources, 'ignored');
  const errors: unknown[] = [];
  const change = (object: JsonObject) =>
    withPodSpec(object, (spec) => changedSpec(invocation, object, spec, env, remove));
  if (flags.bool('list')) {
    for (const { object } of found) change(object as unknown as JsonObject);
    return 0;
  }
  setAll(invocation, found, {
    dryRun,
    print,
    operation: 'env updated',
    failure: 'failed to patch env update to pod template: ',
    errors,
    change,
  });
  yield* output.flush(invocation.sys);
  throwAll(errors);
  return 0;
}

function splitArguments(args: readonly string[]): {
  resources: readonly string[];
  words: readonly string[];
} {
  const isEnv = (word: string) => /^.+=/s.test(word) || word.endsWith('-');
  const first = args.findIndex(isEnv);
  if (first < 0) return { resources: args, words: [] };
  const words = args.slice(first);
  if (!words.every(isEnv)) {
    throw plain(`all resources must be specified before environment changes: ${args.join(' ')}`);
  }
  return { resources: args.slice(0, first), words };
}

function checkFlags({ flags }: Invocation, resources: readonly string[], onServer: boolean): void {
  if (flags.bool('local') && onServer) {
    throw plain('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  }
  if (!flags.namesFiles && resources.length === 0) {
    throw plain(
      'one or more resources must be specified as <resource> <name> or <resource>/<name>',
    );
  }
  if (flags.bool('list') && flags.string('output') !== '') {
    throw plain('--list and --output may not be specified together');
  }
  if (flags.list('keys').length > 0 && flags.string('from') === '') {
    throw plain('when specifying --keys, a configmap or secret must be provided with --from');
  }
}

/** Models pkg/cmd/set/env/env_parse.go. */
function* parseEnv(
  { sys }: Invocation,
  words: readonly string[],
): Call<{ env: EnvVar[]; remove: string[] }> {
  const env: EnvVar[] = [];
  const remove: string[] = [];
  for (const word of words) {
    const at = word.indexOf('=');
    if (word === '-') env.push(...envLines(fromBytes(yield* readToEnd(sys, 0))));
    else if (at >= 0) {
      const name = word.slice(0, at);
      const problems = envVarNameProblems(name);
      if (problems.length > 0) {
        throw plain(`${goQuote(name)} is not a valid key name: ${problems.join(';')}`);
      }
      env.push({ name, value: word.slice(at + 1) });
    } else if (word.endsWith('-')) remove.push(word.slice(0, -1));
    else throw plain(`unknown environment variable: ${word}`);
  }
  if (remove.some((name) => env.some((one) => one.name === name))) {
    throw plain('can not both modify and remove the same environment variable in the same command');
  }
  return { env, remove };
}

function envLines(text: string): EnvVar[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*$/, ''))
    .filter((line) => line.includes('='))
    .map((line) => {
      const at = line.indexOf('=');
      return { name: line.slice(0, at), value: line.slice(at + 1) };
    });
}

/** What --from brings: one variable for each key of a ConfigMap or Secret. */
function* importedEnv(invocation: Invocation): Call<EnvVar[]> {
  const { flags, output } = invocation;
  const from = flags.string('from');
  if (from === '') return [];
  const { targets } = yield* resolveTargets(invocation, { args: [from] });
  const { found, errors } = fetchTargets(invocation, targets);
  throwAll(errors);
  const wanted = flags.list('keys');
  const env: EnvVar[] = [];
  for (const { info, object } of found) {
    if (info.resource !== 'secrets' && info.resource !== 'configmaps') {
      throw plain('unsupported resource specified in --from');
    }
    const field = info.resource === 'secrets' ? 'secretKeyRef' : 'configMapKeyRef';
    const { data = {} } = object as unknown as { data?: Record<string, string> };
    for (const key of Object.keys(data).sort()) {
      if (wanted.length > 0 && !wanted.includes(key)) continue;
      const name = key.replace(/[^a-zA-Z0-9_]/g, '_').toUpperCase();
      if (name !== key) output.warn(`key ${key} transferred to ${name}`);
      env.push({ name, valueFrom: { [field]: { name: object.metadata.name ?? '', key } } });
    }
  }
  return env;
}

function changedSpec(
  invocation: Invocation,
  object: JsonObject,
  spec: JsonObject,
  env: readonly EnvVar[],
  remove: readonly string[],
): JsonObject {
  const { flags, output } = invocation;
  const pattern = flags.string('containers');
  let hit = false;
  const changed = withContainers(spec, (container) => {
    if (!matchesName(String(container.name), pattern)) return container;
    hit = true;
    const before = (container.env ?? []) as unknown as readonly EnvVar[];
    if (!flags.bool('overwrite')) checkOverwrites(before, env);
    const after = updatedEnv(before, env, remove);
    if (flags.bool('list')) listEnv(invocation, object, container, after);
    return { ...container, env: after as unknown as JsonObject[] };
  });
  if (!hit) {
    const { name } = object.metadata as { name?: string };
    output.warn(`${object.kind}/${name} does not have any containers matching ${goQuote(pattern)}`);
  }
  return changed;
}

function checkOverwrites(before: readonly EnvVar[], env: readonly EnvVar[]): void {
  for (const { name, value = '' } of env) {
    const current = before.find((one) => one.name === name);
    if (!current || (current.value ?? '') === value) continue;
    throw plain(`'${name}' already has a value (${current.value ?? ''}), and --overwrite is false`);
  }
}

function updatedEnv(
  before: readonly EnvVar[],
  env: readonly EnvVar[],
  remove: readonly string[],
): EnvVar[] {
  const covered = new Set(remove);
  const after: EnvVar[] = [];
  for (const old of before) {
    if (covered.has(old.name)) continue;
    const newer = env.find(({ name }) => name === old.name);
    if (newer) covered.add(old.name);
    after.push(newer ?? old);
  }
  for (const one of env) {
    if (covered.has(one.name)) continue;
    covered.add(one.name);
    after.push(one);
  }
  return after;
}
