import type { PodPicture } from '../../lab/picture';
import type { Simulator } from '../../lab/simulator-api';
import { type ApiObject, objectKey, type Snapshot } from './messages';
import { type Playhead, wholeRun } from './replay-inputs';

/** How many trace records travel in one snapshot; the rest follows in the next frames. */
export const RECORDS_PER_SNAPSHOT = 2000;

const KINDS = ['Pod', 'Service', 'ConfigMap', 'Secret', 'Event', 'Node'] as const;

type Increment = Pick<
  Snapshot,
  | 'reset'
  | 'records'
  | 'keep'
  | 'nodes'
  | 'pods'
  | 'objects'
  | 'terminal'
  | 'run'
  | 'edit'
  | 'files'
>;

/**
 * Remembers what the page has been told and says what is new, so that messages stay small: trace records by
 * count, pods by their content, objects by resourceVersion, the terminal by length, the run by its inputs.
 */
export class Increments {
  #isFirst = true;
  #recordsTold = 0;
  #keep: number | undefined;
  #pods = new Map<string, string>();
  #podOrder = '';
  #nodes = '';
  #objects = new Map<string, string>();
  #terminalTold = 0;
  #terminalReset = true;
  #inputsTold = -1;
  #editTold: number | undefined;
  /** The home folder as the page knows it; undefined: whatever is there now is known. */
  #files: Map<string, string> | undefined;

  /** The page's records from `count` on belong to a history that was left. */
  truncate(count: number): void {
    if (count > this.#recordsTold) return;
    this.#recordsTold = count;
    this.#keep = Math.min(this.#keep ?? count, count);
    this.#inputsTold = -1;
  }

  /** Another simulator took over (a rewind): the terminal may show something else now. */
  replaced(): void {
    this.#terminalReset = true;
    this.#files = undefined;
  }

  /** The page itself has written a file. */
  wrote(path: string, text: string): void {
    this.#files?.set(path, text);
  }

  /** How many records the page knows. */
  get recordsTold(): number {
    return this.#recordsTold;
  }

  /** Whether records wait that did not fit into the last snapshot. */
  isBehind(simulator: Simulator): boolean {
    return simulator.trace.length > this.#recordsTold;
  }

  /** What is new; `thorough` also looks through the API's objects. */
  take(playhead: Playhead, thorough: boolean): Increment {
    const { simulator } = playhead;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    return {
      ...(isFirst ? { reset: true } : {}),
      ...this.#records(simulator),
      ...this.#picture(simulator),
      ...(thorough ? this.#changedObjects(simulator) : {}),
      ...this.#terminal(simulator),
      ...this.#run(playhead),
      ...this.#edit(simulator),
      ...(thorough ? this.#changedFiles(playhead) : {}),
    };
  }

  #records(simulator: Simulator): Increment {
    const { trace } = simulator;
    const keep = this.#keep;
    this.#keep = undefined;
    if (trace.length <= this.#recordsTold) return keep === undefined ? {} : { keep };
    const end = Math.min(trace.length, this.#recordsTold + RECORDS_PER_SNAPSHOT);
    const records = trace.slice(this.#recordsTold, end);
    this.#recordsTold = end;
    return keep === undefined ? { records } : { keep, records };
  }

  #picture(simulator: Simulator): Increment {
    const picture = simulator.picture();
    const increment: { nodes?: Snapshot['nodes']; pods?: Snapshot['pods'] } = {};
    const nodes = JSON.stringify(picture.nodes);
    if (nodes !== this.#nodes) {
      this.#nodes = nodes;
      increment.nodes = picture.nodes;
    }
    const told = this.#pods;
    this.#pods = new Map();
    const changed: PodPicture[] = [];
    for (const pod of picture.pods) {
      const text = JSON.stringify(pod);
      this.#pods.set(pod.uid, text);
      if (told.get(pod.uid) !== text) changed.push(pod);
    }
    const order = picture.pods.map((pod) => pod.uid);
    const orderText = order.join(' ');
    if (changed.length > 0 || orderText !== this.#podOrder) {
      this.#podOrder = orderText;
      increment.pods = { order, changed };
    }
    return increment;
  }

  #changedObjects(simulator: Simulator): Increment {
    const told = this.#objects;
    this.#objects = new Map();
    const changed: ApiObject[] = [];
    for (const kind of KINDS) {
      for (const object of simulator.list(kind)) {
        const key = objectKey({ ...object, kind });
        const version = `${object.metadata.uid} ${object.metadata.resourceVersion}`;
        this.#objects.set(key, version);
        if (told.get(key) !== version) changed.push({ ...object, kind });
      }
    }
    const removed = [...told.keys()].filter((key) => !this.#objects.has(key));
    return changed.length + removed.length > 0 ? { objects: { changed, removed } } : {};
  }

  #terminal(simulator: Simulator): Increment {
    const reset = this.#terminalReset;
    const { text, next } = simulator.terminal.output(reset ? 0 : this.#terminalTold);
    this.#terminalTold = next;
    this.#terminalReset = false;
    return reset || text.length > 0 ? { terminal: { reset, text } } : {};
  }

  #edit({ openEdit }: Simulator): Increment {
    if (openEdit?.id === this.#editTold) return {};
    this.#editTold = openEdit?.id;
    return { edit: { open: openEdit } };
  }

  /** Files that came or changed. What happens again in a known history is no news. */
  #changedFiles({ simulator, ahead }: Playhead): Increment {
    const known = this.#files;
    const now = new Map(Object.entries(simulator.homeFiles()));
    this.#files = now;
    if (!known || ahead.length > 0) return {};
    const files = [...now]
      .filter(([path, text]) => known.get(path) !== text)
      .map(([path, text]) => ({ path, text }));
    return files.length > 0 ? { files } : {};
  }

  #run(playhead: Playhead): Increment {
    const run = wholeRun(playhead);
    if (run.inputs.length === this.#inputsTold) return {};
    this.#inputsTold = run.inputs.length;
    return { run };
  }
}
