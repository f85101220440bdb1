import type { JsonObject } from '../../api/patch/json-value';
import type { Container, KubeObject, PodSpec, ServicePort } from '../../api/types';
import type { Task } from '../../kernel/task';
import type { Command, Invocation } from '../command';
import { plain, throwAll } from '../errors';
import {
  DRY_RUN_FLAG,
  FILENAME_FLAGS,
  fieldManagerFlag,
  PRINT_FLAGS,
  RECORD_FLAG,
  SAVE_CONFIG_FLAG,
} from '../flags/common-flags';
import { string } from '../flags/flag';
import { inGoOrder, withTypedLastApplied } from '../generate/generator';
import { OVERRIDE_FLAGS, overridden } from '../generate/overrides';
import { goTypeOf } from '../pods/pods-of-object';
import { type Found, fetchTargets, resolveTargets } from '../resource/builder';
import { recorded } from '../resource/change-cause';
import { requireResource } from '../resource/mapper';
import { dryRunOf, resultPrinter, writeOptions } from '../write-options';

export const expose: Command = {
  name: 'expose',
  summary:
    'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
  flags: [
    string('cluster-ip'),
    DRY_RUN_FLAG,
    string('external-ip'),
    fieldManagerFlag('kubectl-expose'),
    ...FILENAME_FLAGS,
    string('labels', 'l'),
    string('load-balancer-ip'),
    string('name'),
    ...OVERRIDE_FLAGS,
    string('port'),
    ...PRINT_FLAGS,
    string('protocol'),
    RECORD_FLAG,
    SAVE_CONFIG_FLAG,
    string('selector'),
    string('session-affinity'),
    string('target-port'),
    string('type'),
  ],
  run,
};

const EXPOSABLE = new Set(['ReplicationController', 'Service', 'Pod', 'Deployment', 'ReplicaSet']);
const LONGEST_NAME = 63;

function* run(invocation: Invocation): Task<number> {
  const { client, flags, namespace, namespaceGiven } = invocation;
  const dryRun = dryRunOf(invocation);
  const print = yield* resultPrinter(invocation, dryRun, { typed: true });
  const resolved = yield* resolveTargets(invocation);
  const { found, errors: missing } = fetchTargets(invocation, resolved.targets, {
    filesAsTheyAre: true,
  });
  const errors: unknown[] = [...resolved.errors, ...missing];
  const info = requireResource(client, 'services');
  for (const one of found) {
    try {
      const made = overridden(inGoOrder(serviceFor(invocation, one)), invocation);
      const object = inGoOrder(recorded(invocation, made));
      if (dryRun === 'client') {
        const metadata = { ...(object.metadata as JsonObject) };
        const placed = namespaceGiven ? { ...metadata, namespace } : metadata;
        print(info, inGoOrder({ ...object, metadata: placed }), 'exposed');
        continue;
      }
      const wanted = flags.bool('save-config') ? withTypedLastApplied(object) : object;
      const options = writeOptions(invocation, dryRun);
      print(info, client.create('services', namespace, wanted, options), 'exposed');
    } catch (error) {
      errors.push(error);
    }
  }
  throwAll(errors);
  return 0;
}

/** Models createService of pkg/cmd/expose/expose.go. */
function serviceFor({ flags }: Invocation, { info, object }: Found): JsonObject {
  const { metadata } = object;
  if (!EXPOSABLE.has(info.kind)) {
    throw plain(`cannot expose a ${info.kind}${info.group === '' ? '' : `.${info.group}`}`);
  }
  const selectorText = flags.string('selector');
  const selector = selectorText === '' ? selectorOf(object) : parseLabels(selectorText);
  if (Object.keys(selector).length === 0) throw plain('selector must be specified');
  const labels =
    flags.string('labels') === '' ? metadata.labels : parseLabels(flags.string('labels'));
  const type = flags.string('type');
  const externalIp = flags.string('external-ip');
  const balancerIp = type === 'LoadBalancer' ? flags.string('load-balancer-ip') : '';
  const affinity = flags.string('session-affinity');
  if (!['', 'None', 'ClientIP'].includes(affinity)) {
    throw plain(`unknown session affinity: ${affinity}`);
  }
  const clusterIp = flags.string('cluster-ip');
  const ports = portsFor(flags.string('port'), flags.string('protocol'), object, clusterIp);
  const target = flags.string('target-port');
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: flags.string('name') || (metadata.name ?? '').slice(0, LONGEST_NAME),
      ...(labels ? { labels } : {}),
    },
    spec: {
      ports: ports.map((port) => ({ ...port, targetPort: targetPort(target) ?? port.port ?? 0 })),
      selector,
      ...(type === '' ? {} : { type }),
      ...(externalIp === '' ? {} : { externalIPs: [externalIp] }),
      ...(balancerIp === '' ? {} : { loadBalancerIP: balancerIp }),
      ...(affinity === '' ? {} : { sessionAffinity: affinity }),
      ...(clusterIp === '' ? {} : { clusterIP: clusterIp }),
    },
  };
}

