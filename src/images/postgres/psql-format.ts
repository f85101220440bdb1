import type { Bytes } from '../../runtime/bytes';
import type { PostgresResult } from './client';

export interface PsqlFormat {
  /** `-A`: no alignment, columns parted by `separator`. */
  aligned: boolean;
  separator: Bytes;
  /** `-t`: nothing but rows. */
  tuplesOnly: boolean;
  /** `\x`: a line for each column. */
  expanded: boolean;
}

/** A result as psql prints it. Models psql's print.c. */
export function formatResult(result: PostgresResult, format: PsqlFormat, title?: string): Bytes {
  const { columns } = result;
  if (columns.length === 0) return '';
  const rows = result.rows.map((row) => row.map((value) => value ?? ''));
  const { tuplesOnly, separator } = format;
  const count = `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})\n`;
  if (!format.aligned) {
    const head = tuplesOnly ? '' : `${columns.map(({ name }) => name).join(separator)}\n`;
    const lines = rows.map((row) => `${row.join(separator)}\n`).join('');
    return head + lines + (tuplesOnly ? '' : count);
  }
  if (format.expanded) return expandedText(columns, rows, count);
  return alignedText(columns, rows, { tuplesOnly, count, title });
}

function alignedText(
  columns: PostgresResult['columns'],
  rows: readonly (readonly Bytes[])[],
  options: { tuplesOnly: boolean; count: string; title: string | undefined },
): Bytes {
  const widths = columns.map(({ name }, index) =>
    Math.max(
      name.length,
      ...rows.map((row) => Math.max(...(row[index] ?? '').split('\n').map((one) => one.length))),
    ),
  );
  const line = (cells: readonly Bytes[]) => `${cells.map((cell) => ` ${cell}`).join(' |')}`;
  const body = rows
    .map((row) => {
      const cells = row.map((value, index) => {
        const width = widths[index] ?? 0;
        if (columns[index]?.numeric) return value.padStart(width);
        // The last column is not filled up; multi-line values go on with a plus sign.
        const flat = value.replace(/\n/g, '+\n');
        return index === columns.length - 1 ? flat : flat.padEnd(width);
      });
      return `${line(cells)}\n`;
    })
    .join('');
  if (options.tuplesOnly) return `${body}\n`;
  const names = columns.map(({ name }, index) => centred(name, widths[index] ?? 0));
  const rule = `${widths.map((width) => '-'.repeat(width + 2)).join('+')}\n`;
  const total = widths.reduce((sum, width) => sum + width + 3, -1);
  const indent = Math.max(0, Math.floor((total - (options.title?.length ?? 0)) / 2));
  const title = options.title === undefined ? '' : `${' '.repeat(indent)}${options.title}\n`;
  return `${title}${line(names)} \n${rule}${body}${options.count}\n`;
}

function expandedText(
  columns: PostgresResult['columns'],
  rows: readonly (readonly Bytes[])[],
  count: string,
): Bytes {
  if (rows.length === 0) return count;
  const width = Math.max(...columns.map(({ name }) => name.length));
  const valueWidth = Math.max(1, ...rows.flat().map((value) => value.length));
  const records = rows.map((row, index) => {
    const label = `-[ RECORD ${index + 1} ]`;
    const rule = `${label.padEnd(width + 1, '-')}+${'-'.repeat(valueWidth + 1)}\n`;
    const head = label.length > width + 1 ? `${label.padEnd(width + 3 + valueWidth, '-')}\n` : rule;
    const lines = columns.map(({ name }, i) => `${name.padEnd(width)} | ${row[i] ?? ''}\n`);
    return head + lines.join('');
  });
  return `${records.join('')}\n`;
}

function centred(text: Bytes, width: number): Bytes {
  const left = Math.floor((width - text.length) / 2);
  return `${' '.repeat(left)}${text}`.padEnd(width);
}

/** An error as psql prints it, with the place that it points at. */
export function formatError(error: ReadonlyMap<string, Bytes>, sql: Bytes): Bytes {
  let text = `${error.get('S')}:  ${error.get('M')}\n`;
  const position = error.get('P');
  const statement = error.get('q') ?? sql;
  if (position !== undefined) {
    const before = statement.slice(0, Number(position) - 1);
    const line = before.split('\n').length;
    const start = before.lastIndexOf('\n') + 1;
    const end = statement.indexOf('\n', start);
    const prefix = `LINE ${line}: `;
    const closing = statement === sql.replace(/;\s*$/, '').trim() && sql.trim().endsWith(';');
    const shown =
      statement.slice(start, end < 0 ? undefined : end) + (closing && end < 0 ? ';' : '');
    text += `${prefix}${shown}\n${' '.repeat(prefix.length + before.length - start)}^\n`;
  }
  if (error.has('D')) text += `DETAIL:  ${error.get('D')}\n`;
  return text;
}
