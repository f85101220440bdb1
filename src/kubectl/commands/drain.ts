import { isNotFound } from '../../api/find-object';
import { ApiError } from '../../api/status';
import type { Pod } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Call } from '../../runtime/syscalls';
import type { Command, Invocation } from '../command';
import { errorText, KubectlError } from '../errors';
import { CHUNK_SIZE_FLAG, DRY_RUN_FLAG, SELECTOR_FLAG } from '../flags/common-flags';
import { bool, duration, int, string } from '../flags/flag';
import { cordonAll, type NodeWork, nodesOf } from '../nodes/cordon';
import { podsToEvict } from '../nodes/pods-to-evict';
import { requireResource } from '../resource/mapper';
import { onlyObject, waitUntil } from '../resource/wait-until';

export const cordon: Command = {
  name: 'cordon',
  summary: 'Mark node as unschedulable',
  flags: [DRY_RUN_FLAG, SELECTOR_FLAG],
  run: (invocation) => setSchedulable(invocation, 'cordon', true),
};

export const uncordon: Command = {
  name: 'uncordon',
  summary: 'Mark node as schedulable',
  flags: [DRY_RUN_FLAG, SELECTOR_FLAG],
  run: (invocation) => setSchedulable(invocation, 'uncordon', false),
};

function* setSchedulable(invocation: Invocation, word: string, desired: boolean): Task<number> {
  cordonAll(yield* nodesOf(invocation, word), desired);
  return 0;
}

export const drain: Command = {
  name: 'drain',
  summary: 'Drain node in preparation for maintenance',
  flags: [
    CHUNK_SIZE_FLAG,
    bool('delete-emptydir-data'),
    bool('disable-eviction'),
    DRY_RUN_FLAG,
    bool('force'),
    int('grace-period', undefined, { default: '-1' }),
    bool('ignore-daemonsets'),
    string('pod-selector'),
    SELECTOR_FLAG,
    int('skip-wait-for-delete-timeout'),
    duration('timeout', undefined, { default: '0s' }),
  ],
  run,
};

function* run(invocation: Invocation): Task<number> {
  const { output, sys } = invocation;
  const work = yield* nodesOf(invocation, 'drain');
  cordonAll(work, true);
  const fatal: string[] = [];
  const remaining: string[] = [];
  for (const { info, object } of work.nodes) {
    const name = object.metadata.name ?? '';
    const errors = yield* drainNode(work, name);
    if (errors.length === 0) {
      work.print(info, object, 'drained');
      continue;
    }
    const why = errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`;
    output.err(
      `error: unable to drain node "${name}" due to error: ${why}, continuing command...\n`,
    );
    fatal.push(...errors);
    remaining.push(name);
  }
  if (remaining.length === 0) return 0;
  output.err('There are pending nodes to be drained:\n');
  for (const name of remaining) output.err(` ${name}\n`);
  yield* output.flush(sys);
  throw new KubectlError(fatal.join('\n'));
}

/** Evicts a node's pods and waits for their end; returns what went wrong. */
function* drainNode(
  { invocation, dryRun, print }: NodeWork,
  node: string,
): Call<readonly string[]> {
  const { output, sys } = invocation;
  const { pods, warnings, errors } = podsToEvict(invocation, node);
  if (errors.length > 0) return errors;
  if (warnings !== '') output.warn(warnings);
  const note = dryRun === 'none' ? '' : ` (${dryRun === 'server' ? 'server ' : ''}dry run)`;
  const evicting = !invocation.flags.bool('disable-eviction') || dryRun === 'client';
  const announce = (wanted: readonly Pod[]): void => {
    for (const { metadata } of evicting ? wanted : []) {
      output.out(`evicting pod ${metadata.namespace}/${metadata.name}${note}\n`);
    }
  };
  announce(pods);
  if (dryRun !== 'none') return [];
  const timeout = invocation.flags.duration('timeout');
  const deadline = timeout > 0 ? sys.nowMs + timeout : Number.MAX_SAFE_INTEGER;
  const failed: string[] = [];
  const refused: Pod[] = [];
  for (let left = [...pods]; left.length > 0; left = refused.splice(0)) {
    for (const pod of left) {
      const answer = evict(invocation, pod, evicting);
      if (answer === undefined) continue;
      if (!answer.retry) {
        failed.push(answer.why);
        continue;
      }
      output.err(`${answer.why}\n`);
      refused.push(pod);
    }
    if (refused.length === 0) break;
    if (sys.nowMs + RETRY_MS > deadline) {
      const { name, namespace } = (refused[0] as Pod).metadata;
      failed.push(
        `error when evicting pods/"${name}" -n "${namespace}": global timeout reached: ${invocation.flags.string('timeout')}`,
      );
      return failed;
    }
    yield* output.flush(sys);
    yield* sys.sleep(RETRY_MS);
    announce(refused);
  }
  yield* output.flush(sys);
  const info = requireResource(invocation.client, 'pods');
  for (const pod of pods) {
    const { name, namespace } = pod.metadata;
    if (yield* isGone(invocation, pod, deadline - sys.nowMs))
      print(info, pod, evicting ? 'evicted' : 'deleted');
    else {
      failed.push(
        `error when waiting for pod "${name}" in namespace "${namespace}" to terminate: global timeout reached: ${invocation.flags.string('timeout')}`,
      );
    }
    yield* output.flush(sys);
  }
  return failed;
}

/** How long kubectl waits before it asks again for what a disruption budget has refused. */
const RETRY_MS = 5000;
const TOO_MANY_REQUESTS = 429;

/** Asks for a pod's end; returns why it cannot be, and whether to ask again. */
function evict(
  { client, flags }: Invocation,
  { metadata }: Pod,
  evicting: boolean,
): { readonly why: string; readonly retry: boolean } | undefined {
  const grace = flags.number('grace-period');
  const { name = '', namespace } = metadata;
  const deleteOptions = grace < 0 ? {} : { gracePeriodSeconds: grace };
  const at = `error when evicting pods/"${name}" -n "${namespace}"`;
  try {
    if (evicting) {
      const eviction = {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name, namespace },
        deleteOptions,
      };
      client.create('pods', namespace, eviction, { subresource: 'eviction' });
    } else client.delete('pods', namespace, name, deleteOptions);
    return undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    const why = errorText(error).replace(/^Error from server[^:]*: /, '');
    const retry = error instanceof ApiError && error.status.code === TOO_MANY_REQUESTS;
    return { why: `${at}${retry ? ' (will retry after 5s)' : ''}: ${why}`, retry };
  }
}

function* isGone(invocation: Invocation, { metadata }: Pod, timeoutMs: number): Call<boolean> {
  const { client } = invocation;
  const scope = onlyObject(metadata.namespace, metadata.name ?? '');
  const gone = yield* waitUntil(invocation, 'pods', scope, timeoutMs, () => {
    const there = client.list('pods', scope).items;
    return there.some((pod) => pod.metadata.uid === metadata.uid) ? undefined : true;
  });
  return gone === true;
}
