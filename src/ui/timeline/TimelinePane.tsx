import { Crosshair, List, Maximize2, ZoomIn, ZoomOut } from 'lucide-react';
import { useState } from 'react';
import { usePage } from '../store/store';
import { TimelineLanes } from './TimelineLanes';
import { TimelineTable } from './TimelineTable';
import { FIRST_VIEWPORT, settle, type Viewport, zoom } from './viewport';

export function TimelinePane() {
  const [viewport, setViewport] = useState<Viewport>(FIRST_VIEWPORT);
  const [asList, setAsList] = useState(false);
  const change = (next: (viewport: Viewport) => Viewport) => {
    const { t, horizon } = usePage.getState();
    setViewport((now) => next(settle(now, t, horizon)));
  };
  const zoomBy = (factor: number) =>
    change((now) => {
      const { t } = usePage.getState();
      const isInSight = t >= now.from && t <= now.to;
      return zoom(now, factor, isInSight ? t : (now.from + now.to) / 2);
    });
  const isFollowing = viewport.mode === 'follow';
  return (
    <section className="pane" id="pane-timeline" aria-label="Timeline" tabIndex={-1}>
      <div className="tabs">
        <h2>Timeline</h2>
        <div className="end">
          <button
            type="button"
            className="icon-button small"
            aria-label="Show more time"
            title="Show more time"
            onClick={() => zoomBy(1.6)}
          >
            <ZoomOut size={15} />
          </button>
          <button
            type="button"
            className="icon-button small"
            aria-label="Show less time"
            title="Show less time"
            onClick={() => zoomBy(1 / 1.6)}
          >
            <ZoomIn size={15} />
          </button>
          <button
            type="button"
            className="icon-button small"
            aria-label="Fit everything"
            aria-pressed={viewport.mode === 'fit'}
            title="Fit everything"
            onClick={() => change((now) => ({ ...now, mode: 'fit' }))}
          >
            <Maximize2 size={14} />
          </button>
          <button
            type="button"
            className="icon-button small"
            aria-label="Follow the playhead"
            aria-pressed={isFollowing}
            title="Follow the playhead"
            onClick={() => change((now) => ({ ...now, mode: isFollowing ? 'free' : 'follow' }))}
          >
            <Crosshair size={15} />
          </button>
          <button
            type="button"
            className="icon-button small"
            aria-label="As a list"
            aria-pressed={asList}
            title="As a list"
            onClick={() => setAsList(!asList)}
          >
            <List size={15} />
          </button>
        </div>
      </div>
      {asList ? <TimelineTable /> : <TimelineLanes viewport={viewport} onViewport={setViewport} />}
    </section>
  );
}
