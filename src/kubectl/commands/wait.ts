import { isNotFound } from '../../api/find-object';
import { goQuote } from '../../api/golang/quote';
import { isList, isObject, type Json } from '../../api/patch/json-value';
import { notFoundError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Call } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import {
  ALL_NAMESPACES_FLAG,
  FIELD_SELECTOR_FLAG,
  FILENAME_FLAGS,
  PRINT_FLAGS,
  SELECTOR_FLAG,
} from '../flags/common-flags';
import { bool, duration, stringArray } from '../flags/flag';
import { JsonPath, printValue } from '../jsonpath/evaluate';
import { JsonPathError } from '../jsonpath/nodes';
import { relaxedTemplate } from '../jsonpath/relaxed';
import { type Found, fetchTargets, type Resolved, resolveTargets } from '../resource/builder';
import { qualifiedKind } from '../resource/mapper';
import { onlyObject, waitUntil } from '../resource/wait-until';
import { resultPrinter } from '../write-options';
import { timedOut } from './wait-until-gone';

export const wait: Command = {
  name: 'wait',
  summary: 'Wait for a specific condition on one or many resources',
  flags: [
    bool('all'),
    ALL_NAMESPACES_FLAG,
    FIELD_SELECTOR_FLAG,
    ...FILENAME_FLAGS,
    stringArray('for'),
    bool('local'),
    ...PRINT_FLAGS,
    SELECTOR_FLAG,
    duration('timeout', undefined, { default: '30s' }),
  ],
  run,
};

/** A week: what a negative timeout means. */
const LONGEST_WAIT_MS = 168 * 60 * 60 * 1000;
const POLL_MS = 500;

type Condition =
  | { readonly kind: 'create' | 'delete' }
  | { readonly kind: 'check'; met(object: KubeObject): boolean };

function* run(invocation: Invocation): Task<number> {
  const { flags, sys } = invocation;
  const print = yield* resultPrinter(invocation, 'none');
  const conditions = conditionsOf(flags.list('for'));
  const given = flags.duration('timeout');
  const timeout = given < 0 ? LONGEST_WAIT_MS : given;
  const deadline = sys.nowMs + timeout;
  const resolved = yield* resolveTargets(invocation, {
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    typeMeansAll: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
  });
  const wants = (kind: Condition['kind']) => conditions.some((one) => one.kind === kind);
  if (wants('create')) yield* waitForAny(invocation, resolved, deadline);
  const { found, errors: missing } = fetchTargets(invocation, resolved.targets);
  const errors: unknown[] = [
    ...resolved.errors,
    ...(wants('delete') ? missing.filter((error) => !isNotFound(error)) : missing),
  ];
  for (const one of found) {
    try {
      for (const condition of conditions) {
        const object = yield* waitFor(invocation, one, condition, { deadline, timeout });
        print(one.info, object, 'condition met');
        yield* invocation.output.flush(sys);
      }
    } catch (error) {
      errors.push(error);
    }
  }
  throwAll(errors);
  if (found.length === 0 && !wants('delete')) throw plain('no matching resources found');
  return 0;
}

function conditionsOf(texts: readonly string[]): Condition[] {
  if (texts.length === 0) throw plain('unrecognized condition: []');
  return texts.map((text) => {
    const lower = text.toLowerCase();
    if (lower === 'create' || lower === 'delete') return { kind: lower };
    if (text.startsWith('condition=')) return statusCondition(text.slice('condition='.length));
    if (text.startsWith('jsonpath=')) return pathCondition(text.slice('jsonpath='.length));
    throw plain(`unrecognized condition: ${goQuote(text)}`);
  });
}

/** `Ready`, `Ready=false`. Models pkg/cmd/wait/condition.go. */
function statusCondition(text: string): Condition {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  const wanted = at < 0 ? 'true' : text.slice(at + 1);
  const same = (a: unknown, b: string) => String(a ?? '').toLowerCase() === b.toLowerCase();
  return {
    kind: 'check',
    met({ metadata, status }) {
      const { conditions = [], observedGeneration } = (status ?? {}) as StatusOfAny;
      const condition = conditions.find(({ type }) => same(type, name));
      if (!condition) return false;
      const observed = condition.observedGeneration ?? observedGeneration;
      const { generation } = metadata;
      if (generation !== undefined && observed !== undefined && observed < generation) return false;
      return same(condition.status, wanted);
    },
  };
}

