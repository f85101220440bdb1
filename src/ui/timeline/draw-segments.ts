import type { Lane, Segment, SegmentKind } from './lane';
import type { Palette } from './palette';
import { toPixel, type Viewport } from './viewport';

export interface SegmentScene {
  readonly viewport: Viewport;
  readonly width: number;
  readonly horizon: number;
  readonly palette: Palette;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly height: number;
}

/** Bars of containers are this high; what stands under them are the marks. */
const BAR_PX = 15;
const BAR_TOP_PX = 4;
/** The solid end of an instance that is over. */
const CAP_PX = 3;

const PHASE: Partial<Record<SegmentKind, readonly [keyof Palette, keyof Palette]>> = {
  pending: ['wait-bg', 'wait'],
  'phase-running': ['run-bg', 'run'],
  'phase-succeeded': ['done-bg', 'done'],
  'phase-failed': ['err-bg', 'err'],
  deleting: ['wait-bg', 'wait'],
  trouble: ['err-bg', 'err'],
};

export function drawSegment(
  context: CanvasRenderingContext2D,
  scene: SegmentScene,
  lane: Lane,
  segment: Segment,
  rowTop: number,
): void {
  const { viewport, width, horizon } = scene;
  const left = toPixel(viewport, width, segment.from);
  const right = Math.max(left + 1, toPixel(viewport, width, segment.to ?? horizon));
  const box: Box = {
    left: Math.max(-20, left),
    right: Math.min(width + 20, right),
    top: rowTop + BAR_TOP_PX,
    height: BAR_PX,
  };
  if (lane.kind === 'pod' || lane.kind === 'cluster') phase(context, scene.palette, segment, box);
  else if (segment.kind === 'backoff') backoff(context, scene, segment, box);
  else if (segment.kind === 'rest' || segment.kind === 'rest-failed') {
    rest(context, scene.palette, segment, box);
  } else instance(context, scene.palette, segment, box);
}

function phase(
  context: CanvasRenderingContext2D,
  palette: Palette,
  segment: Segment,
  box: Box,
): void {
  const [ground, ink] = PHASE[segment.kind] ?? ['bg', 'soft'];
  context.fillStyle = palette[ground];
  rounded(context, { ...box, top: box.top + 1, height: 16 }, 4);
  context.fill();
  context.fillStyle = palette[ink];
  label(context, palette, segment.label, box, 5, 560);
}

/** Waiting for a restart: dashed, and its planned end is drawn even before it is reached. */
function backoff(
  context: CanvasRenderingContext2D,
  scene: SegmentScene,
  segment: Segment,
  box: Box,
): void {
  const { palette, viewport, width } = scene;
  const due = segment.dueAt ?? 0;
  const isOpen = segment.to === undefined;
  const right = isOpen ? Math.max(box.right, toPixel(viewport, width, due)) : box.right;
  const whole: Box = { ...box, right: Math.min(right, width + 20) };
  context.fillStyle = palette['loop-bg'];
  rounded(context, whole, 4);
  context.fill();
  context.strokeStyle = palette['loop-bar'];
  context.setLineDash([4, 3]);
  rounded(context, inset(whole), 3.5);
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = palette.loop;
  label(context, palette, segment.label, whole, 6, 500);
}

/** Ended, and not (yet) started again: a thin line says that the state lasts. */
function rest(
  context: CanvasRenderingContext2D,
  palette: Palette,
  segment: Segment,
  box: Box,
): void {
  const isFailed = segment.kind === 'rest-failed';
  const middle = box.top + BAR_PX / 2;
  context.fillStyle = palette[isFailed ? 'err-bar' : 'done-bar'];
  context.fillRect(box.left, middle - 1, box.right - box.left, 2);
  const sign = isFailed ? '✕' : '✓';
  const said = segment.exitCode === undefined ? segment.label : `${sign} ${segment.exitCode}`;
  context.font = `600 11px ${palette.font}`;
  const { width } = context.measureText(said);
  if (box.right - box.left < width + 12) return;
  context.fillStyle = palette.panel;
  context.fillRect(box.left + 3, middle - 6, width + 6, 12);
  context.fillStyle = palette[isFailed ? 'err' : 'done'];
  context.textBaseline = 'middle';
  context.fillText(said, box.left + 6, middle + 0.5);
}

const BODY: Partial<Record<SegmentKind, { ground: keyof Palette; edge: keyof Palette }>> = {
  running: { ground: 'run-bar', edge: 'run-bar' },
  completed: { ground: 'done-bg', edge: 'done-bar' },
  failed: { ground: 'err-bg', edge: 'err-bar' },
  created: { ground: 'wait-bg', edge: 'wait-bar' },
  pulling: { ground: 'wait-bg', edge: 'wait-bar' },
};

/** One instance of a container: solid while it runs, tinted with a solid end once it is over. */
function instance(
  context: CanvasRenderingContext2D,
  palette: Palette,
  segment: Segment,
  box: Box,
): void {
  const look = BODY[segment.kind] ?? { ground: 'bg', edge: 'soft' };
  if (segment.kind === 'created' || segment.kind === 'pulling') {
    context.fillStyle = palette[look.edge];
    context.globalAlpha *= 0.55;
    rounded(context, { ...box, top: box.top + 5, height: 5 }, 2);
    context.fill();
    context.globalAlpha /= 0.55;
    return;
  }
  const shown = { ...box, right: Math.max(box.right, box.left + 3) };
  context.fillStyle = palette[look.ground];
  rounded(context, shown, 4);
  context.fill();
  if (segment.kind === 'running') return;
  context.strokeStyle = palette[look.edge];
  rounded(context, inset(shown), 3.5);
  context.stroke();
  context.fillStyle = palette[look.edge];
  const cap = Math.min(CAP_PX, shown.right - shown.left);
  context.fillRect(shown.right - cap, shown.top, cap, shown.height);
}

function inset(box: Box): Box {
  return {
    left: box.left + 0.5,
    right: Math.max(box.left + 1, box.right - 0.5),
    top: box.top + 0.5,
    height: box.height - 1,
  };
}

/** Text inside a box, as far right as the view's left edge, if it fits. */
function label(
  context: CanvasRenderingContext2D,
  palette: Palette,
  text: string,
  box: Box,
  padding: number,
  weight: number,
): void {
  if (text === '') return;
  context.font = `${weight} 11px ${palette.font}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  const left = Math.max(0, box.left) + padding;
  if (context.measureText(text).width > box.right - left - 3) return;
  context.fillText(text, left, box.top + box.height / 2 + 1);
}

function rounded(context: CanvasRenderingContext2D, box: Box, radius: number): void {
  const width = Math.max(1, box.right - box.left);
  context.beginPath();
  context.roundRect(box.left, box.top, width, box.height, Math.min(radius, width / 2));
}
