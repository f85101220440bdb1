import { describe, expect, it } from 'vitest';
import { SqlConnection } from './sql-connection';
import { describeError, SqlError } from './sql-error';
import { SqlServer } from './sql-server';
import { splitStatements } from './tokens';

const NOW = Date.UTC(2026, 0, 1);

function session(dialect: 'postgres' | 'mysql' = 'postgres') {
  return new SqlConnection(new SqlServer(dialect, '17', ['app']), 'me', 'app');
}

/** The rows of the last statement, or the message of the one that failed. */
function run(connection: SqlConnection, script: string): unknown {
  let rows: unknown;
  const { statements, rest } = splitStatements(script);
  for (const sql of [...statements, rest]) {
    try {
      const result = connection.execute(sql, NOW);
      if (result) rows = result.columns.length > 0 ? result.rows : result.tag;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return describeError(error.problem, script.includes('`') ? 'mysql' : 'postgres').message;
    }
  }
  return rows;
}

const PEOPLE = `CREATE TABLE people (id serial PRIMARY KEY, name varchar(50) NOT NULL, age int DEFAULT 30, email text UNIQUE);
INSERT INTO people (name, age) VALUES ('Ada', 36), ('Bob', NULL), ('Cy', 5);
INSERT INTO people (name) VALUES ('Di');`;

describe('SQL', () => {
  it.each([
    ['SELECT count(*) FROM people', [[4]]],
    [
      'SELECT id, name FROM people WHERE age > 10 ORDER BY name DESC',
      [
        [4, 'Di'],
        [1, 'Ada'],
      ],
    ],
    ["SELECT name FROM people WHERE name LIKE '%i' OR age IS NULL ORDER BY id", [['Bob'], ['Di']]],
    [
      'SELECT max(age), min(age), sum(age), avg(age), count(age) FROM people',
      [[36, 5, 71, 71 / 3, 3]],
    ],
    [
      'SELECT age > 20 AS old, count(*) FROM people GROUP BY age > 20 ORDER BY 2, 1',
      [
        [false, 1],
        [null, 1],
        [true, 2],
      ],
    ],
    ['SELECT name FROM people ORDER BY age LIMIT 1 OFFSET 1', [['Di']]],
    ["UPDATE people SET age = age + 1 WHERE name IN ('Ada', 'Cy')", 'UPDATE 2'],
    ['DELETE FROM people WHERE NOT age BETWEEN 0 AND 20', 'DELETE 2'],
    ["INSERT INTO people (name) VALUES ('E') RETURNING id", [[5]]],
    ["SELECT 1 + 2 * 3, 7 / 2, upper('a') || 'b', now()", [[7, 3, 'Ab', '2026-01-01 00:00:00']]],
    [
      'SELECT a.name, b.name FROM people a JOIN people b ON a.id = b.id + 1 WHERE a.id = 2',
      [['Bob', 'Ada']],
    ],
    ['BEGIN; DELETE FROM people; ROLLBACK; SELECT count(*) FROM people', [[4]]],
    ['ALTER TABLE people ADD COLUMN city text; SELECT city FROM people WHERE id = 1', [[null]]],
    ['DROP TABLE people; SELECT * FROM people', 'relation "people" does not exist'],
    ['SELECT nope FROM people', 'column "nope" does not exist'],
    ['SELEC 1', 'syntax error at or near "SELEC"'],
    ['SELECT * FROM', 'syntax error at end of input'],
    [
      "INSERT INTO people (id, name) VALUES (1, 'x')",
      'duplicate key value violates unique constraint "people_pkey"',
    ],
    [
      'INSERT INTO people (age) VALUES (1)',
      'null value in column "name" of relation "people" violates not-null constraint',
    ],
    [
      "INSERT INTO people (name, age) VALUES ('x', 'y')",
      'invalid input syntax for type integer: "y"',
    ],
    ['CREATE TABLE people (a int)', 'relation "people" already exists'],
    ['SELECT 1 / 0', 'division by zero'],
  ])('%s', (sql, expected) => {
    expect(run(session(), `${PEOPLE} ${sql}`)).toEqual(expected);
  });

  it('gives up a transaction in which a statement has failed', () => {
    const connection = session();
    expect(run(connection, 'BEGIN; CREATE TABLE t (a int); SELECT nope')).toContain('nope');
    expect(connection.transaction).toBe('failed');
    expect(run(connection, 'SELECT 1')).toMatch(/^current transaction is aborted/);
    expect(run(connection, 'COMMIT')).toBe('ROLLBACK');
    expect(run(connection, 'SELECT * FROM t')).toBe('relation "t" does not exist');
  });

  it('speaks MySQL, too', () => {
    const connection = session('mysql');
    run(
      connection,
      'CREATE TABLE `t` (id int AUTO_INCREMENT PRIMARY KEY, `b` VARCHAR(9)) ENGINE=InnoDB',
    );
    run(connection, "INSERT INTO t (b) VALUES ('x'), ('y\\'s')");
    expect(run(connection, 'SELECT * FROM t')).toEqual([
      [1, 'x'],
      [2, "y's"],
    ]);
    expect(run(connection, 'SELECT * FROM `nope`')).toBe("Table 'app.nope' doesn't exist");
    expect(run(connection, 'SHOW TABLES')).toEqual([['t']]);
    expect(run(connection, 'INSERT INTO `t` VALUES (1, 2)')).toBe(
      "Duplicate entry '1' for key 't.PRIMARY'",
    );
  });

  it.each([
    `SELECT ${'('.repeat(50_000)}1`,
    `SELECT ${'NOT '.repeat(50_000)}true`,
    `SELECT 1${'+1'.repeat(50_000)}`,
    `SELECT 1${'::int'.repeat(50_000)}`,
    `CREATE TABLE t (a int CHECK ${'('.repeat(50_000)}1${')'.repeat(50_000)})`,
  ])('survives statements that nest deeply (%#)', (sql) => {
    expect(run(session(), sql)).toBeDefined();
  });

  it('matches long patterns quickly', () => {
    const pattern = '%a'.repeat(40);
    expect(run(session(), `SELECT '${'b'.repeat(5000)}' LIKE '${pattern}'`)).toEqual([[false]]);
  });
});
