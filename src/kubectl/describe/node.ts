import type { ILease } from 'kubernetes-models/coordination.k8s.io/v1';
import { ageSince } from '../../api/duration';
import { podLimits, podRequests } from '../../api/pod-resources';
import {
  addQuantities,
  asNumber,
  parseQuantity,
  type Quantity,
  quantityText,
} from '../../api/quantity';
import { ApiError } from '../../api/status';
import type { Node, Pod } from '../../api/types';
import type { Invocation } from '../command';
import type { Describer } from './describer';
import { describeEvents } from './events';
import { DescriptionWriter, describeAnnotations, describeLabels, longTime } from './writer';

/** Models describeNode. */
export const describeNode: Describer = (object, { invocation, events, nowMs }) => {
  const node = object as Node;
  const { metadata, spec, status } = node;
  const writer = new DescriptionWriter();
  writer.field(0, 'Name', metadata.name);
  writer.field(0, 'Roles', roles(node).join(',') || '<none>');
  describeLabels(writer, 'Labels', metadata.labels);
  describeAnnotations(writer, 'Annotations', metadata.annotations);
  writer.field(0, 'CreationTimestamp', longTime(metadata.creationTimestamp));
  describeTaints(writer, node);
  writer.field(0, 'Unschedulable', spec?.unschedulable ?? false);
  describeLease(writer, invocation, metadata.name ?? '');
  describeConditions(writer, node);
  writer.line(0, 'Addresses:');
  for (const { type, address } of status?.addresses ?? []) writer.field(1, type, address);
  describeAmounts(writer, 'Capacity', status?.capacity);
  describeAmounts(writer, 'Allocatable', status?.allocatable);
  describeSystem(writer, node);
  if (spec?.podCIDR) writer.field(0, 'PodCIDR', spec.podCIDR);
  if (spec?.podCIDRs?.length) writer.field(0, 'PodCIDRs', spec.podCIDRs.join(','));
  if (spec?.providerID) writer.field(0, 'ProviderID', spec.providerID);
  describePods(writer, node, podsOn(invocation, metadata.name ?? ''), nowMs);
  if (events) describeEvents(writer, events, nowMs);
  return writer;
};

function roles({ metadata }: Node): string[] {
  const prefix = 'node-role.kubernetes.io/';
  const found = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(prefix) && key.length > prefix.length) return [key.slice(prefix.length)];
    return key === 'kubernetes.io/role' && value !== '' ? [value] : [];
  });
  return [...new Set(found)].sort();
}

function describeTaints(writer: DescriptionWriter, { spec }: Node): void {
  const taints = (spec?.taints ?? [])
    .map(({ key, value, effect }) => ({
      order: `${effect},${key}`,
      text: `${key}${value ? `=${value}` : ''}:${effect}`,
    }))
    .sort((a, b) => (a.order < b.order ? -1 : 1));
  if (taints.length === 0) writer.line(0, 'Taints:\t<none>');
  taints.forEach(({ text }, i) => {
    writer.line(0, `${i === 0 ? 'Taints:' : ''}\t${text}`);
  });
}

function describeLease(writer: DescriptionWriter, { client }: Invocation, name: string): void {
  try {
    const lease = client.get('leases.coordination.k8s.io', 'kube-node-lease', name);
    const { spec } = lease as unknown as ILease;
    writer.line(0, 'Lease:');
    writer.field(1, 'HolderIdentity', spec?.holderIdentity || '<unset>');
    writer.field(1, 'AcquireTime', spec?.acquireTime ? longTime(spec.acquireTime) : '<unset>');
    writer.field(1, 'RenewTime', spec?.renewTime ? longTime(spec.renewTime) : '<unset>');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    writer.field(0, 'Lease', `Failed to get lease: ${error.message}`);
  }
}

function describeConditions(writer: DescriptionWriter, { status }: Node): void {
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0) return;
  writer.line(0, 'Conditions:');
  writer.line(1, 'Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage');
  writer.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  for (const condition of conditions) {
    const beat = longTime(condition.lastHeartbeatTime);
    const changed = longTime(condition.lastTransitionTime);
    writer.line(
      1,
      `${condition.type} \t${condition.status} \t${beat} \t${changed} \t${condition.reason ?? ''} \t${condition.message ?? ''}`,
    );
  }
}

