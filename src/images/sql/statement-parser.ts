import type { Bytes } from '../../runtime/bytes';
import { ExpressionParser } from './expression-parser';
import { type Dialect, SqlError } from './sql-error';
import type {
  ColumnDefinition,
  Expression,
  Insert,
  Select,
  SelectItem,
  Statement,
  TableChange,
  TableReference,
} from './statement';
import { typeName } from './types';

/** A statement, undefined if there is nothing but blanks and comments. */
export function parseStatement(sql: Bytes, dialect: Dialect): Statement | undefined {
  return new StatementParser(sql, dialect).parse();
}

/** Statements that are understood without having an effect here, by their first words. */
const ACCEPTED: readonly (readonly [words: string, tag: string])[] = [
  ['create extension', 'CREATE EXTENSION'],
  ['create schema', 'CREATE SCHEMA'],
  ['create index', 'CREATE INDEX'],
  ['create unique index', 'CREATE INDEX'],
  ['drop index', 'DROP INDEX'],
  ['drop user', 'DROP ROLE'],
  ['drop role', 'DROP ROLE'],
  ['alter database', 'ALTER DATABASE'],
  ['comment on', 'COMMENT'],
  ['grant', 'GRANT'],
  ['revoke', 'REVOKE'],
  ['flush', 'FLUSH'],
  ['set', 'SET'],
  ['lock', 'LOCK TABLE'],
  ['unlock', 'UNLOCK'],
];

class StatementParser extends ExpressionParser {
  parse(): Statement | undefined {
    if (this.ended) return undefined;
    for (const [words, tag] of ACCEPTED) {
      if (this.isWord(...words.split(' '))) return { kind: 'accepted', tag };
    }
    const statement = this.#user() ?? this.#statement();
    this.takeSymbol(';');
    if (!this.ended) this.unexpected();
    return statement;
  }

