import type { Bytes } from '../../runtime/bytes';

export type Dialect = 'postgres' | 'mysql';

/** What can be wrong with a statement, with what its message names. */
export type SqlProblem =
  | { readonly kind: 'syntax'; readonly near: Bytes; readonly rest: Bytes; readonly line: number }
  | { readonly kind: 'no table'; readonly table: Bytes; readonly database: Bytes }
  | { readonly kind: 'no table to drop'; readonly table: Bytes; readonly database: Bytes }
  | { readonly kind: 'table exists'; readonly table: Bytes }
  | { readonly kind: 'no column'; readonly column: Bytes; readonly clause: string }
  | { readonly kind: 'no column in table'; readonly column: Bytes; readonly table: Bytes }
  | { readonly kind: 'column exists'; readonly column: Bytes; readonly table: Bytes }
  | { readonly kind: 'no function'; readonly name: Bytes; readonly database: Bytes }
  | {
      readonly kind: 'duplicate';
      readonly table: Bytes;
      readonly constraint: Bytes;
      readonly columns: readonly Bytes[];
      readonly values: readonly Bytes[];
    }
  | {
      readonly kind: 'null';
      readonly table: Bytes;
      readonly column: Bytes;
      readonly row: readonly Bytes[];
    }
  | { readonly kind: 'no default'; readonly column: Bytes }
  | { readonly kind: 'no database'; readonly database: Bytes }
  | { readonly kind: 'database exists'; readonly database: Bytes }
  | { readonly kind: 'no database selected' }
  | { readonly kind: 'division by zero' }
  | { readonly kind: 'column count'; readonly more: boolean; readonly row: number }
  | {
      readonly kind: 'bad value';
      readonly type: Bytes;
      readonly value: Bytes;
      readonly column: Bytes;
    }
  | { readonly kind: 'ungrouped'; readonly column: Bytes }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'not simulated'; readonly what: Bytes };

/** A statement that failed. */
export class SqlError {
  readonly problem: SqlProblem;
  /** Offset in the statement that the error points at, if it points anywhere. */
  readonly position: number | undefined;

  constructor(problem: SqlProblem, position?: number) {
    this.problem = problem;
    this.position = position;
  }
}

/** An error as a server reports it. */
export interface SqlReport {
  /** SQLSTATE. */
  readonly state: string;
  /** MySQL's number; 0 elsewhere. */
  readonly number: number;
  readonly message: Bytes;
  readonly detail?: Bytes;
}

export function describeError(problem: SqlProblem, dialect: Dialect): SqlReport {
  return dialect === 'postgres' ? inPostgres(problem) : inMysql(problem);
}

