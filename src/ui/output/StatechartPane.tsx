import { useEffect, useRef, useState } from 'react';
import { ScrollArea } from '../layout/ScrollArea';
import { useSelectedPod } from '../picture/use-selected-pod';
import { type DrawnChart, isLit, type PlacedEdge } from '../statechart/chart';
import { type MachinePlace, placeInWords, placesOf, takenEdges } from '../statechart/machine-place';
import { lab } from '../store/lab';
import { usePage } from '../store/store';

/** The machines that the kubelet runs for a pod, drawn from their own definitions, with the current state lit. */
export default function StatechartPane() {
  const pod = useSelectedPod();
  const machines = useMachines();
  const [chosen, setChosen] = useState('');
  const subject = usePage((state) => state.subject);
  const places = pod ? placesOf(pod) : [];
  const byId = (id: string | undefined) => places.find((one) => one.id === id);
  const place = byId(chosen) ?? byId(subject) ?? places.findLast(isContainer) ?? places[0];
  const machine = place && machines?.[place.machine];
  return (
    <>
      <div className="toolbar">
        <select
          className="field whose"
          aria-label="Whose statechart"
          value={place?.id ?? ''}
          onChange={(event) => setChosen(event.target.value)}
        >
          {places.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
        <span className="soft">{place ? placeInWords(place) : ''}</span>
      </div>
      <ScrollArea label="Statechart" className="statechart">
        {machine ? (
          <Drawing drawn={machine} current={place?.state} last={place?.last} />
        ) : (
          <p className="cover">
            {machines ? 'There is nothing whose machine could be shown.' : 'Loading …'}
          </p>
        )}
      </ScrollArea>
    </>
  );
}

function isContainer({ machine }: MachinePlace): boolean {
  return machine === 'container';
}

type DrawnCharts = Readonly<Record<string, DrawnChart>>;

/** They never change: asked for once. */
let drawnCharts: DrawnCharts | undefined;

function useMachines(): DrawnCharts | undefined {
  const [machines, setMachines] = useState(drawnCharts);
  const isReady = usePage((state) => state.flow === 'ready');
  useEffect(() => {
    if (!isReady || drawnCharts) return;
    let isGone = false;
    void lab()
      .statecharts()
      .then((found) => {
        drawnCharts = found;
        if (!isGone) setMachines(found);
      });
    return () => {
      isGone = true;
    };
  }, [isReady]);
  return machines;
}

interface DrawingProps {
  readonly drawn: DrawnChart;
  readonly current: string | undefined;
  readonly last: MachinePlace['last'];
}

function Drawing({ drawn: { chart, placed }, current, last }: DrawingProps) {
  const taken = takenEdges(placed.edges, last);
  const states = new Map(chart.states.map((state) => [state.path, state]));
  const svg = useRef<SVGSVGElement>(null);
  const lit = placed.states.find(({ path }) => path === current);
  useEffect(() => {
    const area = svg.current?.parentElement;
    if (!area || !lit) return;
    area.scrollTo(
      lit.x + lit.width / 2 - area.clientWidth / 2,
      lit.y + lit.height / 2 - area.clientHeight / 2,
    );
  }, [lit]);
  return (
    <>
      <svg
        ref={svg}
        className="chart"
        width={placed.width}
        height={placed.height}
        viewBox={`0 0 ${placed.width} ${placed.height}`}
        role="img"
        aria-label={`Statechart; current state: ${current ?? 'none'}`}
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0.5L7.5 4L0 7.5z" className="arrow-head" />
          </marker>
        </defs>
        {placed.states
          .filter(({ path }) => states.get(path)?.isGroup)
          .map(({ path, x, y, width, height }) => (
            <g key={path} className={isLit(path, current) ? 'group lit' : 'group'}>
              <rect x={x} y={y} width={width} height={height} rx="8" />
              <text x={x + 10} y={y + 15}>
                {states.get(path)?.name}
              </text>
            </g>
          ))}
        {placed.edges.map((edge) => (
          <g
            key={`${edge.from} ${edge.to} ${edge.label}`}
            className={taken.includes(edge) ? 'edge taken' : 'edge'}
          >
            <path d={pathOf(edge)} markerEnd="url(#arrow)" />
            <text x={edge.labelAt.x} y={edge.labelAt.y + 3.5} textAnchor="middle">
              {edge.label}
            </text>
          </g>
        ))}
        {placed.states
          .filter(({ path }) => !states.get(path)?.isGroup)
          .map(({ path, x, y, width, height }) => {
            const state = states.get(path);
            return (
              <g key={path} className={isLit(path, current) ? 'state lit' : 'state'}>
                <title>{state?.description}</title>
                <rect x={x} y={y} width={width} height={height} rx="7" />
                {state?.isFinal && (
                  <rect x={x + 3} y={y + 3} width={width - 6} height={height - 6} rx="5" />
                )}
                <text x={x + width / 2} y={y + height / 2 + 4} textAnchor="middle">
                  {state?.isInitial ? '● ' : ''}
                  {state?.name}
                </text>
              </g>
            );
          })}
      </svg>
      <p className="chart-notes soft">
        {chart.anywhere.length > 0 && (
          <>
            From anywhere:{' '}
            {chart.anywhere
              .map(({ event, to }) => `${event} → ${to.replaceAll('.', ' ▸ ')}`)
              .join(', ')}
            .{' '}
          </>
        )}
        {current && states.get(current)?.description}
      </p>
    </>
  );
}

/** A smooth line through the points of an edge. */
function pathOf({ points }: PlacedEdge): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const parts = [`M${first.x} ${first.y}`];
  for (let i = 0; i < rest.length; i++) {
    const point = rest[i];
    const after = rest[i + 1];
    if (!point) continue;
    if (!after) parts.push(`L${point.x} ${point.y}`);
    else {
      parts.push(`Q${point.x} ${point.y} ${(point.x + after.x) / 2} ${(point.y + after.y) / 2}`);
    }
  }
  return parts.join('');
}
