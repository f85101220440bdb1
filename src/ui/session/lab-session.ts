import type { Run } from '../../lab/run';
import type { DryRunVerdict } from '../../lab/simulator-api';
import type { CreateSimulator, Host } from './host';
import { Increments } from './increments';
import { inspectOnCopy } from './inspect';
import type {
  ApplyOutcome,
  Busy,
  CommandOutcome,
  Fault,
  FaultOutcome,
  LabCommands,
  LabFile,
  OpenRequest,
  Snapshot,
} from './messages';
import { isNewsworthy } from './newsworthy';
import { Pace, Slice } from './pace';
import { type Playhead, performDue, wholeRun } from './replay-inputs';

/** Real ms of simulating at one go, so that messages are answered at once. */
const TURN_MS = 8;
/** Real ms between two snapshots. */
const FRAME_MS = 15;
/** Real ms between two looks through the API's objects. */
const OBJECTS_MS = 100;
/** Virtual ms that "next event" looks ahead. */
const NEXT_EVENT_WITHIN_MS = 3_600_000;
/** Virtual ms that a key typed into a terminal whose time stands still may take to be echoed. */
const ECHO_MS = 30;
/** Largest piece of virtual time for a lab that plays, and for one that is replayed. */
const PLAY_SLICE_MS = 1000;
const REPLAY_SLICE_MS = 60_000;

type DrawCharts = LabCommands['statecharts'];

/** Enter, Ctrl+C, Ctrl+D: after these somebody wants to see what comes of it. */
const SUBMITTING = ['\r', '\u0003', '\u0004'];

interface Job {
  readonly what: Busy['what'];
  readonly from: number;
  readonly to: number;
}

/**
 * One lab as the page works with it: a history (seed and inputs), a playhead in it, and real time driving
 * the playhead. Rewinding makes a new simulator and runs it to the instant asked for; inputs that lie ahead
 * of the playhead are kept and performed when it gets there again, until somebody does something else.
 */
export class LabSession implements LabCommands {
  readonly #create: CreateSimulator;
  readonly #host: Host;
  readonly #charts: DrawCharts;
  #opened: Playhead | undefined;
  /** The simulator farthest ahead in this history, kept when the playhead goes back. */
  #farthest: Playhead | undefined;
  #horizon = 0;
  #playing = false;
  #visible = true;
  #speed = 1;
  #job: Job | undefined;
  #branch: { run: Run; horizon: number; inputs: number } | undefined;
  #failure: string | undefined;
  #seeks = 0;
  readonly #pace = new Pace();
  #slice = new Slice(PLAY_SLICE_MS);
  #increments = new Increments();
  #receive: ((snapshot: Snapshot) => Promise<void> | void) | undefined;
  #receiving = false;
  #dirty = true;
  #lastPush = 0;
  #lastObjects = 0;
  #scheduled = false;

  constructor(create: CreateSimulator, host: Host, charts: DrawCharts = async () => ({})) {
    this.#create = create;
    this.#host = host;
    this.#charts = charts;
  }

  ping(): void {}

  connect(receive: (snapshot: Snapshot) => Promise<void> | void): void {
    this.#receive = receive;
    this.#wake();
  }

  open({ run, at, horizon, playing, speed }: OpenRequest): void {
    this.#failure = undefined;
    this.#branch = undefined;
    this.#farthest = undefined;
    this.#increments = new Increments();
    this.#increments.truncate(0);
    this.#startFromScratch(run);
    this.#horizon = Math.max(horizon, at);
    this.#playing = playing;
    this.#speed = speed;
    this.#beginJob('replaying', at);
    this.#wake();
  }

  play(): void {
    this.#playing = true;
    this.#restartPace();
    this.#wake();
  }

  pause(): void {
    this.#playing = false;
    this.#wake();
  }

  setSpeed(speed: number): void {
    this.#speed = speed;
    this.#restartPace();
    this.#wake();
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.#restartPace();
    this.#wake();
  }

  seek(t: number): void {
    const target = Math.max(0, Math.round(t));
    this.#seeks++;
    this.#failure = undefined;
    if (target < this.#now) {
      // Who goes back wants to look at something: time stands still there.
      this.#playing = false;
      this.#goBack(target);
    }
    if (this.#farthest && this.#farthest.simulator.now <= target) {
      this.#playhead = this.#farthest;
      this.#farthest = undefined;
      this.#increments.replaced();
    }
    this.#beginJob('replaying', target);
    this.#wake();
  }

  stepToNextEvent(): void {
    this.#playing = false;
    this.#beginJob('seeking next event', this.#now + NEXT_EVENT_WITHIN_MS);
    this.#wake();
  }

  cancel(): void {
    this.#job = undefined;
    this.#restartPace();
    this.#wake();
  }

