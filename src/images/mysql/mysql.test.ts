import { describe, expect, it } from 'vitest';
import { TestNode } from '../test-pod';
import { mysqlImage } from './image';

function database(
  env: Readonly<Record<string, string>> = { MYSQL_ROOT_PASSWORD: 'pw', MYSQL_DATABASE: 'app' },
) {
  const node = new TestNode({ db: '10.244.0.5' });
  const image = mysqlImage('8');
  const server = node.container(
    { ...image, env: { ...image.env, ...env } },
    node.pod('10.244.0.5'),
  );
  const started = server.start();
  node.advance(8000);
  return { node, server, started, client: node.container(image, node.pod('10.244.0.6')) };
}

describe('mysql', () => {
  it('asks for a password in its own words', () => {
    const { server, started } = database({});
    expect(started.status).toEqual({ kind: 'exited', code: 1 });
    expect(server.take().stderr).toMatch(
      /\[ERROR\] \[Entrypoint\]: Database is uninitialized and password option is not specified\n {4}You need to specify one of the following as an environment variable:\n {4}- MYSQL_ROOT_PASSWORD\n/,
    );
  });

  it('comes up and answers', () => {
    const { server, client } = database();
    expect(server.take().stderr).toContain(
      "mysqld: ready for connections. Version: '8.4.7'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306",
    );
    expect(server.run('mysqladmin ping -ppw').stdout).toBe('mysqld is alive\n');
    const statements =
      "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, n TEXT); INSERT INTO t (n) VALUES ('a'), (NULL); SELECT * FROM t";
    expect(client.run(['mysql', '-hdb', '-uroot', '-ppw', 'app', '-e', statements])).toEqual({
      stdout: 'id\tn\n1\ta\n2\tNULL\n',
      stderr: 'mysql: [Warning] Using a password on the command line interface can be insecure.\n',
      exitCode: 0,
    });
    expect(client.run('MYSQL_PWD=pw mysql -h db -t app -e "SELECT count(*) FROM t"').stdout).toBe(
      '+----------+\n| count(*) |\n+----------+\n|        2 |\n+----------+\n',
    );
  });

  it.each([
    [
      'mysql -hdb -uroot',
      "ERROR 1045 (28000): Access denied for user 'root'@'10.244.0.6' (using password: NO)\n",
    ],
    ['mysql -hnosuch', "ERROR 2005 (HY000): Unknown MySQL server host 'nosuch' (-2)\n"],
    [
      'mysql',
      "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)\n",
    ],
    [
      'mysql -h 127.0.0.1',
      "ERROR 2003 (HY000): Can't connect to MySQL server on '127.0.0.1:3306' (111)\n",
    ],
    [
      'MYSQL_PWD=pw mysql -hdb app -e "SELECT * FROM nope"',
      "ERROR 1146 (42S02) at line 1: Table 'app.nope' doesn't exist\n",
    ],
  ])('%s: its real error', (command, stderr) => {
    const { client } = database();
    expect(client.run(command)).toMatchObject({ stderr, exitCode: 1 });
  });
});
