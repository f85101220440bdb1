import type { ByteStream, LogOptions } from '../../api/client';
import { isNotFound } from '../../api/find-object';
import { ApiError } from '../../api/status';
import type { KubeObject, Pod } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Call } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import { errorText, KubectlError, plain, usage } from '../errors';
import { podRunningTimeout, SELECTOR_FLAG } from '../flags/common-flags';
import { bool, duration, int, int64, string } from '../flags/flag';
import {
  containersInOrder,
  defaultContainer,
  hasContainer,
  invalidContainer,
} from '../pods/containers';
import { byLogging } from '../pods/pod-order';
import { firstPodOf, goTypeOf, NoSelector, podsOf } from '../pods/pods-of-object';
import { fetchTargets, resolveTargets } from '../resource/builder';
import { followAll, type LogSource, readToEnd } from './logs-streams';

export const logs: Command = {
  name: 'logs',
  summary: 'Print the logs for a container in a pod',
  flags: [
    bool('all-containers'),
    bool('all-pods'),
    string('container', 'c'),
    bool('follow', 'f'),
    bool('ignore-errors'),
    bool('insecure-skip-tls-verify-backend'),
    int64('limit-bytes'),
    int('max-log-requests', undefined, { default: '5' }),
    podRunningTimeout('20s'),
    bool('prefix'),
    bool('previous', 'p'),
    SELECTOR_FLAG,
    duration('since', undefined, { default: '0s' }),
    string('since-time'),
    int64('tail', undefined, { default: '-1' }),
    bool('timestamps'),
  ],
  run,
};

const USAGE = `expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.
POD or TYPE/NAME is a required argument for the logs command`;

/** Lines of each log that a selector shows without --tail. */
const SELECTOR_TAIL = 10;

function* run(invocation: Invocation): Task<number> {
  const { args, flags, path, output, sys } = invocation;
  const selector = flags.string('selector');
  if (args.length === 0 && selector === '') throw usage(path, USAGE);
  if (args.length > 2) throw usage(path, USAGE);
  if (args.length === 1 && selector !== '') {
    throw usage(path, 'only a selector (-l) or a POD name is allowed');
  }
  const container = flags.string('container') || (args[1] ?? '');
  checkFlags(invocation, container);
  const objects = yield* objectsOf(invocation);
  const sources = yield* sourcesOf(invocation, objects, container);
  yield* output.flush(sys);
  if (flags.bool('follow') && sources.length > 1) {
    const most = flags.number('max-log-requests');
    if (sources.length > most) {
      throw plain(
        `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${most}, use --max-log-requests to increase the limit`,
      );
    }
  }
  return yield* showAll(invocation, sources);
}

function checkFlags({ args, flags }: Invocation, container: string): void {
  if (flags.string('since-time') !== '' && flags.duration('since') !== 0) {
    throw plain('at most one of `sinceTime` or `sinceSeconds` may be specified');
  }
  if (flags.bool('all-containers') && container !== '') {
    throw plain(`--all-containers=true should not be specified with container name ${container}`);
  }
  if (flags.changed('container') && args.length === 2) {
    throw plain('only one of -c or an inline [CONTAINER] arg is allowed');
  }
  if (flags.changed('since') && flags.duration('since') <= 0) {
    throw plain('--since must be greater than 0');
  }
  if (flags.number('limit-bytes') < 0) {
    throw plain('--limit-bytes must be greater than 0');
  }
  if (flags.number('tail') < -1) throw plain('--tail must be greater than or equal to -1');
  const sinceTime = flags.string('since-time');
  if (sinceTime !== '' && Number.isNaN(Date.parse(sinceTime))) {
    throw plain(
      `parsing time "${sinceTime}" as "2006-01-02T15:04:05Z07:00": cannot parse "${sinceTime}" as "2006"`,
    );
  }
}

function* objectsOf(invocation: Invocation): Call<readonly KubeObject[]> {
  const { args, client, flags, namespace, output } = invocation;
  const selector = flags.string('selector');
  if (selector !== '') {
    const { items } = client.list('pods', { namespace, labelSelector: selector });
    if (items.length === 0) output.err(`No resources found in ${namespace} namespace.\n`);
    return items;
  }
  const [word = ''] = args;
  const { targets } = yield* resolveTargets(invocation, {
    args: word.includes('/') ? [word] : ['pods', word],
  });
  const { found, errors } = fetchTargets(invocation, targets);
  const [error] = errors;
  if (error !== undefined) {
    if (!isNotFound(error)) throw error;
    throw plain(
      `error from server (NotFound): ${(error as ApiError).message} in namespace "${namespace}"`,
    );
  }
  return found.map(({ object }) => object);
}

