import * as Comlink from 'comlink';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { PodPicture } from '../../lab/picture';
import { makeLabWorker, newRun } from '../store/lab';
import { usePage } from '../store/store';
import { type Future, futuresOf } from './futures';
import type { FutureOutcome, FutureRequest } from './run-future';

/** Virtual ms that futures are followed for. */
export const FOLLOWED_MS = 180_000;
export const NOTHING = 'nothing';

/** What a worker can also do: live one future. */
interface ExplorerCommands {
  explore(
    request: FutureRequest,
    onProgress: ((share: number) => void) & Comlink.ProxyMarked,
  ): Promise<FutureOutcome>;
}

export interface Futures {
  /** The instant at which they begin. */
  readonly at: number;
  readonly list: readonly Future[];
  /** By the future's id; `nothing` for the one in which nothing is done. */
  readonly outcomes: ReadonlyMap<string, FutureOutcome>;
  /** How far they are, from 0 to 1, while they run. */
  readonly progress: number | undefined;
  readonly failure: string | undefined;
  readonly start: () => void;
  readonly cancel: () => void;
}

/**
 * Lives the futures of a pod one after another in a worker of their own. All of them begin at the moment at
 * which they were asked for, however far the lab has gone on meanwhile.
 */
export function useFutures(pod: PodPicture): Futures {
  const [asked] = useState(() => {
    const { run = newRun(), t, objects } = usePage.getState();
    return { run, at: t, list: futuresOf(pod, objects), path: `${pod.namespace}/${pod.name}` };
  });
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, FutureOutcome>>(new Map());
  const [progress, setProgress] = useState<number>();
  const [failure, setFailure] = useState<string>();
  const known = useRef(outcomes);
  const worker = useRef<Worker>(undefined);

  const cancel = useCallback(() => {
    worker.current?.terminate();
    worker.current = undefined;
    setProgress(undefined);
  }, []);
  const start = useCallback(() => {
    const own = makeLabWorker();
    worker.current = own;
    setFailure(undefined);
    const explorer = Comlink.wrap<ExplorerCommands>(own);
    const failed = new Promise<never>((_, reject) => {
      own.addEventListener('error', (event) => reject(new Error(event.message)));
    });
    const ids = [NOTHING, ...asked.list.map(({ id }) => id)].filter((id) => !known.current.has(id));
    const all = asked.list.length + 1;
    const live = async () => {
      for (const id of ids) {
        const done = all - ids.length + ids.indexOf(id);
        setProgress(done / all);
        const steps = asked.list.find((one) => one.id === id)?.steps ?? [];
        const outcome = await Promise.race([
          explorer.explore(
            { run: asked.run, at: asked.at, forMs: FOLLOWED_MS, pod: asked.path, steps },
            Comlink.proxy((share: number) => {
              if (worker.current === own) setProgress((done + share) / all);
            }),
          ),
          failed,
        ]);
        known.current = new Map([...known.current, [id, outcome]]);
        setOutcomes(known.current);
      }
    };
    live()
      .catch((error: unknown) => setFailure(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        if (worker.current === own) cancel();
      });
  }, [asked, cancel]);
  useEffect(() => {
    start();
    return cancel;
  }, [start, cancel]);
  const { at, list } = asked;
  return { at, list, outcomes, progress, failure, start, cancel };
}
