import { goQuote } from '../../../api/golang/quote';
import type { Container, LifecycleHandler, Pod } from '../../../api/stored-objects';
import type { Clock } from '../../../kernel/clock';
import { sleepFully, type Task } from '../../../kernel/task';
import { fromBytes, toBytes } from '../../../runtime/bytes';
import { CriError, type RuntimeService } from '../../../runtime/cri';
import { formatPod } from '../../pod-containers';
import type { PodEvents } from '../../pod-events';
import {
  type HttpProbeAnswer,
  HttpProbeRequest,
  httpRequestOf,
  PLAIN_ANSWER,
  type ProbeNetwork,
} from '../probes/probe-network';

/** A lifecycle hook that did not succeed; the message is what the container's status shows. */
export class HookError extends Error {}

/** Hooks have no timeout of their own; an HTTP one gives up after this, as Go's client does. */
const HTTP_TIMEOUT_MS = 30_000;

/** Runs postStart and preStop hooks. Models pkg/kubelet/lifecycle/handlers.go. */
export class HookRunner {
  readonly #clock: Clock;
  readonly #runtime: RuntimeService;
  readonly #network: ProbeNetwork;
  readonly #podIp: (pod: Pod) => string;
  readonly #events: PodEvents;

  constructor(options: {
    readonly clock: Clock;
    readonly runtime: RuntimeService;
    readonly network: ProbeNetwork;
    readonly podIp: (pod: Pod) => string;
    readonly events: PodEvents;
  }) {
    this.#clock = options.clock;
    this.#runtime = options.runtime;
    this.#network = options.network;
    this.#podIp = options.podIp;
    this.#events = options.events;
  }

  /** Throws HookError. */
  *run(pod: Pod, container: Container, containerId: string, hook: LifecycleHandler): Task {
    const where = `for Container "${container.name}" in Pod "${formatPod(pod)}" failed`;
    if (hook.exec) {
      yield* this.#exec(containerId, hook.exec.command ?? [], where);
    } else if (hook.httpGet) {
      const request = httpRequestOf(hook.httpGet, container, this.#podIp(pod), 'lifecycle');
      if ('error' in request) {
        throw new HookError(
          `HTTP lifecycle hook (${hook.httpGet.path}) ${where} - error: ${request.error}`,
        );
      }
      const answer = yield* this.#httpGet(pod, request);
      if (answer.kind === 'failed') {
        throw new HookError(
          `HTTP lifecycle hook (${hook.httpGet.path}) ${where} - error: ${answer.error}`,
        );
      }
    } else if (hook.sleep) {
      yield* sleepFully(this.#clock, hook.sleep.seconds * 1000);
    } else {
      throw new HookError('Cannot run handler: invalid handler');
    }
  }

  /** A server that answers HTTPS in HTTP gets the request again that way, for old manifests' sake. */
  *#httpGet(pod: Pod, request: HttpProbeRequest): Task<HttpProbeAnswer> {
    const answer = yield* this.#network.httpGet(request, HTTP_TIMEOUT_MS);
    if (answer.kind !== 'failed' || !answer.error.endsWith(PLAIN_ANSWER)) return answer;
    const { host, port, path, headers } = request;
    const plain = new HttpProbeRequest('http', host, port, path, headers);
    const again = yield* this.#network.httpGet(plain, HTTP_TIMEOUT_MS);
    if (again.kind === 'failed') return answer;
    const text = `request to HTTPS lifecycle hook ${host}:${port} got HTTP response, retry with HTTP succeeded`;
    this.#events.pod(pod, 'Warning', 'LifecycleHTTPFallback', text);
    return again;
  }

  *#exec(containerId: string, command: readonly string[], where: string): Task {
    const title = `Exec lifecycle hook ([${command.join(' ')}]) ${where}`;
    try {
      const { stdout, stderr, exitCode } = yield* this.#runtime.execSync(
        containerId,
        command.map(toBytes),
        0,
      );
      if (exitCode === 0) return;
      const output = goQuote(fromBytes(stdout + stderr));
      throw new HookError(
        `${title} - error: command '${command.join(' ')}' exited with ${exitCode}: ${fromBytes(stderr)}, message: ${output}`,
      );
    } catch (error) {
      if (!(error instanceof CriError)) throw error;
      throw new HookError(
        `${title} - error: rpc error: code = ${error.code} desc = ${error.message}, message: ""`,
      );
    }
  }
}
