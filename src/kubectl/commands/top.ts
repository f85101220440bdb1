import { ageSince } from '../../api/duration';
import { addQuantities, parseQuantity, type Quantity, scaledValue } from '../../api/quantity';
import type { KubeObject, Node, Pod } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain, usage } from '../errors';
import { ALL_NAMESPACES_FLAG, FIELD_SELECTOR_FLAG, SELECTOR_FLAG } from '../flags/common-flags';
import { bool, type Flag, string } from '../flags/flag';
import { goSort } from '../print/go-sort';
import { TABLE_TABS, TabWriter } from '../print/tab-writer';

const TOP_FLAGS: readonly Flag[] = [
  SELECTOR_FLAG,
  bool('no-headers'),
  bool('show-swap'),
  string('sort-by'),
  bool('use-protocol-buffers', undefined, { default: 'true' }),
];

const topNode: Command = {
  name: 'node',
  aliases: ['nodes', 'no'],
  summary: 'Display resource (CPU/memory) usage of nodes',
  flags: [...TOP_FLAGS, bool('show-capacity')],
  run: runTopNode,
};

const topPod: Command = {
  name: 'pod',
  aliases: ['pods', 'po'],
  summary: 'Display resource (CPU/memory) usage of pods',
  flags: [...TOP_FLAGS, ALL_NAMESPACES_FLAG, bool('containers'), FIELD_SELECTOR_FLAG, bool('sum')],
  run: runTopPod,
};

export const top: Command = {
  name: 'top',
  suggestFor: ['stats'],
  summary: 'Display resource (CPU/memory) usage',
  description: `Display resource (CPU/memory) usage.

 This command provides a view of recent resource consumption for nodes and pods. It fetches metrics from the Metrics Server, which aggregates this data from the kubelet on each node. The Metrics Server must be installed and running in the cluster for this command to work.

 The metrics shown are specifically optimized for Kubernetes autoscaling decisions, such as those made by the Horizontal Pod Autoscaler (HPA) and Vertical Pod Autoscaler (VPA). Because of this, the values may not match those from standard OS tools like 'top', as the metrics are designed to provide a stable signal for autoscalers rather than for pinpoint accuracy.

 FAQ for Metrics Server: https://github.com/kubernetes-sigs/metrics-server/blob/master/FAQ.md

 When to use this command:

  *  For on-the-fly spot-checks of resource usage (e.g. identify which pods are consuming the most resources at a glance, or get a quick sense of the load on your nodes)
  *  Understand current resource consumption patterns
  *  Validate the behavior of your HPA or VPA configurations by seeing the metrics they use for scaling decisions.

 It is not intended to be a replacement for full-featured monitoring solutions. Its primary design goal is to provide a low-overhead signal for autoscalers, not to be a perfectly accurate monitoring tool. For high-accuracy reporting, historical analysis, dashboarding, or alerting, you should use a dedicated monitoring solution.`,
  subcommands: [topNode, topPod],
};

type Usage = Readonly<Record<string, string>>;

interface ContainerMetrics {
  readonly name: string;
  readonly usage: Usage;
}

const GROUP = 'metrics.k8s.io';

function checkArguments(invocation: Invocation, use: string): string {
  const { args, client, flags, path } = invocation;
  const [name = '', ...more] = args;
  if (more.length > 0) throw usage(path, use);
  const sortBy = flags.string('sort-by');
  if (!['', 'cpu', 'memory'].includes(sortBy)) {
    throw plain('--sort-by accepts only cpu or memory');
  }
  const selecting =
    flags.string('selector') !== '' ||
    (flags.find('field-selector') !== undefined && flags.string('field-selector') !== '');
  if (name !== '' && selecting) {
    const what = flags.find('field-selector') ? 'selector' : '--selector';
    throw plain(`only one of NAME or ${what} can be provided`);
  }
  if (!client.resources().some(({ group }) => group === GROUP)) {
    throw plain('Metrics API not available');
  }
  return name;
}

function amount(text: string | undefined): Quantity {
  return parseQuantity(text ?? '0');
}

