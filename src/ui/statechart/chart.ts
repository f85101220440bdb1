/** A state machine as XState's JSON has it; the lab gives those that its kubelet runs. */
export interface MachineConfig {
  readonly id?: string;
  readonly initial?: unknown;
  readonly type?: unknown;
  readonly description?: unknown;
  readonly states?: Readonly<Record<string, MachineConfig>>;
  readonly on?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly always?: unknown;
}

export interface ChartState {
  /** Path from the root: `running.ready`. */
  readonly path: string;
  readonly name: string;
  readonly parent: string | undefined;
  readonly isInitial: boolean;
  readonly isFinal: boolean;
  readonly isGroup: boolean;
  readonly description: string;
}

export interface ChartEdge {
  readonly from: string;
  readonly to: string;
  /** Events that cause it, `after DELAY` for a delay. */
  readonly events: readonly string[];
}

export interface Chart {
  readonly states: readonly ChartState[];
  readonly edges: readonly ChartEdge[];
  /** What is possible in every state: event and target. */
  readonly anywhere: readonly { readonly event: string; readonly to: string }[];
}

export interface PlacedState {
  readonly path: string;
  /** Left, top. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly labelAt: { readonly x: number; readonly y: number };
}

export interface PlacedChart {
  readonly width: number;
  readonly height: number;
  readonly states: readonly PlacedState[];
  readonly edges: readonly PlacedEdge[];
}

/** A chart with the place of everything in it. */
export interface DrawnChart {
  readonly chart: Chart;
  readonly placed: PlacedChart;
}

/** The states and transitions of a machine, flattened, with targets as full paths. */
export function readChart(machine: MachineConfig): Chart {
  const states: ChartState[] = [];
  const events = new Map<string, string[]>();
  const anywhere: { event: string; to: string }[] = [];

  const visit = (config: MachineConfig, path: string, parent: string | undefined): void => {
    for (const [name, child] of Object.entries(config.states ?? {})) {
      const at = path === '' ? name : `${path}.${name}`;
      states.push({
        path: at,
        name,
        parent,
        isInitial: config.initial === name,
        isFinal: child.type === 'final',
        isGroup: child.states !== undefined && Object.keys(child.states).length > 0,
        description: typeof child.description === 'string' ? child.description : '',
      });
      visit(child, at, at);
      for (const { event, target } of transitionsOf(child)) {
        const to = resolve(target, at, path);
        const key = `${at}\n${to}`;
        events.set(key, [...(events.get(key) ?? []), event]);
      }
    }
  };
  visit(machine, '', undefined);
  for (const { event, target } of transitionsOf(machine)) {
    anywhere.push({ event, to: resolve(target, '', '') });
  }
  const known = new Set(states.map((state) => state.path));
  const edges = [...events].flatMap(([key, names]) => {
    const [from = '', to = ''] = key.split('\n');
    return known.has(to) ? [{ from, to, events: [...new Set(names)] }] : [];
  });
  return { states, edges, anywhere: anywhere.filter(({ to }) => known.has(to)) };
}

function transitionsOf(config: MachineConfig): { event: string; target: string }[] {
  const named = [
    ...Object.entries(config.on ?? {}),
    ...Object.entries(config.after ?? {}).map(([delay, to]) => [delayName(delay), to] as const),
    ...(config.always === undefined ? [] : [['at once', config.always] as const]),
  ];
  return named.flatMap(([event, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one: unknown) => {
      const target = typeof one === 'string' ? one : targetOf(one);
      return target === undefined ? [] : [{ event, target }];
    }),
  );
}

function targetOf(transition: unknown): string | undefined {
  if (typeof transition !== 'object' || transition === null) return undefined;
  const { target } = transition as { target?: unknown };
  return typeof target === 'string' ? target : undefined;
}

function delayName(delay: string): string {
  return /^\d+$/.test(delay) ? `after ${Number(delay) / 1000} s` : `after ${delay}`;
}

/** `.child` is below the state itself, `#id.path` from the root, a bare name a sibling. */
function resolve(target: string, self: string, parent: string): string {
  if (target.startsWith('#')) return target.slice(target.indexOf('.') + 1);
  if (target.startsWith('.')) return self === '' ? target.slice(1) : self + target;
  return parent === '' ? target : `${parent}.${target}`;
}

/** Whether a state is lit when the machine stands at `current`: it or one of its children. */
export function isLit(path: string, current: string | undefined): boolean {
  return current !== undefined && (current === path || current.startsWith(`${path}.`));
}
