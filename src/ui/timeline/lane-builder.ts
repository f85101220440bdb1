import { type ActiveFault, noteFault } from '../faults/active-faults';
import { faultInWords } from '../faults/fault-in-words';
import type { TraceRecord } from '../session/messages';
import type { Lane, LaneKind, Mark, Segment, SegmentKind } from './lane';

const PHASES: Readonly<Record<string, SegmentKind>> = {
  Pending: 'pending',
  Running: 'phase-running',
  Succeeded: 'phase-succeeded',
  Failed: 'phase-failed',
  Unknown: 'phase-failed',
};

/** Operations on files that change something; reading leaves no mark. */
const QUIET_OPERATIONS = new Set(['read', 'open', 'stat', 'list']);

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function seconds(ms: number): string {
  const s = ms / 1000;
  return `${Number.isInteger(s) ? s : s.toFixed(1)} s`;
}

/**
 * Turns trace records, one after the other, into lanes. Records come in order of time; a lane's segments do
 * not overlap, and only its last one may still be open.
 */
export class LaneBuilder {
  readonly lanes = new Map<string, Lane>();

  readonly #troubles = new Map<string, ActiveFault>();

  push(record: TraceRecord): void {
    if (record.pod === undefined) {
      if (record.type === 'fault') this.#clusterFault(record);
      return;
    }
    const { pod, container } = record;
    if (record.type === 'file') this.#file(record, pod);
    else if (record.type === 'net') this.#net(record, pod);
    else if (container === undefined) this.#podRecord(record, pod);
    else
      this.#containerRecord(record, this.#lane(`${pod} ${container}`, pod, 'container', container));
  }

  /** A fault of the cluster: a mark, and a stretch for as long as something is broken. */
  #clusterFault(record: TraceRecord): void {
    const lane = this.#lane('cluster', '', 'cluster', 'cluster');
    const { t } = record;
    mark(lane, t, 'fault', faultInWords(record));
    noteFault(this.#troubles, record);
    const lasting = [...this.#troubles.values()].filter(({ mend }) => mend !== undefined);
    const words =
      lasting.length > 1 ? `${lasting.length} things are broken` : (lasting[0]?.label ?? '');
    if (lasting.length === 0) close(lane, t);
    else this.#begin(lane, t, 'trouble', words);
  }

  #podRecord(record: TraceRecord, pod: string): void {
    const lane = this.#lane(pod, pod, 'pod', pod.slice(pod.indexOf('/') + 1));
    switch (record.type) {
      case 'pod.phase': {
        const phase = text(record.to);
        this.#begin(lane, record.t, PHASES[phase] ?? 'pending', phase);
        break;
      }
      case 'pod.scheduled':
        if (lane.segments.at(-1)?.to !== undefined || lane.segments.length === 0) {
          this.#begin(lane, record.t, 'pending', 'Pending');
        }
        break;
      case 'pod.deleted':
        for (const one of this.lanes.values()) if (one.pod === pod) close(one, record.t);
        break;
      case 'sandbox.created':
        if (record.attempt) {
          mark(lane, record.t, 'sandbox', `new sandbox, IP ${text(record.ip)}`);
        }
        break;
      case 'sandbox.lost':
        mark(lane, record.t, 'fault', 'sandbox lost');
        break;
      case 'fault':
        mark(lane, record.t, 'fault', faultInWords(record));
        break;
      case 'event':
        if (record.eventType === 'Warning') {
          mark(lane, record.t, 'warning', `${text(record.reason)}: ${text(record.message)}`);
        }
        break;
    }
  }