const milli = (quantity: Quantity) => Number(scaledValue(quantity, -3));
const whole = (quantity: Quantity) => Number(scaledValue(quantity, 0));

/** A row's cells: each ends with a tab, the last one too. */
function row(cells: readonly string[]): string {
  return `${cells.map((cell) => `${cell}\t`).join('')}\n`;
}

function usageText(resource: string, quantity: Quantity): string {
  if (resource === 'cpu') return `${milli(quantity)}m`;
  return `${Math.floor(whole(quantity) / (1024 * 1024))}Mi`;
}

function measured({ flags }: Invocation): string[] {
  return flags.bool('show-swap') ? ['cpu', 'memory', 'swap'] : ['cpu', 'memory'];
}

/** More first, by --sort-by; else by name. */
function before(sortBy: string, a: Usage, b: Usage): boolean {
  if (sortBy === 'cpu') return milli(amount(a.cpu)) > milli(amount(b.cpu));
  return whole(amount(a.memory)) > whole(amount(b.memory));
}

function* runTopNode(invocation: Invocation): Task<number> {
  const { client, flags, output } = invocation;
  const name = checkArguments(invocation, 'node [NAME | -l label]');
  const labelSelector = flags.string('selector');
  const selector = labelSelector === '' ? {} : { labelSelector };
  const resource = `nodes.${GROUP}`;
  const metrics =
    name === '' ? client.list(resource, selector).items : [client.get(resource, undefined, name)];
  if (metrics.length === 0) throw plain('metrics not available yet');
  const nodes = (
    name === '' ? client.list('nodes', selector).items : [client.get('nodes', undefined, name)]
  ) as Node[];
  const sortBy = flags.string('sort-by');
  const sorted = goSort(metrics, (a, b) =>
    sortBy === '' ? nameOf(a) < nameOf(b) : before(sortBy, usageOf(a), usageOf(b)),
  );
  const writer = new TabWriter(TABLE_TABS);
  const resources = measured(invocation);
  const heads = ['CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)', 'SWAP(bytes)', 'SWAP(%)'];
  if (!flags.bool('no-headers')) {
    writer.write(row(['NAME', ...heads.slice(0, resources.length * 2)]));
  }
  for (const one of sorted) {
    const node = nodes.find((candidate) => nameOf(candidate as KubeObject) === nameOf(one));
    writer.write(row([nameOf(one), ...nodeCells(invocation, usageOf(one), node, resources)]));
  }
  for (const { metadata } of nodes) {
    if (metrics.some((one) => nameOf(one) === metadata?.name)) continue;
    writer.write(row([metadata?.name ?? '', ...resources.flatMap(() => UNKNOWN)]));
  }
  output.out(writer.flush());
  return 0;
}

const UNKNOWN = ['<unknown>', '<unknown>'];

function nameOf({ metadata }: KubeObject): string {
  return metadata.name ?? '';
}

function usageOf(object: KubeObject): Usage {
  return (object as unknown as { usage?: Usage }).usage ?? {};
}

function nodeCells(
  { flags }: Invocation,
  used: Usage,
  node: Node | undefined,
  resources: readonly string[],
): string[] {
  const { allocatable, capacity, nodeInfo } = node?.status ?? {};
  const available = (flags.bool('show-capacity') ? capacity : allocatable) as Usage | undefined;
  return resources.flatMap((resource) => {
    if (resource === 'swap' && nodeInfo?.swap?.capacity === undefined) return UNKNOWN;
    const quantity = amount(used[resource]);
    const text = usageText(resource, quantity);
    const limit =
      resource === 'swap' ? String(nodeInfo?.swap?.capacity) : (available?.[resource] ?? undefined);
    if (limit === undefined) return [text];
    const most = milli(amount(limit));
    const share = most === 0 ? 0 : (milli(quantity) / most) * 100;
    return [text, `${Math.floor(share)}%`];
  });
}

function containersOf(object: KubeObject): readonly ContainerMetrics[] {
  return (object as unknown as { containers?: readonly ContainerMetrics[] }).containers ?? [];
}

