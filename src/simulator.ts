import type { ApiClient } from './api/client';
import { ApiError } from './api/status';
import type { KubeObject, Pod } from './api/types';
import type { Recording } from './cluster/apiserver/recording';
import { type ApiServer, createApiServer } from './cluster/apiserver/server';
import { startControllers } from './cluster/controllers/start-controllers';
import { latencyOf } from './cluster/latency';
import { answerDns, CLUSTER_DNS_IP } from './cluster/network/cluster-dns';
import { ServiceProxy } from './cluster/network/service-routes';
import { startScheduler } from './cluster/scheduler/scheduler';
import { curlProgram } from './images/curl/curl';
import { createRegistry } from './images/registry';
import { createKernel, type Kernel } from './kernel/kernel';
import { createKubectl } from './kubectl/kubectl';
import { applyText } from './lab/apply-manifests';
import { EditorDesk } from './lab/editor-desk';
import { injectFault } from './lab/faults';
import { Internet } from './lab/internet';
import { isPodAddress, LabNode } from './lab/lab-node';
import { NetworkTrouble } from './lab/network-trouble';
import type { Picture } from './lab/picture';
import { PictureBuilder } from './lab/picture-builder';
import type {
  ApplyResult,
  Fault,
  Run,
  RunInput,
  ShOptions,
  ShResult,
  SimulatorOptions,
} from './lab/run';
import type {
  ClusterSimulator,
  DryRunVerdict,
  Dump,
  LogLine,
  OpenEdit,
  Simulator,
} from './lab/simulator-api';
import { dryRunVerdict } from './lab/verdict';
import { Workstation } from './lab/workstation';
import { fromBytes, toBytes } from './runtime/bytes';
import type { ImageModel } from './runtime/image';
import { Network } from './runtime/net/network';
import { readFileAt } from './runtime/vfs/tree';

export { ManifestError } from './lab/apply-manifests';
export { FaultError } from './lab/faults';
export type { Picture } from './lab/picture';
export type * from './lab/run';
export type * from './lab/simulator-api';
export type { ImageModel } from './runtime/image';
export { ApiError };

/** The version of the workstation's curl. */
const WORKSTATION_CURL = '8.17.0';

/** Where virtual time begins unless a run says otherwise. */
export const DEFAULT_EPOCH = '2026-01-01T00:00:00Z';

/** A cluster at instant 0. `images` are models beside the lab's own; they are not part of the run. */
export function createSimulator(
  options: SimulatorOptions & { readonly images?: readonly ImageModel[] } = {},
): ClusterSimulator {
  const { images = [], ...rest } = options;
  return new Lab(rest, images);
}

/** Runs a run again, to its last input or up to `untilMs`. */
export function replay(run: Run, untilMs?: number): ClusterSimulator {
  const simulator = new Lab({ ...run.options, seed: run.seed, epoch: run.epoch }, []);
  for (const input of run.inputs) {
    if (untilMs !== undefined && input.t > untilMs) break;
    if (input.t > simulator.now) simulator.advance(input.t - simulator.now);
    simulator.perform(input);
  }
  // Also when that instant is reached: what the last input set off at once belongs to it.
  if (untilMs !== undefined && untilMs >= simulator.now) simulator.advance(untilMs - simulator.now);
  return simulator;
}

/** The composition root: everything that one run consists of. */
class Lab implements ClusterSimulator {
  readonly #kernel: Kernel;
  readonly #options: SimulatorOptions;
  readonly #inputs: RunInput[] = [];
  readonly #server: ApiServer;
  readonly #client: ApiClient;
  readonly #nodes: LabNode[] = [];
  readonly #trouble: NetworkTrouble;
  readonly #workstation: Workstation;
  readonly #desk = new EditorDesk();
  readonly #pictures: PictureBuilder;
  readonly terminal: Simulator['terminal'];

