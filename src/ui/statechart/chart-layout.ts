import { graphlib, layout } from '@dagrejs/dagre';
import {
  type Chart,
  type DrawnChart,
  type MachineConfig,
  type PlacedChart,
  readChart,
} from './chart';

/** Average advance of a letter in the chart's fonts, in px. */
const NAME_PX = 7.2;
const LABEL_PX = 5.8;
const STATE_HEIGHT = 28;

/** Charts of machines, by the machines' names. */
export function drawCharts(
  machines: Readonly<Record<string, MachineConfig>>,
): Readonly<Record<string, DrawnChart>> {
  const drawn = Object.entries(machines).map(([name, machine]) => {
    const chart = readChart(machine);
    return [name, { chart, placed: placeChart(chart) }];
  });
  return Object.fromEntries(drawn);
}

/** Places states and edges, left to right. Groups are drawn around their children. */
export function placeChart(chart: Chart): PlacedChart {
  const graph = new graphlib.Graph({ compound: true, multigraph: true });
  graph.setGraph({
    rankdir: 'LR',
    nodesep: 22,
    ranksep: 44,
    edgesep: 14,
    marginx: 16,
    marginy: 16,
  });
  const firstChild = (path: string) => {
    const children = chart.states.filter((state) => state.parent === path);
    return (children.find((state) => state.isInitial) ?? children[0])?.path ?? path;
  };
  const isGroup = new Set(chart.states.filter((state) => state.isGroup).map(({ path }) => path));
  for (const state of chart.states) {
    graph.setNode(state.path, {
      width: Math.max(56, state.name.length * NAME_PX + 26),
      height: STATE_HEIGHT,
    });
  }
  for (const { path, parent } of chart.states) if (parent) graph.setParent(path, parent);
  // Edges of a group start and end at a child: the layout knows no edges of clusters.
  const placed = chart.edges.map((edge) => ({
    ...edge,
    from: isGroup.has(edge.from) ? firstChild(edge.from) : edge.from,
    to: isGroup.has(edge.to) ? firstChild(edge.to) : edge.to,
  }));
  placed.forEach(({ from, to, events }, i) => {
    const label = events.join(', ');
    graph.setEdge(
      from,
      to,
      { label, width: label.length * LABEL_PX + 6, height: 14, labelpos: 'c' },
      String(i),
    );
  });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    states: chart.states.map(({ path }) => {
      const node = graph.node(path) as { x: number; y: number; width: number; height: number };
      const title = isGroup.has(path) ? 12 : 0;
      return {
        path,
        x: node.x - node.width / 2,
        y: node.y - node.height / 2 - title,
        width: node.width,
        height: node.height + title,
      };
    }),
    edges: placed.map(({ from, to, events }, i) => {
      const edge = graph.edge({ v: from, w: to, name: String(i) }) as {
        points: { x: number; y: number }[];
        x: number;
        y: number;
      };
      const label = events.join(', ');
      return { from, to, label, points: edge.points, labelAt: { x: edge.x, y: edge.y } };
    }),
  };
}