  /** CREATE USER and kin: only the name and the password count. */
  #user(): Statement | undefined {
    for (const [verb, tag] of [
      ['create', 'CREATE ROLE'],
      ['alter', 'ALTER ROLE'],
    ] as const) {
      if (!this.takeWord(verb, 'user') && !this.takeWord(verb, 'role')) continue;
      if (!this.takeWord('if', 'not', 'exists')) this.takeWord('if', 'exists');
      const name = this.advance().text;
      let password: Bytes | undefined;
      while (!this.ended && !this.isSymbol(';')) {
        const says = this.takeWord('password') || this.takeWord('identified', 'by');
        const { text } = this.advance();
        if (says) password = text;
      }
      return { kind: 'user', name, password, tag };
    }
    return undefined;
  }

  #statement(): Statement {
    if (this.isWord('select')) return this.#select();
    if (this.takeWord('insert')) return this.#insert();
    if (this.takeWord('update')) return this.#update();
    if (this.takeWord('delete')) return this.#delete();
    if (this.takeWord('create')) return this.#create();
    if (this.takeWord('drop')) return this.#drop();
    if (this.takeWord('alter')) return this.#alter();
    if (this.takeWord('truncate')) {
      this.takeWord('table');
      const { at } = this.token;
      return { kind: 'truncate', table: this.qualifiedName(), at };
    }
    if (this.takeWord('begin') || this.takeWord('start')) {
      this.takeWord('transaction');
      return { kind: 'begin' };
    }
    if (this.takeWord('commit') || this.takeWord('end')) return { kind: 'commit' };
    if (this.takeWord('rollback')) return { kind: 'rollback' };
    if (this.dialect === 'mysql') {
      if (this.takeWord('use')) return { kind: 'use', database: this.name() };
      if (this.takeWord('show')) {
        if (this.takeWord('databases')) return { kind: 'show', what: 'databases' };
        if (this.takeWord('tables')) return { kind: 'show', what: 'tables' };
        throw new SqlError({ kind: 'not simulated', what: 'this SHOW' });
      }
      if (this.takeWord('describe') || this.takeWord('desc')) {
        const { at } = this.token;
        return { kind: 'describe', table: this.qualifiedName(), at };
      }
    }
    return this.unexpected();
  }

  // SELECT --------------------------------------------------------------------------------------------

  #select(): Select {
    this.expectWord('select');
    const distinct = this.takeWord('distinct');
    const items = this.list(() => this.#item());
    const from = this.takeWord('from') ? this.#from() : [];
    const where = this.takeWord('where') ? this.expression() : undefined;
    const groupBy = this.takeWord('group', 'by') ? this.list(() => this.expression()) : [];
    const having = this.takeWord('having') ? this.expression() : undefined;
    const orderBy = this.takeWord('order', 'by')
      ? this.list(() => {
          const expression = this.expression();
          const descending = this.takeWord('desc');
          if (!descending) this.takeWord('asc');
          return { expression, descending };
        })
      : [];
    const limit = this.takeWord('limit') ? this.expression() : undefined;
    const offset = this.takeWord('offset') ? this.expression() : undefined;
    return {
      kind: 'select',
      items,
      distinct,
      from,
      where,
      groupBy,
      having,
      orderBy,
      limit,
      offset,
    };
  }

  #item(): SelectItem {
    if (this.takeSymbol('*')) return { star: { table: undefined } };
    const start = this.token.at;
    const expression = this.expression();
    if (this.takeWord('as')) return { expression, alias: this.name() };
    const { token } = this;
    const names = token.kind === 'name' && !ENDS.has(token.text.toLowerCase());
    if (names) return { expression, alias: this.name() };
    // MySQL heads a column with the expression as it was written.
    const plain = this.dialect === 'postgres' || expression.kind === 'column';
    return plain ? { expression } : { expression, alias: this.sql.slice(start, token.at).trim() };
  }

  #from(): TableReference[] {
    const tables = [this.#table()];
    for (;;) {
      if (this.takeSymbol(',')) tables.push(this.#table());
      else if (this.takeWord('cross', 'join')) tables.push(this.#table());
      else {
        const left = this.takeWord('left');
        this.takeWord('outer');
        if (!left) this.takeWord('inner');
        if (!this.takeWord('join')) return tables;
        const table = this.#table();
        this.expectWord('on');
        tables.push({ ...table, on: this.expression(), left });
      }
    }
  }

  #table(): TableReference {
    const { at } = this.token;
    const table = this.qualifiedName();
    if (this.takeWord('as')) return { table, alias: this.name(), at };
    const { token } = this;
    const names = token.kind === 'name' && !ENDS.has(token.text.toLowerCase());
    return { table, alias: names ? this.name() : table, at };
  }

  // Changes -------------------------------------------------------------------------------------------

  #insert(): Insert {
    const ignore = this.takeWord('ignore');
    this.expectWord('into');
    const { at } = this.token;
    const table = this.qualifiedName();
    let columns: Bytes[] | undefined;
    if (this.takeSymbol('(')) {
      columns = this.list(() => this.name());
      this.expectSymbol(')');
    }
    let rows: Expression[][] = [];
    let select: Select | undefined;
    if (this.isWord('select')) select = this.#select();
    else if (this.takeWord('default', 'values')) rows = [[]];
    else {
      if (!this.takeWord('values')) this.expectWord('value');
      rows = this.list(() => {
        this.expectSymbol('(');
        const row = this.list(() => this.expression());
        this.expectSymbol(')');
        return row;
      });
    }
    let skipDuplicates = ignore;
    if (this.takeWord('on', 'conflict')) {
      this.skipParenthesis();
      if (!this.takeWord('do', 'nothing')) {
        throw new SqlError({ kind: 'not simulated', what: 'ON CONFLICT DO UPDATE' });
      }
      skipDuplicates = true;
    }
    const returning = this.takeWord('returning') ? this.list(() => this.#item()) : [];
    return { kind: 'insert', table, at, columns, rows, select, skipDuplicates, returning };
  }

  #update(): Statement {
    const { at } = this.token;
    const table = this.qualifiedName();
    this.expectWord('set');
    const set = this.list(() => {
      const column = this.qualifiedName();
      this.expectSymbol('=');
      return { column, value: this.expression() };
    });
    const where = this.takeWord('where') ? this.expression() : undefined;
    return { kind: 'update', table, at, set, where };
  }

  #delete(): Statement {
    this.expectWord('from');
    const { at } = this.token;
    const table = this.qualifiedName();
    const where = this.takeWord('where') ? this.expression() : undefined;
    return { kind: 'delete', table, at, where };
  }

  // Definitions ---------------------------------------------------------------------------------------

  #create(): Statement {
    if (this.takeWord('database')) {
      const ifMissing = this.takeWord('if', 'not', 'exists');
      const database = this.name();
      while (!this.ended && !this.isSymbol(';')) this.advance();
      return { kind: 'create database', database, ifMissing };
    }
    if (!this.takeWord('temporary')) this.takeWord('temp');
    if (!this.takeWord('table')) {
      this.#refuseKind('CREATE');
    }
    const ifMissing = this.takeWord('if', 'not', 'exists');
    const table = this.qualifiedName();
    const columns: ColumnDefinition[] = [];
    const keys: { columns: Bytes[]; primary: boolean }[] = [];
    this.expectSymbol('(');
    do {
      const key = this.#tableConstraint();
      if (key === undefined) columns.push(this.#column());
      else if (key !== 'no key') keys.push(key);
    } while (this.takeSymbol(','));
    this.expectSymbol(')');
    // What MySQL's tables are made of: ENGINE=InnoDB and so on.
    while (!this.ended && !this.isSymbol(';')) this.advance();
    return { kind: 'create table', table, ifMissing, columns, keys };
  }

  /** What real servers can create and this one cannot is told apart from what nobody can. */
  #refuseKind(verb: string): never {
    const kind = this.token.text.toUpperCase();
    if (!OTHER_KINDS.has(kind)) this.unexpected();
    throw new SqlError({ kind: 'not simulated', what: `${verb} ${kind}` });
  }

  #tableConstraint(): { columns: Bytes[]; primary: boolean } | 'no key' | undefined {
    if (this.takeWord('constraint')) this.name();
    const primary = this.takeWord('primary', 'key');
    if (primary || this.isWord('unique')) {
      if (!primary) this.takeWord('unique');
      if (!this.takeWord('key')) this.takeWord('index');
      if (!this.isSymbol('(')) this.name();
      this.expectSymbol('(');
      const columns = this.list(() => this.name());
      this.expectSymbol(')');
      return { columns, primary };
    }
    for (const word of ['foreign', 'check', 'key', 'index']) {
      if (!this.takeWord(word)) continue;
      while (!this.isSymbol(',') && !this.isSymbol(')')) {
        if (this.ended) this.unexpected();
        if (this.isSymbol('(')) this.skipParenthesis();
        else this.advance();
      }
      return 'no key';
    }
    return undefined;
  }

  #column(): ColumnDefinition {
    const name = this.name();
    const { type, serial } = this.#type();
    let notNull = false;
    let unique = false;
    let primaryKey = false;
    let counts = serial;
    let defaultValue: Expression | undefined;
    for (;;) {
      if (this.takeWord('not', 'null')) notNull = true;
      else if (this.takeWord('null')) notNull = false;
      else if (this.takeWord('unique')) unique = true;
      else if (this.takeWord('primary', 'key')) primaryKey = true;
      else if (this.takeWord('auto_increment')) counts = true;
      else if (this.takeWord('default')) defaultValue = this.expression();
      else if (this.takeWord('generated')) {
        while (!this.isWord('identity') && this.token.kind === 'name') this.advance();
        this.takeWord('identity');
        this.skipParenthesis();
        counts = true;
      } else if (this.takeWord('references')) {
        this.qualifiedName();
        this.skipParenthesis();
        while (this.takeWord('on')) for (let i = 0; i < 2; i++) this.advance();
      } else if (this.takeWord('check')) this.skipParenthesis();
      else if (this.takeWord('collate') || this.takeWord('comment')) this.advance();
      else break;
    }
    return {
      name,
      type,
      notNull: notNull || primaryKey || counts,
      unique: unique || primaryKey,
      primaryKey,
      serial: counts,
      defaultValue,
    };
  }

  #type(): { type: string; serial: boolean } {
    let words = this.name().toLowerCase();
    for (const more of ['precision', 'varying', 'unsigned']) {
      if (this.takeWord(more)) words += ` ${more}`;
    }
    let size = '';
    if (this.takeSymbol('(')) {
      size = this.list(() => this.advance().text).join(',');
      this.expectSymbol(')');
    }
    if (this.takeWord('with', 'time', 'zone')) words += 'tz';
    else this.takeWord('without', 'time', 'zone');
    this.takeWord('unsigned');
    return typeName(words, size, this.dialect);
  }

  #drop(): Statement {
    if (this.takeWord('database')) {
      const ifThere = this.takeWord('if', 'exists');
      return { kind: 'drop database', database: this.name(), ifThere };
    }
    if (!this.takeWord('table')) {
      this.#refuseKind('DROP');
    }
    const ifThere = this.takeWord('if', 'exists');
    const tables = this.list(() => this.qualifiedName());
    if (!this.takeWord('cascade')) this.takeWord('restrict');
    return { kind: 'drop table', tables, ifThere };
  }

  #alter(): Statement {
    this.expectWord('table');
    this.takeWord('if', 'exists');
    const { at } = this.token;
    const table = this.qualifiedName();
    return { kind: 'alter table', table, at, changes: this.list(() => this.#change()) };
  }

  #change(): TableChange {
    if (this.takeWord('add')) {
      const key = this.#tableConstraint();
      if (key !== undefined) return { kind: 'other' };
      this.takeWord('column');
      const ifMissing = this.takeWord('if', 'not', 'exists');
      return { kind: 'add', column: this.#column(), ifMissing };
    }
    if (this.takeWord('drop')) {
      if (this.takeWord('constraint')) {
        this.name();
        return { kind: 'other' };
      }
      this.takeWord('column');
      const ifThere = this.takeWord('if', 'exists');
      const column = this.name();
      this.takeWord('cascade');
      return { kind: 'drop', column, ifThere };
    }
    if (this.takeWord('rename')) {
      if (this.takeWord('to')) return { kind: 'rename', to: this.name() };
      this.takeWord('column');
      const column = this.name();
      this.expectWord('to');
      return { kind: 'rename column', column, to: this.name() };
    }
    while (!this.ended && !this.isSymbol(',') && !this.isSymbol(';')) this.advance();
    return { kind: 'other' };
  }
}

const OTHER_KINDS = new Set(
  'AGGREGATE CAST DOMAIN EVENT FUNCTION MATERIALIZED OR POLICY PROCEDURE PUBLICATION RULE SEQUENCE SERVER SUBSCRIPTION TRIGGER TYPE VIEW'.split(
    ' ',
  ),
);

/** Words behind a table or a column that are no alias of it. */
const ENDS = new Set(
  'from where group order having limit offset join left inner cross on union returning set using as and or desc asc into'.split(
    ' ',
  ),
);
