import type { Look } from './status-look';

interface StatusChipProps {
  readonly look: Look;
  readonly word: string;
  readonly title?: string;
}

/** Symbol, word and colour of one state. */
export function StatusChip({ look, word, title }: StatusChipProps) {
  return (
    <span className={`chip tone-${look.tone}`} title={title}>
      <span className="symbol" aria-hidden="true">
        {look.symbol}
      </span>
      {word}
    </span>
  );
}
