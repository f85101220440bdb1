import { describe, expect, it } from 'vitest';
import type { Container, Pod, Volume } from '../../../api/stored-objects';
import { DirectoryNode } from '../../../runtime/vfs/node';
import { container, type TestCluster, testCluster } from '../test-cluster';

const configMap = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

/** A pod that shows files of one volume, mounted at /v, and then sleeps. */
function reader(
  cluster: TestCluster,
  volume: Omit<Volume, 'name'>,
  steps: readonly string[],
  more: Partial<Container> = {},
): void {
  cluster.pod('web', {
    containers: [
      container('a', [...steps, 'sleep:100000'], {
        volumeMounts: [{ name: 'v', mountPath: '/v' }],
        ...more,
      }),
    ],
    volumes: [{ name: 'v', ...volume }],
  });
}

const failures = (cluster: TestCluster) =>
  cluster
    .events('web')
    .filter((text) => text.includes('FailedMount'))
    .map((text) =>
      text.replace('Warning FailedMount MountVolume.SetUp failed for volume "v" : ', ''),
    );

describe('volumes', () => {
  it('of a ConfigMap: names are links through ..data, contents follow the object', () => {
    const cluster = testCluster();
    cluster.create('configmaps', configMap('c', { key: 'old\n', gone: 'x' }));
    reader(cluster, { configMap: { name: 'c' } }, [
      'links:/v/key',
      'links:/v/..data',
      'cat:/v/key',
      'sleep:200',
      'cat:/v/key',
    ]);
    cluster.until(10);
    expect(cluster.log('web', 'a')).toMatch(/^\.\.data\/key\n\.\.2026_01_01_00_00_00\.\d+\nold\n$/);
    const changed = { data: { key: 'new\n', gone: null } };
    cluster.client.patch('configmaps', 'default', 'c', 'merge', changed);
    cluster.until(220);
    expect(cluster.log('web', 'a')).toMatch(/\nold\nnew\n$/);
    const root = cluster.kubelet.volumes(cluster.get('web').metadata.uid)?.get('v')?.root;
    const names = root instanceof DirectoryNode ? root.names() : [];
    expect(names.filter((name) => !name.startsWith('..2026'))).toEqual(['key', '..data']);
  });

  it('of single files: subPath takes the contents once', () => {
    const cluster = testCluster();
    cluster.create('configmaps', configMap('c', { key: 'old\n' }));
    reader(cluster, { configMap: { name: 'c' } }, ['cat:/f', 'sleep:200', 'cat:/f'], {
      volumeMounts: [{ name: 'v', mountPath: '/f', subPath: 'key' }],
    });
    cluster.until(10);
    cluster.client.patch('configmaps', 'default', 'c', 'merge', { data: { key: 'new\n' } });
    cluster.until(220);
    expect(cluster.log('web', 'a')).toBe('old\nold\n');
  });

  it('of chosen keys under other names; a missing key holds the pod', () => {
    const cluster = testCluster();
    cluster.create('configmaps', configMap('c', { key: 'value\n' }));
    const items = [
      { key: 'key', path: 'sub/file' },
      { key: 'other', path: 'other' },
    ];
    reader(cluster, { configMap: { name: 'c', items } }, ['cat:/v/sub/file']);
    cluster.until(2);
    expect(failures(cluster)).toEqual(['configmap references non-existent config key: other']);
    cluster.client.patch('configmaps', 'default', 'c', 'merge', { data: { other: 'x' } });
    cluster.until(30);
    expect(cluster.log('web', 'a')).toBe('value\n');
  });

  it('of a Secret and of an optional one that is not there', () => {
    const cluster = testCluster();
    cluster.create('secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      stringData: { password: 's3cret\n' },
    });
    cluster.pod('web', {
      containers: [
        container('a', ['cat:/v/password', 'links:/w/..data', 'sleep:1000'], {
          volumeMounts: [
            { name: 'v', mountPath: '/v' },
            { name: 'w', mountPath: '/w' },
          ],
        }),
      ],
      volumes: [
        { name: 'v', secret: { secretName: 's' } },
        { name: 'w', secret: { secretName: 'absent', optional: true } },
      ],
    });
    cluster.until(5);
    expect(cluster.log('web', 'a')).toMatch(/^s3cret\n\.\.2026/);
  });

  it('of the pod’s own fields', () => {
    const cluster = testCluster();
    const items = [
      { path: 'name', fieldRef: { fieldPath: 'metadata.name' } },
      { path: 'cpu', resourceFieldRef: { containerName: 'a', resource: 'limits.cpu' } },
    ];
    reader(cluster, { downwardAPI: { items } }, ['cat:/v/name', 'say:', 'cat:/v/cpu', 'say:'], {
      resources: { limits: { cpu: '1500m' } },
    });
    cluster.until(5);
    expect(cluster.log('web', 'a')).toBe('web\n2\n');
  });

  it('of several sources: all that is missing is said together', () => {
    const cluster = testCluster();
    const sources = [{ configMap: { name: 'x' } }, { secret: { name: 'y' } }];
    reader(cluster, { projected: { sources } }, []);
    cluster.until(1);
    expect(failures(cluster)).toEqual(['[configmap "x" not found, secret "y" not found]']);
  });

  it('that two containers share', () => {
    const cluster = testCluster();
    const volumeMounts = [{ name: 'v', mountPath: '/v' }];
    cluster.pod('web', {
      containers: [
        container('writer', ['append:/v/log=line', 'sleep:1000'], { volumeMounts }),
        container('reader', ['sleep:3', 'cat:/v/log', 'say:', 'sleep:1000'], { volumeMounts }),
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
    });
    cluster.until(10);
    expect(cluster.log('web', 'reader')).toBe('line\n');
    const { uid }: Pod['metadata'] = cluster.get('web').metadata;
    expect(cluster.kubelet.volumes(uid)?.get('v')?.type).toBe('emptyDir');
  });

  it('of the node: the type says what must be there', () => {
    const cluster = testCluster();
    reader(cluster, { hostPath: { path: '/no/such', type: 'Directory' } }, []);
    cluster.until(1);
    expect(failures(cluster)).toEqual(['hostPath type check failed: /no/such is not a directory']);
  });

  it('are tried again after growing delays', () => {
    const cluster = testCluster();
    reader(cluster, { configMap: { name: 'absent' } }, []);
    cluster.until(20);
    const tries = cluster
      .trace('event')
      .filter(({ reason }) => reason === 'FailedMount')
      .map(({ t }) => t);
    expect(tries).toEqual([0, 500, 1500, 3500, 7500, 15_500]);
  });
});
