import type { Bytes } from '../../runtime/bytes';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { type MigrationDatabase, openDatabase } from './database';
import { type Migration, readMigration, readSource } from './source';

export const MIGRATE_VERSION = '4.19.0';

const USAGE = `Usage: migrate OPTIONS COMMAND [arg...]
       migrate [ -version | -help ]

Options:
  -source          Location of the migrations (driver://url)
  -path            Shorthand for -source=file://path
  -database        Run migrations against this database (driver://url)
  -verbose         Print verbose logging
  -version         Print version

Commands:
  goto V       Migrate to version V
  up [N]       Apply all or N up migrations
  down [N] [-all]    Apply all or N down migrations
  drop [-f]    Drop everything inside database
  force V      Set version V but don't run migration (ignores dirty state)
  version      Print current migration version
`;

/** Ends the program with `error: …`. */
class MigrateError {
  readonly message: Bytes;

  constructor(message: Bytes) {
    this.message = message;
  }
}

interface MigrateOptions {
  readonly source: Bytes;
  readonly database: Bytes;
  readonly verbose: boolean;
  readonly words: readonly Bytes[];
}

/** golang-migrate's command line. Its output is on standard error, as Go's log has it. */
export const migrate: Program = function* migrate(sys) {
  const args = sys.argv.slice(1);
  if (args.some((word) => /^--?version$/.test(word))) {
    yield* sys.write(2, `v${MIGRATE_VERSION}\n`);
    return 0;
  }
  if (args.length === 0 || args.some((word) => /^--?h(elp)?$/.test(word))) {
    yield* sys.write(2, USAGE);
    return args.length === 0 ? 2 : 0;
  }
  try {
    const options = parseOptions(args);
    return yield* runCommand(sys, options);
  } catch (error) {
    if (!(error instanceof MigrateError)) throw error;
    yield* sys.write(2, `error: ${error.message}\n`);
    return 1;
  }
};

function parseOptions(args: readonly Bytes[]): MigrateOptions {
  const values = new Map<string, Bytes>();
  let verbose = false;
  let i = 0;
  for (; i < args.length && args[i]?.startsWith('-'); i++) {
    const [, name = '', value] = /^--?([^=]+)(?:=(.*))?$/s.exec(args[i] ?? '') ?? [];
    if (name === 'verbose') verbose = true;
    else if (/^(source|path|database|prefetch|lock-timeout)$/.test(name)) {
      values.set(name, value ?? args[++i] ?? '');
    } else throw new MigrateError(`flag provided but not defined: -${name}`);
  }
  const path = values.get('path');
  return {
    source: path === undefined ? (values.get('source') ?? '') : `file://${path}`,
    database: values.get('database') ?? '',
    verbose,
    words: args.slice(i),
  };
}

function* runCommand(sys: Sys, options: MigrateOptions): Call<number> {
  const [command = '', ...rest] = options.words;
  if (!/^(up|down|goto|drop|force|version)$/.test(command)) {
    yield* sys.write(2, USAGE);
    return 2;
  }
  const migrations = options.source === '' ? [] : readSource(sys, options.source);
  if (typeof migrations === 'string') throw new MigrateError(migrations);
  const database = yield* openDatabase(sys, options.database);
  if (typeof database === 'string') throw new MigrateError(`failed to open database: ${database}`);
  const migrator = new Migrator(sys, migrations, database, options.verbose);
  switch (command) {
    case 'up':
      return yield* migrator.up(count(rest[0]));
    case 'down':
      if (rest[0] === undefined) return yield* confirmDown(sys);
      return yield* migrator.down(rest[0] === '-all' ? undefined : count(rest[0]));
    case 'goto':
      return yield* migrator.goTo(number(rest[0]));
    case 'force':
      yield* database.setVersion(number(rest[0]) < 0 ? undefined : number(rest[0]), false);
      return 0;
    case 'drop':
      yield* database.drop();
      return 0;
    default:
      return yield* migrator.printVersion();
  }
}

