import type { ImageModel } from '../../runtime/image';
import { busyboxFiles, program } from '../linux-files';
import { type MysqlFlavour, mysqlEntrypoint } from './entrypoint';
import { mysqladminProgram, mysqlProgram } from './mysql';
import { DATA_FOLDER, mysqlServer } from './server';

const MYSQL_UID = 999;

/** The official mysql image. */
export function mysqlImage(tag: string): ImageModel {
  const newest: Readonly<Record<string, string>> = {
    '5': '5.7.44',
    '8': '8.4.7',
    '9': '9.5.0',
    lts: '8.4.7',
  };
  const major = tag.split(/[.-]/)[0] ?? '';
  const version =
    /^\d+\.\d+\.\d+/.exec(tag)?.[0] ?? (/^8\.0/.test(tag) ? '8.0.44' : newest[major]) ?? '9.5.0';
  return databaseImage('docker.io/library/mysql', 'MySQL Community Server - GPL', {
    name: 'MySQL',
    version,
    prefixes: ['MYSQL_'],
    daemon: 'mysqld',
  });
}

/** The official mariadb image. */
export function mariadbImage(tag: string): ImageModel {
  const version = /^\d+\.\d+\.\d+/.exec(tag)?.[0] ?? '12.1.2';
  return databaseImage('docker.io/library/mariadb', 'mariadb.org binary distribution', {
    name: 'MariaDB',
    version: `${version}-MariaDB`,
    prefixes: ['MARIADB_', 'MYSQL_'],
    daemon: 'mariadbd',
  });
}

function databaseImage(repository: string, edition: string, flavour: MysqlFlavour): ImageModel {
  const { name, version, daemon } = flavour;
  const client = program(mysqlProgram(version), 5_000_000);
  const admin = program(mysqladminProgram(version), 4_000_000);
  return {
    repositories: [repository],
    sizeBytes: 230_000_000,
    entrypoint: ['docker-entrypoint.sh'],
    cmd: [daemon],
    exposedPorts: [3306],
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      [`${name.toUpperCase()}_VERSION`]: version,
    },
    modelled: 'real',
    about: `A ${name} server with its client and admin tool: the entry point’s rules and messages, tables, queries, transactions, data that lives in ${DATA_FOLDER}. A small part of SQL; its protocol is the lab’s own, so that only this lab’s clients can speak to it.`,
    files: () =>
      new Map([
        ...busyboxFiles({ distribution: 'Debian', users: [['mysql', MYSQL_UID, MYSQL_UID]] }),
        ['/usr/local/bin/docker-entrypoint.sh', program(mysqlEntrypoint(flavour), 15_000)],
        ['/usr/sbin/mysqld', program(mysqlServer(version, edition), 50_000_000)],
        ['/usr/sbin/mariadbd', { kind: 'hardlink', to: '/usr/sbin/mysqld' }],
        ['/usr/bin/mysql', client],
        ['/usr/bin/mariadb', { kind: 'hardlink', to: '/usr/bin/mysql' }],
        ['/usr/bin/mysqladmin', admin],
        ['/usr/bin/mariadb-admin', { kind: 'hardlink', to: '/usr/bin/mysqladmin' }],
        ['/docker-entrypoint-initdb.d', { kind: 'directory' }],
        [DATA_FOLDER, { kind: 'directory', uid: MYSQL_UID, gid: MYSQL_UID, mode: 0o1777 }],
        ['/var/run/mysqld', { kind: 'directory', uid: MYSQL_UID, gid: MYSQL_UID, mode: 0o1777 }],
      ]),
  };
}
