import { computePodQOS } from '../qos';
import {
  addQuantities,
  compareQuantities,
  parseQuantity,
  type Quantity,
  quantityOf,
  quantityText,
} from '../quantity';
import { admissionError, type GroupName } from '../status';
import type { KubeObject, Pod } from '../types';
import { addUsage, type Usage, unmeasured, usageOf } from './usage';

type ResourceList = Readonly<Record<string, string | number>>;

interface ScopeRequirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface ResourceQuota extends KubeObject {
  readonly spec?: {
    readonly hard?: ResourceList;
    readonly scopes?: readonly string[];
    readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] };
  };
  status?: { hard?: ResourceList; used?: ResourceList };
}

/** Names of what a quota limits. */
function namesOf(list: ResourceList | undefined): string[] {
  return Object.keys(list ?? {}).sort();
}

/** Whether the object is one of those that the quota is about. Models generic.Matches and podMatchesScopeFunc. */
function isInScope({ spec }: ResourceQuota, resource: string, object: KubeObject): boolean {
  const requirements: ScopeRequirement[] = [
    ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' })),
    ...(spec?.scopeSelector?.matchExpressions ?? []),
  ];
  if (requirements.length === 0) return true;
  if (resource !== 'pods') return false;
  return requirements.every((requirement) => podMatches(object as Pod, requirement));
}

function podMatches(pod: Pod, { scopeName, operator, values }: ScopeRequirement): boolean {
  const { activeDeadlineSeconds, priorityClassName = '' } = pod.spec;
  const hasDeadline = activeDeadlineSeconds !== undefined && activeDeadlineSeconds >= 0;
  switch (scopeName) {
    case 'Terminating':
      return hasDeadline;
    case 'NotTerminating':
      return !hasDeadline;
    case 'BestEffort':
      return computePodQOS(pod) === 'BestEffort';
    case 'NotBestEffort':
      return computePodQOS(pod) !== 'BestEffort';
    case 'PriorityClass':
      if (operator === 'Exists') return priorityClassName !== '';
      if (operator === 'DoesNotExist') return priorityClassName === '';
      return (values ?? []).includes(priorityClassName) === (operator === 'In');
    default:
      return false;
  }
}

function limitedUsage(usage: Usage, names: readonly string[]): Map<string, Quantity> {
  return new Map([...usage].filter(([name]) => names.includes(name)));
}

/** What a quota's status says when `objects` are all there is, by resource. Models Sync of the controller. */
export function quotaStatus(
  quota: ResourceQuota,
  objects: (resource: string) => readonly KubeObject[],
  resources: readonly string[],
  nowMs: number,
): { hard: ResourceList; used: ResourceList } {
  const hard = quota.spec?.hard ?? {};
  const names = namesOf(hard);
  const used = new Map<string, Quantity>(
    names.map((name) => [name, quantityOf(0, parseQuantity(String(hard[name])).format)]),
  );
  for (const resource of resources) {
    for (const object of objects(resource)) {
      if (!isInScope(quota, resource, object)) continue;
      addUsage(used, limitedUsage(usageOf(resource, object, nowMs), names));
    }
  }
  return { hard, used: asList(used) };
}

function asList(usage: Usage): { [name: string]: string } {
  return Object.fromEntries([...usage].map(([name, amount]) => [name, quantityText(amount)]));
}

function amountsOf(list: ResourceList | undefined): Map<string, Quantity> {
  return new Map(namesOf(list).map((name) => [name, parseQuantity(String(list?.[name]))]));
}

/**
 * Charges a new object to the quotas of its namespace: returns those whose use changes, with their new
 * `used`. Throws Forbidden when one would be exceeded, or cannot be reckoned. Models
 * k8s.io/apiserver pkg/admission/plugin/resourcequota controller.go CheckRequest.
 */
export function chargeQuotas(
  of: GroupName,
  resource: string,
  object: KubeObject,
  quotas: readonly ResourceQuota[],
  nowMs: number,
): { quota: ResourceQuota; used: ResourceList }[] {
  const refuse = (why: string) => admissionError(of, object.metadata.name, why);
  const usage = usageOf(resource, object, nowMs);
  const concerned = quotas.filter((quota) => {
    if (!isInScope(quota, resource, object)) return false;
    const limited = namesOf(quota.status?.hard ?? quota.spec?.hard);
    const name = quota.metadata.name ?? '';
    if (resource === 'pods') {
      const why = unmeasured(object as Pod, limited);
      if (why !== undefined) throw refuse(`failed quota: ${name}: ${why}`);
    }
    const measured = limited.filter((one) => usage.has(one));
    const used = quota.status?.used ?? {};
    if (measured.some((one) => used[one] === undefined)) {
      throw refuse(`status unknown for quota: ${name}, resources: ${measured.join(',')}`);
    }
    return measured.length > 0;
  });
  return concerned.map((quota) => {
    const hard = amountsOf(quota.status?.hard);
    const before = amountsOf(quota.status?.used);
    const requested = limitedUsage(usage, [...hard.keys()]);
    const after = new Map(before);
    const exceeded: string[] = [];
    for (const [name, amount] of requested) {
      const used = before.get(name);
      const sum = used ? addQuantities(used, amount) : amount;
      after.set(name, sum);
      const most = hard.get(name);
      if (most && compareQuantities(sum, most) > 0) exceeded.push(name);
    }
    if (exceeded.length > 0) {
      const shown = (amounts: Usage) =>
        [...exceeded]
          .sort()
          .map((name) => `${name}=${quantityText(amounts.get(name) ?? quantityOf(0, 'DecimalSI'))}`)
          .join(',');
      throw refuse(
        `exceeded quota: ${quota.metadata.name}, requested: ${shown(requested)}, used: ${shown(before)}, limited: ${shown(hard)}`,
      );
    }
    return { quota, used: asList(after) };
  });
}
