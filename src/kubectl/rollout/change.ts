import type { JsonObject } from '../../api/patch/json-value';
import { patchSchemaOf } from '../../api/patch/patch-schema';
import { twoWayPatch } from '../../api/patch/strategic-diff';
import { ApiError } from '../../api/status';
import { formatTime } from '../../api/time';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import {
  FILENAME_FLAGS,
  fieldManagerFlag,
  PRINT_FLAGS,
  SELECTOR_FLAG,
} from '../flags/common-flags';
import { inGoOrder } from '../generate/generator';
import { changedAt } from '../pods/pod-template';
import { resultPrinter } from '../write-options';
import { nothingThere, workloadsOf } from './workloads';

/** A change of a workload by one small patch. */
interface Change {
  readonly name: string;
  readonly summary: string;
  /** `restarted`. */
  readonly operation: string;
  /** The object changed, or why it cannot be. */
  apply(object: JsonObject, nowMs: number): JsonObject | string;
  /** What is said when nothing would change. */
  unchanged(name: string): string;
}

const isPaused = ({ spec }: JsonObject) => (spec as { paused?: boolean }).paused === true;

function withSpec(object: JsonObject, change: JsonObject): JsonObject {
  return { ...object, spec: { ...(object.spec as JsonObject), ...change } };
}

const RESTART: Change = {
  name: 'restart',
  summary: 'Restart a resource',
  operation: 'restarted',
  apply(object, nowMs) {
    if (!['Deployment', 'DaemonSet', 'StatefulSet'].includes(String(object.kind))) {
      return 'restarting is not supported';
    }
    if (isPaused(object)) return "can't restart paused deployment (run rollout resume first)";
    const path = ['spec', 'template', 'metadata', 'annotations'];
    const now = formatTime(nowMs);
    return changedAt(object, path, (annotations) => ({
      ...annotations,
      'kubectl.kubernetes.io/restartedAt': now,
    }));
  },
  unchanged: (name) =>
    `failed to create patch for ${name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
};

const PAUSE: Change = {
  name: 'pause',
  summary: 'Mark the provided resource as paused',
  operation: 'paused',
  apply(object) {
    if (object.kind !== 'Deployment') return 'pausing is not supported';
    return isPaused(object) ? 'is already paused' : withSpec(object, { paused: true });
  },
  unchanged: () => 'already paused',
};

const RESUME: Change = {
  name: 'resume',
  summary: 'Resume a paused resource',
  operation: 'resumed',
  apply(object) {
    if (object.kind !== 'Deployment') return 'resuming is not supported';
    return isPaused(object) ? withSpec(object, { paused: false }) : 'is not paused';
  },
  unchanged: () => 'already resumed',
};

function changeCommand(change: Change): Command {
  return {
    name: change.name,
    summary: change.summary,
    flags: [fieldManagerFlag('kubectl-rollout'), ...FILENAME_FLAGS, ...PRINT_FLAGS, SELECTOR_FLAG],
    run: (invocation) => run(change, invocation),
  };
}

export const ROLLOUT_CHANGES: readonly Command[] = [PAUSE, RESTART, RESUME].map(changeCommand);

function* run(change: Change, invocation: Invocation): Task<number> {
  const { client, sys } = invocation;
  const print = yield* resultPrinter(invocation, 'none', { typed: true, late: true });
  const { found, errors } = yield* workloadsOf(invocation);
  if (found.length === 0 && errors.length === 0) nothingThere(invocation);
  for (const { info, object } of found) {
    const { namespace, name = '' } = object.metadata;
    const before = inGoOrder(object as unknown as JsonObject);
    const changed = change.apply(before, sys.nowMs);
    if (typeof changed === 'string') {
      errors.push(plain(`error: ${info.resource} "${name}" ${changed}`));
      continue;
    }
    const patch = twoWayPatch(before, inGoOrder(changed), patchSchemaOf(info.kind));
    if (Object.keys(patch).length === 0) {
      errors.push(plain(change.unchanged(name)));
      continue;
    }
    try {
      const answer = client.patch(info.resource, namespace, name, 'strategic', patch);
      print(info, inGoOrder(answer as unknown as JsonObject), change.operation);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors.push(plain(`failed to patch: ${error.message}`));
    }
  }
  throwAll(errors);
  return 0;
}
