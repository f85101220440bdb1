import type { Bytes } from '../../runtime/bytes';

export type SqlValue = null | boolean | number | Bytes;

export type Expression =
  | { readonly kind: 'value'; readonly value: SqlValue }
  | {
      readonly kind: 'column';
      readonly table: Bytes | undefined;
      readonly name: Bytes;
      readonly at: number;
    }
  | { readonly kind: 'unary'; readonly operator: 'not' | '-'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'is null'; readonly operand: Expression; readonly negated: boolean }
  | {
      readonly kind: 'in';
      readonly operand: Expression;
      readonly options: readonly Expression[];
      readonly negated: boolean;
    }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      /** `count(*)`. */
      readonly star: boolean;
      readonly distinct: boolean;
      readonly at: number;
    }
  | { readonly kind: 'cast'; readonly operand: Expression; readonly type: string }
  | { readonly kind: 'default' };

export interface ColumnDefinition {
  readonly name: Bytes;
  /** As the server names the type: `integer`, `character varying(50)`. */
  readonly type: string;
  readonly notNull: boolean;
  readonly unique: boolean;
  readonly primaryKey: boolean;
  /** Counts up by itself. */
  readonly serial: boolean;
  readonly defaultValue: Expression | undefined;
}

export interface TableReference {
  readonly table: Bytes;
  readonly alias: Bytes;
  readonly at: number;
  /** Undefined: the first table, or a cross join. */
  readonly on?: Expression;
  readonly left?: boolean;
}

export interface SelectItem {
  /** `*`, or `t.*`. */
  readonly star?: { readonly table: Bytes | undefined };
  readonly expression?: Expression;
  readonly alias?: Bytes;
}

export interface Select {
  readonly kind: 'select';
  readonly items: readonly SelectItem[];
  readonly distinct: boolean;
  readonly from: readonly TableReference[];
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[];
  readonly having: Expression | undefined;
  readonly orderBy: readonly { readonly expression: Expression; readonly descending: boolean }[];
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
}

export interface Insert {
  readonly kind: 'insert';
  readonly table: Bytes;
  readonly at: number;
  readonly columns: readonly Bytes[] | undefined;
  readonly rows: readonly (readonly Expression[])[];
  readonly select: Select | undefined;
  /** ON CONFLICT DO NOTHING, INSERT IGNORE. */
  readonly skipDuplicates: boolean;
  readonly returning: readonly SelectItem[];
}

export type TableChange =
  | { readonly kind: 'add'; readonly column: ColumnDefinition; readonly ifMissing: boolean }
  | { readonly kind: 'drop'; readonly column: Bytes; readonly ifThere: boolean }
  | { readonly kind: 'rename'; readonly to: Bytes }
  | { readonly kind: 'rename column'; readonly column: Bytes; readonly to: Bytes }
  | { readonly kind: 'other' };

export type Statement =
  | Select
  | Insert
  | {
      readonly kind: 'create table';
      readonly table: Bytes;
      readonly ifMissing: boolean;
      readonly columns: readonly ColumnDefinition[];
      /** Columns that are unique together, PRIMARY KEY (a, b) first. */
      readonly keys: readonly { readonly columns: readonly Bytes[]; readonly primary: boolean }[];
    }
  | { readonly kind: 'drop table'; readonly tables: readonly Bytes[]; readonly ifThere: boolean }
  | {
      readonly kind: 'alter table';
      readonly table: Bytes;
      readonly at: number;
      readonly changes: readonly TableChange[];
    }
  | {
      readonly kind: 'update';
      readonly table: Bytes;
      readonly at: number;
      readonly set: readonly { readonly column: Bytes; readonly value: Expression }[];
      readonly where: Expression | undefined;
    }
  | {
      readonly kind: 'delete';
      readonly table: Bytes;
      readonly at: number;
      readonly where: Expression | undefined;
    }
  | { readonly kind: 'truncate'; readonly table: Bytes; readonly at: number }
  | { readonly kind: 'create database'; readonly database: Bytes; readonly ifMissing: boolean }
  | { readonly kind: 'drop database'; readonly database: Bytes; readonly ifThere: boolean }
  | { readonly kind: 'use'; readonly database: Bytes }
  | { readonly kind: 'show'; readonly what: 'databases' | 'tables' }
  | { readonly kind: 'describe'; readonly table: Bytes; readonly at: number }
  | { readonly kind: 'begin' | 'commit' | 'rollback' }
  | {
      readonly kind: 'user';
      readonly name: Bytes;
      readonly password: Bytes | undefined;
      readonly tag: string;
    }
  /** Understood and without effect here: grants, indexes, settings. */
  | { readonly kind: 'accepted'; readonly tag: string };
