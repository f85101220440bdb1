import type { Bytes } from '../../runtime/bytes';
import { type Dialect, SqlError } from './sql-error';
import type { ColumnDefinition, SqlValue } from './statement';
import { textOf } from './types';

export interface UniqueKey {
  readonly name: Bytes;
  readonly columns: readonly Bytes[];
}

/** A table: its columns, its rows and the counters of its serial columns. */
export class SqlTable {
  readonly name: Bytes;
  readonly columns: readonly ColumnDefinition[];
  readonly keys: readonly UniqueKey[];
  readonly rows: readonly (readonly SqlValue[])[];
  readonly counters: ReadonlyMap<Bytes, number>;

  constructor(fields: {
    name: Bytes;
    columns: readonly ColumnDefinition[];
    keys: readonly UniqueKey[];
    rows?: readonly (readonly SqlValue[])[];
    counters?: ReadonlyMap<Bytes, number>;
  }) {
    this.name = fields.name;
    this.columns = fields.columns;
    this.keys = fields.keys;
    this.rows = fields.rows ?? [];
    this.counters = fields.counters ?? new Map();
  }

  /** The same with some fields changed: tables are values, so that a transaction can keep the old one. */
  with(
    fields: Partial<Pick<SqlTable, 'name' | 'columns' | 'keys' | 'rows' | 'counters'>>,
  ): SqlTable {
    return new SqlTable({
      name: this.name,
      columns: this.columns,
      keys: this.keys,
      rows: this.rows,
      counters: this.counters,
      ...fields,
    });
  }

  /** -1 if there is no such column. */
  indexOf(column: Bytes): number {
    return this.columns.findIndex(({ name }) => name.toLowerCase() === column.toLowerCase());
  }

  /** Refuses rows that break NOT NULL or a key. `rows` is what the table would hold. */
  check(rows: readonly (readonly SqlValue[])[], dialect: Dialect): void {
    for (const row of rows) {
      const broken = this.columns.findIndex(
        ({ notNull }, index) => notNull && (row[index] ?? null) === null,
      );
      if (broken >= 0) {
        throw new SqlError({
          kind: 'null',
          table: this.name,
          column: this.columns[broken]?.name ?? '',
          row: row.map((value) => (value === null ? 'null' : textOf(value, dialect))),
        });
      }
    }
    for (const key of this.keys) {
      const seen = new Set<string>();
      for (const row of rows) {
        const values = key.columns.map((column) => row[this.indexOf(column)] ?? null);
        if (values.includes(null)) continue;
        const texts = values.map((value) => textOf(value, dialect));
        const whole = texts.join('\0');
        if (seen.has(whole)) {
          throw new SqlError({
            kind: 'duplicate',
            table: this.name,
            constraint: key.name,
            columns: key.columns,
            values: texts,
          });
        }
        seen.add(whole);
      }
    }
  }
}