  undoBranch(): void {
    const branch = this.#branch;
    if (!branch) return;
    const at = this.#now;
    this.open({
      run: branch.run,
      at,
      horizon: branch.horizon,
      playing: false,
      speed: this.#speed,
    });
  }

  apply(manifests: string, files: readonly LabFile[]): ApplyOutcome {
    this.#branchOff();
    this.#writeFiles(files);
    try {
      const results = this.#playhead.simulator.apply(manifests);
      this.play();
      return { ok: true, results };
    } catch (error) {
      return { ok: false, message: messageOf(error) };
    } finally {
      this.#inputDone();
    }
  }

  command(script: string, files: readonly LabFile[]): CommandOutcome {
    this.#branchOff();
    const asMap = Object.fromEntries(files.map(({ path, text }) => [path, text]));
    for (const { path, text } of files) this.#increments.wrote(path, text);
    try {
      const { stdout, stderr, exitCode } = this.#playhead.simulator.sh(script, { files: asMap });
      this.play();
      return { stdout, stderr, exitCode };
    } catch (error) {
      return { stdout: '', stderr: `${messageOf(error)}\n`, exitCode: 1 };
    } finally {
      this.#inputDone();
    }
  }

  inject(fault: Fault): FaultOutcome {
    this.#branchOff();
    try {
      this.#playhead.simulator.inject(fault);
      this.play();
      return { ok: true };
    } catch (error) {
      return { ok: false, message: messageOf(error) };
    } finally {
      this.#inputDone();
    }
  }

  typeInTerminal(text: string, files: readonly LabFile[]): void {
    this.#branchOff();
    this.#writeFiles(files);
    const { simulator } = this.#playhead;
    simulator.terminal.input(text);
    if (SUBMITTING.some((key) => text.includes(key))) this.play();
    else if (!this.#playing) {
      const shown = simulator.terminal.output().next;
      const until = simulator.now + ECHO_MS;
      const isSilent = () => simulator.terminal.output(shown).text === '';
      while (simulator.now < until && isSilent()) simulator.advance(1);
    }
    this.#inputDone();
  }

  finishEdit(id: number, text?: string): void {
    this.#branchOff();
    this.#playhead.simulator.finishEdit(id, text);
    this.play();
    this.#inputDone();
  }

  resizeTerminal(columns: number, rows: number): void {
    if (this.#playhead.ahead.length > 0) return;
    this.#playhead.simulator.terminal.resize(columns, rows);
    this.#inputDone();
  }

  dryRun(manifests: string): DryRunVerdict {
    return this.#playhead.simulator.dryRun(manifests);
  }

  statecharts(): ReturnType<DrawCharts> {
    return this.#charts();
  }

  inspect(script: string): Promise<CommandOutcome> {
    return inspectOnCopy(this.#create, wholeRun(this.#playhead), this.#now, script, this.#host);
  }

  /** An empty lab until one is opened. */
  get #playhead(): Playhead {
    this.#opened ??= { simulator: this.#create({}), ahead: [] };
    return this.#opened;
  }

  set #playhead(playhead: Playhead) {
    this.#opened = playhead;
  }