  constructor(options: SimulatorOptions, images: readonly ImageModel[]) {
    const {
      seed = 1,
      epoch = DEFAULT_EPOCH,
      nodes = 1,
      maxPods,
      controlPlane = true,
      latency = 'typical',
      pulledImages = [],
    } = options;
    this.#options = options;
    const kernel = createKernel({ seed, epochMs: Date.parse(epoch) });
    this.#kernel = kernel;
    const network = new Network(kernel);
    this.#server = createApiServer({ kernel, controlPlane });
    const { client } = this.#server;
    this.#client = client;
    network.setLocalNetwork(isPodAddress);
    this.#trouble = new NetworkTrouble(network, this.#nodes);
    if (controlPlane) {
      const random = kernel.random.stream('kube-proxy');
      const proxy = new ServiceProxy(client, random, () => kernel.clock.now);
      network.setRoutes((address, from) => proxy.route(address, from));
      const internet = new Internet(kernel, network);
      const lookUp = (name: string) => internet.lookUp(name);
      network.addDnsServer(CLUSTER_DNS_IP, (name, type) => answerDns(client, name, type, lookUp));
      const registry = createRegistry(images);
      for (let index = 0; index < nodes; index++) {
        const node = new LabNode({
          kernel,
          network,
          client,
          registry,
          index,
          latency,
          maxPods,
        });
        for (const image of pulledImages) node.images.preload(image);
        this.#nodes.push(node);
        this.#server.setKubelet(node.name, node.endpoint);
      }
      startScheduler({ kernel, client, latency: latencyOf(latency) });
      startControllers({
        kernel,
        client,
        latency: latencyOf(latency),
        subscribe: (resource, listener) => this.#server.subscribe(resource, listener),
      });
    }
    const kubectl = createKubectl({ client });
    this.#workstation = new Workstation(
      kernel,
      network,
      new Map([
        ['/usr/local/bin/kubectl', kubectl],
        ['/usr/local/bin/k', kubectl],
        ['/usr/bin/vi', this.#desk.vi],
        ['/usr/bin/curl', curlProgram(WORKSTATION_CURL)],
      ]),
    );
    this.#pictures = new PictureBuilder(kernel, client, this.#nodes);
    this.terminal = {
      input: (text) => this.#input('terminal', [text], () => this.#workstation.input(text)),
      resize: (columns, rows) =>
        this.#input('resize', [columns, rows], () => this.#workstation.resize(columns, rows)),
      output: (from = 0) => this.#workstation.screen.text(from),
    };
  }

  get now(): number {
    return this.#kernel.clock.now;
  }

  get epochMs(): number {
    return this.#kernel.epochMs;
  }

  get trace() {
    return this.#kernel.trace.records;
  }

  get api(): ApiClient {
    return this.#client;
  }

  get traceHash(): string {
    return this.#kernel.trace.hash;
  }

