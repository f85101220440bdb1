import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readFile } from '../../runtime/read-file';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { splitStatements } from '../sql/tokens';
import type { PostgresClient, PostgresResult } from './client';
import {
  type ConnectionTarget,
  connectPostgres,
  readPostgresUrl,
  SERVER_GONE,
  targetFromEnvironment,
} from './connection';
import { type Psql as PsqlSession, runMetaCommand } from './psql-commands';
import { formatError, formatResult, type PsqlFormat } from './psql-format';

/** Exit codes of psql: an error in a script with ON_ERROR_STOP, a lost connection. */
const SCRIPT_ERROR = 3;
const CONNECTION_ERROR = 2;

interface PsqlOptions {
  readonly target: ConnectionTarget;
  readonly commands: readonly Bytes[];
  readonly files: readonly Bytes[];
  readonly format: PsqlFormat;
  readonly quiet: boolean;
  readonly stopOnError: boolean;
  readonly list: boolean;
}

/** psql: statements of `-c`, of files, of standard input, and the backslash commands that are used most. */
export function psqlProgram(version: string): Program {
  return function* psql(sys) {
    const args = sys.argv.slice(1);
    if (args.includes('--version') || args.includes('-V')) {
      yield* sys.write(1, `psql (PostgreSQL) ${version}\n`);
      return 0;
    }
    const options = parseOptions(sys, args);
    if (typeof options === 'string') {
      yield* sys.write(2, `${options}\npsql: hint: Try "psql --help" for more information.\n`);
      return 1;
    }
    const client = yield* connectPostgres(sys, options.target);
    if (typeof client === 'string') {
      yield* sys.write(2, `psql: error: ${client}\n`);
      return CONNECTION_ERROR;
    }
    return yield* new Psql(sys, client, options, version).run();
  };
}

function parseOptions(sys: Sys, args: readonly Bytes[]): PsqlOptions | string {
  const target = targetFromEnvironment(sys);
  const commands: Bytes[] = [];
  const files: Bytes[] = [];
  const format: PsqlFormat = { aligned: true, separator: '|', tuplesOnly: false, expanded: false };
  let quiet = false;
  let stopOnError = false;
  let list = false;
  const operands: Bytes[] = [];
  const words = splitClusters(args);
  for (let i = 0; i < words.length; i++) {
    const [, name = '', inline] = /^(--[\w-]+)(?:=(.*))?$/s.exec(words[i] ?? '') ?? [];
    const word = name === '' ? (words[i] ?? '') : name;
    const value = () => inline ?? words[++i] ?? '';
    if (word === '-h' || word === '--host') target.host = value();
    else if (word === '-p' || word === '--port') target.port = Number(value());
    else if (word === '-U' || word === '--username') target.user = value();
    else if (word === '-d' || word === '--dbname') operands.unshift(value());
    else if (word === '-c' || word === '--command') commands.push(value());
    else if (word === '-f' || word === '--file') files.push(value());
    else if (word === '-F' || word === '--field-separator') format.separator = value();
    else if (word === '-A' || word === '--no-align') format.aligned = false;
    else if (word === '-t' || word === '--tuples-only') format.tuplesOnly = true;
    else if (word === '-x' || word === '--expanded') format.expanded = true;
    else if (word === '-q' || word === '--quiet') quiet = true;
    else if (word === '-l' || word === '--list') list = true;
    else if (word === '-v' || word === '--set' || word === '--variable') {
      stopOnError ||= /^ON_ERROR_STOP(=(1|on|true))?$/.test(value());
    } else if (/^-[wWXane1]$|^--(no-password|password|no-psqlrc|echo-all)$/.test(word)) continue;
    else if (word.startsWith('-')) {
      return word.startsWith('--')
        ? `psql: unrecognized option: ${word.slice(2)}`
        : `psql: invalid option -- '${word.slice(1)}'`;
    } else operands.push(word);
  }
  const [database, user] = operands;
  if (database !== undefined) {
    Object.assign(target, readPostgresUrl(database) ?? connectionWords(database));
  }
  if (user !== undefined) target.user = user;
  if (target.host === '' || target.host?.startsWith('/')) target.host = undefined;
  return { target, commands, files, format, quiet, stopOnError, list };
}

/** `-tAc` is `-t -A -c`, `-hdb` is `-h db`. */
function splitClusters(args: readonly Bytes[]): Bytes[] {
  return args.flatMap((word) => {
    if (!/^-[A-Za-z]./.test(word)) return [word];
    const words: Bytes[] = [];
    for (let i = 1; i < word.length; i++) {
      words.push(`-${word[i]}`);
      if ('hpUdcfFv'.includes(word[i] ?? '')) {
        if (i + 1 < word.length) words.push(word.slice(i + 1));
        break;
      }
    }
    return words;
  });
}

/** `host=db user=me`; or just the name of a database. */
function connectionWords(text: Bytes): Partial<ConnectionTarget> {
  if (!text.includes('=')) return { database: text };
  const values = new Map(
    text.split(/\s+/).map((word) => {
      const [key = '', ...value] = word.split('=');
      return [key, value.join('=')];
    }),
  );
  const port = values.get('port');
  const host = values.get('host');
  const database = values.get('dbname');
  const user = values.get('user');
  const password = values.get('password');
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(database === undefined ? {} : { database }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
  };
}

