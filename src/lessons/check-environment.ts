import { Environment } from '@marcbachmann/cel-js';
import type { ContainerStatus, Event, Pod } from '../api/types';
import type { Simulator } from '../lab/simulator-api';

type TraceRecord = Simulator['trace'][number];

/** What a command on the workstation wrote, and how it ended. */
export interface StepOutcome {
  readonly text: string;
  readonly exitCode: number;
}

type Compiled = (variables: Record<string, unknown>) => unknown;

/**
 * What a check's CEL expression can ask. Times are virtual seconds since the answer was applied.
 *
 *   pods                       map: name → Pod object
 *   events                     list of Event objects
 *   trace                      list of trace records
 *   t                          now, in seconds
 *   phase(pod)                 'Pending', 'Running' …, '' when there is no such pod
 *   ready(pod)                 whether its condition Ready is True
 *   restarts(pod, container)   restartCount
 *   status(pod, container)     the container's status object ({} when there is none)
 *   starts(pod, container)     list: when each instance started
 *   exits(pod, container)      list: {t, exitCode, reason} of each instance that ended
 *   logs(pod, container)       text that all its instances logged
 *   happened(reason)           whether an Event with this reason exists
 *   output(step)               what the step of that name wrote, stdout and stderr; '' before it ran
 *   exitCode(step)             how it ended; -1 before it ran
 *   answer(file)               a file of the answer as text, without white space around it
 */
export class CheckEnvironment {
  readonly #simulator: Simulator;
  readonly #environment: Environment;
  readonly #compiled = new Map<string, Compiled>();
  readonly #outcomes = new Map<string, StepOutcome>();

  constructor(simulator: Simulator, answer: Readonly<Record<string, string>> = {}) {
    this.#simulator = simulator;
    this.#environment = new Environment({ unlistedVariablesAreDyn: true })
      .registerFunction(
        'phase(string): string',
        (pod: string) => this.#pod(pod)?.status?.phase ?? '',
      )
      .registerFunction('ready(string): bool', (pod: string) => isReady(this.#pod(pod)))
      .registerFunction('restarts(string, string): int', (pod: string, container: string) =>
        BigInt(this.#status(pod, container)?.restartCount ?? 0),
      )
      .registerFunction(
        'status(string, string): dyn',
        (pod: string, container: string) => this.#status(pod, container) ?? {},
      )
      .registerFunction('starts(string, string): list', (pod: string, container: string) =>
        this.#records('container.started', pod, container).map(({ t }) => t / 1000),
      )
      .registerFunction('exits(string, string): list', (pod: string, container: string) =>
        this.#records('container.exited', pod, container).map((record) => ({
          ...record,
          t: record.t / 1000,
        })),
      )
      .registerFunction('logs(string, string): string', (pod: string, container: string) =>
        this.#records('log', pod, container)
          .map(({ text }) => `${String(text)}\n`)
          .join(''),
      )
      .registerFunction('happened(string): bool', (reason: string) =>
        (this.#simulator.list('Event') as Event[]).some((event) => event.reason === reason),
      )
      .registerFunction(
        'output(string): string',
        (step: string) => this.#outcomes.get(step)?.text ?? '',
      )
      .registerFunction('exitCode(string): int', (step: string) =>
        BigInt(this.#outcomes.get(step)?.exitCode ?? -1),
      )
      .registerFunction('answer(string): string', (file: string) => (answer[file] ?? '').trim());
  }

  /** What a step of the scenario did, for `output` and `exitCode`. */
  record(step: string, outcome: StepOutcome): void {
    this.#outcomes.set(step, outcome);
  }

  /** True or false, or why the expression has no value yet (`No such key: x`). */
  evaluate(expression: string): boolean | string {
    try {
      return this.#compile(expression)(this.#variables()) === true;
    } catch (error) {
      return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    }
  }

  #compile(expression: string): Compiled {
    const known = this.#compiled.get(expression);
    if (known) return known;
    const compiled = this.#environment.parse(expression) as Compiled;
    this.#compiled.set(expression, compiled);
    return compiled;
  }

  #variables(): Record<string, unknown> {
    const pods = this.#simulator.list('Pod') as Pod[];
    return {
      pods: Object.fromEntries(pods.map((pod) => [pod.metadata?.name ?? '', pod])),
      events: this.#simulator.list('Event'),
      trace: this.#simulator.trace,
      t: this.#simulator.now / 1000,
    };
  }

  #pod(name: string): Pod | undefined {
    return this.#simulator.get('Pod', name, 'default') as Pod | undefined;
  }

  #status(pod: string, container: string): ContainerStatus | undefined {
    const status = this.#pod(pod)?.status;
    return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].find(
      ({ name }) => name === container,
    );
  }

  #records(type: string, pod: string, container: string): TraceRecord[] {
    return this.#simulator.trace.filter(
      (record) =>
        record.type === type && record.pod === `default/${pod}` && record.container === container,
    );
  }
}

function isReady(pod: Pod | undefined): boolean {
  const ready = pod?.status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True';
}
