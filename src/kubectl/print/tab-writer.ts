export interface TabWriterOptions {
  readonly minWidth: number;
  readonly padding: number;
  /** Columns never become narrower than in the lines flushed before (tables that grow row by row). */
  readonly rememberWidths?: boolean;
}

/** What kubectl's tables use. */
export const TABLE_TABS: TabWriterOptions = { minWidth: 6, padding: 3, rememberWidths: true };
/** What `describe` uses. */
export const DESCRIBE_TABS: TabWriterOptions = { minWidth: 0, padding: 2 };

/**
 * Aligns text in columns: a column is a run of adjacent lines that have a tab-terminated cell there, and is
 * as wide as its widest cell. Models Go's text/tabwriter with blanks as padding.
 */
export class TabWriter {
  readonly #options: TabWriterOptions;
  #pending = '';
  #remembered: number[] = [];

  constructor(options: TabWriterOptions) {
    this.#options = options;
  }

  write(text: string): void {
    this.#pending += text;
  }

  /** Whether anything waits to be flushed. */
  get empty(): boolean {
    return this.#pending === '';
  }

  forgetWidths(): void {
    this.#remembered = [];
  }

  /** The text written since the last flush, aligned. */
  flush(): string {
    const lines = this.#pending.split('\n').map((line) => line.split('\t'));
    this.#pending = '';
    const out: string[] = [];
    this.#format(lines, 0, lines.length, [], out);
    return out.join('\n');
  }

  #format(lines: string[][], from: number, to: number, widths: number[], out: string[]): void {
    const column = widths.length;
    let start = from;
    for (let i = from; i < to; i++) {
      if (column >= (lines[i] as string[]).length - 1) continue;
      for (; start < i; start++) out.push(this.#line(lines[start] as string[], widths));
      let width = this.#options.minWidth;
      for (; i < to; i++) {
        const line = lines[i] as string[];
        if (column >= line.length - 1) break;
        width = Math.max(width, textWidth(line[column] as string) + this.#options.padding);
      }
      if (this.#options.rememberWidths) {
        width = Math.max(width, this.#remembered[column] ?? 0);
        this.#remembered[column] = width;
      }
      this.#format(lines, start, i, [...widths, width], out);
      start = i;
    }
    for (; start < to; start++) out.push(this.#line(lines[start] as string[], widths));
  }

  #line(cells: readonly string[], widths: readonly number[]): string {
    let text = '';
    cells.forEach((cell, i) => {
      text += cell;
      const width = widths[i];
      if (width !== undefined && i < cells.length - 1) text += ' '.repeat(width - textWidth(cell));
    });
    return text;
  }
}

/** Width in characters: code points, as Go counts runes. */
function textWidth(text: string): number {
  let width = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0xdc00 || code > 0xdfff) width++;
  }
  return width;
}

/** Aligns a whole text. */
export function alignText(text: string, options: TabWriterOptions): string {
  const writer = new TabWriter(options);
  writer.write(text);
  return writer.flush();
}
