import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readIfThere } from '../../runtime/read-file';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { makeDirectories, namesIn, typeOf } from '../files';
import { DataFolder } from '../sql/data-folder';
import { SqlConnection } from '../sql/sql-connection';
import { describeError, SqlError } from '../sql/sql-error';
import { SqlServer } from '../sql/sql-server';
import { splitStatements } from '../sql/tokens';
import { timestampText } from '../sql/types';
import { DATA_FOLDER } from './server';

const MYSQL_UID = 999;
const SCRIPTS = '/docker-entrypoint-initdb.d';
/** CPU time that making the data files takes, µs. */
const INIT_COST_US = 2_500_000;

export interface MysqlFlavour {
  /** `MySQL` or `MariaDB`. */
  readonly name: string;
  readonly version: string;
  /** Prefixes of variables, e.g. `MYSQL_`; the first that is set counts. */
  readonly prefixes: readonly string[];
  readonly daemon: string;
}

/** The image's docker-entrypoint.sh: makes the databases at the first start, then becomes the server. */
export function mysqlEntrypoint(flavour: MysqlFlavour): Program {
  return function* entrypoint(sys) {
    let argv = sys.argv.slice(1);
    if (argv.length === 0 || argv[0]?.startsWith('-')) argv = [flavour.daemon, ...argv];
    if (argv[0] === flavour.daemon || argv[0] === 'mysqld') {
      yield* note(sys, `Entrypoint script for ${flavour.name} Server ${flavour.version} started.`);
      const status = yield* prepare(sys, flavour);
      if (status !== 0) return status;
    }
    const name = argv[0] ?? '';
    const folders = (sys.env.get('PATH') ?? '').split(':');
    const folder = folders.find((one) => typeOf(sys, `${one}/${name}`) === 'file');
    return yield* sys.exec(
      name.includes('/') ? name : `${folder ?? '/usr/sbin'}/${name}`,
      argv,
      sys.env,
    );
  };
}

function* note(sys: Sys, text: Bytes, level = 'Note'): Call<void> {
  const fd = level === 'Note' ? 1 : 2;
  yield* sys.write(fd, `${timestampText(sys.nowMs)}+00:00 [${level}] [Entrypoint]: ${text}\n`);
}

function* prepare(sys: Sys, flavour: MysqlFlavour): Call<number> {
  try {
    makeDirectories(sys, DATA_FOLDER);
    if (sys.uid === 0) {
      own(sys, DATA_FOLDER);
      yield* note(sys, "Switching to dedicated user 'mysql'");
      sys.setIds({ gid: MYSQL_UID, groups: [MYSQL_UID], uid: MYSQL_UID });
      yield* note(sys, `Entrypoint script for ${flavour.name} Server ${flavour.version} started.`);
    }
    if (typeOf(sys, `${DATA_FOLDER}/base`) !== undefined) return 0;
    return yield* initialize(sys, flavour);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* sys.write(2, `mkdir: cannot create directory '${DATA_FOLDER}': ${error.message}\n`);
    return 1;
  }
}

function own(sys: Sys, path: Bytes): void {
  sys.chown(path, MYSQL_UID, MYSQL_UID);
  if (typeOf(sys, path) !== 'directory') return;
  for (const name of sys.readdir(path)) own(sys, `${path}/${name}`);
}

/** A setting, or the content of the file that NAME_FILE names. */
function* setting(sys: Sys, { prefixes }: MysqlFlavour, name: string): Call<Bytes> {
  for (const prefix of prefixes) {
    const value = sys.env.get(prefix + name);
    if (value) return value;
    const path = sys.env.get(`${prefix}${name}_FILE`);
    if (path) return ((yield* readIfThere(sys, path)) ?? '').replace(/\n+$/, '');
  }
  return '';
}

function* initialize(sys: Sys, flavour: MysqlFlavour): Call<number> {
  const get = (name: string) => setting(sys, flavour, name);
  const password = yield* get('ROOT_PASSWORD');
  const allowed = (yield* get('ALLOW_EMPTY_PASSWORD')) || (yield* get('ALLOW_EMPTY_ROOT_PASSWORD'));
  const random = yield* get('RANDOM_ROOT_PASSWORD');
  if (password === '' && allowed === '' && random === '') {
    const prefixes = flavour.prefixes[0] ?? '';
    const names = ['ROOT_PASSWORD', 'ALLOW_EMPTY_PASSWORD', 'RANDOM_ROOT_PASSWORD'].map(
      (name) => `\n    - ${prefixes}${name}`,
    );
    yield* note(
      sys,
      `Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:${names.join('')}`,
      'ERROR',
    );
    return 1;
  }
  yield* note(sys, 'Initializing database files');
  sys.spend(INIT_COST_US);
  yield* sys.breathe();
  yield* note(sys, 'Database files initialized');
  yield* note(sys, 'Starting temporary server');
  yield* note(sys, 'Temporary server started.');
  const server = new SqlServer('mysql', flavour.version, ['mysql', 'sys', 'performance_schema']);
  server.users.set('root', password === '' ? undefined : password);
  const database = yield* get('DATABASE');
  if (database !== '') {
    yield* note(sys, `Creating database ${database}`);
    server.databases.set(database, new Map());
  }
  const user = yield* get('USER');
  const userPassword = yield* get('PASSWORD');
  if (user !== '' && userPassword !== '') {
    yield* note(sys, `Creating user ${user}`);
    server.users.set(user, userPassword);
    if (database !== '') yield* note(sys, `Giving user ${user} access to schema ${database}`);
  }
  const failed = yield* runScripts(sys, server, database);
  if (failed) return 1;
  yield* note(sys, 'Stopping temporary server');
  yield* note(sys, 'Temporary server stopped');
  yield* new DataFolder(sys, DATA_FOLDER).save(server);
  yield* note(sys, `${flavour.name} init process done. Ready for start up.`);
  return 0;
}

/** The .sql files of /docker-entrypoint-initdb.d; whether one has failed. */
function* runScripts(sys: Sys, server: SqlServer, database: Bytes): Call<boolean> {
  for (const name of namesIn(sys, SCRIPTS)) {
    const path = `${SCRIPTS}/${name}`;
    if (!name.endsWith('.sql')) {
      if (!name.startsWith('.')) yield* note(sys, `podlab: not run here: ${path}`, 'Warn');
      continue;
    }
    yield* note(sys, `/usr/local/bin/docker-entrypoint.sh: running ${path}`);
    const session = new SqlConnection(server, 'root', database);
    const { statements, rest } = splitStatements((yield* readIfThere(sys, path)) ?? '');
    for (const statement of [...statements, rest]) {
      try {
        session.execute(statement, sys.nowMs);
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        const { number, state, message } = describeError(error.problem, 'mysql');
        yield* sys.write(2, `ERROR ${number} (${state}) at line 1: ${message}\n`);
        return true;
      }
    }
  }
  return false;
}
