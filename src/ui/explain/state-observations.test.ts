import { describe, expect, it } from 'vitest';
import type { ContainerPicture, PodPicture } from '../../lab/picture';
import type { TraceRecord } from '../session/messages';
import { observeMounts, observeRestarts } from './state-observations';

const pod = (containers: Partial<ContainerPicture>[], attempt = 0) =>
  ({
    namespace: 'default',
    name: 'web',
    sandbox: { attempt, ready: true },
    containers: containers.map((one) => ({
      kind: 'regular',
      state: 'running',
      restartCount: 0,
      ...one,
    })),
  }) as unknown as PodPicture;

describe('observeMounts', () => {
  const event = (name: string, message: string): TraceRecord => ({
    t: 0,
    type: 'event',
    pod: `default/${name}`,
    reason: 'FailedMount',
    message,
  });
  const missing =
    'MountVolume.SetUp failed for volume "config" : configmap "fluent-bit-config" not found';

  it('names the volume and what it lacks, while nothing runs', () => {
    const waiting = pod([{ name: 'a', state: 'waiting' }]);
    const found = observeMounts(waiting, [event('web', missing), event('other', 'x')]);
    expect(found?.line).toBe(missing);
    expect(found?.plain).toContain('The volume config is to hold the ConfigMap fluent-bit-config');
    expect(found?.rule).toContain('without being made again');
  });

  it('is silent once a container runs, and about other pods', () => {
    expect(observeMounts(pod([{ name: 'a' }]), [event('web', missing)])).toBeUndefined();
    const waiting = pod([{ name: 'a', state: 'waiting' }]);
    expect(observeMounts(waiting, [event('other', missing)])).toBeUndefined();
  });
});

describe('observeRestarts', () => {
  it('tells who was restarted and who was not', () => {
    const found = observeRestarts(pod([{ name: 'app' }, { name: 'redis', restartCount: 2 }]));
    expect(found).toMatchObject({ container: 'redis', line: 'app 0, redis 2' });
    expect(found?.plain).toContain('redis was started again 2 times; app ran on.');
    expect(found?.rule).toContain('wrong');
  });

  it('tells that an init container is tried again in the same Pod', () => {
    const init = { name: 'get', kind: 'init', state: 'waiting', restartCount: 1 } as const;
    expect(observeRestarts(pod([init, { name: 'app', state: 'waiting' }]))?.plain).toContain(
      'get was tried again once, in the same Pod',
    );
  });

  it('says nothing when all were restarted, or the sandbox is a new one', () => {
    expect(observeRestarts(pod([{ name: 'app', restartCount: 1 }]))).toBeUndefined();
    const both = [{ name: 'app' }, { name: 'redis', restartCount: 2 }];
    expect(observeRestarts(pod(both, 1))).toBeUndefined();
    expect(observeRestarts(pod(both), 'app')).toBeUndefined();
  });
});
