import { expand } from '../../../api/expansion';
import type { Container, HTTPGetAction, Pod, Probe } from '../../../api/stored-objects';
import type { Kernel } from '../../../kernel/kernel';
import type { Task } from '../../../kernel/task';
import { fromBytes, toBytes } from '../../../runtime/bytes';
import { CriError, type RuntimeService } from '../../../runtime/cri';
import { GRPC_CODE } from '../../../runtime/net/grpc-health';
import { formatPod, podKey } from '../../pod-containers';
import type { PodEvents } from '../../pod-events';
import { goDuration } from '../go-duration';
import {
  type HttpProbeAnswer,
  httpRequestOf,
  type ProbeNetwork,
  resolveContainerPort,
} from './probe-network';
import type { ProbeType } from './probe-results';

/** How often an attempt is tried again that could not be carried out. */
const MOST_TRIES = 3;
const EXEC_OUTPUT_BYTES = 10 * 1024;

const TITLES: Readonly<Record<ProbeType, string>> = {
  liveness: 'Liveness',
  readiness: 'Readiness',
  startup: 'Startup',
};

type Attempt =
  | { readonly kind: 'success' | 'warning' | 'failure'; readonly output: string }
  /** It could not be carried out: counts for nothing. */
  | { readonly kind: 'errored'; readonly error: string; readonly result?: 'failure' };

/** One probe of one container, as it is attempted again and again. */
export class ProbeTarget {
  readonly type: ProbeType;
  readonly spec: Probe;
  readonly pod: Pod;
  readonly container: Container;
  /** `namespace/name` of the pod. */
  readonly podKey: string;
  #podIp: string | undefined;
  #httpRequest: ReturnType<typeof httpRequestOf> | undefined;

  constructor(type: ProbeType, spec: Probe, pod: Pod, container: Container) {
    this.type = type;
    this.spec = spec;
    this.pod = pod;
    this.container = container;
    this.podKey = podKey(pod);
  }

  /** The request of an httpGet probe while the pod has this address. */
  httpRequest(action: HTTPGetAction, podIp: string): ReturnType<typeof httpRequestOf> {
    if (!this.#httpRequest || this.#podIp !== podIp) {
      this.#podIp = podIp;
      this.#httpRequest = httpRequestOf(action, this.container, podIp, 'probe');
    }
    return this.#httpRequest;
  }
}

/** Carries out single attempts of probes. Models pkg/kubelet/prober/prober.go and pkg/probe. */
export class Prober {
  readonly #kernel: Kernel;
  readonly #runtime: RuntimeService;
  readonly #network: ProbeNetwork;
  readonly #events: PodEvents;

  constructor(options: {
    readonly kernel: Kernel;
    readonly runtime: RuntimeService;
    readonly network: ProbeNetwork;
    readonly events: PodEvents;
  }) {
    this.#kernel = options.kernel;
    this.#runtime = options.runtime;
    this.#network = options.network;
    this.#events = options.events;
  }

  /** Undefined: the attempt is thrown away. `message`: what the probe said. */
  *probe(
    target: ProbeTarget,
    containerId: string,
    podIp: string,
  ): Task<{ readonly result: 'success' | 'failure' | undefined; readonly message: string }> {
    let attempt = judged(yield* this.#attempt(target, containerId, podIp));
    for (let tries = 1; tries < MOST_TRIES && attempt.kind === 'errored'; tries++) {
      attempt = judged(yield* this.#attempt(target, containerId, podIp));
    }
    const title = TITLES[target.type];
    if (attempt.kind === 'errored') {
      const { error, result = 'unknown' } = attempt;
      const text = `${title} probe errored and resulted in ${result} state: ${error}`;
      this.#warn(target, 'Unhealthy', text);
      this.#trace(target, 'unknown', error);
      return { result: undefined, message: error };
    }
    const { kind, output } = attempt;
    if (kind === 'warning') {
      this.#warn(target, 'ProbeWarning', `${title} probe warning: ${output}`);
    } else if (kind === 'failure') {
      this.#warn(target, 'Unhealthy', `${title} probe failed: ${output}`);
    }
    const result = kind === 'failure' ? 'failure' : 'success';
    this.#trace(target, result, output);
    return { result, message: output };
  }

  #warn({ pod, container }: ProbeTarget, reason: string, text: string): void {
    this.#events.container(pod, container.name, 'Warning', reason, text);
  }

  #trace({ type, podKey, container }: ProbeTarget, result: string, message: string): void {
    const { trace } = this.#kernel;
    trace.add({
      t: trace.now,
      type: 'probe',
      pod: podKey,
      container: container.name,
      probe: type,
      result,
      message,
    });
  }