function inPostgres(problem: SqlProblem): SqlReport {
  const report = (state: string, message: Bytes, detail?: Bytes): SqlReport => {
    return { state, number: 0, message, ...(detail === undefined ? {} : { detail }) };
  };
  switch (problem.kind) {
    case 'syntax':
      return report(
        '42601',
        problem.near === ''
          ? 'syntax error at end of input'
          : `syntax error at or near "${problem.near}"`,
      );
    case 'no table':
      return report('42P01', `relation "${problem.table}" does not exist`);
    case 'no table to drop':
      return report('42P01', `table "${problem.table}" does not exist`);
    case 'table exists':
      return report('42P07', `relation "${problem.table}" already exists`);
    case 'no column':
      return report('42703', `column "${problem.column}" does not exist`);
    case 'no column in table':
      return report(
        '42703',
        `column "${problem.column}" of relation "${problem.table}" does not exist`,
      );
    case 'column exists':
      return report(
        '42701',
        `column "${problem.column}" of relation "${problem.table}" already exists`,
      );
    case 'no function':
      return report('42883', `function ${problem.name}() does not exist`);
    case 'duplicate':
      return report(
        '23505',
        `duplicate key value violates unique constraint "${problem.constraint}"`,
        `Key (${problem.columns.join(', ')})=(${problem.values.join(', ')}) already exists.`,
      );
    case 'null':
    case 'no default':
      return problem.kind === 'null'
        ? report(
            '23502',
            `null value in column "${problem.column}" of relation "${problem.table}" violates not-null constraint`,
            `Failing row contains (${problem.row.join(', ')}).`,
          )
        : report('23502', `null value in column "${problem.column}" violates not-null constraint`);
    case 'no database':
      return report('3D000', `database "${problem.database}" does not exist`);
    case 'database exists':
      return report('42P04', `database "${problem.database}" already exists`);
    case 'no database selected':
      return report('3D000', 'no database selected');
    case 'division by zero':
      return report('22012', 'division by zero');
    case 'column count':
      return report(
        '42601',
        problem.more
          ? 'INSERT has more expressions than target columns'
          : 'INSERT has more target columns than expressions',
      );
    case 'bad value':
      return report('22P02', `invalid input syntax for type ${problem.type}: "${problem.value}"`);
    case 'ungrouped':
      return report(
        '42803',
        `column "${problem.column}" must appear in the GROUP BY clause or be used in an aggregate function`,
      );
    case 'aborted':
      return report(
        '25P02',
        'current transaction is aborted, commands ignored until end of transaction block',
      );
    case 'not simulated':
      return report('0A000', `podlab: ${problem.what} is not simulated`);
  }
}

function inMysql(problem: SqlProblem): SqlReport {
  const report = (number: number, state: string, message: Bytes): SqlReport => {
    return { state, number, message };
  };
  switch (problem.kind) {
    case 'syntax':
      return report(
        1064,
        '42000',
        `You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '${problem.rest}' at line ${problem.line}`,
      );
    case 'no table':
      return report(1146, '42S02', `Table '${problem.database}.${problem.table}' doesn't exist`);
    case 'no table to drop':
      return report(1051, '42S02', `Unknown table '${problem.database}.${problem.table}'`);
    case 'table exists':
      return report(1050, '42S01', `Table '${problem.table}' already exists`);
    case 'no column':
      return report(1054, '42S22', `Unknown column '${problem.column}' in '${problem.clause}'`);
    case 'no column in table':
      return report(1054, '42S22', `Unknown column '${problem.column}' in 'field list'`);
    case 'column exists':
      return report(1060, '42S21', `Duplicate column name '${problem.column}'`);
    case 'no function':
      return report(1305, '42000', `FUNCTION ${problem.database}.${problem.name} does not exist`);
    case 'duplicate': {
      const key = problem.constraint.endsWith('_pkey') ? 'PRIMARY' : problem.columns[0];
      const entry = problem.values.join('-');
      return report(1062, '23000', `Duplicate entry '${entry}' for key '${problem.table}.${key}'`);
    }
    case 'null':
      return report(1048, '23000', `Column '${problem.column}' cannot be null`);
    case 'no default':
      return report(1364, 'HY000', `Field '${problem.column}' doesn't have a default value`);
    case 'no database':
      return report(1049, '42000', `Unknown database '${problem.database}'`);
    case 'database exists':
      return report(1007, 'HY000', `Can't create database '${problem.database}'; database exists`);
    case 'no database selected':
      return report(1046, '3D000', 'No database selected');
    case 'division by zero':
      return report(1365, '22012', 'Division by 0');
    case 'column count':
      return report(1136, '21S01', `Column count doesn't match value count at row ${problem.row}`);
    case 'bad value':
      return report(
        1366,
        'HY000',
        `Incorrect ${problem.type} value: '${problem.value}' for column '${problem.column}' at row 1`,
      );
    case 'ungrouped':
      return report(
        1055,
        '42000',
        `Expression #1 of SELECT list is not in GROUP BY clause and contains nonaggregated column '${problem.column}'`,
      );
    case 'aborted':
      return report(1180, 'HY000', 'Got error during COMMIT');
    case 'not simulated':
      return report(1235, '42000', `podlab: ${problem.what} is not simulated`);
  }
}
