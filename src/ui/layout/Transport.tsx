import { ArrowRightToLine, Pause, Play, SkipBack, StepBack, StepForward } from 'lucide-react';
import { isNewsworthy } from '../session/newsworthy';
import { lab, seek } from '../store/lab';
import { update, usePage } from '../store/store';
import { clockText } from './format';

export const SPEEDS = [1, 10, 100] as const;

export function togglePlaying(): void {
  const { playing } = usePage.getState();
  if (playing) void lab().pause();
  else void lab().play();
}

/** Goes back to the last instant before now at which something happened. */
export function seekPreviousEvent(): void {
  const { index, t, playing } = usePage.getState();
  const { records } = index;
  if (playing) void lab().pause();
  for (let i = records.length - 1; i >= 0; i--) {
    const record = records[i];
    if (record && record.t < t && isNewsworthy(record)) {
      seek(record.t);
      return;
    }
  }
  seek(0);
}

/** Time in the hand: to start, back, play, forward, how fast. */
export function Transport() {
  const playing = usePage((state) => state.playing);
  const speed = usePage((state) => state.speed);
  const isReady = usePage((state) => state.flow === 'ready' && state.failure === undefined);
  return (
    <>
      <fieldset className="segmented plain" aria-label="Time">
        <button
          type="button"
          aria-label="To the start"
          title="To the start"
          disabled={!isReady}
          onClick={() => seek(0)}
        >
          <SkipBack size={15} />
        </button>
        <button
          type="button"
          aria-label="Back to the previous event"
          title="Back to the previous event"
          disabled={!isReady}
          onClick={seekPreviousEvent}
        >
          <StepBack size={15} />
        </button>
        <button
          type="button"
          className="play"
          aria-label={playing ? 'Pause' : 'Play'}
          title={playing ? 'Pause' : 'Play'}
          disabled={!isReady}
          onClick={togglePlaying}
        >
          {playing ? (
            <Pause size={15} fill="currentColor" />
          ) : (
            <Play size={15} fill="currentColor" />
          )}
        </button>
        <button
          type="button"
          aria-label="Forward to the next event"
          title="Forward to the next event"
          disabled={!isReady}
          onClick={() => void lab().stepToNextEvent()}
        >
          <StepForward size={15} />
        </button>
      </fieldset>
      <Clock />
      <fieldset className="segmented plain" aria-label="Speed">
        {SPEEDS.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={speed === one}
            disabled={!isReady}
            onClick={() => {
              update({ speed: one });
              void lab().setSpeed(one);
            }}
          >
            {one}×
          </button>
        ))}
      </fieldset>
      <Pace />
    </>
  );
}

function Clock() {
  const tenths = usePage((state) => Math.floor((state.scrub?.t ?? state.t) / 100));
  const isPast = usePage((state) => state.horizon - (state.scrub?.t ?? state.t) > 50);
  return (
    <div
      className={isPast ? 'clock past' : 'clock'}
      role="timer"
      aria-label="Time in the lab"
      title="Time in the lab, since its start"
    >
      {clockText(tenths * 100)}
    </div>
  );
}

/** Says when the lab is in the past, or slower than asked for. */
function Pace() {
  const isPast = usePage(
    (state) => !state.busy && !state.playing && state.horizon - (state.scrub?.t ?? state.t) > 50,
  );
  const reached = usePage((state) => state.reached);
  if (isPast) {
    return (
      <button
        type="button"
        className="button quiet"
        title="You are looking at the past. This goes forward to where the lab had got to."
        onClick={() => seek(usePage.getState().horizon)}
      >
        <ArrowRightToLine size={14} />
        <span className="label">Latest</span>
      </button>
    );
  }
  if (reached === undefined) return null;
  const digits = reached < 10 ? 1 : 0;
  return (
    <span
      className="chip tone-wait"
      title="So much is happening that this computer cannot keep the pace."
    >
      {reached.toFixed(digits)}× reached
    </span>
  );
}
