import { dnsSubdomainProblems, portNameProblems, portNumberProblems } from '../../api/names';
import type { JsonObject } from '../../api/patch/json-value';
import type { Command } from '../command';
import { plain } from '../errors';
import { type Flag, int, string, stringArray, stringSlice } from '../flags/flag';
import { type Generator, generatorCommand } from './generator';

const MOST_PORT = 65_535;

/** `PORT[:TARGET]`. Models parsePorts of create_service.go. */
function servicePort(text: string, nodePort: number): JsonObject {
  const [first = '', second] = text.split(':');
  const port = parsePort(first);
  return {
    name: text.replaceAll(':', '-'),
    protocol: 'TCP',
    port,
    targetPort: second === undefined ? port : targetPort(second),
    ...(nodePort === 0 ? {} : { nodePort }),
  };
}

function parsePort(text: string): number {
  if (!/^\d+$/.test(text)) throw plain(`strconv.ParseUint: parsing "${text}": invalid syntax`);
  const port = Number(text);
  if (port > MOST_PORT) throw plain(`strconv.ParseUint: parsing "${text}": value out of range`);
  return port;
}

function targetPort(text: string): number | string {
  if (/^[-+]?\d+$/.test(text)) {
    const problems = portNumberProblems(Number(text));
    if (problems.length > 0) throw plain(problems.join(','));
    return Number(text);
  }
  const problems = portNameProblems(text);
  if (problems.length > 0) throw plain(problems.join(','));
  return text;
}

function serviceGenerator(
  name: string,
  type: string,
  summary: string,
  more: readonly Flag[] = [],
): Generator {
  return {
    name,
    summary,
    flags: [stringSlice('tcp'), ...more],
    failure: `failed to create ${type} service: `,
    ignoresSaveConfig: true,
    check({ flags }) {
      const headless = flags.string('clusterip') === 'None';
      if (type === 'ExternalName') {
        const external = flags.string('external-name');
        if (dnsSubdomainProblems(external).length === 0) return;
        throw plain(`invalid service external name ${external}`);
      }
      if (!headless && flags.list('tcp').length === 0) {
        throw plain('at least one tcp port specifier must be provided');
      }
    },
    object({ flags }, serviceName) {
      const labels = { app: serviceName };
      const nodePort = flags.number('node-port');
      const clusterIP = flags.string('clusterip');
      const externalName = flags.string('external-name');
      return {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: serviceName, labels },
        spec: {
          ports: flags.list('tcp').map((text) => servicePort(text, nodePort)),
          selector: labels,
          type,
          ...(clusterIP === '' ? {} : { clusterIP }),
          ...(externalName === '' ? {} : { externalName }),
        },
      };
    },
  };
}

const services: readonly Generator[] = [
  serviceGenerator('clusterip', 'ClusterIP', 'Create a ClusterIP service', [string('clusterip')]),
  serviceGenerator('externalname', 'ExternalName', 'Create an ExternalName service', [
    string('external-name', undefined, { required: true }),
  ]),
  serviceGenerator('loadbalancer', 'LoadBalancer', 'Create a LoadBalancer service'),
  serviceGenerator('nodeport', 'NodePort', 'Create a NodePort service', [int('node-port')]),
];

const RULE = /^([\w*\-.]*)(\/.*)=([\w-]+):([\w-]+)(,(tls)=?([\w-]+)?)?/;

const ingress: Generator = {
  name: 'ingress',
  aliases: ['ing'],
  summary: 'Create an ingress with the specified name',
  flags: [
    string('class'),
    stringArray('rule'),
    string('default-backend'),
    stringArray('annotation'),
  ],
  failure: 'failed to create ingress: ',
  check({ flags }) {
    const backend = flags.string('default-backend');
    if (backend === '' && flags.list('rule').length === 0) {
      throw plain(
        'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
      );
    }
    for (const rule of flags.list('rule')) {
      if (RULE.test(rule)) continue;
      throw plain(
        `rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`,
      );
    }
    for (const annotation of flags.list('annotation')) {
      if (annotation.includes('=')) continue;
      throw plain(`annotation ${annotation} is invalid and should be in format key=[value]`);
    }
    if (backend !== '' && backend.split(':').length !== 2) {
      throw plain('default-backend should be in format servicename:serviceport');
    }
  },
  object({ flags }, name) {
    const className = flags.string('class');
    const backend = flags.string('default-backend');
    const annotations = Object.fromEntries(
      flags.list('annotation').map((text) => {
        const at = text.indexOf('=');
        return [text.slice(0, at), text.slice(at + 1)];
      }),
    );
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, annotations },
      spec: {
        ...(className === '' ? {} : { ingressClassName: className }),
        ...(backend === '' ? {} : { defaultBackend: backendOf(backend) }),
        tls: tlsOf(flags.list('rule')),
        rules: rulesOf(flags.list('rule')),
      },
    };
  },
};

function backendOf(text: string): JsonObject {
  const [name = '', port = ''] = text.split(':');
  const number = /^[-+]?\d+$/.test(port);
  return { service: { name, port: number ? { number: Number(port) } : { name: port } } };
}

/** One entry for each secret, with its hosts. */
function tlsOf(rules: readonly string[]): JsonObject[] {
  const entries: { hosts: string[]; secretName: string }[] = [];
  const seen = new Set<string>();
  for (const rule of rules) {
    const [, tls, ...more] = rule.split(',');
    if (tls === undefined || more.length > 0) continue;
    const [host = ''] = rule.split('/');
    const [, secretName = ''] = tls.split('=');
    if (seen.has(host)) continue;
    seen.add(host);
    const same = entries.find((entry) => entry.secretName === secretName);
    if (same) same.hosts.push(host);
    else if (host !== '' || secretName !== '') {
      entries.push({ hosts: host === '' ? [] : [host], secretName });
    }
  }
  return entries;
}

function rulesOf(rules: readonly string[]): JsonObject[] {
  const entries: { host: string; http: { paths: JsonObject[] } }[] = [];
  for (const rule of rules) {
    const [bare = ''] = rule.split(',');
    const slash = bare.indexOf('/');
    const host = bare.slice(0, slash);
    const path = pathOf(bare.slice(slash + 1));
    const same = entries.find((entry) => entry.host === host);
    if (same) same.http.paths.push(path);
    else entries.push({ host, http: { paths: [path] } });
  }
  return entries;
}

function pathOf(text: string): JsonObject {
  const [before = '', service = ''] = text.split('=');
  const path = `/${before}`;
  const backend = backendOf(service);
  if (!path.endsWith('*')) return { path, pathType: 'Exact', backend };
  return { path: path.slice(0, -1), pathType: 'Prefix', backend };
}

export const NETWORK_COMMANDS: readonly Command[] = [
  generatorCommand(ingress),
  {
    name: 'service',
    aliases: ['svc'],
    summary: 'Create a service using a specified subcommand',
    subcommands: services.map(generatorCommand),
  },
];