  #containerRecord(record: TraceRecord, lane: Lane): void {
    const { t } = record;
    const attempt = number(record.attempt);
    switch (record.type) {
      case 'image.pulling':
        this.#begin(lane, t, 'pulling', `pulling ${text(record.image)}`);
        break;
      case 'image.pulled':
        if (lane.segments.at(-1)?.kind === 'pulling') close(lane, t);
        break;
      case 'image.failed':
        this.#begin(lane, t, 'rest-failed', text(record.reason) || 'ErrImagePull');
        break;
      case 'container.created':
        this.#begin(lane, t, 'created', 'created', { attempt });
        break;
      case 'container.started':
        this.#begin(lane, t, 'running', 'Running', { attempt });
        break;
      case 'container.exited':
        this.#exited(record, lane);
        break;
      case 'container.backoff':
        this.#backoff(record, lane);
        break;
      case 'container.ready':
        mark(lane, t, 'ready', 'ready');
        break;
      case 'container.unready':
        mark(lane, t, 'unready', 'not ready');
        break;
      case 'probe': {
        const ok = record.result === 'success';
        const said = text(record.message);
        mark(
          lane,
          t,
          ok ? 'probe-success' : 'probe-failure',
          `${text(record.probe)} probe: ${text(record.result)}${said ? `, ${said}` : ''}`,
        );
        break;
      }
      case 'log':
        mark(lane, t, 'log', text(record.text));
        break;
      case 'hook.finished':
        if (record.ok === false) {
          mark(lane, t, 'warning', `${text(record.hook)} failed ${text(record.message)}`);
        }
        break;
      case 'program.failed':
        mark(lane, t, 'fault', `the lab’s model of ${text(record.program)} failed`);
        break;
      case 'limit':
        mark(lane, t, 'fault', `limit: ${text(record.bound)}`);
        break;
      case 'fault':
        mark(lane, t, 'fault', faultInWords(record));
        break;
    }
  }

  #exited(record: TraceRecord, lane: Lane): void {
    const exitCode = number(record.exitCode) ?? 0;
    const reason = text(record.reason) || (exitCode === 0 ? 'Completed' : 'Error');
    const last = lane.segments.at(-1);
    if (last?.kind === 'running') {
      lane.segments[lane.segments.length - 1] = {
        ...last,
        to: record.t,
        kind: exitCode === 0 ? 'completed' : 'failed',
        label: `${reason}, exit code ${exitCode}`,
        exitCode,
      };
    } else {
      close(lane, record.t);
    }
    const kind = exitCode === 0 ? 'rest' : 'rest-failed';
    lane.segments.push({ from: record.t, to: undefined, kind, label: reason, exitCode });
  }

  #backoff(record: TraceRecord, lane: Lane): void {
    const delay = number(record.delayMs) ?? 0;
    const ended = lane.segments.findLast(({ kind }) => kind === 'failed' || kind === 'completed');
    const since = ended?.to ?? record.t;
    const dueAt = since + delay > record.t ? since + delay : record.t + delay;
    this.#begin(lane, record.t, 'backoff', `back-off ${seconds(delay)}`, { dueAt });
  }

  #file(record: TraceRecord, pod: string): void {
    const volume = text(record.volume);
    const operation = text(record.operation) || 'write';
    if (volume === '' || QUIET_OPERATIONS.has(operation)) return;
    const lane = this.#lane(`${pod} ▤${volume}`, pod, 'volume', volume);
    const by = record.container ? ` by ${record.container}` : '';
    mark(lane, record.t, 'write', `${operation} ${text(record.path)}${by}`);
  }

  #net(record: TraceRecord, pod: string): void {
    const lane = this.#lane(`${pod} ⇄`, pod, 'network', 'network');
    const outcome = text(record.outcome);
    const isBad = outcome === 'refused' || outcome === 'timeout' || outcome === 'reset';
    const source = text(record.source);
    const to = `${text(record.destination)}:${text(record.port)}`;
    mark(lane, record.t, isBad ? 'refused' : 'request', `${source} → ${to} ${outcome}`.trim());
  }

  #lane(id: string, pod: string, kind: LaneKind, title: string): Lane {
    let lane = this.lanes.get(id);
    if (!lane) {
      lane = { id, pod, kind, title, segments: [], marks: [] };
      this.lanes.set(id, lane);
    }
    return lane;
  }

  #begin(
    lane: Lane,
    from: number,
    kind: SegmentKind,
    label: string,
    more: Partial<Segment> = {},
  ): void {
    close(lane, from);
    lane.segments.push({ ...more, from, to: undefined, kind, label });
  }
}

function close(lane: Lane, t: number): void {
  const last = lane.segments.at(-1);
  if (last && last.to === undefined) last.to = t;
}

function mark(lane: Lane, t: number, kind: Mark['kind'], label: string): void {
  lane.marks.push({ t, kind, label });
}
