import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { readIfThere } from '../../runtime/read-file';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { makeDirectories, namesIn, typeOf, writeFile } from '../files';
import { DataFolder } from '../sql/data-folder';
import { SqlConnection } from '../sql/sql-connection';
import { describeError, SqlError } from '../sql/sql-error';
import { SqlServer } from '../sql/sql-server';
import { splitStatements } from '../sql/tokens';
import { logLine } from './log';

const SCRIPTS = '/docker-entrypoint-initdb.d';
/** CPU time that making a database cluster takes, µs. */
const INIT_COST_US = 900_000;
const STEP_COST_US = 100_000;

const NO_PASSWORD = `Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html
`;

/** The image's docker-entrypoint.sh: makes the database at the first start, then becomes the server. */
export function postgresEntrypoint(version: string, uid: number): Program {
  return function* entrypoint(sys) {
    let argv = sys.argv.slice(1);
    if (argv.length === 0 || argv[0]?.startsWith('-')) argv = ['postgres', ...argv];
    const env = new Map(sys.env);
    if (argv[0] === 'postgres') {
      const data = env.get('PGDATA') ?? '/var/lib/postgresql/data';
      if (!(yield* prepareFolder(sys, data, uid))) return 1;
      if (typeOf(sys, `${data}/PG_VERSION`) === undefined) {
        const status = yield* initialize(sys, data, version);
        if (status !== 0) return status;
      } else {
        yield* sys.write(
          1,
          '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n',
        );
      }
    }
    const name = argv[0] ?? '';
    return yield* sys.exec(pathOf(sys, name), argv, env);
  };
}

function pathOf(sys: Sys, name: Bytes): Bytes {
  if (name.includes('/')) return name;
  const folders = (sys.env.get('PATH') ?? '').split(':');
  const found = folders.find((folder) => typeOf(sys, `${folder}/${name}`) === 'file');
  return `${found ?? '/usr/local/bin'}/${name}`;
}

/** Makes the data folder its user's; as root the entry point then steps down to that user. */
function* prepareFolder(sys: Sys, data: Bytes, uid: number): Call<boolean> {
  try {
    makeDirectories(sys, data);
    if (sys.uid === 0) {
      own(sys, data, uid);
      sys.setIds({ gid: uid, groups: [uid], uid });
    }
    return true;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* sys.write(2, `mkdir: cannot create directory '${data}': ${error.message}\n`);
    return false;
  }
}

function own(sys: Sys, path: Bytes, uid: number): void {
  sys.chown(path, uid, uid);
  if (typeOf(sys, path) !== 'directory') return;
  for (const name of sys.readdir(path)) own(sys, `${path}/${name}`, uid);
}

function* initialize(sys: Sys, data: Bytes, version: string): Call<number> {
  const password = yield* setting(sys, 'POSTGRES_PASSWORD');
  const trust = sys.env.get('POSTGRES_HOST_AUTH_METHOD') === 'trust';
  if (typeof password !== 'string' || (password === '' && !trust)) {
    yield* sys.write(2, password === undefined || password === '' ? NO_PASSWORD : password.both);
    return 1;
  }
  const user = (yield* plain(sys, 'POSTGRES_USER')) || 'postgres';
  const database = (yield* plain(sys, 'POSTGRES_DB')) || user;
  yield* sys.write(1, initHead(user));
  const refused = folderProblem(sys, data);
  if (refused !== undefined) {
    yield* sys.write(2, refused);
    return 1;
  }
  for (const step of STEPS) {
    yield* sys.write(1, `${step.replace('DATA', data)} ... `);
    sys.spend(step.startsWith('performing') ? INIT_COST_US : STEP_COST_US);
    yield* sys.breathe();
    yield* sys.write(1, `${/^(selecting.*) (\S+)$/.test(step) ? '' : 'ok'}\n`);
  }
  yield* sys.write(
    1,
    `\n\nSuccess. You can now start the database server using:\n\n    pg_ctl -D ${data} -l logfile start\n\n`,
  );
  const server = new SqlServer('postgres', version, ['postgres', 'template0', 'template1']);
  server.users.set(user, password === '' ? undefined : password);
  yield* sys.write(1, 'waiting for server to start....');
  yield* logLine(sys, 48, 'LOG', `starting PostgreSQL ${version} on x86_64-pc-linux-gnu`);
  yield* logLine(sys, 48, 'LOG', 'listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"');
  yield* logLine(sys, 48, 'LOG', 'database system is ready to accept connections');
  yield* sys.write(1, ' done\nserver started\n');
  if (!server.databases.has(database)) {
    server.databases.set(database, new Map());
    yield* sys.write(1, 'CREATE DATABASE\n\n');
  }
  const folder = new DataFolder(sys, data);
  const failed = yield* runScripts(sys, server, user, database);
  if (failed !== 0) return failed;
  try {
    yield* folder.save(server);
    yield* writeFile(sys, `${data}/PG_VERSION`, `${version.split('.')[0]}\n`, 0o600);
    yield* writeFile(sys, `${data}/postgresql.conf`, "listen_addresses = '*'\n", 0o600);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* sys.write(2, `initdb: error: could not write to ${data}: ${error.message}\n`);
    return 1;
  }
  yield* sys.write(1, 'waiting for server to shut down....');
  yield* logLine(sys, 48, 'LOG', 'received fast shutdown request');
  yield* logLine(sys, 48, 'LOG', 'database system is shut down');
  yield* sys.write(
    1,
    ' done\nserver stopped\n\nPostgreSQL init process complete; ready for start up.\n\n',
  );
  return 0;
}