  get run(): Run {
    const { seed = 1, epoch = DEFAULT_EPOCH, ...options } = this.#options;
    return { seed, epoch, options, inputs: [...this.#inputs] };
  }

  // Inputs -----------------------------------------------------------------------------------------

  apply(manifests: string): ApplyResult[] {
    const results: ApplyResult[] = [];
    let refusal: Error | undefined;
    this.#input('apply', [manifests], () => {
      for (const step of applyText(this.#client, manifests)) {
        if ('result' in step) results.push(step.result);
        else refusal ??= step.error;
      }
    });
    if (refusal) throw refusal;
    return results;
  }

  load(dump: Dump): void {
    this.#input('load', [dump], () => {
      if (dump.now !== undefined) {
        const at = Date.parse(dump.now) - this.epochMs;
        if (at > this.now) this.#kernel.clock.runUntil(at);
      }
      this.#server.load(dump.objects, dump as Recording);
    });
  }

  sh(script: string, options: ShOptions = {}): ShResult {
    return this.#input('sh', [script, options], () => this.#workstation.sh(script, options));
  }

  inject(fault: Fault): void {
    this.#input('inject', [fault], () =>
      injectFault(fault, {
        kernel: this.#kernel,
        client: this.#client,
        nodes: this.#nodes,
        network: this.#trouble,
      }),
    );
  }

  get openEdit(): OpenEdit | undefined {
    return this.#desk.open;
  }

  finishEdit(id: number, text?: string): void {
    const args = text === undefined ? [id] : [id, text];
    this.#input('edit', args, () => this.#desk.finish(id, text));
  }

  homeFiles(): Readonly<Record<string, string>> {
    return this.#workstation.files();
  }

  writeFile(path: string, text: string): void {
    this.#input('file', [path, text], () => this.#workstation.writeFile(path, text));
  }

  readFile(path: string): string | undefined {
    return this.#workstation.readFile(path);
  }

  /** Repeats an input of a run; what it threw then, it throws now, and nobody needs to hear it again. */
  perform({ op, args }: RunInput): void {
    const [first, second] = args;
    try {
      if (op === 'apply') this.apply(String(first));
      else if (op === 'load') this.load(first as Dump);
      else if (op === 'sh') this.sh(String(first), second as ShOptions);
      else if (op === 'inject') this.inject(first as Fault);
      else if (op === 'terminal') this.terminal.input(String(first));
      else if (op === 'resize') this.terminal.resize(Number(first), Number(second));
      else if (op === 'file') this.writeFile(String(first), String(second));
      else if (op === 'edit') {
        this.finishEdit(Number(first), second === undefined ? undefined : String(second));
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  }

  /**
   * Records an input and carries it out. What is due at this very instant happens first: otherwise two inputs
   * at one instant would mean something else with and without a call of `advance` between them.
   */
  #input<T>(op: RunInput['op'], args: readonly unknown[], carryOut: () => T): T {
    this.#kernel.clock.runUntil(this.now);
    this.#inputs.push({ t: this.now, op, args });
    return carryOut();
  }

  #placeOf(pod: string): { readonly node: LabNode; readonly uid: string } | undefined {
    const [namespace = '', name = ''] = pod.split('/');
    const found = this.get('Pod', name, namespace) as Pod | undefined;
    const node = this.#nodes.find((one) => one.name === found?.spec.nodeName);
    if (!found?.metadata.uid || !node) return undefined;
    return { node, uid: found.metadata.uid };
  }

  // Time -------------------------------------------------------------------------------------------

  advance(ms: number): void {
    this.#kernel.clock.runUntil(this.now + Math.max(0, Math.round(ms)));
  }

  step(maxMs: number): boolean {
    const until = this.now + maxMs;
    const next = this.#kernel.clock.nextAt;
    if (next === undefined || next > until) {
      this.#kernel.clock.runUntil(until);
      return false;
    }
    this.#kernel.clock.runUntil(next);
    return true;
  }

  runUntil(done: (simulator: Simulator) => boolean, maxMs: number): boolean {
    const until = this.now + maxMs;
    while (!done(this)) {
      const left = until - this.now;
      if (left <= 0 || !this.step(left)) return done(this);
    }
    return true;
  }

  // Questions --------------------------------------------------------------------------------------

  get(kind: string, name: string, namespace = 'default'): KubeObject | undefined {
    const info = this.#client.resources().find((one) => one.kind === kind);
    if (!info) return undefined;
    try {
      return this.#client.get(info.resource, info.namespaced ? namespace : undefined, name);
    } catch (error) {
      if (error instanceof ApiError && error.status.code === 404) return undefined;
      throw error;
    }
  }

  list(kind: string, namespace?: string): KubeObject[] {
    const info = this.#client.resources().find((one) => one.kind === kind);
    if (!info) return [];
    const scope = namespace === undefined || !info.namespaced ? {} : { namespace };
    return this.#client.list(info.resource, scope).items;
  }

  dryRun(manifests: string): DryRunVerdict {
    return dryRunVerdict(this.#client, manifests);
  }

  picture(): Picture {
    return this.#pictures.build();
  }

  volumeFile(pod: string, volume: string, path: string): string | undefined {
    const place = this.#placeOf(pod);
    const root = place?.node.kubelet.volumes(place.uid)?.get(volume)?.root;
    const bytes = root && readFileAt(root, toBytes(path));
    return bytes === undefined ? undefined : fromBytes(bytes);
  }

  logs(pod: string, container: string, attempt?: number): readonly LogLine[] {
    const place = this.#placeOf(pod);
    const instance = place?.node.runtime
      .listContainers(place.uid)
      .find((one) => one.name === container && (attempt === undefined || one.attempt === attempt));
    const log = instance && place?.node.runtime.containerLog(instance.id);
    if (!log) return this.#tracedLogs(pod, container, attempt);
    return log.entries.map(({ unixMs, stream, text }) => ({
      t: unixMs - this.epochMs,
      stream,
      text: fromBytes(text),
    }));
  }

  /** Of an instance that the node has cleaned up, as the trace remembers it. */
  #tracedLogs(pod: string, container: string, attempt: number | undefined): LogLine[] {
    return this.trace
      .filter(
        (record) =>
          record.type === 'log' &&
          record.pod === pod &&
          record.container === container &&
          (attempt === undefined || record.attempt === attempt),
      )
      .map(({ t, stream, text }) => ({
        t,
        stream: stream === 'stderr' ? 'stderr' : 'stdout',
        text: String(text),
      }));
  }
}
