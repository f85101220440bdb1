import { type ManifestDocument, readDocuments } from './documents';
import { parseDocument, type YamlNode } from './parser';
import { YamlError } from './yaml-error';

/** A stretch of the text; lines and columns count from 1, columns in UTF-16 units. */
export type TextRange = { line: number; column: number; endLine: number; endColumn: number };

export type DocumentPositions = {
  /** Range of the whole document's content. */
  range: TextRange;
  /** Range of each field's value by its path as the API server writes it: `spec.containers[0].image`. */
  values: Map<string, TextRange>;
  /** Range of each field's name, by the same path. */
  keys: Map<string, TextRange>;
};

/**
 * Tells for every document that `readManifests` returns where its fields stand, so that an editor
 * can put an error on the line that causes it. Aliases are not followed: their fields are where
 * the alias is.
 */
export function manifestPositions(text: string): DocumentPositions[] {
  return readDocuments(text).documents.map(documentPositions);
}

/**
 * Range of a field, or of the nearest field around it that the document has: an error about a
 * missing field belongs to its parent.
 */
export function findPosition(positions: DocumentPositions, path: string): TextRange {
  for (let at = path; at !== ''; at = parentPath(at)) {
    const found = positions.values.get(at) ?? positions.keys.get(at);
    if (found !== undefined) return found;
  }
  return positions.range;
}

function parentPath(path: string): string {
  const end = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
  return end < 0 ? '' : path.slice(0, end);
}

function documentPositions(document: ManifestDocument): DocumentPositions {
  const ranges = new RangeFinder(document);
  const found: DocumentPositions = {
    range: ranges.of({ start: { index: 0 }, end: { index: document.source.trimEnd().length } }),
    values: new Map(),
    keys: new Map(),
  };
  const node = document.node ?? parseQuietly(document.source);
  if (node !== undefined) collect(node, '', ranges, found);
  return found;
}

/** A JSON document is nearly always YAML too; one that is not has no positions. */
function parseQuietly(source: string): YamlNode | undefined {
  try {
    return parseDocument(source);
  } catch (error) {
    if (error instanceof YamlError) return undefined;
    throw error;
  }
}

function collect(
  node: YamlNode,
  path: string,
  ranges: RangeFinder,
  found: DocumentPositions,
): void {
  if (path !== '') found.values.set(path, ranges.of(node));
  if (node.kind === 'sequence') {
    node.items.forEach((item, index) => {
      collect(item, `${path}[${index}]`, ranges, found);
    });
  } else if (node.kind === 'mapping') {
    for (const [key, value] of node.pairs) {
      if (key.kind !== 'scalar') continue;
      const child = path === '' ? key.value : `${path}.${key.value}`;
      found.keys.set(child, ranges.of(key));
      collect(value, child, ranges, found);
    }
  }
}

class RangeFinder {
  private readonly starts: number[] = [0];
  private readonly line: number;
  private readonly column: number;

  constructor({ source, line, column }: ManifestDocument) {
    this.line = line;
    this.column = column;
    for (let i = source.indexOf('\n'); i >= 0; i = source.indexOf('\n', i + 1)) {
      this.starts.push(i + 1);
    }
  }

  of(node: { start: { index: number }; end: { index: number } }): TextRange {
    const [line, column] = this.place(node.start.index);
    const [endLine, endColumn] = this.place(Math.max(node.end.index, node.start.index));
    return { line, column, endLine, endColumn };
  }

  private place(index: number): [line: number, column: number] {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] as number) <= index) low = middle;
      else high = middle - 1;
    }
    const shift = low === 0 ? this.column : 0;
    return [this.line + low + 1, index - (this.starts[low] as number) + shift + 1];
  }
}
