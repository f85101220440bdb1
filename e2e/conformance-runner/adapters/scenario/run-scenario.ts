import type { Pod } from '../../../../src/api/types.ts';
import { type ClusterSimulator, createSimulator } from '../../../../src/simulator.ts';
import { Observer, type PodHistory, type Seen, statusesOf } from '../recorded/observer.ts';
import type { Recording } from '../recorded/recording.ts';
import { type Answered, carryOut, createPod } from './actions.ts';
import { withHelper } from './helper-pod.ts';
import { stateHolds } from './pod-state.ts';
import { type Action, type Condition, podsOf, type Scenario } from './scenario.ts';

/** A run of a scenario. */
export interface ScenarioRun extends Recording {
  readonly name: string;
  readonly pod: PodHistory;
  /** Answers to the scenario's actions and when they came, s. */
  readonly answers: readonly ActionDone[];
}

/** An action of the scenario once it is done. */
export interface ActionDone extends Seen<Answered> {
  /** How many versions of the pod had been seen by then; what follows may be the action's own doing. */
  readonly versions: number;
}

/** Where the scripts of the scenarios write. */
const LOG = { volume: 'persistent', path: 'events.log' };
/** How often a test looks whether its expectations hold, s. */
const POLL_S = 5;
/** Conditions that come on top of what holds at one moment. */
const LATER = new Set(['thenSeconds', 'thenSecondsAtRandom', 'thenRestartsMeasured', 'conditions']);

export interface RunOptions {
  /** When to stop, s; default: the scenario's condition or its time limit. */
  readonly seconds?: number;
  readonly pulledImages?: readonly string[];
  /** Whether all that is expected before the actions holds, for `after: expectations`. */
  readonly expectationsHold?: (run: ScenarioRun) => boolean;
  /** Whether nothing is left to wait for once the condition `until` holds. */
  readonly decided?: (run: ScenarioRun) => boolean;
}

export function runScenario(scenario: Scenario, options: RunOptions = {}): ScenarioRun {
  const { pulledImages = [] } = options;
  const simulator = createSimulator({ pulledImages });
  return new Runner(scenario, simulator, options).run();
}

class Runner {
  readonly #scenario: Scenario;
  readonly #simulator: ClusterSimulator;
  readonly #options: RunOptions;
  readonly #observer: Observer;
  readonly #name: string;
  readonly #created: Answered[] = [];
  readonly #answers: ActionDone[] = [];
  readonly #log: Seen<string>[] = [];
  #logLength = 0;
  /** Of a list of conditions: how many have come already. */
  #conditionsSeen = 0;
  /** When the next action's condition came to hold, s, and how often the pod had restarted then. */
  #since: { readonly at: number; readonly restarts: number } | undefined;
  #nextPoll = POLL_S;
  #kubelet: 'stopped' | 'healthy' = 'healthy';
  /** When the kubelet was started again, s. */
  #startedAt: number | undefined;

  constructor(scenario: Scenario, simulator: ClusterSimulator, options: RunOptions) {
    this.#scenario = scenario;
    this.#simulator = simulator;
    this.#options = options;
    this.#name = scenario.pod.metadata?.name ?? '';
    this.#observer = new Observer(simulator.api, () => this.#now);
  }

