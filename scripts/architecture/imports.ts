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

/** Everything that a file names as coming from elsewhere: static, dynamic, types, workers. */
export function specifiersOf(file: string, text: string): string[] {
  const found: string[] = [];
  const add = (specifier: string | undefined) => {
    if (specifier !== undefined) found.push(specifier);
  };
  walk(parse(file, text), (node) => {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
      case 'ImportExpression':
      case 'TSImportType':
        add(literal(node.source));
        break;
      case 'NewExpression':
        add(urlOfWorker(node));
        break;
    }
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
  return [...sources].flatMap(([from, text]) =>
    specifiersOf(from, text).map((specifier) => {
      const to = resolve(sources, from, specifier);
      return to === undefined ? { from, specifier } : { from, specifier, to };
    }),
  );
}

/** Groups of files that import each other in a circle, each sorted by name (Tarjan's algorithm). */
export function cyclesIn(sources: Sources, imports: readonly Import[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) {
    if (to !== undefined) targets.set(from, [...(targets.get(from) ?? []), to]);
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