class Psql implements PsqlSession {
  readonly #sys: Sys;
  readonly #client: PostgresClient;
  readonly options: PsqlOptions;
  readonly #version: string;

  constructor(sys: Sys, client: PostgresClient, options: PsqlOptions, version: string) {
    this.#sys = sys;
    this.#client = client;
    this.options = options;
    this.#version = version;
  }

  *run(): Call<number> {
    const { commands, files, list } = this.options;
    if (list) return (yield* this.#command('\\l')) === 'ok' ? 0 : 1;
    let status = 0;
    for (const command of commands) {
      const done = yield* this.#command(command);
      if (done === 'lost') return CONNECTION_ERROR;
      status = done === 'ok' ? 0 : 1;
      if (status !== 0 && this.options.stopOnError) return status;
    }
    for (const file of files) {
      status = yield* this.#file(file);
      if (status !== 0) return status;
    }
    return commands.length + files.length > 0 ? status : yield* this.#interactive();
  }

  *#command(command: Bytes): Call<'ok' | 'error' | 'lost'> {
    if (command.trim().startsWith('\\')) {
      const done = yield* runMetaCommand(this, command.trim());
      return done === 'failed' ? 'error' : 'ok';
    }
    return yield* this.#statement(command, '');
  }

  *#file(path: Bytes): Call<number> {
    let text: Bytes;
    try {
      text = path === '-' ? yield* this.#rest('') : yield* readFile(this.#sys, path);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* this.#sys.write(2, `psql: error: ${path}: ${error.message}\n`);
      return 1;
    }
    return yield* this.#script(text, `psql:${path}`);
  }

  *#rest(first: Bytes): Call<Bytes> {
    let text = first;
    for (;;) {
      const bytes = yield* this.#sys.read(0, 65_536);
      if (bytes === '') return text;
      text += bytes;
    }
  }

  /** Runs statements one by one; `place` stands in front of messages, with the line behind it. */
  *#script(text: Bytes, place: string): Call<number> {
    const plain = text.replace(/^\\[^\n]*$/gm, (line) => `${line};`);
    const { statements, rest } = splitStatements(plain);
    let at = 0;
    for (const statement of [...statements, ...(rest.trim() === '' ? [] : [rest])]) {
      at += statement.length + 1;
      const line = plain.slice(0, at).replace(/\s+$/, '').split('\n').length;
      const meta = statement.trim().startsWith('\\');
      const done = meta
        ? (yield* runMetaCommand(this, statement.trim())) === 'failed'
          ? 'error'
          : 'ok'
        : yield* this.#statement(`${statement.trim()};`, place === '' ? '' : `${place}:${line}: `);
      if (done === 'lost') return CONNECTION_ERROR;
      if (done === 'error' && this.options.stopOnError) return SCRIPT_ERROR;
    }
    return 0;
  }

  *#statement(sql: Bytes, place: string): Call<'ok' | 'error' | 'lost'> {
    const results = yield* this.#client.query(sql);
    if (!results) {
      yield* this.#sys.write(2, `${SERVER_GONE}\nconnection to server was lost\n`);
      return 'lost';
    }
    for (const result of results) {
      for (const notice of result.notices) {
        yield* this.#sys.write(2, `${place}${formatError(notice, sql)}`);
      }
      if (result.error) {
        yield* this.#sys.write(2, place + formatError(result.error, sql));
        return 'error';
      }
      yield* this.show(result);
    }
    return 'ok';
  }

  *show(result: PostgresResult, title?: string): Call<void> {
    let text = formatResult(result, this.options.format, title);
    const { quiet } = this.options;
    if (!quiet && result.tag !== '' && !result.tag.startsWith('SELECT')) text += `${result.tag}\n`;
    if (text !== '') yield* this.print(text);
  }

  *print(text: Bytes): Call<void> {
    yield* this.#sys.write(1, text);
  }

  *complain(text: Bytes): Call<void> {
    yield* this.#sys.write(2, text);
  }

  /** The result of a query for a backslash command. */
  *ask(sql: Bytes): Call<PostgresResult | undefined> {
    const results = yield* this.#client.query(sql);
    return results?.at(-1);
  }

  *#interactive(): Call<number> {
    const terminal = this.#sys.isatty(0);
    if (!terminal) return yield* this.#script(yield* this.#rest(''), '');
    if (!this.options.quiet) {
      yield* this.print(`psql (${this.#version})\nType "help" for help.\n\n`);
    }
    const database = this.options.target.database ?? this.options.target.user;
    let pending = '';
    for (;;) {
      const state =
        this.#client.transaction === 'I' ? '' : this.#client.transaction === 'T' ? '*' : '!';
      const sign = pending.trim() === '' ? '=' : '-';
      yield* this.print(`${database}${sign}${state}# `);
      const line = yield* this.#sys.read(0, 4096);
      if (line === '') {
        yield* this.print('\\q\n');
        return 0;
      }
      if (pending.trim() === '' && line.startsWith('\\')) {
        if ((yield* runMetaCommand(this, line.trim())) === 'quit') return 0;
        continue;
      }
      if (pending.trim() === '' && /^(quit|exit)\s*$/.test(line)) return 0;
      pending += line;
      const { statements, rest } = splitStatements(pending);
      pending = rest;
      for (const statement of statements) {
        if ((yield* this.#statement(`${statement.trim()};`, '')) === 'lost')
          return CONNECTION_ERROR;
      }
    }
  }
}
