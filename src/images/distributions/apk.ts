import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import { readIfThere } from '../../runtime/read-file';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { makeDirectories, typeOf, writeFile } from '../files';
import { PACKAGES, storedAt } from './packages';

const REPOSITORY = 'https://dl-cdn.alpinelinux.org/alpine/v3.22';
const HOST = 'dl-cdn.alpinelinux.org';
const WORLD = '/etc/apk/world';
const BRANCHES = ['main', 'community'] as const;
/** Packages that the base image has, and MiB that they take. */
const BASE_PACKAGES = 16;
const BASE_MEBIBYTES = 8;
/** Exit code of apk without the rights to its database. */
const NO_DATABASE = 99;
/** CPU time of installing a package, µs. */
const INSTALL_COST_US = 80_000;

/** apk: installs what the lab has, from the image itself; refuses the rest as apk does. */
export const apk: Program = function* apk(sys) {
  const words = sys.argv.slice(1).filter((word) => !word.startsWith('-'));
  const quiet = sys.argv.some((word) => word === '-q' || word === '--quiet');
  const [command, ...names] = words;
  if (command === 'info') return yield* info(sys);
  if (command === undefined || !/^(add|del|update|upgrade|search)$/.test(command)) {
    yield* sys.write(
      1,
      'apk-tools 2.14.9, compiled for x86_64.\n\nusage: apk [<OPTIONS>...] COMMAND [<ARGUMENTS>...]\n',
    );
    return 1;
  }
  try {
    sys.access('/etc', { write: true });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* sys.write(
      2,
      `ERROR: Unable to lock database: ${error.message}\nERROR: Failed to open apk database: ${error.message}\n`,
    );
    return NO_DATABASE;
  }
  if (command === 'del') return yield* remove(sys, names);
  const reached = yield* fetchIndexes(sys, quiet);
  if (command === 'update') return reached ? yield* sayUpdated(sys) : BRANCHES.length;
  if (command === 'add') return yield* add(sys, names, reached, quiet);
  return 0;
};

/** Whether the repositories answer. Nothing is fetched: the packages are in the image. */
function* fetchIndexes(sys: Sys, quiet: boolean): Call<boolean> {
  const address = yield* resolveHost(sys, HOST);
  for (const branch of BRANCHES) {
    const url = `${REPOSITORY}/${branch}/x86_64/APKINDEX.tar.gz`;
    if (!quiet) yield* sys.write(1, `fetch ${url}\n`);
    if (address === undefined) {
      yield* sys.write(
        2,
        `WARNING: fetching ${REPOSITORY}/${branch}: DNS: transient error (try again later)\n`,
      );
    }
  }
  return address !== undefined;
}

function* sayUpdated(sys: Sys): Call<number> {
  yield* sys.write(1, `v3.22.2 [${REPOSITORY}/main]\nv3.22.2 [${REPOSITORY}/community]\n`);
  yield* sys.write(1, `OK: ${PACKAGES.length} distinct packages available\n`);
  return 0;
}

function* installed(sys: Sys): Call<Bytes[]> {
  return ((yield* readIfThere(sys, WORLD)) ?? '').split('\n').filter((name) => name !== '');
}

function* add(sys: Sys, wanted: readonly Bytes[], reached: boolean, quiet: boolean): Call<number> {
  const names = wanted.map((name) => name.replace(/[=<>~@].*$/, ''));
  const known = yield* installed(sys);
  const missing = names.filter(
    (name) => !known.includes(name) && !(reached && PACKAGES.some((one) => one.name === name)),
  );
  if (missing.length > 0) {
    yield* sys.write(2, 'ERROR: unable to select packages:\n');
    for (const name of missing) {
      yield* sys.write(2, `  ${name} (no such package):\n    required by: world[${name}]\n`);
    }
    return missing.length;
  }
  const fresh = PACKAGES.filter(({ name }) => names.includes(name) && !known.includes(name));
  for (const [index, { name, alpine, programs }] of fresh.entries()) {
    if (!quiet) {
      yield* sys.write(1, `(${index + 1}/${fresh.length}) Installing ${name} (${alpine})\n`);
    }
    sys.spend(INSTALL_COST_US);
    for (const path of Object.keys(programs)) install(sys, path);
  }
  const all = [...known, ...fresh.map(({ name }) => name)];
  makeDirectories(sys, '/etc/apk');
  yield* writeFile(sys, WORLD, all.map((name) => `${name}\n`).join(''));
  if (quiet) return 0;
  if (fresh.length > 0) yield* sys.write(1, 'Executing busybox-1.37.0-r19.trigger\n');
  const count = BASE_PACKAGES + all.length;
  yield* sys.write(1, `OK: ${BASE_MEBIBYTES + 2 * all.length} MiB in ${count} packages\n`);
  return 0;
}

/** Puts a program of the store where it belongs. */
export function install(sys: Sys, path: Bytes): void {
  if (typeOf(sys, path) !== undefined) return;
  makeDirectories(sys, path.slice(0, path.lastIndexOf('/')));
  sys.link(storedAt(path), path);
}

function* remove(sys: Sys, names: readonly Bytes[]): Call<number> {
  const known = yield* installed(sys);
  const gone = PACKAGES.filter(({ name }) => names.includes(name) && known.includes(name));
  for (const [index, { name, alpine, programs }] of gone.entries()) {
    yield* sys.write(1, `(${index + 1}/${gone.length}) Purging ${name} (${alpine})\n`);
    for (const path of Object.keys(programs)) sys.unlink(path);
  }
  const left = known.filter((name) => !names.includes(name));
  yield* writeFile(sys, WORLD, left.map((name) => `${name}\n`).join(''));
  const count = BASE_PACKAGES + left.length;
  yield* sys.write(1, `OK: ${BASE_MEBIBYTES + 2 * left.length} MiB in ${count} packages\n`);
  return 0;
}

function* info(sys: Sys): Call<number> {
  const names = ['alpine-baselayout', 'apk-tools', 'busybox', 'musl', ...(yield* installed(sys))];
  yield* sys.write(1, names.map((name) => `${name}\n`).join(''));
  return 0;
}