function summed(containers: readonly ContainerMetrics[], resource: string): Quantity {
  return containers.reduce((sum, { usage: used }) => {
    return addQuantities(sum, amount(used[resource]));
  }, amount('0'));
}

function* runTopPod(invocation: Invocation): Task<number> {
  const { client, flags, namespace, output } = invocation;
  const name = checkArguments(invocation, 'pod [NAME | -l label]');
  const everywhere = flags.bool('all-namespaces');
  const scope = {
    ...(everywhere ? {} : { namespace }),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
  };
  const resource = `pods.${GROUP}`;
  const metrics =
    name === '' ? client.list(resource, scope).items : [client.get(resource, namespace, name)];
  if (metrics.length === 0) {
    const pods = client.list('pods', scope).items as Pod[];
    checkAges(invocation, pods);
    output.err(
      everywhere ? 'No resources found\n' : `No resources found in ${namespace} namespace.\n`,
    );
    return 0;
  }
  const writer = new TabWriter(TABLE_TABS);
  const resources = measured(invocation);
  const perContainer = flags.bool('containers');
  const columns = ['NAME', 'CPU(cores)', 'MEMORY(bytes)', 'SWAP(bytes)'].slice(
    0,
    resources.length + 1,
  );
  if (perContainer) columns.unshift('POD');
  if (everywhere) columns.unshift('NAMESPACE');
  if (!flags.bool('no-headers')) writer.write(row(columns));
  for (const pod of sortedPods(metrics, flags.string('sort-by'), everywhere)) {
    for (const line of podLines(invocation, pod, resources)) writer.write(row(line));
  }
  if (flags.bool('sum')) {
    const all = metrics.flatMap((pod) => [...containersOf(pod)]);
    const blanks = (count: number) => Array<string>(count).fill('');
    const width = flags.bool('no-headers') ? resources.length + 1 : columns.length;
    writer.write(row([...blanks(width - 2), '________', '________']));
    const totals = resources.map((one) => usageText(one, summed(all, one)));
    writer.write(row([...blanks(width - 2), ...totals]));
  }
  output.out(writer.flush());
  return 0;
}

function sortedPods(
  metrics: readonly KubeObject[],
  sortBy: string,
  everywhere: boolean,
): KubeObject[] {
  const total = (pod: KubeObject, resource: string) => {
    const sum = summed(containersOf(pod), resource);
    return resource === 'cpu' ? milli(sum) : whole(sum);
  };
  return goSort(metrics, (a, b) => {
    if (sortBy !== '') return total(a, sortBy) > total(b, sortBy);
    const [left = '', right = ''] = [a.metadata.namespace, b.metadata.namespace];
    if (everywhere && left !== right) return left < right;
    return nameOf(a) < nameOf(b);
  });
}

function podLines(
  { flags }: Invocation,
  pod: KubeObject,
  resources: readonly string[],
): string[][] {
  const place = flags.bool('all-namespaces') ? [pod.metadata.namespace ?? ''] : [];
  const containers = containersOf(pod);
  const cells = (of: readonly ContainerMetrics[]) =>
    resources.map((resource) => usageText(resource, summed(of, resource)));
  if (!flags.bool('containers')) return [[...place, nameOf(pod), ...cells(containers)]];
  const sortBy = flags.string('sort-by');
  return goSort(containers, (a, b) =>
    sortBy === '' ? a.name < b.name : before(sortBy, a.usage, b.usage),
  ).map((container) => [...place, nameOf(pod), container.name, ...cells([container])]);
}

/** How long nobody wonders that a pod has no metrics yet, ms. */
const PATIENCE_MS = 2 * 60 * 1000;

function checkAges({ sys }: Invocation, pods: readonly Pod[]): void {
  if (pods.length === 0) return;
  for (const { metadata } of pods) {
    const created = Date.parse(metadata.creationTimestamp ?? '');
    if (sys.nowMs - created <= PATIENCE_MS) continue;
    const age = ageSince(metadata.creationTimestamp, sys.nowMs);
    throw plain(
      `Metrics not available for pod ${metadata.namespace}/${metadata.name}, age: ${age}`,
    );
  }
  throw plain('metrics not available yet');
}
