import path from 'node:path';
import { isNode, type Node, parse, walk } from './syntax.ts';

/** Source files by path relative to the repository, e.g. `src/kernel/clock.ts` → its text. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  readonly from: string;
  /** What is written between the quotes. */
  readonly specifier: string;
  /** The file of ours that it means; undefined for packages, style sheets and the like. */
  readonly to?: string;
  /** The file is started in a thread of its own, not imported: no cycle goes through here. */
  readonly startsWorker?: boolean;
}

function literal(value: unknown): string | undefined {
  return isNode(value) && value.type === 'Literal' && typeof value.value === 'string'
    ? value.value
    : undefined;
}

/** `new URL('./x.ts', import.meta.url)`: how a worker's file is named. */
function urlOfWorker(node: Node): string | undefined {
  const isUrl = isNode(node.callee) && node.callee.name === 'URL' && Array.isArray(node.arguments);
  if (node.type !== 'NewExpression' || !isUrl) return undefined;
  const [target, base] = node.arguments as unknown[];
  const isOwn = isNode(base) && base.type === 'MemberExpression';
  const specifier = literal(target);
  return isOwn && specifier?.startsWith('.') && /\.tsx?$/.test(specifier) ? specifier : undefined;
}

/** Every module that a file imports: statically, dynamically, or for a type. */
export function specifiersOf(file: string, text: string): string[] {
  const found: string[] = [];
  walk(parse(file, text), ({ type, source }) => {
    const isImport =
      type === 'ImportDeclaration' ||
      type === 'ExportNamedDeclaration' ||
      type === 'ExportAllDeclaration' ||
      type === 'ImportExpression' ||
      type === 'TSImportType';
    const specifier = isImport ? literal(source) : undefined;
    if (specifier !== undefined) found.push(specifier);
  });
  return found;
}

/** Every file that a file starts as a worker. */
export function workersOf(file: string, text: string): string[] {
  const found: string[] = [];
  walk(parse(file, text), (node) => {
    const specifier = urlOfWorker(node);
    if (specifier !== undefined) found.push(specifier);
  });
  return found;
}

function resolve(sources: Sources, from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const base = path.posix.join(path.posix.dirname(from), specifier.replace(/\?.*$/, ''));
  const candidates = [base, `${base}.ts`, `${base}.tsx`, base.replace(/\.js$/, '.ts')];
  return [...candidates, `${base}/index.ts`].find((candidate) => sources.has(candidate));
}

export function importsOf(sources: Sources): Import[] {
  return [...sources].flatMap(([from, text]) => {
    const resolved = (specifier: string): Import => {
      const to = resolve(sources, from, specifier);
      return to === undefined ? { from, specifier } : { from, specifier, to };
    };
    return [
      ...specifiersOf(from, text).map(resolved),
      ...workersOf(from, text).map((specifier) => ({ ...resolved(specifier), startsWorker: true })),
    ];
  });
}

/** Groups of files that import each other in a circle, each sorted by name (Tarjan's algorithm). */
export function cyclesIn(sources: Sources, imports: readonly Import[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const { from, to, startsWorker } of imports) {
    if (to !== undefined && !startsWorker) targets.set(from, [...(targets.get(from) ?? []), to]);
  }
  const order = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (file: string): number => {
    const index = order.size;
    order.set(file, index);
    let low = index;
    stack.push(file);
    for (const target of targets.get(file) ?? []) {
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (stack.includes(target)) low = Math.min(low, order.get(target) ?? low);
    }
    if (low === index) {
      const group = stack.splice(stack.indexOf(file));
      const isCycle = group.length > 1 || (targets.get(file) ?? []).includes(file);
      if (isCycle) cycles.push(group.sort());
    }
    return low;
  };
  for (const file of sources.keys()) if (!order.has(file)) visit(file);
  return cycles;
}
