import type { KeyboardEvent, PointerEvent as ReactPointerEvent, Ref } from 'react';
import { clockText } from '../layout/format';
import { useShownPodName } from '../picture/use-selected-pod';
import { seek } from '../store/lab';
import { usePage } from '../store/store';
import { type Row, stateInWords } from './rows';

interface PlayheadProps {
  readonly ref: Ref<HTMLDivElement>;
  readonly rows: readonly Row[];
  readonly instantAt: (clientX: number) => number;
  readonly onScrub: (t: number) => void;
  readonly onEnd: () => void;
}

/** Virtual ms per arrow key, and per Page Up or Page Down. */
const STEP_MS = 1000;
const PAGE_MS = 10_000;

/** The handle of the playhead: a slider for keyboard and screen reader, a grip for the pointer. */
export function Playhead({ ref, rows, instantAt, onScrub, onEnd }: PlayheadProps) {
  const second = usePage((state) => Math.floor((state.scrub?.t ?? state.t) / 1000));
  const last = usePage((state) => Math.ceil(state.horizon / 1000));
  const t = second * 1000;
  const pod = useShownPodName();
  const states = stateInWords(rows, pod, t, last * 1000);

  const onKeyDown = (event: KeyboardEvent) => {
    const state = usePage.getState();
    const now = state.scrub?.t ?? state.t;
    const to = {
      ArrowLeft: now - STEP_MS,
      ArrowDown: now - STEP_MS,
      ArrowRight: now + STEP_MS,
      ArrowUp: now + STEP_MS,
      PageDown: now - PAGE_MS,
      PageUp: now + PAGE_MS,
      Home: 0,
      End: state.horizon,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    seek(Math.max(0, to));
  };
  const onPointerDown = (event: ReactPointerEvent<HTMLDivElement>) => {
    const target = event.currentTarget;
    target.setPointerCapture(event.pointerId);
    const onMove = (move: PointerEvent) => onScrub(instantAt(move.clientX));
    const onUp = () => {
      target.removeEventListener('pointermove', onMove);
      target.removeEventListener('pointerup', onUp);
      target.removeEventListener('pointercancel', onUp);
      onEnd();
    };
    target.addEventListener('pointermove', onMove);
    target.addEventListener('pointerup', onUp);
    target.addEventListener('pointercancel', onUp);
  };
  return (
    <div
      ref={ref}
      className="playhead"
      role="slider"
      tabIndex={0}
      aria-label="Playhead"
      aria-valuemin={0}
      aria-valuemax={Math.max(last, second)}
      aria-valuenow={second}
      aria-valuetext={`${clockText(t)} ${states}`}
      title="Drag, or use the arrow keys, to move in time"
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
    />
  );
}
