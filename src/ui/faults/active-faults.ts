import type { Fault, TraceRecord } from '../session/messages';

/** Something that is broken at present, and what mends it. */
export interface ActiveFault {
  /** Two faults with one key replace each other. */
  readonly key: string;
  readonly label: string;
  /** Undefined where only time mends it. */
  readonly mend: Fault | undefined;
}

/** How long a node is away when it is booted again, virtual ms; as the lab's nodes have it. */
const BOOT_MS = 30_000;
const FIRST_NODE = 'node-1';

/** What the faults among some records have left broken at the instant `t`, oldest first. */
export function activeFaults(records: readonly TraceRecord[], t: number): readonly ActiveFault[] {
  const active = new Map<string, ActiveFault>();
  for (const record of records) {
    if (record.t > t) break;
    if (record.type === 'fault') note(active, record, t);
  }
  return [...active.values()];
}

/** What is broken for the whole cluster after one more fault; `active` is changed. */
export function noteFault(active: Map<string, ActiveFault>, record: TraceRecord): void {
  note(active, record, record.t);
}

function note(active: Map<string, ActiveFault>, record: TraceRecord, t: number): void {
  // The record carries the fault's own fields beside the trace's.
  const fault = record as unknown as Fault;
  const set = (key: string, label: string, mend?: Fault) => {
    active.delete(key);
    active.set(key, { key, label, mend });
  };
  switch (fault.do) {
    case 'kubelet': {
      const node = fault.node ?? FIRST_NODE;
      const key = `kubelet ${node}`;
      if (fault.action === 'stop') {
        set(key, `kubelet of ${node} stopped`, { do: 'kubelet', node, action: 'start' });
      } else active.delete(key);
      break;
    }
    case 'reboot node': {
      const node = fault.node ?? FIRST_NODE;
      active.delete(`kubelet ${node}`);
      if (t < record.t + BOOT_MS) set(`boot ${node}`, `${node} is being booted`);
      break;
    }
    case 'cut off node': {
      const node = fault.node ?? FIRST_NODE;
      set(`cut off ${node}`, `${node} cut off`, { do: 'rejoin node', node });
      break;
    }
    case 'rejoin node':
      active.delete(`cut off ${fault.node ?? FIRST_NODE}`);
      break;
    case 'dns':
    case 'network':
      noteNetwork(active, fault, set);
      break;
    case 'slow start': {
      const { pod, container, seconds } = fault;
      const key = `slow ${pod} ${container}`;
      const mend: Fault = { do: 'slow start', pod, container, seconds: 0 };
      if (seconds > 0) set(key, `${container} starts ${seconds} s late`, mend);
      else active.delete(key);
      break;
    }
    case 'image': {
      const { image, fail, seconds } = fault;
      const key = `image ${image}`;
      if (fail === undefined && seconds === undefined) active.delete(key);
      else {
        const what = fail === undefined ? `take ${seconds} s` : 'fail';
        set(key, `pulls of ${image} ${what}`, { do: 'image', image });
      }
      break;
    }
    case 'fill volume': {
      const { pod, volume, container, bytes } = fault;
      const place = volume ?? container ?? 'first container';
      const key = `fill ${pod} ${volume ?? ''} ${container ?? ''}`;
      const where = {
        ...(volume === undefined ? {} : { volume }),
        ...(container === undefined ? {} : { container }),
      };
      if (bytes > 0) set(key, `${place} filled`, { do: 'fill volume', pod, ...where, bytes: 0 });
      else active.delete(key);
      break;
    }
  }
}

function noteNetwork(
  active: Map<string, ActiveFault>,
  { do: what, fail, host }: Extract<Fault, { do: 'dns' | 'network' }>,
  set: (key: string, label: string, mend?: Fault) => void,
): void {
  const key = `${what} ${host ?? ''}`;
  if (fail) {
    const all = what === 'dns' ? 'name servers do not answer' : 'all packets are lost';
    const one = what === 'dns' ? `looking up ${host} fails` : `nothing gets through to ${host}`;
    const mend = { do: what, fail: false, ...(host === undefined ? {} : { host }) };
    set(key, host === undefined ? all : one, mend);
  } else if (host === undefined) {
    // Mending all of it mends each host.
    for (const known of [...active.keys()]) if (known.startsWith(`${what} `)) active.delete(known);
  } else active.delete(key);
}
