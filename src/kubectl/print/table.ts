import type { ResourceInfo, Table } from '../../api/client';
import { qualifiedKind } from '../resource/mapper';
import type { TabWriter } from './tab-writer';

export interface TableOptions {
  readonly wide: boolean;
  readonly noHeaders: boolean;
  readonly withNamespace: boolean;
  /** The kind stands before the name: `pod/web`. */
  readonly withKind: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
}

/** Writes tables of one resource, row under row. Models cli-runtime pkg/printers/tableprinter.go. */
export class TablePrinter {
  readonly #info: ResourceInfo;
  readonly #options: TableOptions;
  #headersPrinted = false;

  constructor(info: ResourceInfo, options: TableOptions) {
    this.#info = info;
    this.#options = options;
  }

  print(table: Table, writer: TabWriter): void {
    if (table.rows.length === 0) return;
    const { wide, noHeaders } = this.#options;
    const shown = table.columnDefinitions.map(({ priority }) => wide || priority === 0);
    if (!noHeaders && !this.#headersPrinted) {
      writer.write(`${this.#headers(table, shown).join('\t')}\n`);
    }
    this.#headersPrinted = true;
    for (const row of table.rows) {
      writer.write(`${this.#cells(table, row, shown).map(cellText).join('\t')}\n`);
    }
  }

  #headers(table: Table, shown: readonly boolean[]): string[] {
    const { withNamespace, showLabels, labelColumns } = this.#options;
    return [
      ...(withNamespace ? ['NAMESPACE'] : []),
      ...table.columnDefinitions.filter((_, i) => shown[i]).map(({ name }) => name.toUpperCase()),
      ...labelColumns.map(labelHeader),
      ...(showLabels ? ['LABELS'] : []),
    ];
  }

  #cells(table: Table, row: Table['rows'][number], shown: readonly boolean[]): unknown[] {
    const { withNamespace, withKind, showLabels, labelColumns } = this.#options;
    const { namespace = '', labels = {} } = row.object.metadata;
    const cells = row.cells.map((cell, i) => {
      const isName = withKind && table.columnDefinitions[i]?.format === 'name';
      return isName ? `${qualifiedKind(this.#info)}/${cell}` : cell;
    });
    return [
      ...(withNamespace ? [namespace] : []),
      ...cells.filter((_, i) => shown[i]),
      ...labelColumns.map((label) => labels[label] ?? ''),
      ...(showLabels ? [labelsText(labels)] : []),
    ];
  }
}

function labelHeader(label: string): string {
  return label.slice(label.lastIndexOf('/') + 1).toUpperCase();
}

/** Models labels.FormatLabels. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const keys = Object.keys(labels ?? {}).sort();
  return keys.length === 0 ? '<none>' : keys.map((key) => `${key}=${labels?.[key]}`).join(',');
}

/** Tables show the first line of a cell only, and no control sequences. */
function cellText(cell: unknown): string {
  const text = String(cell);
  const end = text.search(/[\f\n\r]/);
  return (end < 0 ? text : `${text.slice(0, end)}...`).replaceAll('\x1b', '^[');
}
