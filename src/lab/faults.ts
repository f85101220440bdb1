import type { Kernel } from '../kernel/kernel';
import { SIGNAL_NUMBERS, type Signal } from '../runtime/signals';
import type { LabNode } from './lab-node';
import type { Fault } from './run';

/** A fault that cannot be carried out: what, where and why. */
export class FaultError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FaultError';
  }
}

/** Where a pod runs. */
export interface PodPlace {
  readonly node: LabNode;
  readonly uid: string;
  readonly initContainers: ReadonlySet<string>;
}

/** Does to the cluster what a fault says. Throws FaultError, and then nothing has changed. */
export function injectFault(
  fault: Fault,
  kernel: Kernel,
  nodes: readonly LabNode[],
  placeOf: (pod: string) => PodPlace | undefined,
): void {
  const record = () => kernel.trace.emit('fault', { ...fault, fault: fault.do });
  const place = (pod: string): PodPlace => {
    const found = placeOf(pod);
    if (!found) throw new FaultError(`${fault.do}: pod "${pod}" is on no node`);
    return found;
  };
  switch (fault.do) {
    case 'signal': {
      const name = fault.signal.replace(/^SIG/, '').toUpperCase();
      if (!(name in SIGNAL_NUMBERS))
        throw new FaultError(`signal: unknown signal "${fault.signal}"`);
      const { node, uid } = place(fault.pod);
      const id = runningContainer(node, uid, fault);
      record();
      node.runtime.signal(id, name as Signal, fault.pid ?? 1);
      return;
    }
    case 'exit': {
      const { node, uid } = place(fault.pod);
      const id = runningContainer(node, uid, fault);
      record();
      node.runtime.exit(id, fault.exitCode);
      return;
    }
    case 'lose sandbox': {
      const { node, uid } = place(fault.pod);
      const sandbox = node.runtime.listSandboxes(uid).find(({ state }) => state === 'ready');
      if (!sandbox) throw new FaultError(`lose sandbox: pod "${fault.pod}" has none that is ready`);
      record();
      node.runtime.loseSandbox(sandbox.id);
      return;
    }
    case 'remove containers': {
      const { node, uid, initContainers } = place(fault.pod);
      record();
      node.removeContainers(uid, fault.which ?? 'all', initContainers);
      return;
    }
    case 'kubelet': {
      const node = nodeOf(nodes, fault.node);
      record();
      node.setKubelet(fault.action);
      return;
    }
    case 'image': {
      record();
      const { image, fail, seconds } = fault;
      const clears = fail === undefined && seconds === undefined;
      for (const { images } of nodes) {
        images.setFault(
          image,
          clears
            ? undefined
            : {
                ...(fail === undefined ? {} : { fail }),
                ...(seconds === undefined ? {} : { seconds }),
              },
        );
      }
      return;
    }
  }
}

function nodeOf(nodes: readonly LabNode[], name: string | undefined): LabNode {
  const node = name === undefined ? nodes[0] : nodes.find((one) => one.name === name);
  if (!node) throw new FaultError(`no node "${name}"`);
  return node;
}

function runningContainer(
  node: LabNode,
  uid: string,
  fault: { readonly do: string; readonly pod: string; readonly container: string },
): string {
  const newest = node.runtime.listContainers(uid).find(({ name }) => name === fault.container);
  if (newest?.state !== 'running') {
    throw new FaultError(
      `${fault.do}: container "${fault.container}" of pod "${fault.pod}" does not run`,
    );
  }
  return newest.id;
}