interface StatusOfAny {
  readonly observedGeneration?: number;
  readonly conditions?: readonly {
    readonly type?: string;
    readonly status?: string;
    readonly observedGeneration?: number;
  }[];
}

/** `{.status.phase}=Running`, `{.status.podIP}`. Models pkg/cmd/wait/json.go. */
function pathCondition(text: string): Condition {
  const parts = splitAtEquals(text);
  if (parts.length > 2) {
    throw plain(
      "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
    );
  }
  const [expression = '', given] = parts;
  const value = given?.replace(/^['"]+|['"]+$/g, '');
  if (value === '') {
    throw plain(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  }
  const path = parsePath(expression);
  return {
    kind: 'check',
    met: (object) => pathIsMet(path.find(object as unknown as Json) as Json[][], value),
  };
}

function parsePath(expression: string): JsonPath {
  if (expression === '') throw plain('jsonpath expression cannot be empty');
  try {
    return new JsonPath(relaxedTemplate(expression), { allowMissingKeys: true });
  } catch (error) {
    if (error instanceof JsonPathError) throw plain(error.message);
    throw error;
  }
}

/** At single `=`; `==` belongs to the expression. */
function splitAtEquals(text: string): string[] {
  return text
    .replaceAll('==', '\0')
    .split('=')
    .map((part) => part.replaceAll('\0', '=='));
}

function pathIsMet(results: readonly Json[][], wanted: string | undefined): boolean {
  const [first] = results;
  if (!first || first.length === 0) return false;
  if (results.length > 1) throw plain('given jsonpath expression matches more than one list');
  if (first.length > 1) throw plain('given jsonpath expression matches more than one value');
  if (wanted === undefined) return true;
  const [value] = first as [Json];
  if (isObject(value) || isList(value)) {
    throw plain('jsonpath leads to a nested object or list which is not supported');
  }
  return printValue(value).trim() === wanted.trim();
}

/** --for=create: at least one of the objects exists. */
function* waitForAny(invocation: Invocation, { targets }: Resolved, deadline: number): Call<void> {
  const { sys } = invocation;
  for (;;) {
    const { found, errors } = fetchTargets(invocation, targets);
    throwAll(errors.filter((error) => !isNotFound(error)));
    if (found.length > 0) return;
    if (sys.nowMs >= deadline) throw plain('timed out waiting for the condition');
    yield* sys.sleep(Math.min(POLL_MS, deadline - sys.nowMs));
  }
}

interface Limit {
  readonly deadline: number;
  /** Zero: look once. */
  readonly timeout: number;
}

function* waitFor(
  invocation: Invocation,
  { info, object }: Found,
  condition: Condition,
  { deadline, timeout }: Limit,
): Call<KubeObject> {
  if (condition.kind === 'create') return object;
  const { client, sys } = invocation;
  const { namespace, name = '' } = object.metadata;
  const scope = onlyObject(namespace, name);
  const current = () => client.list(info.resource, scope).items[0];
  const { met: isMet } = condition.kind === 'check' ? condition : { met: undefined };
  const left = deadline - sys.nowMs;
  const check = () => {
    const live = current();
    if (!isMet) return live ? undefined : object;
    return live && isMet(live) ? live : undefined;
  };
  if (timeout === 0) {
    const met = check();
    if (met) return met;
    throw plain(`condition not met for ${qualifiedKind(info)}/${name}`);
  }
  if (left <= 0 && !isMet) {
    throw plain('client rate limiter Wait returned an error: context deadline exceeded');
  }
  if (left > 0 && isMet && !current()) throw notFoundError(info.resource, name);
  const met =
    left <= 0 ? undefined : yield* waitUntil(invocation, info.resource, scope, left, check);
  if (!met) throw timedOut(`${info.plural}/${name}`);
  return met;
}