function targetPort(text: string): string | number | undefined {
  if (text === '') return undefined;
  return /^[-+]?\d+$/.test(text) ? Number(text) : text;
}

/** Models parseLabels of expose.go. */
function parseLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [key = '', value = '', ...more] = pair.split('=');
      if (!pair.includes('=') || more.length > 0) throw plain(`unexpected label spec: ${pair}`);
      if (key === '') throw plain('unexpected empty label key');
      return [key, value];
    }),
  );
}

/** The labels that choose the object's pods. Models mapBasedSelectorForObject. */
function selectorOf(object: KubeObject): Record<string, string> {
  const introspection = "couldn't retrieve selectors via --selector flag or introspection: ";
  const { kind, metadata } = object;
  const { selector } = (object.spec ?? {}) as { selector?: unknown };
  if (kind === 'Pod') {
    if (metadata.labels && Object.keys(metadata.labels).length > 0) return metadata.labels;
    throw plain(`${introspection}the pod has no labels and cannot be exposed`);
  }
  if (kind === 'Service' || kind === 'ReplicationController') {
    if (selector) return selector as Record<string, string>;
    throw plain(`${introspection}the service has no pod selector set`);
  }
  const { matchLabels, matchExpressions } = (selector ?? {}) as {
    matchLabels?: Record<string, string>;
    matchExpressions?: readonly object[];
  };
  if (!matchLabels || Object.keys(matchLabels).length === 0) {
    throw plain(
      `${introspection}invalid ${kind.toLowerCase()}: no selectors, therefore cannot be exposed`,
    );
  }
  if (matchExpressions && matchExpressions.length > 0) {
    throw plain(
      `${introspection}couldn't convert expressions - "${goTypeOf(object)}" to map-based selector format`,
    );
  }
  return matchLabels;
}

type Port = Pick<ServicePort, 'name' | 'port' | 'protocol'>;

function portsFor(flag: string, protocol: string, object: KubeObject, clusterIp: string): Port[] {
  const known = portsOf(object);
  const numbers = flag === '' ? [...known.keys()] : flag.split(',');
  if (numbers.length === 0 && clusterIp !== 'None') {
    throw plain("couldn't find port via --port flag or introspection");
  }
  const several = numbers.length > 1;
  return numbers.flatMap((text, i): Port[] => {
    if (!/^[-+]?\d+$/.test(text)) throw plain(`strconv.Atoi: parsing "${text}": invalid syntax`);
    const port = Number(text);
    const named = several ? { name: `port-${i + 1}` } : {};
    const found = known.get(text) ?? ['TCP'];
    if (protocol !== '') return [{ ...named, port, protocol: protocol as 'TCP' }];
    if (found.length === 1) return [{ ...named, port, protocol: found[0] as 'TCP' }];
    return found.map((one) => ({
      name: `port-${i + 1}-${one.toLowerCase()}`,
      port,
      protocol: one as 'TCP',
    }));
  });
}

/** The object's ports with their protocols, in its order. */
function portsOf({ kind, spec }: KubeObject): Map<string, string[]> {
  const ports = new Map<string, string[]>();
  const add = (port: number, protocol = 'TCP') => {
    const protocols = ports.get(String(port)) ?? [];
    if (!protocols.includes(protocol)) protocols.push(protocol);
    ports.set(String(port), protocols);
  };
  if (kind === 'Service') {
    const { ports: own = [] } = spec as { ports?: readonly ServicePort[] };
    for (const { port, protocol } of own) add(port, protocol);
    return ports;
  }
  const podSpec =
    kind === 'Pod' ? spec : (spec as { template?: { spec?: unknown } }).template?.spec;
  const containers: readonly Container[] = (podSpec as PodSpec | undefined)?.containers ?? [];
  for (const container of containers) {
    for (const { containerPort, protocol } of container.ports ?? []) add(containerPort, protocol);
  }
  return ports;
}