  get #now(): number {
    return this.#playhead.simulator.now;
  }

  #startFromScratch(run: Run): void {
    const { seed, epoch, options, inputs } = run;
    this.#playhead = { simulator: this.#create({ ...options, seed, epoch }), ahead: [...inputs] };
    this.#increments.replaced();
  }

  #goBack(target: number): void {
    const left = this.#playhead;
    if (!this.#farthest || this.#farthest.simulator.now < left.simulator.now) this.#farthest = left;
    this.#horizon = Math.max(this.#horizon, left.simulator.now);
    if (target < left.simulator.now) this.#startFromScratch(wholeRun(left));
  }

  /** Something new is about to be done: what lay ahead of the playhead is no longer true. */
  #branchOff(): void {
    this.#job = undefined;
    const { ahead, simulator } = this.#playhead;
    if (this.#horizon > simulator.now) {
      if (ahead.length > 0) {
        const run = wholeRun(this.#playhead);
        this.#branch = { run, horizon: this.#horizon, inputs: ahead.length };
      }
      ahead.length = 0;
      this.#farthest = undefined;
      this.#increments.truncate(simulator.trace.length);
      this.#horizon = simulator.now;
    } else if (ahead.length === 0) this.#branch = undefined;
  }

  #writeFiles(files: readonly LabFile[]): void {
    const { simulator } = this.#playhead;
    for (const { path, text } of files) {
      this.#increments.wrote(path, text);
      if (simulator.readFile(path) !== text) simulator.writeFile(path, text);
    }
  }

  #inputDone(): void {
    this.#lastObjects = 0;
    this.#restartPace();
    this.#wake();
  }

  #beginJob(what: Busy['what'], to: number): void {
    this.#slice = new Slice(what === 'replaying' ? REPLAY_SLICE_MS : PLAY_SLICE_MS);
    this.#job = { what, from: this.#now, to };
  }

  #restartPace(): void {
    this.#slice = new Slice(PLAY_SLICE_MS);
    this.#pace.restart(this.#host.now(), this.#now, this.#speed);
  }

  #wake(): void {
    this.#dirty = true;
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#host.schedule(() => this.#turn(), 0);
  }

  #turn(): void {
    this.#scheduled = false;
    const deadline = this.#host.now() + TURN_MS;
    let atOnce = false;
    try {
      if (this.#failure === undefined) {
        if (this.#job) atOnce = this.#runJob(this.#job, deadline);
        else if (this.#playing && this.#visible) atOnce = this.#runPlay(deadline);
      }
    } catch (error) {
      this.#failure = messageOf(error);
      this.#job = undefined;
      this.#playing = false;
    }
    this.#horizon = Math.max(this.#horizon, this.#now);
    this.#push();
    const isRunning = this.#job !== undefined || (this.#playing && this.#visible);
    // While the page still takes the last snapshot there is no use in waking for another.
    if ((isRunning && this.#failure === undefined) || (this.#dirty && !this.#receiving)) {
      this.#scheduled = true;
      this.#host.schedule(() => this.#turn(), atOnce ? 0 : 4);
    }
  }

  /** True when there is more to do at once. */
  #runPlay(deadline: number): boolean {
    const due = this.#pace.due(this.#host.now());
    if (due <= this.#now) return false;
    const reached = this.#advanceTowards(due, deadline);
    this.#pace.observe(this.#host.now(), this.#now);
    this.#dirty = true;
    return !reached;
  }

  #runJob(job: Job, deadline: number): boolean {
    this.#dirty = true;
    const isDone =
      job.what === 'replaying'
        ? this.#advanceTowards(job.to, deadline)
        : this.#stepTowards(job.to, deadline);
    if (!isDone) return true;
    this.#job = undefined;
    this.#lastObjects = 0;
    this.#restartPace();
    return this.#playing;
  }

  /** Runs to `target` until the real instant `deadline`; true when it got there. */
  #advanceTowards(target: number, deadline: number): boolean {
    const { simulator, ahead } = this.#playhead;
    performDue(this.#playhead);
    while (simulator.now < target) {
      const started = this.#host.now();
      if (started >= deadline) return false;
      const next = Math.min(target, simulator.now + this.#slice.size, ahead[0]?.t ?? target);
      simulator.advance(next - simulator.now);
      performDue(this.#playhead);
      this.#slice.took(this.#host.now() - started);
    }
    return true;
  }

  /** Goes from instant to instant until something worth stopping at has happened. */
  #stepTowards(target: number, deadline: number): boolean {
    const { simulator, ahead } = this.#playhead;
    while (simulator.now < target) {
      if (this.#host.now() >= deadline) return false;
      const known = simulator.trace.length;
      simulator.step(Math.min(target, ahead[0]?.t ?? target) - simulator.now);
      if (performDue(this.#playhead)) return true;
      for (let i = known; i < simulator.trace.length; i++) {
        const record = simulator.trace[i];
        if (record && isNewsworthy(record)) return true;
      }
    }
    return true;
  }

  #push(): void {
    const now = this.#host.now();
    if (!this.#receive || this.#receiving || !this.#dirty || now - this.#lastPush < FRAME_MS)
      return;
    const thorough = now - this.#lastObjects >= OBJECTS_MS;
    this.#dirty = false;
    this.#lastPush = now;
    if (thorough) this.#lastObjects = now;
    const snapshot = this.#snapshot(thorough);
    this.#dirty ||= !thorough || this.#increments.isBehind(this.#playhead.simulator);
    const taken = this.#receive(snapshot);
    if (!taken) return;
    this.#receiving = true;
    const next = () => {
      this.#receiving = false;
      if (this.#dirty) this.#wake();
    };
    taken.then(next, next);
  }

  #snapshot(thorough: boolean): Snapshot {
    const { simulator } = this.#playhead;
    const job = this.#job;
    const branch = this.#branch;
    return {
      t: simulator.now,
      horizon: Math.max(this.#horizon, simulator.now),
      playing: this.#playing,
      reached: this.#playing ? this.#pace.reached : undefined,
      busy: job && { what: job.what, from: job.from, to: job.to, at: simulator.now },
      dropped: branch && { inputs: branch.inputs, horizon: branch.horizon },
      failure: this.#failure,
      seeks: this.#seeks,
      ...this.#increments.take(this.#playhead, thorough),
    };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
