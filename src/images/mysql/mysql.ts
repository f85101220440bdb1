import type { Bytes } from '../../runtime/bytes';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { splitStatements } from '../sql/tokens';
import { connectMysql, MysqlClient, readTarget } from './client';
import type { MysqlError, MysqlRows } from './wire';

const INSECURE = '[Warning] Using a password on the command line interface can be insecure.\n';

interface Format {
  /** Drawn with lines, as at a terminal. */
  readonly table: boolean;
  readonly names: boolean;
}

/** mysql: statements of `-e` or of standard input. */
export function mysqlProgram(version: string): Program {
  return function* mysql(sys) {
    const { target, rest, warns } = readTarget(sys, sys.argv.slice(1));
    let statements: Bytes | undefined;
    let table = sys.isatty(1);
    let names = true;
    let force = false;
    for (let i = 0; i < rest.length; i++) {
      const word = rest[i] ?? '';
      const inline = /^(?:-e|--execute=)(.+)$/s.exec(word)?.[1];
      if (inline !== undefined) statements = inline;
      else if (word === '-e' || word === '--execute') statements = rest[++i] ?? '';
      else if (word === '-N' || word === '--skip-column-names') names = false;
      else if (word === '-t' || word === '--table') table = true;
      else if (word === '-B' || word === '--batch' || word === '-s' || word === '--silent') {
        table = false;
      } else if (word === '-f' || word === '--force') force = true;
      else if (word === '-V' || word === '--version') {
        yield* sys.write(
          1,
          `mysql  Ver ${version} for Linux on x86_64 (MySQL Community Server - GPL)\n`,
        );
        return 0;
      } else if (!word.startsWith('-')) target.database = word;
    }
    if (warns) yield* sys.write(2, `mysql: ${INSECURE}`);
    const client = yield* connectMysql(sys, target);
    if (!(client instanceof MysqlClient)) {
      yield* sys.write(2, `${errorText(client)}\n`);
      return 1;
    }
    const text = statements ?? (yield* readAll(sys));
    return yield* runAll(sys, client, text, { table, names }, force);
  };
}

function errorText({ number, state, message }: MysqlError, line?: number): Bytes {
  const place = line === undefined ? '' : ` at line ${line}`;
  return `ERROR ${number} (${state})${place}: ${message}`;
}

function* readAll(sys: Sys): Call<Bytes> {
  let text = '';
  for (;;) {
    const bytes = yield* sys.read(0, 65_536);
    if (bytes === '') return text;
    text += bytes;
  }
}

function* runAll(
  sys: Sys,
  client: MysqlClient,
  text: Bytes,
  format: Format,
  force: boolean,
): Call<number> {
  const { statements, rest } = splitStatements(text);
  let at = 0;
  for (const statement of [...statements, rest]) {
    const blanks = /^\s*/.exec(statement)?.[0].length ?? 0;
    const line = text.slice(0, at + blanks).split('\n').length;
    at += statement.length + 1;
    if (statement.trim() === '') continue;
    const answer = yield* client.ask(statement.trim());
    if (!answer) {
      yield* sys.write(
        2,
        `ERROR 2013 (HY000) at line ${line}: Lost connection to MySQL server during query\n`,
      );
      return 1;
    }
    if ('error' in answer) {
      yield* sys.write(2, `${errorText(answer.error, line)}\n`);
      if (!force) return 1;
    } else yield* sys.write(1, resultText(answer.result, format));
  }
  return 0;
}

function resultText({ columns, numeric, rows }: MysqlRows, { table, names }: Format): Bytes {
  if (columns.length === 0 || (rows.length === 0 && !table)) return '';
  const shown = rows.map((row) => row.map((value) => value ?? 'NULL'));
  if (!table) {
    const lines = names ? [columns, ...shown] : shown;
    return lines.map((line) => `${line.join('\t')}\n`).join('');
  }
  if (rows.length === 0) return '';
  const widths = columns.map((name, index) =>
    Math.max(names ? name.length : 0, ...shown.map((row) => (row[index] ?? '').length)),
  );
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  const line = (cells: readonly Bytes[], right: readonly boolean[]) =>
    `|${cells
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        return ` ${right[index] ? cell.padStart(width) : cell.padEnd(width)} `;
      })
      .join('|')}|\n`;
  const head = names ? line(columns, []) + rule : '';
  return rule + head + shown.map((row) => line(row, numeric)).join('') + rule;
}

/** mysqladmin: ping, status and version. */
export function mysqladminProgram(version: string): Program {
  return function* mysqladmin(sys) {
    const { target, rest, warns } = readTarget(sys, sys.argv.slice(1));
    const [command] = rest.filter((word) => !word.startsWith('-'));
    if (warns) yield* sys.write(2, `mysqladmin: ${INSECURE}`);
    const client = yield* connectMysql(sys, target);
    if (!(client instanceof MysqlClient)) {
      const { number, message } = client;
      yield* sys.write(
        2,
        `mysqladmin: connect to server at '${target.host}' failed\nerror: '${message}'\n`,
      );
      // A server that refuses the password is alive all the same.
      return command === 'ping' && number === 1045 ? 0 : 1;
    }
    if (command === 'ping') yield* sys.write(1, 'mysqld is alive\n');
    else if (command === 'status')
      yield* sys.write(1, `Uptime: ${Math.floor(sys.uptimeMs / 1000)}  Threads: 1\n`);
    else if (command === 'version') yield* sys.write(1, `Server version\t\t${version}\n`);
    else {
      yield* sys.write(2, `mysqladmin: Unknown command: '${command ?? ''}'\n`);
      return 1;
    }
    return 0;
  };
}
