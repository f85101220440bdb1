import { useMemo, useRef, useState } from 'react';
import type { PodPicture } from '../../lab/picture';
import { clockText } from '../layout/format';
import { useSelectedPod } from '../picture/use-selected-pod';
import { usePage } from '../store/store';
import { countUntil, type LogRow } from '../store/trace-index';
import { LogAnnouncer } from './LogAnnouncer';
import { type LogQuery, LogView } from './log-view';
import { useTail } from './use-tail';

/** Height of a line in CSS pixels; the list is virtual and needs to know it. */
const LINE_PX = 18;

export function LogsPane() {
  const pod = useSelectedPod();
  const [container, setContainer] = useState('');
  const [previous, setPrevious] = useState(false);
  const [filter, setFilter] = useState('');
  const containers = pod?.containers ?? [];
  const chosen = containers.some(({ name }) => name === container) ? container : '';
  const index = usePage((state) => state.index);
  const version = usePage((state) => state.traceVersion);
  const t = usePage((state) => state.scrub?.t ?? state.t);
  const view = useRef(new LogView());
  const query: LogQuery = {
    pod: pod && `${pod.namespace}/${pod.name}`,
    container: chosen || undefined,
    previous: previous && chosen !== '',
    filter: filter.toLowerCase(),
    currentAttempt: (name) => containers.find((one) => one.name === name)?.restartCount ?? 0,
  };
  const all = view.current.rows(index, query);
  const count = countUntil(all, t);
  const names = useMemo(() => containers.map(({ name }) => name), [containers]);
  return (
    <>
      <div className="toolbar">
        <select
          className="field"
          aria-label="Container"
          value={chosen}
          onChange={(event) => setContainer(event.target.value)}
        >
          <option value="">all containers</option>
          {containers.map(({ name, kind }) => (
            <option key={name} value={name}>
              {name}
              {kind === 'regular' ? '' : ` (${kind})`}
            </option>
          ))}
        </select>
        <label
          title={chosen ? 'The instance before the current one' : 'Choose one container first'}
        >
          <input
            type="checkbox"
            checked={previous && chosen !== ''}
            disabled={chosen === ''}
            onChange={(event) => setPrevious(event.target.checked)}
          />
          previous
        </label>
        <input
          className="field grow"
          type="search"
          placeholder="Filter"
          aria-label="Only lines that contain"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <code className="told-by" title="The command that shows this on a real cluster">
          {pod ? commandFor(pod, chosen, previous) : ''}
        </code>
      </div>
      <LogLines
        key={`${chosen} ${query.pod}`}
        rows={all}
        count={count}
        names={names}
        merged={!chosen}
        version={version}
      />
      <LogAnnouncer rows={all} count={count} />
    </>
  );
}

function commandFor(pod: PodPicture, container: string, previous: boolean): string {
  const n = pod.namespace === 'default' ? '' : ` -n ${pod.namespace}`;
  if (container === '') return `kubectl logs ${pod.name}${n} --all-containers`;
  return `kubectl logs ${pod.name}${n} -c ${container}${previous ? ' -p' : ''}`;
}

interface LogLinesProps {
  readonly rows: readonly LogRow[];
  readonly count: number;
  readonly names: readonly string[];
  readonly merged: boolean;
  readonly version: number;
}

/** A virtual list: only the lines in sight are elements, however many there are. */
function LogLines({ rows, count, names, merged }: LogLinesProps) {
  const { ref, first, shown, isFollowing, follow, onScroll } = useTail(count, LINE_PX);
  const lines = rows.slice(first, Math.min(count, first + shown));
  const width = Math.min(22, Math.max(4, ...names.map((name) => name.length)));
  return (
    <div className="log-frame">
      <section
        className="log-scroll mono"
        ref={ref}
        onScroll={onScroll}
        aria-label="Log lines"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the arrow keys could not scroll.
        tabIndex={0}
      >
        <div style={{ height: count * LINE_PX }}>
          <div style={{ transform: `translateY(${first * LINE_PX}px)` }}>
            {lines.map((row, i) => {
              const before = lines[i - 1];
              const isNew =
                row.attempt > 0 &&
                before?.container === row.container &&
                before.attempt < row.attempt;
              return (
                <div
                  // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the log.
                  key={first + i}
                  className={`log-line${row.stream === 'stderr' ? ' stderr' : ''}${isNew ? ' restart' : ''}`}
                  title={row.stream === 'stderr' ? 'stderr' : undefined}
                  style={{ height: LINE_PX }}
                >
                  <span className="time">{clockText(row.t)}</span>
                  {merged && (
                    <span
                      className={`who hue-${Math.max(0, names.indexOf(row.container)) % 6}`}
                      style={{ width: `${width + 1}ch` }}
                      title={row.attempt > 0 ? `restart ${row.attempt}` : undefined}
                    >
                      {row.container}
                    </span>
                  )}
                  <span className="text">{row.text}</span>
                </div>
              );
            })}
          </div>
        </div>
      </section>
      {count === 0 && <p className="cover">No log lines at this moment.</p>}
      {!isFollowing && (
        <button type="button" className="button to-end" onClick={follow}>
          Follow ↓
        </button>
      )}
    </div>
  );
}