const STEPS = [
  'fixing permissions on existing directory DATA',
  'creating subdirectories',
  'creating configuration files',
  'running bootstrap script',
  'performing post-bootstrap initialization',
  'syncing data to disk',
];

function initHead(user: Bytes): Bytes {
  return `The files belonging to this database system will be owned by user "${user}".
This user must also own the server process.

The database cluster will be initialized with locale "en_US.utf8".
The default database encoding has accordingly been set to "UTF8".
The default text search configuration will be set to "english".

Data page checksums are disabled.

`;
}

/** Why initdb would not use the folder. */
function folderProblem(sys: Sys, data: Bytes): Bytes | undefined {
  if (namesIn(sys, data).length > 0) {
    return `initdb: error: directory "${data}" exists but is not empty\ninitdb: hint: If you want to create a new database system, either remove or empty the directory "${data}" or run initdb with an argument other than "${data}".\n`;
  }
  try {
    sys.chmod(data, 0o700);
    return undefined;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return `initdb: error: could not change permissions of directory "${data}": ${error.message}\n`;
  }
}

/** A variable, or the content of the file that VARIABLE_FILE names. */
function* setting(sys: Sys, name: string): Call<Bytes | undefined | { readonly both: Bytes }> {
  const value = sys.env.get(name);
  const path = sys.env.get(`${name}_FILE`);
  if (value !== undefined && value !== '' && path !== undefined && path !== '') {
    return { both: `error: both ${name} and ${name}_FILE are set (but are exclusive)\n` };
  }
  if (path === undefined || path === '') return value;
  return (yield* readIfThere(sys, path))?.replace(/\n+$/, '');
}

function* plain(sys: Sys, name: string): Call<Bytes> {
  const value = yield* setting(sys, name);
  return typeof value === 'string' ? value : '';
}

/** What lies in /docker-entrypoint-initdb.d, by name: .sql is run, .sh as a script. */
function* runScripts(sys: Sys, server: SqlServer, user: Bytes, database: Bytes): Call<number> {
  const names = namesIn(sys, SCRIPTS).filter((name) => !name.startsWith('.'));
  if (names.length === 0) {
    yield* sys.write(1, `\n/usr/local/bin/docker-entrypoint.sh: ignoring ${SCRIPTS}/*\n\n`);
  }
  for (const name of names) {
    const path = `${SCRIPTS}/${name}`;
    if (!name.endsWith('.sql')) {
      const shell = name.endsWith('.sh');
      const text = shell ? 'podlab: shell scripts are not run here:' : 'ignoring';
      yield* sys.write(1, `\n/usr/local/bin/docker-entrypoint.sh: ${text} ${path}\n`);
      continue;
    }
    yield* sys.write(1, `\n/usr/local/bin/docker-entrypoint.sh: running ${path}\n`);
    const session = new SqlConnection(server, user, database);
    const { statements, rest } = splitStatements((yield* readIfThere(sys, path)) ?? '');
    for (const statement of [...statements, rest]) {
      try {
        const result = session.execute(statement, sys.nowMs);
        if (result) yield* sys.write(1, `${result.tag}\n`);
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        const { message } = describeError(error.problem, 'postgres');
        yield* logLine(sys, 60, 'ERROR', message);
        yield* sys.write(2, `psql:${path}:1: ERROR:  ${message}\n`);
        return 3;
      }
    }
  }
  return 0;
}
