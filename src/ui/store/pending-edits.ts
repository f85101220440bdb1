let settle: (() => void) | undefined;

/** An editor that hands large texts over with a delay says how to get them at once. */
export function offerSettle(run: () => void): () => void {
  settle = run;
  return () => {
    if (settle === run) settle = undefined;
  };
}

/** Afterwards the store has every key that was typed. */
export function settleEdits(): void {
  settle?.();
}
