import type { IDaemonSet, IStatefulSet } from 'kubernetes-models/apps/v1';
import { goQuote } from '../../api/golang/quote';
import type { Deployment, KubeObject } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import { FILENAME_FLAGS, SELECTOR_FLAG } from '../flags/common-flags';
import { bool, duration, int64 } from '../flags/flag';
import type { Found } from '../resource/builder';
import { onlyObject } from '../resource/wait-until';
import { REVISION } from './revisions';
import { nothingThere, workloadsOf } from './workloads';

export const rolloutStatus: Command = {
  name: 'status',
  summary: 'Show the status of the rollout',
  flags: [
    ...FILENAME_FLAGS,
    int64('revision'),
    SELECTOR_FLAG,
    duration('timeout', undefined, { default: '0s' }),
    bool('watch', 'w', { default: 'true' }),
  ],
  run,
};

interface Progress {
  readonly text: string;
  readonly done: boolean;
}

function* run(invocation: Invocation): Task<number> {
  const { flags } = invocation;
  const revision = flags.number('revision');
  if (revision < 0) throw plain(`revision must be a positive integer: ${revision}`);
  const { found, errors } = yield* workloadsOf(invocation);
  for (const one of found) {
    try {
      yield* follow(invocation, one, revision);
    } catch (error) {
      errors.push(error);
    }
  }
  throwAll(errors);
  if (found.length === 0) nothingThere(invocation);
  return 0;
}

/** Says how far the workload is, each time it changes, until it is rolled out. */
function* follow(invocation: Invocation, { info, object }: Found, revision: number): Task<number> {
  const { client, flags, output, sys } = invocation;
  const progress = viewerOf(object);
  const { namespace, name = '' } = object.metadata;
  const timeout = flags.duration('timeout');
  const deadline = timeout > 0 ? sys.nowMs + timeout : Number.POSITIVE_INFINITY;
  const watch = client.watch(info.resource, onlyObject(namespace, name));
  try {
    for (;;) {
      for (let event = watch.take(); event; event = watch.take()) {
        if (event.type === 'DELETED') throw plain('object has been deleted');
        const { text, done } = progress(event.object, revision);
        output.out(text);
        yield* output.flush(sys);
        if (done || !flags.bool('watch')) return 0;
      }
      const left = deadline - sys.nowMs;
      if (left <= 0) throw plain('timed out waiting for the condition');
      yield* sys.wait(watch.changed, Number.isFinite(left) ? left : undefined);
    }
  } finally {
    watch.close();
  }
}

type Viewer = (object: KubeObject, revision: number) => Progress;

/** How a kind tells the progress of its rollout; throws for kinds that have none. */
export function viewerOf({ kind, apiVersion }: KubeObject): Viewer {
  const viewer = VIEWERS[kind];
  if (viewer) return viewer;
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  throw plain(`no status viewer has been implemented for ${kind}${group}`);
}

/** Models pkg/polymorphichelpers/rollout_status.go. */
const VIEWERS: Readonly<Record<string, Viewer>> = {
  Deployment: deploymentProgress,
  DaemonSet: daemonSetProgress,
  StatefulSet: statefulSetProgress,
};

const waiting = (text: string): Progress => ({ text, done: false });

function deploymentProgress(object: KubeObject, revision: number): Progress {
  const { metadata, spec, status } = object as Deployment;
  const name = goQuote(metadata.name ?? '');
  const current = Number(metadata.annotations?.[REVISION] ?? 0);
  if (revision > 0 && revision !== current) {
    throw plain(
      `desired revision (${revision}) is different from the running revision (${current})`,
    );
  }
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) {
    return waiting('Waiting for deployment spec update to be observed...\n');
  }
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    throw plain(`deployment ${name} exceeded its progress deadline`);
  }
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status ?? {};
  const rollout = `Waiting for deployment ${name} rollout to finish:`;
  const wanted = spec?.replicas;
  if (wanted !== undefined && updatedReplicas < wanted) {
    return waiting(
      `${rollout} ${updatedReplicas} out of ${wanted} new replicas have been updated...\n`,
    );
  }
  if (replicas > updatedReplicas) {
    return waiting(
      `${rollout} ${replicas - updatedReplicas} old replicas are pending termination...\n`,
    );
  }
  if (availableReplicas < updatedReplicas) {
    return waiting(
      `${rollout} ${availableReplicas} of ${updatedReplicas} updated replicas are available...\n`,
    );
  }
  return { text: `deployment ${name} successfully rolled out\n`, done: true };
}

function daemonSetProgress(object: KubeObject): Progress {
  const { metadata, spec, status } = object as unknown as IDaemonSet;
  const name = goQuote(metadata?.name ?? '');
  if (spec?.updateStrategy?.type !== 'RollingUpdate') {
    throw plain('rollout status is only available for RollingUpdate strategy type');
  }
  if ((metadata?.generation ?? 0) > (status?.observedGeneration ?? 0)) {
    return waiting('Waiting for daemon set spec update to be observed...\n');
  }
  const { updatedNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
  const desired = status?.desiredNumberScheduled ?? 0;
  const rollout = `Waiting for daemon set ${name} rollout to finish:`;
  if (updatedNumberScheduled < desired) {
    return waiting(
      `${rollout} ${updatedNumberScheduled} out of ${desired} new pods have been updated...\n`,
    );
  }
  if (numberAvailable < desired) {
    return waiting(`${rollout} ${numberAvailable} of ${desired} updated pods are available...\n`);
  }
  return { text: `daemon set ${name} successfully rolled out\n`, done: true };
}

function statefulSetProgress(object: KubeObject): Progress {
  const { metadata, spec, status } = object as unknown as IStatefulSet;
  const strategy = spec?.updateStrategy;
  if (strategy?.type !== 'RollingUpdate') {
    throw plain('rollout status is only available for RollingUpdate strategy type');
  }
  const observed = status?.observedGeneration ?? 0;
  if (observed === 0 || (metadata?.generation ?? 0) > observed) {
    return waiting('Waiting for statefulset spec update to be observed...\n');
  }
  const wanted = spec?.replicas;
  const { readyReplicas = 0, updatedReplicas = 0 } = status ?? {};
  if (wanted !== undefined && readyReplicas < wanted) {
    return waiting(`Waiting for ${wanted - readyReplicas} pods to be ready...\n`);
  }
  if (strategy.rollingUpdate) {
    const { partition } = strategy.rollingUpdate;
    if (wanted !== undefined && partition !== undefined && updatedReplicas < wanted - partition) {
      return waiting(
        `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${wanted - partition} new pods have been updated...\n`,
      );
    }
    return {
      text: `partitioned roll out complete: ${updatedReplicas} new pods have been updated...\n`,
      done: true,
    };
  }
  const { updateRevision, currentRevision, currentReplicas = 0 } = status ?? {};
  if (updateRevision !== currentRevision) {
    return waiting(
      `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}...\n`,
    );
  }
  return {
    text: `statefulset rolling update complete ${currentReplicas} pods at revision ${currentRevision}...\n`,
    done: true,
  };
}
