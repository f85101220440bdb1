import { describe, expect, it } from 'vitest';
import type { ContainerPicture } from '../../lab/picture';
import { storyPod } from '../testdata/fixture-story';
import { explainCondition } from './condition-reasons';
import { explainContainer, explainDisagreement } from './container-reasons';
import { exitCodeMeaning } from './exit-codes';
import { explainPod } from './pod-reasons';

const base = storyPod(10_000).containers[1] as ContainerPicture;

function explain(change: Partial<ContainerPicture>, restartPolicy = 'Always') {
  const container = { ...base, ...change };
  return explainContainer({
    container,
    pod: 'web',
    namespace: 'default',
    restartPolicy,
    running: 1,
  });
}

describe('explainContainer', () => {
  it('quotes kubectl before it explains', () => {
    const { words, command } = explain({
      state: 'waiting',
      reason: 'CrashLoopBackOff',
      message: 'back-off 40s restarting failed container=a pod=web_default(uid)',
      exitCode: 1,
    });
    expect(words).toBe(
      'State: Waiting, Reason: CrashLoopBackOff\nback-off 40s restarting failed container=a pod=web_default(uid)',
    );
    expect(command).toBe('kubectl logs web -c nginx --previous');
  });

  it('tells the rule of the restart policy that governs the container', () => {
    const ended = { state: 'terminated', reason: 'Error', exitCode: 1 } as const;
    expect(explain(ended, 'Never').rule).toContain('stays ended');
    expect(explain(ended, 'OnFailure').rule).toContain('not 0');
    expect(explain({ ...ended, kind: 'sidecar' }, 'Never').rule).toContain('sidecar');
    expect(explain({ ...ended, kind: 'init' }, 'Never').rule).toContain('fails the whole Pod');
  });

  it('does not say that a container waits for the inits when it was started', () => {
    const initializing = { state: 'waiting', reason: 'PodInitializing' } as const;
    expect(explain(initializing).plain).toContain('waits for the init containers');
    expect(explain({ ...initializing, nodeTruth: 'running' }).plain).toContain('was started');
  });

  it('does not mistake running for ready', () => {
    expect(explain({ ready: false, started: true }).plain).toContain('readiness probe');
    expect(explain({ ready: false, started: false }).plain).toContain('startup probe');
  });

  it.each([
    'CrashLoopBackOff',
    'ContainerCreating',
    'PodInitializing',
    'ErrImagePull',
    'ImagePullBackOff',
    'InvalidImageName',
    'ErrImageNeverPull',
    'CreateContainerConfigError',
    'CreateContainerError',
    'RunContainerError',
    'PostStartHookError',
    'RestartingAllContainers',
  ])('has words of its own for %s', (reason) => {
    const unknown = explain({ state: 'waiting', reason: 'SomethingNew' });
    const known = explain({ state: 'waiting', reason });
    expect(known.plain).not.toBe(unknown.plain);
    expect(known.link.href).toMatch(/^https:\/\/kubernetes\.io\/docs\//);
  });
});

describe('explainDisagreement', () => {
  it('says when the node knows more than kubectl shows', () => {
    expect(explainDisagreement({ ...base, nodeTruth: 'exited' })).toContain('has ended');
    expect(
      explainDisagreement({ ...base, state: 'terminated', reason: 'Error', backoffUntil: 5 }),
    ).toContain('kubectl still says Error');
    expect(explainDisagreement({ ...base, nodeTruth: undefined })).toBeUndefined();
  });
});

describe('exitCodeMeaning', () => {
  it.each([
    [127, 'not found'],
    [137, 'KILL'],
    [143, 'TERM'],
    [139, 'SEGV'],
    [3, 'failure of its own'],
  ])('%d', (code, part) => {
    expect(exitCodeMeaning(code)).toContain(part);
  });
});

describe('explainPod', () => {
  it('counts init containers, and knows the failing ones', () => {
    expect(explainPod({ ...storyPod(1000), status: 'Init:1/3' }).plain).toContain('1 of 3');
    expect(explainPod({ ...storyPod(1000), status: 'Init:CrashLoopBackOff' }).plain).toContain(
      'failed',
    );
  });

  it('says what READY 1/2 means for a running pod', () => {
    const pod = { ...storyPod(10_000), status: 'Running' };
    expect(explainPod(pod).plain).toContain('no traffic');
  });
});

describe('explainCondition', () => {
  it('gives reason and message as they are', () => {
    const pod = storyPod(10_000);
    const ready = pod.conditions.find(({ type }) => type === 'Ready');
    expect(ready && explainCondition(ready, pod).words).toBe(
      'Ready: False, ContainersNotReady: containers with unready status: [log-collector]',
    );
  });
});
