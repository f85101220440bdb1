import { describe, expect, it } from 'vitest';
import { migrateImage } from '../migrate/image';
import { TestNode } from '../test-pod';
import { postgresImage } from './image';

const SERVER_IP = '10.244.0.5';

/** A server that has come up, and a client's container in another pod. */
function database(env: Readonly<Record<string, string>> = { POSTGRES_PASSWORD: 'pw' }) {
  const node = new TestNode({ db: SERVER_IP });
  const image = postgresImage('17');
  const withEnv = { ...image, env: { ...image.env, ...env } };
  const server = node.container(withEnv, node.pod(SERVER_IP));
  const started = server.start();
  node.advance(5000);
  const clientImage = { ...image, env: { ...image.env, PGPASSWORD: 'pw', PGUSER: 'postgres' } };
  const client = node.container(clientImage, node.pod('10.244.0.6'));
  return { node, server, started, client };
}

describe('postgres', () => {
  it('asks for a password in its own words', () => {
    const { server, started } = database({});
    expect(started.status).toEqual({ kind: 'exited', code: 1 });
    expect(server.take().stderr).toMatch(
      /^Error: Database is uninitialized and superuser password is not specified\.\n/,
    );
  });

  it('initializes, then accepts connections as the user postgres', () => {
    const { server } = database();
    const { stdout, stderr } = server.take();
    expect(stdout).toContain('PostgreSQL init process complete; ready for start up.\n');
    expect(stderr).toMatch(/UTC \[1\] LOG: {2}database system is ready to accept connections\n$/);
    expect(server.run('pg_isready').stdout).toBe(
      '/var/run/postgresql:5432 - accepting connections\n',
    );
    expect(server.run('ps -o user,args | grep "[p]ostgres$"').stdout).toMatch(
      /^postgres +postgres\n/,
    );
  });

  it('answers psql over the network', () => {
    const { client } = database();
    const script = `psql -h db -c 'CREATE TABLE t (id serial PRIMARY KEY, name text)' &&
      psql -h db -c "INSERT INTO t (name) VALUES ('Ada'), (NULL)" &&
      psql -h db -c 'SELECT * FROM t'`;
    expect(client.run(script)).toEqual({
      stdout: 'CREATE TABLE\nINSERT 0 2\n id | name \n----+------\n  1 | Ada\n  2 | \n(2 rows)\n\n',
      stderr: '',
      exitCode: 0,
    });
    expect(client.run(['psql', '-h', 'db', '-c', 'SELECT x FROM nope;'])).toEqual({
      stdout: '',
      stderr:
        'ERROR:  relation "nope" does not exist\nLINE 1: SELECT x FROM nope;\n                      ^\n',
      exitCode: 1,
    });
  });

  it.each([
    [
      'PGPASSWORD=x psql -h db',
      /^psql: error: connection to server at "db" \(10\.244\.0\.5\), port 5432 failed: FATAL: {2}password authentication failed for user "postgres"\n$/,
    ],
    [
      'psql -h nosuch',
      /^psql: error: could not translate host name "nosuch" to address: Name or service not known\n$/,
    ],
    [
      'psql -h localhost',
      /^psql: error: connection to server at "localhost" \(127\.0\.0\.1\), port 5432 failed: Connection refused\n\tIs the server running on that host/,
    ],
    ['psql -h db -d nodb', /failed: FATAL: {2}database "nodb" does not exist\n$/],
  ])('%s: its real error', (command, error) => {
    const { client } = database();
    const { stderr, exitCode } = client.run(command);
    expect(stderr).toMatch(error);
    expect(exitCode).toBe(2);
  });

  it('finds its data again when its container is started once more', () => {
    const { node, server, started } = database();
    server.run("psql -U postgres -c 'CREATE TABLE kept (a int)'");
    started.process.deliver('INT', 'node');
    node.advance(2000);
    expect(started.status).toEqual({ kind: 'exited', code: 0 });
    server.start();
    node.advance(2000);
    expect(server.take().stdout).toContain('Skipping initialization');
    expect(server.run("psql -U postgres -tAc 'SELECT count(*) FROM kept'").stdout).toBe('0\n');
  });
});

describe('migrate', () => {
  const FILES = {
    '/m/1_create_users.up.sql': 'CREATE TABLE users (id int);\n',
    '/m/1_create_users.down.sql': 'DROP TABLE users;\n',
    '/m/2_add_name.up.sql': 'ALTER TABLE users ADD COLUMN name text;\n',
    '/m/2_add_name.down.sql': 'ALTER TABLE users DROP COLUMN name;\n',
  };
  const URL = 'postgres://postgres:pw@db:5432/postgres?sslmode=disable';

  function migrations(files: Readonly<Record<string, string>> = FILES) {
    const { node, client } = database();
    return { client, container: node.container(migrateImage(), node.pod('10.244.0.7'), files) };
  }

  it('goes up, has nothing to do, and goes down', () => {
    const { container, client } = migrations();
    const run = (words: string) => container.run(`migrate -path=/m -database='${URL}' ${words}`);
    expect(run('up')).toEqual({
      stdout: '',
      stderr: expect.stringMatching(/^1\/u create_users \(\d+ms\)\n2\/u add_name \(\d+ms\)\n$/),
      exitCode: 0,
    });
    expect(run('up').stderr).toBe('no change\n');
    expect(run('version').stderr).toBe('2\n');
    expect(client.run('psql -h db -tAc "SELECT name FROM users"').exitCode).toBe(0);
    expect(run('down 1').stderr).toMatch(/^2\/d add_name \(\d+ms\)\n$/);
  });

  it('leaves the database dirty after a migration that failed', () => {
    const { container } = migrations({ '/m/1_bad.up.sql': 'CREATE TABEL x;\n' });
    const run = () => container.run(`migrate -path=/m -database='${URL}' up`);
    expect(run()).toMatchObject({
      stderr: expect.stringMatching(/^error: migration failed: syntax error at or near "TABEL"/),
      exitCode: 1,
    });
    expect(run().stderr).toBe('error: Dirty database version 1. Fix and force version.\n');
  });

  it.each([
    [
      '-path=/m -database=postgres://nosuch/x up',
      /^error: failed to open database: dial tcp: lookup nosuch on [\d.]+:53: no such host\n$/,
    ],
    [
      '-path=/m -database=postgres://localhost/x up',
      /^error: failed to open database: dial tcp 127\.0\.0\.1:5432: connect: connection refused\n$/,
    ],
    [
      '-path=/m -database=postgres://postgres:pw@db/postgres up',
      /^error: failed to open database: pq: SSL is not enabled on the server\n$/,
    ],
    [`-path=/etc -database='${URL}' up`, /^error: first \.: file does not exist\n$/],
    [
      `-path=/none -database='${URL}' up`,
      /^error: failed to open source, "file:\/\/\/none": open \/none: no such file or directory\n$/,
    ],
  ])('migrate %s', (words, error) => {
    const { container } = migrations();
    const { stderr, exitCode } = container.run(`migrate ${words}`);
    expect(stderr).toMatch(error);
    expect(exitCode).toBe(1);
  });
});
