type Reveal = (line: number, column: number | undefined) => void;

let current: Reveal | undefined;

/** The open editor says how to go to a line in it; without one, nothing happens. */
export function offerReveal(reveal: Reveal): () => void {
  current = reveal;
  return () => {
    if (current === reveal) current = undefined;
  };
}

export function revealLine(line: number, column?: number): void {
  current?.(line, column);
}
