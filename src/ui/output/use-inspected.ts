import { useEffect, useState } from 'react';
import type { CommandOutcome } from '../session/messages';
import { lab } from '../store/lab';
import { usePage } from '../store/store';

/** Real ms between two runs of the command while time moves. */
const EVERY_MS = 1500;

/** The output of a read-only command at the moment that is shown, run on a copy of the lab. */
export function useInspected(script: string | undefined): CommandOutcome | undefined {
  const [outcome, setOutcome] = useState<CommandOutcome>();
  const isReady = usePage((state) => state.flow === 'ready');
  useEffect(() => {
    if (!script || !isReady) {
      setOutcome(undefined);
      return;
    }
    let isGone = false;
    let shownAt: string | undefined;
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      const { t, busy, traceVersion } = usePage.getState();
      const moment = `${t} ${traceVersion}`;
      if (moment !== shownAt && !busy) {
        shownAt = moment;
        const result = await lab()
          .inspect(script)
          .catch((error: unknown) => ({ stdout: '', stderr: String(error), exitCode: 1 }));
        if (!isGone) setOutcome(result);
      }
      if (!isGone) timer = setTimeout(look, EVERY_MS);
    };
    void look();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [script, isReady]);
  return outcome;
}