/** `down` without a number asks; without a terminal there is nobody to answer. */
function* confirmDown(sys: Sys): Call<number> {
  yield* sys.write(2, 'Are you sure you want to apply all down migrations? [y/N]\n');
  yield* sys.write(2, 'Not applying all down migrations\n');
  return 0;
}

function count(word: Bytes | undefined): number | undefined {
  return word === undefined ? undefined : number(word);
}

function number(word: Bytes | undefined): number {
  if (word === undefined) throw new MigrateError('please specify version argument V');
  if (!/^-?\d+$/.test(word)) {
    throw new MigrateError("can't read version argument V");
  }
  return Number(word);
}

class Migrator {
  readonly #sys: Sys;
  readonly #migrations: readonly Migration[];
  readonly #database: MigrationDatabase;
  readonly #verbose: boolean;

  constructor(
    sys: Sys,
    migrations: readonly Migration[],
    database: MigrationDatabase,
    verbose: boolean,
  ) {
    this.#sys = sys;
    this.#migrations = migrations;
    this.#database = database;
    this.#verbose = verbose;
  }

  *up(limit: number | undefined): Call<number> {
    const at = yield* this.#place();
    if (this.#migrations.length === 0) throw new MigrateError('first .: file does not exist');
    const due = this.#migrations.slice(at + 1, limit === undefined ? undefined : at + 1 + limit);
    if (due.length === 0) return yield* this.#noChange();
    for (const migration of due) yield* this.#apply(migration, 'u', migration.version);
    return 0;
  }

  *down(limit: number | undefined): Call<number> {
    const at = yield* this.#place();
    if (at < 0) return yield* this.#noChange();
    const until = limit === undefined ? -1 : Math.max(-1, at - limit);
    for (let i = at; i > until; i--) {
      const migration = this.#migrations[i];
      if (migration) yield* this.#apply(migration, 'd', this.#migrations[i - 1]?.version);
    }
    return 0;
  }

  *goTo(version: number): Call<number> {
    const at = yield* this.#place();
    const to = this.#migrations.findIndex((one) => one.version === version);
    if (to < 0) {
      throw new MigrateError(
        `no migration found for version ${version}: read down for version ${version} .: file does not exist`,
      );
    }
    if (to === at) return yield* this.#noChange();
    return yield* to > at ? this.up(to - at) : this.down(at - to);
  }

  *printVersion(): Call<number> {
    const { version, dirty } = yield* this.#database.version();
    if (version === undefined) throw new MigrateError('no migration');
    yield* this.#sys.write(2, `${version}${dirty ? ' (dirty)' : ''}\n`);
    return 0;
  }

  /** Where in the list the database stands; -1: before the first. */
  *#place(): Call<number> {
    const { version, dirty } = yield* this.#database.version();
    if (dirty) {
      throw new MigrateError(`Dirty database version ${version}. Fix and force version.`);
    }
    if (version === undefined) return -1;
    const at = this.#migrations.findIndex((one) => one.version === version);
    if (at < 0) {
      throw new MigrateError(
        `no migration found for version ${version}: read down for version ${version} .: file does not exist`,
      );
    }
    return at;
  }

  *#apply(migration: Migration, letter: 'u' | 'd', reached: number | undefined): Call<void> {
    const sys = this.#sys;
    const started = sys.uptimeMs;
    const name = `${migration.version}/${letter} ${migration.title}`;
    const path = letter === 'u' ? migration.up : migration.down;
    if (this.#verbose) yield* sys.write(2, `Start buffering ${name}\nRead and execute ${name}\n`);
    const target = letter === 'u' ? migration.version : reached;
    yield* this.#database.setVersion(target, true);
    const sql = path === undefined ? '' : yield* readMigration(sys, path);
    const failure = sql.trim() === '' ? undefined : yield* this.#database.run(sql);
    if (failure !== undefined) throw new MigrateError(failure);
    yield* this.#database.setVersion(target, false);
    const took = `${sys.uptimeMs - started}ms`;
    yield* sys.write(
      2,
      this.#verbose ? `Finished ${name} (read 0s, ran ${took})\n` : `${name} (${took})\n`,
    );
  }

  *#noChange(): Call<number> {
    yield* this.#sys.write(2, 'no change\n');
    return 0;
  }
}