  #attempt(
    target: ProbeTarget,
    containerId: string,
    podIp: string,
  ): Task<Attempt | HttpProbeAnswer> {
    const { spec, pod, container } = target;
    const timeoutMs = (spec.timeoutSeconds ?? 1) * 1000;
    if (spec.exec) return this.#exec(spec.exec.command ?? [], container, containerId, timeoutMs);
    if (spec.httpGet) {
      const request = target.httpRequest(spec.httpGet, podIp);
      return 'error' in request
        ? errored(request.error)
        : this.#network.httpGet(request, timeoutMs);
    }
    if (spec.tcpSocket) return this.#tcp(spec.tcpSocket, container, podIp, timeoutMs);
    if (spec.grpc) return this.#grpc(spec.grpc, podIp, timeoutMs);
    return errored(`missing probe handler for ${formatPod(pod)}:${container.name}`);
  }

  *#tcp(
    { host, port }: NonNullable<Probe['tcpSocket']>,
    container: Container,
    podIp: string,
    timeoutMs: number,
  ): Task<Attempt> {
    const resolved = resolveContainerPort(port, container);
    if ('error' in resolved) return { kind: 'errored', error: resolved.error };
    const problem = yield* this.#network.tcpConnect(host || podIp, resolved.port, timeoutMs);
    return problem === undefined
      ? { kind: 'success', output: '' }
      : { kind: 'failure', output: problem };
  }

  /** Models pkg/probe/grpc/grpc.go. */
  *#grpc(
    { port, service }: NonNullable<Probe['grpc']>,
    podIp: string,
    timeoutMs: number,
  ): Task<Attempt> {
    const answer = yield* this.#network.grpcHealth(podIp, port, service ?? '', timeoutMs);
    const failure = (output: string) => ({ kind: 'failure' as const, output });
    const time = goDuration(timeoutMs);
    if (answer === 'no connection') {
      return failure(
        `timeout: failed to connect service "${podIp}:${port}" within ${time}: context deadline exceeded`,
      );
    }
    if (answer === 'late') return failure(`timeout: health rpc did not complete within ${time}`);
    const { code, text, serving } = answer;
    if (code === GRPC_CODE.unimplemented) {
      return failure(
        `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${text}`,
      );
    }
    if (code !== GRPC_CODE.ok) {
      const name = code === GRPC_CODE.notFound ? 'NotFound' : 'Unknown';
      return failure(`error: health rpc probe failed: rpc error: code = ${name} desc = ${text}`);
    }
    if (serving !== 'SERVING') {
      return failure(`service unhealthy (responded with "${serving}")`);
    }
    return { kind: 'success', output: 'service healthy' };
  }

  *#exec(
    command: readonly string[],
    container: Container,
    containerId: string,
    timeoutMs: number,
  ): Task<Attempt> {
    const fixed = new Map((container.env ?? []).map(({ name, value }) => [name, value ?? '']));
    const words = command.map((word) => expand(word, (name) => fixed.get(name)));
    try {
      const { stdout, stderr, exitCode } = yield* this.#runtime.execSync(
        containerId,
        words.map(toBytes),
        timeoutMs,
      );
      const output = fromBytes((stdout + stderr).slice(0, EXEC_OUTPUT_BYTES));
      return { kind: exitCode === 0 ? 'success' : 'failure', output };
    } catch (error) {
      if (!(error instanceof CriError)) throw error;
      if (error.code === 'DeadlineExceeded') {
        const text = `command timed out: "${words.join(' ')}" timed out after ${goDuration(timeoutMs)}`;
        return { kind: 'failure', output: text };
      }
      return { kind: 'errored', error: `rpc error: code = ${error.code} desc = ${error.message}` };
    }
  }
}

// biome-ignore lint/correctness/useYield: one shape for all attempts, though this one never waits
function* errored(error: string): Task<Attempt> {
  return { kind: 'errored', error };
}

/** What an HTTP answer means. Models pkg/probe/http DoHTTPProbe. */
function judged(outcome: Attempt | HttpProbeAnswer): Attempt {
  if (outcome.kind === 'failed') return { kind: 'failure', output: outcome.error };
  if (outcome.kind === 'broken') {
    return { kind: 'errored', error: outcome.error, result: 'failure' };
  }
  if (outcome.kind !== 'answer') return outcome;
  const { status, body } = outcome;
  if (status >= 200 && status < 300) return { kind: 'success', output: body };
  if (status >= 300 && status < 400) {
    return { kind: 'warning', output: `Probe terminated redirects, Response body: ${body}` };
  }
  return { kind: 'failure', output: `HTTP probe failed with statuscode: ${status}` };
}