  get #now(): number {
    return this.#simulator.now / 1000;
  }

  get #history(): PodHistory | undefined {
    return this.#observer.pods.find(({ name }) => name === this.#name);
  }

  get #pod(): Pod | undefined {
    const history = this.#history;
    return history?.goneAt === undefined ? history?.versions.at(-1)?.value : undefined;
  }

  run(): ScenarioRun {
    const pods = withHelper(podsOf(this.#scenario), this.#simulator);
    for (const pod of pods) this.#created.push(createPod(pod, this.#simulator));
    const end = (this.#options.seconds ?? this.#scenario.timeoutSeconds) * 1000;
    while (this.#simulator.now < end && !this.#isOver()) {
      this.#readLog();
      while (this.#act());
      this.#simulator.step(Math.min(end - this.#simulator.now, this.#msToAction()));
    }
    this.#readLog();
    return this.#result();
  }

  #result(): ScenarioRun {
    const none: PodHistory = {
      uid: '',
      name: this.#name,
      phases: [],
      states: new Map(),
      versions: [],
      goneAt: undefined,
    };
    const answers = this.#answers.map(({ value }) => value);
    return {
      simulator: this.#simulator,
      observer: this.#observer,
      seconds: this.#now,
      steps: [],
      actions: [...this.#created, ...answers].map(({ object: _, ...rest }) => rest),
      name: this.#name,
      pod: this.#history ?? none,
      answers: this.#answers,
      log: this.#log,
    };
  }

  // When to stop -----------------------------------------------------------------------------------

  #isOver(): boolean {
    const { until } = this.#scenario;
    if (this.#options.seconds !== undefined || !until) return false;
    if (this.#answers.length < this.#scenario.actions.length) return false;
    const { secondsAfterKubeletHealthy, ...state } = until;
    if (secondsAfterKubeletHealthy !== undefined) {
      if (this.#startedAt === undefined) return false;
      if (this.#now < this.#startedAt + Number(secondsAfterKubeletHealthy)) return false;
    }
    const pod = this.#pod;
    const met = pod !== undefined && stateHolds(state, pod);
    return met && this.#options.decided?.(this.#result()) !== false;
  }

  // Actions ----------------------------------------------------------------------------------------

  /** Does the next action if it is due. */
  #act(): boolean {
    const action = this.#scenario.actions[this.#answers.length];
    if (!action) return false;
    if (!this.#since && this.#holds(action.when)) {
      this.#since = { at: this.#now, restarts: this.#restarts(action.container) };
    }
    if (!this.#since || !this.#isDue(action)) return false;
    const versions = this.#history?.versions.length ?? 0;
    const value = carryOut(action, this.#name, this.#simulator);
    this.#answers.push({ at: this.#now, value, versions });
    this.#noteKubelet(action.do);
    this.#since = undefined;
    this.#conditionsSeen = 0;
    return true;
  }

  #isDue({ when, container }: Action): boolean {
    const { at, restarts } = this.#since ?? { at: 0, restarts: 0 };
    if (this.#now < at + waitOf(when)) return false;
    const measured = Number(when.thenRestartsMeasured ?? 0);
    if (measured === 0) return true;
    // The delay before the instance that is there when the wait is over has been measured already.
    const before = this.#restartsAt(container, at + waitOf(when)) ?? restarts;
    return this.#restarts(container) >= before + measured - 1;
  }

  #msToAction(): number {
    const action = this.#scenario.actions[this.#answers.length];
    if (!action) return Number.POSITIVE_INFINITY;
    const due = this.#since ? this.#since.at + waitOf(action.when) : this.#nextPoll;
    const left = due * 1000 - this.#simulator.now;
    return left > 0 ? left : Number.POSITIVE_INFINITY;
  }

  #restarts(container: unknown): number {
    return this.#restartsAt(container, Number.POSITIVE_INFINITY) ?? 0;
  }

  #restartsAt(container: unknown, seconds: number): number | undefined {
    const version = this.#history?.versions.filter(({ at }) => at <= seconds).at(-1);
    const status = version && statusesOf(version.value).find(({ name }) => name === container);
    return status?.restartCount;
  }

  #noteKubelet(what: string): void {
    if (what === 'stop kubelet') this.#kubelet = 'stopped';
    if (what === 'start kubelet' || what === 'restart kubelet') {
      this.#kubelet = 'healthy';
      this.#startedAt = this.#now;
    }
  }

  #holds(when: Condition): boolean {
    const { after, kubelet, exists, podsRunning, ...rest } = when;
    const state = Object.fromEntries(Object.entries(rest).filter(([key]) => !LATER.has(key)));
    if (after === 'expectations') {
      if (this.#now < this.#nextPoll) return false;
      this.#nextPoll += POLL_S;
      if (!this.#options.expectationsHold?.(this.#result())) return false;
    } else if (after !== undefined && after !== 'previous action') {
      throw new Error(`unknown condition: after ${String(after)}`);
    }
    if (kubelet !== undefined && kubelet !== this.#kubelet) return false;
    if (exists !== undefined && (this.#pod !== undefined) !== exists) return false;
    if (podsRunning !== undefined && this.#podsRunning() < Number(podsRunning)) return false;
    if (Array.isArray(when.conditions) && !this.#conditionsCame(when.conditions)) return false;
    if (Object.keys(state).length === 0) return true;
    return this.#pod !== undefined && stateHolds(state, this.#pod);
  }

  /** Conditions that must come one after the other. */
  #conditionsCame(conditions: readonly unknown[]): boolean {
    const next = conditions[this.#conditionsSeen];
    if (next !== undefined && this.#pod && stateHolds({ condition: next }, this.#pod)) {
      this.#conditionsSeen++;
    }
    return this.#conditionsSeen >= conditions.length;
  }

  #podsRunning(): number {
    return this.#observer.pods.filter(
      ({ versions, goneAt }) =>
        goneAt === undefined && versions.at(-1)?.value.status?.phase === 'Running',
    ).length;
  }

  // The log ----------------------------------------------------------------------------------------

  /** Adds the lines that have come since the last look. */
  #readLog(): void {
    const pod = `default/${this.#name}`;
    const text = this.#simulator.volumeFile(pod, LOG.volume, LOG.path) ?? '';
    if (text.length === this.#logLength) return;
    this.#logLength = text.length;
    const lines = text.split('\n').slice(0, -1);
    for (const line of lines.slice(this.#log.length))
      this.#log.push({ at: this.#now, value: line });
  }
}

/** Seconds to wait once the condition holds. Of a random time the middle is taken. */
function waitOf({ thenSeconds, thenSecondsAtRandom }: Condition): number {
  if (Array.isArray(thenSecondsAtRandom)) {
    const [from, to] = thenSecondsAtRandom.map(Number);
    return ((from ?? 0) + (to ?? 0)) / 2;
  }
  return Number(thenSeconds ?? thenSecondsAtRandom ?? 0);
}
