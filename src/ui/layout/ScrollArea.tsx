import type { ReactNode } from 'react';

interface ScrollAreaProps {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A part that scrolls by itself. What scrolls must be reachable by keyboard. */
export function ScrollArea({ label, className = 'scroll', children }: ScrollAreaProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the arrow keys could not scroll.
    <section className={className} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
