import { parseAst } from 'vite';

/** A node of the syntax tree (ESTree with TypeScript's nodes), as far as the rules look at it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

/** Parses a file of the given name; comments and strings are no nodes, so no rule can trip on them. */
export function parse(file: string, text: string): Node {
  const tree: unknown = parseAst(text, { lang: file.endsWith('.tsx') ? 'tsx' : 'ts' });
  if (!isNode(tree)) throw new Error(`${file}: no syntax tree`);
  return tree;
}

/** Calls `visit` for every node below `node`, with its parent and the parent's field that holds it. */
export function walk(node: Node, visit: (node: Node, parent?: Node, field?: string) => void): void {
  const descend = (current: Node, parent?: Node, field?: string): void => {
    visit(current, parent, field);
    for (const [key, value] of Object.entries(current)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (isNode(child)) descend(child, current, key);
      }
    }
  };
  descend(node);
}

/** 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