type Amounts = Readonly<Record<string, string | number>>;

function describeAmounts(
  writer: DescriptionWriter,
  label: string,
  amounts: Amounts | undefined,
): void {
  const names = Object.keys(amounts ?? {}).sort();
  if (names.length === 0) return;
  writer.line(0, `${label}:`);
  for (const name of names) writer.field(1, name, amounts?.[name]);
}

function describeSystem(writer: DescriptionWriter, { status }: Node): void {
  const system = status?.nodeInfo;
  writer.line(0, 'System Info:');
  const fields: [string, string | undefined][] = [
    ['Machine ID', system?.machineID],
    ['System UUID', system?.systemUUID],
    ['Boot ID', system?.bootID],
    ['Kernel Version', system?.kernelVersion],
    ['OS Image', system?.osImage],
    ['Operating System', system?.operatingSystem],
    ['Architecture', system?.architecture],
    ['Container Runtime Version', system?.containerRuntimeVersion],
    ['Kubelet Version', system?.kubeletVersion],
  ];
  for (const [label, value] of fields) writer.field(1, label, value ?? '');
}

function podsOn({ client }: Invocation, node: string): Pod[] {
  const fieldSelector = `spec.nodeName=${node},status.phase!=Succeeded,status.phase!=Failed`;
  return client.list('pods', { fieldSelector }).items as Pod[];
}

const ZERO = parseQuantity('0');

/** `250m (12%)` of what the node can give. */
function share(amount: Quantity | undefined, whole: string | number | undefined): string {
  const total = asNumber(parseQuantity(String(whole ?? 0)));
  const percent = total === 0 ? 0 : Math.trunc((asNumber(amount ?? ZERO) / total) * 100);
  return `${quantityText(amount ?? ZERO)} (${percent}%)`;
}

function describePods(
  writer: DescriptionWriter,
  { status }: Node,
  pods: readonly Pod[],
  nowMs: number,
): void {
  const whole: Amounts = status?.allocatable ?? status?.capacity ?? {};
  writer.field(0, 'Non-terminated Pods', `(${pods.length} in total)`);
  const columns = 'CPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge';
  writer.line(1, `Namespace\tName\t\t${columns}`);
  const rules = '------------\t----------\t---------------\t-------------\t---';
  writer.line(1, `---------\t----\t\t${rules}`);
  const totals = {
    requests: new Map<string, Quantity>(),
    limits: new Map<string, Quantity>(),
  };
  for (const pod of pods) {
    const requests = podRequests(pod);
    const limits = podLimits(pod);
    addAll(totals.requests, requests);
    addAll(totals.limits, limits);
    const cells = [
      share(requests.get('cpu'), whole.cpu),
      share(limits.get('cpu'), whole.cpu),
      share(requests.get('memory'), whole.memory),
      share(limits.get('memory'), whole.memory),
      ageSince(pod.metadata.creationTimestamp, nowMs),
    ];
    writer.line(1, `${pod.metadata.namespace}\t${pod.metadata.name}\t\t${cells.join('\t')}`);
  }
  writer.line(0, 'Allocated resources:');
  writer.line(1, '(Total limits may be over 100 percent, i.e., overcommitted.)');
  writer.line(1, 'Resource\tRequests\tLimits');
  writer.line(1, '--------\t--------\t------');
  const huge = Object.keys(whole).filter((name) => name.startsWith('hugepages-'));
  for (const name of ['cpu', 'memory', 'ephemeral-storage', ...huge.sort()]) {
    const requested = share(totals.requests.get(name), whole[name]);
    writer.line(1, `${name}\t${requested}\t${share(totals.limits.get(name), whole[name])}`);
  }
  const plain = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods', 'storage', ...huge]);
  for (const name of Object.keys(whole).sort()) {
    if (plain.has(name)) continue;
    const requested = quantityText(totals.requests.get(name) ?? ZERO);
    writer.line(1, `${name}\t${requested}\t${quantityText(totals.limits.get(name) ?? ZERO)}`);
  }
}

function addAll(sums: Map<string, Quantity>, more: ReadonlyMap<string, Quantity>): void {
  for (const [name, amount] of more) {
    const before = sums.get(name);
    sums.set(name, before ? addQuantities(before, amount) : amount);
  }
}
