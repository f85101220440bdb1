import { describe, expect, it } from 'vitest';
import { createSimulator } from '../../simulator';
import type { Fault } from '../session/messages';
import { activeFaults } from './active-faults';

const POD = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'demo' },
  spec: {
    containers: [
      {
        name: 'app',
        image: 'busybox:1.37',
        command: ['sleep', '3600'],
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
      },
    ],
    volumes: [{ name: 'data', emptyDir: {} }],
  },
});

function startLab() {
  const simulator = createSimulator();
  simulator.apply(POD);
  simulator.advance(10_000);
  const faults = (t = simulator.now) => activeFaults(simulator.trace, t);
  return { simulator, faults, labels: (t?: number) => faults(t).map(({ label }) => label) };
}

const LASTING: readonly { fault: Fault; label: string }[] = [
  { fault: { do: 'kubelet', action: 'stop' }, label: 'kubelet of node-1 stopped' },
  { fault: { do: 'cut off node' }, label: 'node-1 cut off' },
  { fault: { do: 'dns', fail: true }, label: 'name servers do not answer' },
  { fault: { do: 'dns', fail: true, host: 'web' }, label: 'looking up web fails' },
  { fault: { do: 'network', fail: true }, label: 'all packets are lost' },
  {
    fault: { do: 'network', fail: true, host: 'default/demo' },
    label: 'nothing gets through to default/demo',
  },
  {
    fault: { do: 'image', image: 'nginx:1.29', fail: 'no such host' },
    label: 'pulls of nginx:1.29 fail',
  },
  {
    fault: { do: 'image', image: 'nginx:1.29', seconds: 9 },
    label: 'pulls of nginx:1.29 take 9 s',
  },
  {
    fault: { do: 'slow start', pod: 'default/demo', container: 'app', seconds: 5 },
    label: 'app starts 5 s late',
  },
  {
    fault: { do: 'fill volume', pod: 'default/demo', volume: 'data', bytes: 1000 },
    label: 'data filled',
  },
  {
    fault: { do: 'fill volume', pod: 'default/demo', container: 'app', bytes: 1000 },
    label: 'app filled',
  },
];

describe('activeFaults', () => {
  it.each(LASTING)('knows that $label, and how to mend it', ({ fault, label }) => {
    const { simulator, faults, labels } = startLab();
    simulator.inject(fault);
    expect(labels()).toEqual([label]);
    const mend = faults()[0]?.mend;
    if (!mend) throw new Error('nothing mends it');
    simulator.advance(1000);
    simulator.inject(mend);
    expect(labels()).toEqual([]);
    expect(labels(10_000)).toEqual([label]);
  });

  it('forgets a boot when it is over, and a stopped kubelet with it', () => {
    const { simulator, labels } = startLab();
    simulator.inject({ do: 'kubelet', action: 'stop' });
    simulator.inject({ do: 'reboot node' });
    expect(labels()).toEqual(['node-1 is being booted']);
    simulator.advance(30_000);
    expect(labels()).toEqual([]);
  });

  it('mends every host with the whole network', () => {
    const { simulator, labels } = startLab();
    simulator.inject({ do: 'network', fail: true, host: 'default/demo' });
    simulator.inject({ do: 'network', fail: true });
    simulator.inject({ do: 'dns', fail: true, host: 'web' });
    simulator.inject({ do: 'network', fail: false });
    expect(labels()).toEqual(['looking up web fails']);
  });
});