function* sourcesOf(
  invocation: Invocation,
  objects: readonly KubeObject[],
  container: string,
): Call<LogSource[]> {
  const sources: LogSource[] = [];
  for (const object of objects) {
    const pods = object.kind === 'Pod' ? [object as Pod] : yield* podsFor(invocation, object);
    for (const pod of pods) sources.push(...logsOfPod(invocation, pod, container));
  }
  return sources;
}

function* podsFor(invocation: Invocation, object: KubeObject): Call<readonly Pod[]> {
  const { flags, output } = invocation;
  try {
    if (flags.bool('all-pods')) return podsOf(invocation, object);
    const timeout = flags.duration('pod-running-timeout');
    const { pod, count } = yield* firstPodOf(invocation, object, byLogging, timeout);
    if (count > 1) output.err(`Found ${count} pods, using pod/${pod.metadata.name}\n`);
    return [pod];
  } catch (error) {
    if (!(error instanceof NoSelector)) throw error;
    throw plain(`cannot get the logs from ${goTypeOf(object)}: ${error.message}`);
  }
}

/** Models logsForObjectWithClient for a pod. */
function logsOfPod(invocation: Invocation, pod: Pod, wanted: string): LogSource[] {
  const { flags, output } = invocation;
  if (flags.bool('all-containers') || flags.bool('all-pods')) {
    return containersInOrder(pod).map((name) => sourceOf(invocation, pod, name));
  }
  let name = wanted;
  if (name === '') {
    const choice = defaultContainer(pod);
    for (const notice of choice.notices) output.err(`${notice}\n`);
    name = choice.name ?? '';
  }
  if (!hasContainer(pod, name)) throw plain(invalidContainer(pod, name));
  return [sourceOf(invocation, pod, name)];
}

function sourceOf(invocation: Invocation, pod: Pod, container: string): LogSource {
  const { flags, client } = invocation;
  const { namespace = '', name = '' } = pod.metadata;
  const options: LogOptions = { ...logOptions(invocation), container };
  return {
    prefix: flags.bool('prefix') ? `[pod/${name}/${container}] ` : '',
    open: (): ByteStream => client.logs(namespace, name, options),
  };
}

function logOptions({ flags }: Invocation): LogOptions {
  const since = flags.duration('since');
  const sinceTime = flags.string('since-time');
  const tail = flags.number('tail');
  const bySelector = flags.string('selector') !== '' && !flags.changed('tail');
  return {
    previous: flags.bool('previous'),
    follow: flags.bool('follow'),
    timestamps: flags.bool('timestamps'),
    ...(tail >= 0 ? { tailLines: tail } : bySelector ? { tailLines: SELECTOR_TAIL } : {}),
    ...(flags.number('limit-bytes') > 0 ? { limitBytes: flags.number('limit-bytes') } : {}),
    ...(since > 0 ? { sinceSeconds: Math.ceil(since / 1000) } : {}),
    ...(sinceTime === '' ? {} : { sinceTime }),
  };
}

function* showAll(invocation: Invocation, sources: readonly LogSource[]): Task<number> {
  const { flags, output, sys } = invocation;
  const ignoring = flags.bool('ignore-errors');
  const opened: { stream: ByteStream; prefix: string }[] = [];
  for (const source of sources) {
    try {
      const stream = yield* openLog(invocation, source);
      if (flags.bool('follow') && sources.length > 1)
        opened.push({ stream, prefix: source.prefix });
      else yield* readToEnd(sys, stream, source.prefix);
    } catch (error) {
      if (!ignoring) throw error;
      output.out(`error: ${errorText(error).replace(/^(error|Error from server[^:]*): /, '')}\n`);
      yield* output.flush(sys);
    }
  }
  yield* followAll(sys, opened);
  return 0;
}

/** With -f a log that is not there yet is asked for again every second, for a while. */
function* openLog(invocation: Invocation, source: LogSource): Call<ByteStream> {
  const { flags, output, sys } = invocation;
  const deadline = sys.nowMs + flags.duration('pod-running-timeout');
  for (;;) {
    try {
      return source.open();
    } catch (error) {
      if (!flags.bool('follow') || !(error instanceof ApiError)) throw error;
      output.err(`${error.message}\n`);
      yield* output.flush(sys);
      if (sys.nowMs + RETRY_MS > deadline) {
        throw new KubectlError('error: context deadline exceeded');
      }
      yield* sys.sleep(RETRY_MS);
    }
  }
}

const RETRY_MS = 1000;
