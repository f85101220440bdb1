import { ApiError } from '../../../../src/api/status.ts';
import type { KubeObject, Pod } from '../../../../src/api/types.ts';
import type { ClusterSimulator } from '../../../../src/simulator.ts';
import { isRecord } from '../../table.ts';
import type { ActionAnswer } from '../recorded/recording.ts';
import type { Action } from './scenario.ts';

/** An action's answer, with the object that came with it. */
export interface Answered extends ActionAnswer {
  readonly object?: KubeObject;
}

type Carry = (action: Action, name: string, simulator: ClusterSimulator) => KubeObject | undefined;

const NAMESPACE = 'default';

const setImage: Carry = ({ container, image }, name, { api }) => {
  const pod = api.get('pods', NAMESPACE, name) as Pod;
  const isInit = (pod.spec?.initContainers ?? []).some((one) => one.name === container);
  const list = isInit ? 'initContainers' : 'containers';
  const body = { spec: { [list]: [{ name: container, image }] } };
  return api.patch('pods', NAMESPACE, name, 'strategic', body);
};

const updatePod: Carry = ({ patch }, name, { api }) =>
  api.update('pods', NAMESPACE, merge(api.get('pods', NAMESPACE, name), patch));

const patchCondition: Carry = ({ type, status }, name, { api }) => {
  const body = { status: { conditions: [{ type, status }] } };
  return api.patch('pods', NAMESPACE, name, 'strategic', body, { subresource: 'status' });
};

const replaceStatus: Carry = ({ status }, name, { api }) => {
  const pod = { ...api.get('pods', NAMESPACE, name), status };
  return api.update('pods', NAMESPACE, pod, { subresource: 'status' });
};

const deleteCollection: Carry = ({ labelSelector }, _, { api }) => {
  const selected = api.list('pods', { namespace: NAMESPACE, labelSelector: String(labelSelector) });
  for (const { metadata } of selected.items) api.delete('pods', NAMESPACE, metadata?.name ?? '');
  return undefined;
};

const REMOVED: Readonly<Record<string, 'exited init'>> = {
  'init containers terminated with exit code 0': 'exited init',
};

const removeContainers: Carry = ({ which }, name, simulator) => {
  const removed = REMOVED[String(which)];
  if (!removed) throw new Error(`unknown containers to remove: ${String(which)}`);
  simulator.inject({ do: 'remove containers', pod: `${NAMESPACE}/${name}`, which: removed });
  return undefined;
};

/** The runtime's StopPodSandbox: it kills what runs in the sandbox first, without asking. */
const stopSandbox: Carry = (_, name, simulator) => {
  const pod = `${NAMESPACE}/${name}`;
  const { status } = simulator.api.get('pods', NAMESPACE, name) as Pod;
  for (const one of [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
  ]) {
    if (!one.state?.running) continue;
    simulator.inject({ do: 'signal', pod, container: one.name, signal: 'KILL' });
  }
  simulator.inject({ do: 'lose sandbox', pod });
  return undefined;
};

const kubelet =
  (action: 'stop' | 'start' | 'restart'): Carry =>
  (_, __, simulator) => {
    simulator.inject({ do: 'kubelet', action });
    return undefined;
  };

const ACTIONS: Readonly<Record<string, Carry>> = {
  'delete pod': ({ gracePeriodSeconds }, name, { api }) =>
    api.delete('pods', NAMESPACE, name, {
      ...(gracePeriodSeconds === undefined
        ? {}
        : { gracePeriodSeconds: Number(gracePeriodSeconds) }),
    }),
  'set image': setImage,
  'set label': ({ label, value }, name, { api }) =>
    api.patch('pods', NAMESPACE, name, 'strategic', {
      metadata: { labels: { [String(label)]: value } },
    }),
  'patch pod': ({ patch }, name, { api }) => api.patch('pods', NAMESPACE, name, 'strategic', patch),
  'update pod': updatePod,
  'patch status condition': patchCondition,
  'replace status': replaceStatus,
  'delete collection': deleteCollection,
  'stop kubelet': kubelet('stop'),
  'start kubelet': kubelet('start'),
  'restart kubelet': kubelet('restart'),
  'stop sandbox': stopSandbox,
  'remove containers from runtime': removeContainers,
};

const FIELDS = new Set(
  'at do when container image label value type status patch labelSelector gracePeriodSeconds which note'.split(
    ' ',
  ),
);

/** Does an action to the pod `name`; a refusal of the API server is an answer as well. */
export function carryOut(action: Action, name: string, simulator: ClusterSimulator): Answered {
  const unknown = Object.keys(action).filter((key) => !FIELDS.has(key));
  const carry = Object.hasOwn(ACTIONS, action.do) ? ACTIONS[action.do] : undefined;
  if (!carry || unknown.length > 0) throw new Error(`unknown action ${action.do} ${unknown}`);
  return answer(action.do, 200, () => carry(action, name, simulator));
}

export function createPod(pod: Pod, { api }: ClusterSimulator): Answered {
  const answered = answer('create pod', 201, () => api.create('pods', NAMESPACE, pod));
  return { ...answered, pod: pod.metadata?.name ?? '' };
}

function answer(what: string, code: number, call: () => KubeObject | undefined): Answered {
  try {
    const object = call();
    return { do: what, code, ...(object ? { object } : {}) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { status } = error;
    return { do: what, code: status.code ?? 500, message: status.message ?? '' };
  }
}

/** A merge patch. */
function merge<T>(target: T, patch: unknown): T {
  if (!isRecord(patch)) return patch as T;
  const base: Record<string, unknown> = isRecord(target) ? target : {};
  const merged = Object.entries(patch).map(([key, value]) => [key, merge(base[key], value)]);
  return { ...base, ...Object.fromEntries(merged) } as T;
}
