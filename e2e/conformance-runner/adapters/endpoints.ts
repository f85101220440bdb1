import type { Node, Pod, Service } from '../../../src/api/types.ts';
import { planSlices } from '../../../src/cluster/controllers/endpoints/endpoint-slices.ts';
import {
  desiredEndpoints,
  type Endpoint,
} from '../../../src/cluster/controllers/endpoints/endpoints.ts';
import { outcomeOf, textDifference } from '../difference.ts';
import { type Case, isRecord, type Outcome } from '../table.ts';
import { jsonDifference, refuseUnknown } from './expectation.ts';

/** The recording's nodes. */
const NODES: Readonly<Record<string, string>> = { n1: 'a', n2: 'b' };

function nodeOf(name: string): Node | undefined {
  const zone = NODES[name];
  if (zone === undefined) return undefined;
  const labels = { 'topology.kubernetes.io/zone': zone };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } } as Node;
}

/** As the table shows endpoints. */
function shown({ targetRef, ...endpoint }: Endpoint): object {
  return { ...endpoint, targetRef: { kind: targetRef?.kind, name: targetRef?.name } };
}

/** The order of slices and endpoints is the table's. */
function sorted(list: readonly unknown[]): unknown[] {
  const text = (value: unknown) => JSON.stringify(value, Object.keys(Object(value)).sort());
  return [...list].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

/** Table endpoints: the slices of a Service that has none yet. */
export function endpoints(testCase: Case): Outcome {
  refuseUnknown('field', testCase, [
    ...['name', 'category', 'service', 'pods', 'maxEndpointsPerSlice', 'expect'],
  ]);
  const { expect, service, pods, maxEndpointsPerSlice: most } = testCase;
  if (!isRecord(expect)) throw new Error('the case has no expectation');
  refuseUnknown('expectation', expect, ['slices', 'error']);
  const desired = desiredEndpoints(service as Service, pods as Pod[], nodeOf);
  const { writes } = planSlices(desired, [], typeof most === 'number' ? most : undefined);
  const headless = (service as Service).spec?.clusterIP === 'None';
  const actual = writes.map(({ group }) => ({
    addressType: group.addressType,
    ports: group.ports,
    ...(most === undefined && group.endpoints.length > 0
      ? { endpoints: sorted(group.endpoints.map(shown)) }
      : {}),
    size: group.endpoints.length,
    ...(headless ? { headless } : {}),
  }));
  const slices = Array.isArray(expect.slices) ? expect.slices.filter(isRecord) : [];
  const wanted = slices.map((slice) =>
    Array.isArray(slice.endpoints) ? { ...slice, endpoints: sorted(slice.endpoints) } : slice,
  );
  const bySize = (list: readonly object[]) =>
    most === undefined ? list : sorted(list.map((slice) => ({ ...slice })));
  return outcomeOf([
    jsonDifference('slices', bySize(wanted), bySize(actual)),
    textDifference('error', String(expect.error ?? ''), desired.errors.join('\n')),
  ]);
}
