import { drawMarks } from './draw-marks';
import { drawSegment } from './draw-segments';
import type { Lane } from './lane';
import type { Palette } from './palette';
import type { Row } from './rows';
import { ticks, tickText, toPixel, type Viewport } from './viewport';

export const AXIS_PX = 24;

export interface Scene {
  readonly rows: readonly Row[];
  readonly viewport: Viewport;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly scrollTop: number;
  readonly t: number;
  readonly horizon: number;
  readonly palette: Palette;
}

/** What is ahead of the playhead is known, but has not happened yet at the moment that is shown. */
const AHEAD_ALPHA = 0.34;

export function drawScene(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, palette } = scene;
  context.clearRect(0, 0, width, height);
  drawGrid(context, scene);
  const playhead = toPixel(scene.viewport, width, scene.t);
  context.save();
  context.beginPath();
  context.rect(0, AXIS_PX, width, height - AXIS_PX);
  context.clip();
  for (const row of scene.rows) {
    const top = AXIS_PX + row.top - scene.scrollTop;
    if (top + row.height < AXIS_PX || top > height) continue;
    context.strokeStyle = palette.line;
    context.globalAlpha = row.lane.kind === 'pod' && row.top > 0 ? 1 : 0.45;
    line(context, 0, top, width, top);
    context.globalAlpha = 1;
    drawRow(context, scene, row, top, playhead);
  }
  context.restore();
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.5;
  line(context, playhead, AXIS_PX - 4, playhead, height);
  context.lineWidth = 1;
}

/** A row in two halves: up to the playhead in full, behind it faded. */
function drawRow(
  context: CanvasRenderingContext2D,
  scene: Scene,
  row: Row,
  top: number,
  playhead: number,
): void {
  drawHalf(context, scene, row, top, 0, playhead, 1);
  if (playhead < scene.width) {
    drawHalf(context, scene, row, top, playhead, scene.width, AHEAD_ALPHA);
  }
}

function drawHalf(
  context: CanvasRenderingContext2D,
  scene: Scene,
  row: Row,
  top: number,
  left: number,
  right: number,
  alpha: number,
): void {
  if (right <= left) return;
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, row.height);
  context.clip();
  context.globalAlpha = alpha;
  drawLane(context, scene, row.lane, top, row.height);
  context.restore();
}

function drawLane(
  context: CanvasRenderingContext2D,
  scene: Scene,
  lane: Lane,
  top: number,
  height: number,
): void {
  const { viewport } = scene;
  for (let i = firstVisible(lane, viewport.from); i < lane.segments.length; i++) {
    const segment = lane.segments[i];
    if (!segment || segment.from > viewport.to) break;
    drawSegment(context, scene, lane, segment, top);
  }
  drawMarks(context, scene, lane, top, height);
}

/** Index of the first segment that reaches into view. */
function firstVisible(lane: Lane, from: number): number {
  const { segments } = lane;
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segments[middle]?.to ?? Number.POSITIVE_INFINITY) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

function drawGrid(context: CanvasRenderingContext2D, scene: Scene): void {
  const { viewport, width, height, palette } = scene;
  const { at, step } = ticks(viewport, width);
  context.font = `11px ${palette.font}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  const playhead = toPixel(viewport, width, scene.t);
  for (const t of at) {
    const x = Math.round(toPixel(viewport, width, t)) + 0.5;
    context.strokeStyle = palette.line;
    line(context, x, 6, x, height);
    context.fillStyle = palette.faint;
    const text = tickText(t);
    // The playhead's handle stands in the axis; a label under it could not be read.
    const isCovered = playhead > x - 6 && playhead < x + context.measureText(text).width + 12;
    if (!isCovered) context.fillText(text, x + 4, 11);
    const half = Math.round(toPixel(viewport, width, t + step / 2)) + 0.5;
    context.globalAlpha = 0.5;
    line(context, half, AXIS_PX - 5, half, height);
    context.globalAlpha = 1;
  }
  context.strokeStyle = palette.line;
  line(context, 0, AXIS_PX - 0.5, width, AXIS_PX - 0.5);
}

export function line(
  context: CanvasRenderingContext2D,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
