import type { ApiClient } from '../../api/client';
import type { KubeObject } from '../../api/types';
import type { Store } from './store';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'] as const;

/**
 * What every cluster has from the beginning: its namespaces, each with a service account and the
 * cluster's root certificate, and the Services `kubernetes` and `kube-dns`. New namespaces get the first
 * two at the instant of their creation (the controllers that do this take milliseconds in a real cluster).
 */
export function bootstrap(client: ApiClient, store: Store): void {
  store.subscribe('namespaces', ({ type, object }) => {
    if (type === 'ADDED') furnish(client, store, object.metadata.name ?? '');
  });
  for (const name of NAMESPACES) client.create('namespaces', undefined, core('Namespace', name));
  client.create('services', 'default', {
    ...core('Service', 'kubernetes'),
    metadata: {
      name: 'kubernetes',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.1',
      ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: 6443 }],
      sessionAffinity: 'None',
    },
  });
  publishApiServer(client);
  client.create('services', 'kube-system', {
    ...core('Service', 'kube-dns'),
    metadata: {
      name: 'kube-dns',
      labels: {
        'k8s-app': 'kube-dns',
        'kubernetes.io/cluster-service': 'true',
        'kubernetes.io/name': 'CoreDNS',
      },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.10',
      selector: { 'k8s-app': 'kube-dns' },
      ports: [
        { name: 'dns', protocol: 'UDP', port: 53, targetPort: 53 },
        { name: 'dns-tcp', protocol: 'TCP', port: 53, targetPort: 53 },
        { name: 'metrics', protocol: 'TCP', port: 9153, targetPort: 9153 },
      ],
      sessionAffinity: 'None',
    },
  });
}

/** Where the API server is reached; it says so itself. Models pkg/controlplane/reconcilers. */
const API_SERVER = { ip: '192.168.49.2', port: 6443 } as const;

function publishApiServer(client: ApiClient): void {
  const port = { name: 'https', port: API_SERVER.port, protocol: 'TCP' };
  client.create('endpoints', 'default', {
    ...core('Endpoints', 'kubernetes'),
    metadata: {
      name: 'kubernetes',
      labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
    },
    subsets: [{ addresses: [{ ip: API_SERVER.ip }], ports: [port] }],
  });
  client.create('endpointslices.discovery.k8s.io', 'default', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'kubernetes', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [API_SERVER.ip], conditions: { ready: true } }],
    ports: [port],
  });
}

function furnish(client: ApiClient, store: Store, namespace: string): void {
  if (!store.get('serviceaccounts', namespace, 'default')) {
    client.create('serviceaccounts', namespace, core('ServiceAccount', 'default'));
  }
  if (!store.get('configmaps', namespace, 'kube-root-ca.crt')) {
    client.create('configmaps', namespace, {
      ...core('ConfigMap', 'kube-root-ca.crt'),
      metadata: {
        name: 'kube-root-ca.crt',
        annotations: {
          'kubernetes.io/description':
            'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
        },
      },
      data: { 'ca.crt': ROOT_CERTIFICATE },
    });
  }
}

/** The lab's connections are not encrypted; the file is there because programs look for it. */
const ROOT_CERTIFICATE = `-----BEGIN CERTIFICATE-----
UG9kbGFiIGhhcyBubyBjZXJ0aWZpY2F0ZSBhdXRob3JpdHku
-----END CERTIFICATE-----
`;

function core(kind: string, name: string): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name } };
}
