import { describe, expect, it } from 'vitest';
import type { Pod, PodSpec } from '../../../api/stored-objects';
import { podResolvConf } from './pod-dns';
import { hostsFile, sandboxHostname } from './pod-hostname';

const DNS = {
  ip: '10.96.0.10',
  domain: 'cluster.local',
  hostResolvConf: 'search example.org\nnameserver 192.168.49.1\noptions edns0\n',
};

function pod(spec: Partial<PodSpec> = {}, name = 'web'): Pod {
  return { metadata: { name, namespace: 'shop', uid: 'u1' }, spec: { containers: [], ...spec } };
}

describe('podResolvConf', () => {
  it('searches the namespace first', () => {
    expect(podResolvConf(pod(), DNS)).toBe(
      'search shop.svc.cluster.local svc.cluster.local cluster.local example.org\n' +
        'nameserver 10.96.0.10\noptions ndots:5\n',
    );
  });

  it('is the node’s own for dnsPolicy Default and on the host network', () => {
    const own = 'search example.org\nnameserver 192.168.49.1\noptions edns0\n';
    expect(podResolvConf(pod({ dnsPolicy: 'Default' }), DNS)).toBe(own);
    expect(podResolvConf(pod({ hostNetwork: true }), DNS)).toBe(own);
    const withCluster = podResolvConf(
      pod({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }),
      DNS,
    );
    expect(withCluster).toContain('nameserver 10.96.0.10\n');
  });

  it('takes what the pod adds', () => {
    const dnsConfig = {
      nameservers: ['1.1.1.1'],
      searches: ['my.domain'],
      options: [{ name: 'ndots', value: '2' }, { name: 'debug' }],
    };
    expect(podResolvConf(pod({ dnsPolicy: 'None', dnsConfig }), DNS)).toBe(
      'search my.domain\nnameserver 1.1.1.1\noptions ndots:2 debug\n',
    );
    expect(podResolvConf(pod({ dnsConfig }), DNS)).toContain('options ndots:2 debug\n');
  });

  it('leaves out what a resolver does not read, and says so', () => {
    const told: string[] = [];
    const dnsConfig = {
      nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3'],
      searches: Array.from({ length: 32 }, (_, index) => `s${index}`),
    };
    const text = podResolvConf(pod({ dnsConfig }), DNS, (message) => told.push(message));
    expect(text.match(/^nameserver .*$/gm)).toEqual([
      'nameserver 10.96.0.10',
      'nameserver 1.1.1.1',
      'nameserver 1.1.1.2',
    ]);
    expect(text.match(/^search (.*)$/m)?.[1]?.split(' ')).toHaveLength(32);
    expect(told).toEqual([
      'Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 10.96.0.10 1.1.1.1 1.1.1.2',
      expect.stringMatching(
        /^Search Line limits were exceeded, some search paths have been omitted, the applied search line is: shop\.svc\./,
      ),
    ]);
  });
});

describe('hostname and /etc/hosts', () => {
  it('names the pod by itself', () => {
    expect(hostsFile(pod(), ['10.244.0.5'], 'cluster.local', '')).toBe(
      '# Kubernetes-managed hosts file.\n' +
        '127.0.0.1\tlocalhost\n' +
        '::1\tlocalhost ip6-localhost ip6-loopback\n' +
        'fe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\n' +
        'fe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n' +
        '10.244.0.5\tweb\n',
    );
  });

  it('knows hostname, subdomain and aliases', () => {
    const spec = {
      hostname: 'db',
      subdomain: 'store',
      hostAliases: [{ ip: '10.0.0.1', hostnames: ['one', 'two'] }],
    };
    const text = hostsFile(pod(spec), ['10.244.0.5'], 'cluster.local', '');
    expect(text).toContain('10.244.0.5\tdb.store.shop.svc.cluster.local\tdb\n');
    expect(text).toContain('\n# Entries added by HostAliases.\n10.0.0.1\tone\ttwo\n');
    expect(sandboxHostname(pod(spec), 'cluster.local')).toBe('db');
    expect(sandboxHostname(pod({ ...spec, setHostnameAsFQDN: true }), 'cluster.local')).toBe(
      'db.store.shop.svc.cluster.local',
    );
  });

  it('cuts a long name without a trailing dash', () => {
    const name = `${'a'.repeat(62)}-tail`;
    expect(sandboxHostname(pod({}, name), 'cluster.local')).toBe('a'.repeat(62));
  });

  it('is the one that overrides all, and the node’s in its network', () => {
    const spec = { hostname: 'db', subdomain: 'all', hostnameOverride: 'db.example.com' };
    expect(sandboxHostname(pod(spec), 'cluster.local')).toBe('db.example.com');
    expect(hostsFile(pod(spec), ['10.244.0.5'], 'cluster.local', '')).toMatch(
      /\n10\.244\.0\.5\tdb\.example\.com\n$/,
    );
    const onNode = { hostname: 'db', hostNetwork: true, nodeName: 'node-1' };
    expect(sandboxHostname(pod(onNode), 'cluster.local')).toBe('node-1');
  });
});
