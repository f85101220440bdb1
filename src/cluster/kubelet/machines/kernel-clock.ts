import type { Timer } from '../../../kernel/clock';
import type { Kernel } from '../../../kernel/kernel';

/** What XState's actors take as their clock. */
export interface ActorClock {
  setTimeout(callback: (...args: unknown[]) => void, delayMs: number): Timer;
  clearTimeout(timer: Timer): void;
}

/** Puts the delays of state machines on virtual time. */
export function actorClock(kernel: Kernel): ActorClock {
  return {
    setTimeout: (callback, delayMs) => kernel.clock.after(delayMs, () => callback()),
    clearTimeout: (timer) => {
      if (timer !== undefined) kernel.clock.cancel(timer);
    },
  };
}
