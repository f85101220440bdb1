import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import type { Pod } from '../../../api/stored-objects';
import { createKernel } from '../../../kernel/kernel';
import { containerMachine } from './container-machine';
import { actorClock } from './kernel-clock';
import { LifecycleTracker } from './lifecycle-tracker';
import { podMachine } from './pod-machine';
import { probeMachine } from './probe-machine';
import { stateName } from './state-name';

const kernel = () => createKernel({ seed: 1, epochMs: 0 });

describe('the lifecycle machines', () => {
  it('say in words what each state means', () => {
    const machines = { containerMachine, podMachine, probeMachine };
    for (const [name, machine] of Object.entries(machines)) {
      const states: [string, string | undefined][] = [];
      const collect = (node: typeof machine.root | undefined): void => {
        for (const child of Object.values(node?.states ?? {})) {
          states.push([child.path.join('.'), child.description]);
          collect(child as typeof machine.root);
        }
      };
      collect(machine.root as typeof machine.root);
      expect(states.length).toBeGreaterThan(3);
      for (const [path, description] of states) {
        expect(description, `${name} ${path}`).toMatch(/^[A-Za-z].*[.]$/s);
      }
    }
  });
});

describe('containerMachine', () => {
  it('holds a back-off for its time on the virtual clock', () => {
    const { clock, ...rest } = kernel();
    const actor = createActor(containerMachine, { clock: actorClock({ clock, ...rest }) }).start();
    actor.send({ type: 'create' });
    actor.send({ type: 'started', attempt: 0, hook: false });
    actor.send({ type: 'ready' });
    expect(stateName(actor.getSnapshot().value)).toBe('running.ready');
    actor.send({ type: 'exited', exitCode: 1 });
    expect(stateName(actor.getSnapshot().value)).toBe('exited.error');
    actor.send({ type: 'back off', delayMs: 10_000 });
    clock.runUntil(9999);
    expect(actor.getSnapshot().value).toBe('backOff');
    clock.runUntil(10_000);
    expect(actor.getSnapshot().value).toBe('due');
    actor.stop();
  });

  it('tells a hook from a started container', () => {
    const actor = createActor(containerMachine).start();
    actor.send({ type: 'create' });
    actor.send({ type: 'started', attempt: 2, hook: true });
    expect(stateName(actor.getSnapshot().value)).toBe('running.postStart');
    expect(actor.getSnapshot().context.attempt).toBe(2);
    actor.send({ type: 'hook done' });
    expect(stateName(actor.getSnapshot().value)).toBe('running.started');
    actor.stop();
  });
});

describe('LifecycleTracker', () => {
  const POD: Pod = {
    metadata: { name: 'web', namespace: 'default', uid: 'u1' },
    spec: { containers: [] },
  };

  it('catches up when it is asked, and its timers run even if nobody asks', () => {
    const shared = kernel();
    const tracker = new LifecycleTracker(shared);
    const container = tracker.container(POD, 'a');
    container.send({ type: 'create' });
    container.send({ type: 'started', attempt: 0, hook: false });
    expect(shared.clock.nextAt).toBeUndefined();
    container.send({ type: 'exited', exitCode: 0 });
    container.send({ type: 'back off', delayMs: 500 });
    expect(shared.clock.nextAt).toBe(500);
    shared.clock.runUntil(500);
    expect(tracker.containerState('u1', 'a').machineState).toBe('due');
    tracker.forget('u1');
    expect(tracker.containerState('u1', 'a').machineState).toBeUndefined();
  });

  it('knows the stage of a pod', () => {
    const tracker = new LifecycleTracker(kernel());
    const pod = tracker.pod('u1');
    expect(pod.stage).toBe('syncing');
    pod.send({ type: 'create sandbox' });
    expect(pod.stateName).toBe('syncing.creatingSandbox');
    pod.send({ type: 'terminate' });
    pod.send({ type: 'containers stopped' });
    expect(pod.stage).toBe('terminated');
    pod.send({ type: 'cleaned up' });
    expect(pod.stage).toBe('finished');
  });
});
