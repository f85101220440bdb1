import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { clockText } from '../layout/format';
import { useShownTheme } from '../layout/use-theme';
import { update, usePage } from '../store/store';
import { AXIS_PX, drawScene } from './draw';
import { Playhead } from './Playhead';
import { readPalette } from './palette';
import { type Hit, hit, layOut, type Row } from './rows';
import { useScrub } from './use-scrub';
import { pan, settle, toInstant, toPixel, type Viewport, zoom } from './viewport';

interface TimelineLanesProps {
  readonly viewport: Viewport;
  readonly onViewport: (change: (now: Viewport) => Viewport) => void;
}

/** Pixels around the pointer in which a mark counts as pointed at. */
const REACH_PX = 5;

/** Lanes on a canvas, redrawn at most once a frame, with labels and playhead as elements beside them. */
export function TimelineLanes({ viewport, onViewport }: TimelineLanesProps) {
  const rows = useRows();
  const theme = useShownTheme();
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const handle = useRef<HTMLDivElement>(null);
  const [tip, setTip] = useState<{ x: number; y: number; text: string }>();
  const shown = useRef(viewport);
  const { scrubTo, endScrub } = useScrub();

  const { request, width } = useDrawing({ rows, theme, viewport, shown, scroller, canvas, handle });

  const instantAt = (clientX: number) => {
    const box = canvas.current?.getBoundingClientRect();
    return toInstant(shown.current, width(), clientX - (box?.left ?? 0));
  };
  const onPointerDown = (event: React.PointerEvent<HTMLCanvasElement>) => {
    if (event.button !== 0) return;
    const start = { x: event.clientX, viewport: shown.current };
    const top = event.currentTarget.getBoundingClientRect().top;
    const isScrub = event.clientY - top < AXIS_PX;
    let moved = isScrub;
    event.currentTarget.setPointerCapture(event.pointerId);
    setTip(undefined);
    if (isScrub) scrubTo(instantAt(event.clientX));
    const target = event.currentTarget;
    const onMove = (move: PointerEvent) => {
      if (isScrub) {
        scrubTo(instantAt(move.clientX));
        return;
      }
      const by = move.clientX - start.x;
      if (Math.abs(by) > 4) moved = true;
      if (!moved) return;
      const perPixel = (start.viewport.to - start.viewport.from) / width();
      onViewport(() => pan(start.viewport, -by * perPixel));
    };
    const onUp = (up: PointerEvent) => {
      target.removeEventListener('pointermove', onMove);
      target.removeEventListener('pointerup', onUp);
      target.removeEventListener('pointercancel', onUp);
      if (!moved) scrubTo(instantAt(up.clientX));
      if (isScrub || !moved) endScrub();
    };
    target.addEventListener('pointermove', onMove);
    target.addEventListener('pointerup', onUp);
    target.addEventListener('pointercancel', onUp);
  };
  const onHover = (event: React.PointerEvent<HTMLCanvasElement>) => {
    if (event.buttons !== 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    const y = event.clientY - box.top - AXIS_PX + (scroller.current?.scrollTop ?? 0);
    const t = instantAt(event.clientX);
    const reach = (REACH_PX / width()) * (shown.current.to - shown.current.from);
    const found =
      event.clientY - box.top > AXIS_PX && hit(rows, y, t, reach, usePage.getState().horizon);
    const text = found ? tipText(found, t) : '';
    setTip(text ? { x: event.clientX, y: event.clientY, text } : undefined);
  };
  useWheel(canvas, (event) => {
    const isZoom = event.ctrlKey || event.metaKey;
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (!isZoom && sideways === 0) return;
    event.preventDefault();
    const at = instantAt(event.clientX);
    const perPixel = (shown.current.to - shown.current.from) / width();
    const base = shown.current;
    onViewport(() =>
      isZoom ? zoom(base, Math.exp(event.deltaY / 300), at) : pan(base, sideways * perPixel),
    );
  });

  return (
    <div className="timeline" ref={scroller} onScroll={request}>
      <div className="lane-labels" style={{ paddingTop: AXIS_PX }}>
        {rows.map((row) => (
          <LaneLabel key={row.lane.id} lane={row.lane} role={row.role} height={row.height} />
        ))}
      </div>
      <div className="lane-canvas">
        <canvas
          ref={canvas}
          onPointerDown={onPointerDown}
          onPointerMove={onHover}
          onPointerLeave={() => setTip(undefined)}
        />
        <Playhead
          ref={handle}
          rows={rows}
          onScrub={scrubTo}
          onEnd={endScrub}
          instantAt={instantAt}
        />
      </div>
      {tip && (
        <div className="tip" style={{ left: tip.x, top: tip.y }} aria-hidden="true">
          {tip.text}
        </div>
      )}
      {rows.length === 0 && <p className="timeline-empty">Nothing has happened yet.</p>}
    </div>
  );
}

/** Rows for the lanes that are known; the same array as long as no lane comes or goes. */
function useRows(): readonly Row[] {
  const index = usePage((state) => state.index);
  const version = usePage((state) => state.index.laneVersion);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when the lanes differ.
  return useMemo(() => layOut(index.lanes(), (lane) => index.role(lane)), [index, version]);
}

interface DrawingParts {
  readonly rows: readonly Row[];
  readonly theme: string;
  readonly viewport: Viewport;
  readonly shown: React.RefObject<Viewport>;
  readonly scroller: React.RefObject<HTMLDivElement | null>;
  readonly canvas: React.RefObject<HTMLCanvasElement | null>;
  readonly handle: React.RefObject<HTMLDivElement | null>;
}

/** Draws after every change of what is shown, outside React: the clock alone changes sixty times a second. */
function useDrawing(parts: DrawingParts) {
  const latest = useRef(parts);
  latest.current = parts;
  const request = useRef(() => {});
  useEffect(() => {
    const { canvas, scroller, handle, shown } = latest.current;
    const element = canvas.current;
    const context = element?.getContext('2d');
    const box = scroller.current;
    if (!element || !context || !box) return;
    let frame = 0;
    let palette = readPalette(element);
    let paletteOf = latest.current.theme;
    const draw = () => {
      frame = 0;
      const { rows, viewport, theme } = latest.current;
      const { t: now, scrub, horizon } = usePage.getState();
      const t = scrub?.t ?? now;
      if (theme !== paletteOf) {
        palette = readPalette(element);
        paletteOf = theme;
      }
      const base =
        viewport.mode === 'follow' ? { ...shown.current, mode: viewport.mode } : viewport;
      const isSameSpan = shown.current.to - shown.current.from === viewport.to - viewport.from;
      shown.current = settle(isSameSpan ? base : viewport, t, horizon);
      const width = element.clientWidth;
      const height = element.clientHeight;
      const ratio = window.devicePixelRatio;
      if (
        element.width !== Math.round(width * ratio) ||
        element.height !== Math.round(height * ratio)
      ) {
        element.width = Math.round(width * ratio);
        element.height = Math.round(height * ratio);
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const { scrollTop } = box;
      drawScene(context, {
        rows,
        viewport: shown.current,
        width,
        height,
        scrollTop,
        t,
        horizon,
        palette,
      });
      if (handle.current) {
        const x = toPixel(shown.current, width, t);
        handle.current.style.transform = `translateX(${x}px)`;
        handle.current.style.visibility = x < -8 || x > width + 8 ? 'hidden' : 'visible';
      }
    };
    request.current = () => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    const resize = () => {
      element.style.height = `${box.clientHeight}px`;
      request.current();
    };
    const observer = new ResizeObserver(resize);
    observer.observe(box);
    const unsubscribe = usePage.subscribe(() => request.current());
    resize();
    return () => {
      observer.disconnect();
      unsubscribe();
      cancelAnimationFrame(frame);
    };
  }, []);
  useEffect(() => request.current());
  return {
    request: () => request.current(),
    width: () => latest.current.canvas.current?.clientWidth ?? 1,
  };
}

function useWheel(
  canvas: React.RefObject<HTMLCanvasElement | null>,
  onWheel: (event: WheelEvent) => void,
): void {
  const latest = useRef(onWheel);
  latest.current = onWheel;
  useEffect(() => {
    const element = canvas.current;
    const listen = (event: WheelEvent) => latest.current(event);
    element?.addEventListener('wheel', listen, { passive: false });
    return () => element?.removeEventListener('wheel', listen);
  }, [canvas]);
}

type LaneLabelProps = Pick<Row, 'lane' | 'role' | 'height'>;

/** Most labels stay the same while lanes come one after another. */
const LaneLabel = memo(function LaneLabel({ lane, role, height }: LaneLabelProps) {
  const select = () => {
    const subject = lane.kind === 'container' ? `container ${lane.title}` : 'pod';
    update({ selectedPod: lane.pod, subject });
  };
  return (
    <div className={`lane-label lane-${lane.kind}`} style={{ height }} data-lane={lane.id}>
      {lane.kind === 'pod' || lane.kind === 'container' ? (
        <button
          type="button"
          onClick={select}
          title={`${lane.title}: why is it so?`}
          aria-label={`${lane.title} ${role}`.trim()}
        >
          <LaneTitle lane={lane} />
          {role && <span className="role"> {role}</span>}
        </button>
      ) : (
        <span className="plain" title={lane.title}>
          {{ volume: '▤ ', cluster: '⚡ ', network: '⇄ ' }[lane.kind]}
          {lane.title}
        </span>
      )}
    </div>
  );
});

/** Names of pods that are longer than this differ at their end, which therefore stays in sight. */
const LONG_NAME = 16;
const TAIL = 6;

function LaneTitle({ lane: { kind, title } }: Pick<Row, 'lane'>) {
  if (kind !== 'pod' || title.length <= LONG_NAME) return <b>{title}</b>;
  return (
    <b className="long-name">
      <span>{title.slice(0, -TAIL)}</span>
      <span>{title.slice(-TAIL)}</span>
    </b>
  );
}

function tipText({ row, segment, mark }: Hit, t: number): string {
  if (mark) return `${clockText(mark.t)}  ${mark.label}`;
  if (!segment) return '';
  const until = segment.to === undefined ? '' : ` – ${clockText(segment.to)}`;
  const due =
    segment.dueAt !== undefined && segment.dueAt > t ? `, due ${clockText(segment.dueAt)}` : '';
  const attempt = segment.attempt ? `, restart ${segment.attempt}` : '';
  return `${row.lane.title}: ${segment.label}${attempt}  ${clockText(segment.from)}${until}${due}`;
}
