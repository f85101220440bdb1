import type { SegmentScene } from './draw-segments';
import type { Lane, Mark, MarkKind } from './lane';
import { firstFrom } from './rows';
import { toPixel } from './viewport';

/** Marks closer than this to the last one of their kind add nothing to see. */
const CLOSEST_PX = 2.5;

type Draw = (context: CanvasRenderingContext2D, x: number, top: number, bottom: number) => void;

const tick: Draw = (context, x, top, bottom) => {
  context.fillRect(x - 1, top + 5, 2, bottom - top - 10);
};

const dot: Draw = (context, x, _top, bottom) => {
  context.beginPath();
  context.arc(x, bottom - 5, 1.5, 0, 2 * Math.PI);
  context.fill();
};

const probeTick: Draw = (context, x, _top, bottom) => {
  context.fillRect(x - 0.75, bottom - 9, 1.5, 6);
};

const cross: Draw = (context, x, _top, bottom) => {
  const y = bottom - 6;
  context.lineWidth = 1.6;
  context.beginPath();
  context.moveTo(x - 3, y - 3);
  context.lineTo(x + 3, y + 3);
  context.moveTo(x + 3, y - 3);
  context.lineTo(x - 3, y + 3);
  context.stroke();
  context.lineWidth = 1;
};

const triangle: Draw = (context, x, _top, bottom) => {
  const y = bottom - 5.5;
  context.beginPath();
  context.moveTo(x, y - 3.5);
  context.lineTo(x + 3.8, y + 3);
  context.lineTo(x - 3.8, y + 3);
  context.closePath();
  context.fill();
};

const bolt: Draw = (context, x, _top, bottom) => {
  const y = bottom - 6;
  context.beginPath();
  context.moveTo(x + 0.9, y - 5.5);
  context.lineTo(x - 3.2, y + 0.8);
  context.lineTo(x - 0.4, y + 0.8);
  context.lineTo(x - 0.9, y + 5.5);
  context.lineTo(x + 3.2, y - 0.8);
  context.lineTo(x + 0.4, y - 0.8);
  context.closePath();
  context.fill();
};

const nothing: Draw = () => {};

const LOOK: Readonly<
  Record<MarkKind, { draw: Draw; colour: keyof SegmentScene['palette']; always?: boolean }>
> = {
  log: { draw: dot, colour: 'soft' },
  'probe-success': { draw: probeTick, colour: 'run-bar' },
  'probe-failure': { draw: cross, colour: 'err-bar', always: true },
  ready: { draw: nothing, colour: 'run' },
  unready: { draw: nothing, colour: 'loop' },
  write: { draw: tick, colour: 'accent' },
  request: { draw: tick, colour: 'done-bar' },
  refused: { draw: cross, colour: 'err-bar', always: true },
  warning: { draw: triangle, colour: 'loop-bar' },
  fault: { draw: bolt, colour: 'accent', always: true },
  sandbox: { draw: bolt, colour: 'wait-bar', always: true },
};

export function drawMarks(
  context: CanvasRenderingContext2D,
  scene: SegmentScene,
  lane: Lane,
  top: number,
  height: number,
): void {
  const { viewport, width, palette } = scene;
  const lastX = new Map<MarkKind, number>();
  const perPixel = (viewport.to - viewport.from) / width;
  let i = firstFrom(lane.marks, viewport.from - 6 * perPixel);
  while (i < lane.marks.length) {
    const mark = lane.marks[i] as Mark;
    if (mark.t > viewport.to) break;
    const { draw, colour, always } = LOOK[mark.kind];
    const x = toPixel(viewport, width, mark.t);
    if (always || x - (lastX.get(mark.kind) ?? -99) >= CLOSEST_PX) {
      lastX.set(mark.kind, x);
      context.fillStyle = palette[colour];
      context.strokeStyle = palette[colour];
      draw(context, x, top, top + height);
    }
    i++;
  }
}
