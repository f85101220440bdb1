import { isDeepStrictEqual } from 'node:util';
import type { Container, ContainerStatus, Pod } from '../../../src/api/stored-objects.ts';
import {
  hashContainer,
  type RuntimeContainerStatus,
  type RuntimePodStatus,
} from '../../../src/cluster/kubelet/observed/runtime-status.ts';
import type { SandboxStatus } from '../../../src/runtime/cri.ts';
import { outcomeOf, textDifference } from '../difference.ts';
import { isRecord, type Outcome } from '../table.ts';

/** A sandbox as the kubelet's tables write it. */
interface SandboxRow {
  readonly state: string;
  readonly attempt?: number;
  readonly ip?: string;
}

/** A container of the runtime as the kubelet's tables write it. */
interface ContainerRow {
  readonly name: string;
  readonly id?: string;
  readonly state: RuntimeContainerStatus['state'];
  readonly exitCode?: number;
  readonly reason?: string;
  readonly restartCount?: number;
  readonly startedAt?: string;
  readonly createdAt?: string;
  /** The running container was made from another definition. */
  readonly specChanged?: boolean;
}

const UID = '12345678';

export function sandboxStatus(row: SandboxRow): SandboxStatus {
  const attempt = row.attempt ?? 0;
  return {
    id: `sandbox-${attempt}`,
    config: {
      name: 'pod',
      namespace: 'new',
      uid: UID,
      attempt,
      hostname: 'pod',
      hostNetwork: false,
      shareProcessNamespace: false,
      resolvConf: '',
    },
    state: row.state === 'ready' ? 'ready' : 'notready',
    ip: row.ip ?? '',
    createdMs: 0,
  };
}

/** `createdAt` is a label such as t0, t1: the later in the alphabet, the newer. */
export function containerStatus(row: ContainerRow, image: string): RuntimeContainerStatus {
  const createdMs = row.createdAt ? Number(row.createdAt.slice(1)) * 60_000 : 0;
  return {
    id: row.id ?? row.name,
    name: row.name,
    state: row.state,
    sandboxId: 'sandbox-0',
    createdMs,
    startedMs: row.startedAt ? Date.parse(row.startedAt) : 0,
    finishedMs: 0,
    exitCode: row.exitCode ?? 0,
    reason: row.reason ?? '',
    message: '',
    restartCount: row.restartCount ?? 0,
    image: '',
    imageRef: '',
    hash: row.specChanged ? 'another definition' : hashContainer({ name: row.name, image }),
  };
}

export function runtimePodStatus(
  sandboxes: readonly unknown[],
  rows: readonly unknown[],
  containers: readonly Container[] = [],
): RuntimePodStatus {
  const list = (rows as ContainerRow[]).map((row) =>
    containerStatus(row, containers.find(({ name }) => name === row.name)?.image ?? ''),
  );
  const newestFirst = list.sort((a, b) => b.createdMs - a.createdMs);
  const statuses = (sandboxes as SandboxRow[]).map(sandboxStatus);
  const ready = statuses[0]?.state === 'ready' ? statuses[0] : undefined;
  return {
    uid: UID,
    ips: ready?.ip ? [ready.ip] : [],
    sandboxes: statuses,
    containers: newestFirst,
    activeContainers: ready ? newestFirst : [],
  };
}

export function podOf(value: unknown): Pod {
  if (!isRecord(value)) throw new Error('the case holds no pod');
  return value as unknown as Pod;
}

export function recordOf(value: unknown, what: string): Record<string, unknown> {
  if (!isRecord(value)) throw new Error(`the case holds no ${what}`);
  return value;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Container ids, resources and mounts are not compared, as upstream's test clears them. */
export function comparableStatus(status: ContainerStatus): Record<string, unknown> {
  const { containerID: _id, resources: _r, allocatedResources: _a, ...rest } = status;
  const { state, lastState, ...others } = rest;
  return { ...others, state: comparableState(state), lastState: comparableState(lastState) };
}

/** Zero times are left out of the tables. */
function comparableState(state: ContainerStatus['state']): unknown {
  const times = new Set(['startedAt', 'finishedAt']);
  return JSON.parse(
    JSON.stringify(state, (key, value) => {
      if (key === 'containerID') return undefined;
      const isZero = value === null || value === '1970-01-01T00:00:00Z';
      return times.has(key) && isZero ? undefined : value;
    }),
  );
}

/** Compares as JSON; keys whose values are undefined do not count. */
export function compareJson(title: string, expected: unknown, actual: unknown): Outcome {
  const clean = (value: unknown) => JSON.parse(JSON.stringify(value ?? null)) as unknown;
  const wanted = clean(expected);
  const got = clean(actual);
  if (isDeepStrictEqual(wanted, got)) return { pass: true };
  const shown = (value: unknown) => `${JSON.stringify(value, sortedKeys, 1)}\n`;
  return outcomeOf([textDifference(title, shown(wanted), shown(got)) ?? `  ${title}: not equal`]);
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
