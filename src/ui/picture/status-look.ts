import type { ContainerPicture, PodPicture } from '../../lab/picture';

export type Tone = 'run' | 'done' | 'err' | 'loop' | 'wait' | 'none';

/** How a status looks. The word always stands beside the symbol, so colour is never alone. */
export interface Look {
  readonly tone: Tone;
  readonly symbol: string;
}

const LOOKS: Readonly<Record<Tone, string>> = {
  run: '▶',
  done: '✓',
  err: '✕',
  loop: '↻',
  wait: '…',
  none: '·',
};

const FAILURES =
  /Error|Err[A-Z]|OOMKilled|Failed|Invalid|Evicted|Deadline|Unschedulable|StatusUnknown|NodeLost|Unknown/;

function toneOfWord(word: string): Tone {
  if (/BackOff$/.test(word)) return 'loop';
  if (/^(Running|NotReady)$/.test(word)) return 'run';
  if (/^(Completed|Succeeded)$/.test(word)) return 'done';
  if (FAILURES.test(word)) return 'err';
  return 'wait';
}

export function lookOf(tone: Tone): Look {
  return { tone, symbol: LOOKS[tone] };
}

/** For kubectl's STATUS of a pod. */
export function podLook(pod: Pick<PodPicture, 'status' | 'ready'>): Look {
  const [ready, all] = pod.ready.split('/');
  if (pod.status === 'Running' && ready !== all) return { tone: 'wait', symbol: '▶' };
  return lookOf(toneOfWord(pod.status));
}

export function containerLook(
  container: Pick<ContainerPicture, 'state' | 'reason' | 'exitCode'>,
): Look {
  if (container.state === 'none') return lookOf('none');
  if (container.state === 'running') return lookOf('run');
  if (container.state === 'terminated') return lookOf(container.exitCode ? 'err' : 'done');
  return lookOf(toneOfWord(container.reason));
}

/** The word of a container's state: kubectl's reason, or what kubectl calls having none. */
export function containerWord(container: Pick<ContainerPicture, 'state' | 'reason'>): string {
  if (container.reason) return container.reason;
  return { running: 'Running', waiting: 'Waiting', terminated: 'Terminated', none: 'Waiting' }[
    container.state
  ];
}

const URGENCY: Readonly<Record<Tone, number>> = {
  err: 5,
  loop: 4,
  wait: 2,
  run: 1,
  none: 0,
  done: 0,
};

/** The container whose state most wants an explanation, if any stands out. */
export function mostUrgent(containers: readonly ContainerPicture[]): ContainerPicture | undefined {
  const urgency = (one: ContainerPicture) =>
    URGENCY[containerLook(one).tone] +
    (one.state === 'running' && !one.ready && one.kind !== 'init' ? 2 : 0);
  const [first] = [...containers].sort((a, b) => urgency(b) - urgency(a));
  return first && urgency(first) >= 2 ? first : undefined;
}
