import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { makeDirectories, typeOf, writeFile } from '../files';
import { install } from './apk';
import { PACKAGES } from './packages';

/** Where Debian and Ubuntu get their packages. */
export interface AptSource {
  readonly url: string;
  readonly host: string;
  readonly suites: readonly string[];
}

const LISTS = '/var/lib/apt/lists/lab';
/** Exit code of every failure of apt-get. */
const FAILED = 100;
/** CPU time of installing a package, µs. */
const INSTALL_COST_US = 150_000;

/** apt-get (and apt): installs what the lab has, once `update` has been run; refuses the rest as apt does. */
export function aptGet(source: AptSource): Program {
  return function* aptGet(sys) {
    const words: Bytes[] = [];
    const args = sys.argv.slice(1);
    for (let i = 0; i < args.length; i++) {
      if (args[i] === '-o' || args[i] === '-c' || args[i] === '-t') i++;
      else if (!args[i]?.startsWith('-')) words.push(args[i] ?? '');
    }
    const quiet = args.some((word) => /^-(q|qq|yqq|qqy)$/.test(word));
    const [command, ...names] = words;
    if (
      command === undefined ||
      !/^(update|install|remove|purge|clean|upgrade|autoremove)$/.test(command)
    ) {
      yield* sys.write(1, 'apt 3.0.3 (amd64)\nUsage: apt-get [options] command\n');
      return command === undefined ? 0 : FAILED;
    }
    if (sys.uid !== 0) return yield* refuseUser(sys, command);
    if (command === 'update') return yield* update(sys, source);
    if (command !== 'install') {
      if (command !== 'clean') yield* sys.write(1, NOTHING_TO_DO);
      return 0;
    }
    return yield* installAll(sys, names, source, quiet);
  };
}

const HEAD =
  'Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n';
const NOTHING_TO_DO = `${HEAD}0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n`;

function* refuseUser(sys: Sys, command: Bytes): Call<number> {
  const update = command === 'update';
  const lock = update ? '/var/lib/apt/lists/lock' : '/var/lib/dpkg/lock-frontend';
  yield* sys.write(
    2,
    update
      ? `E: List directory /var/lib/apt/lists/partial is missing. - Acquire (13: Permission denied)\n`
      : `E: Could not open lock file ${lock} - open (13: Permission denied)\nE: Unable to acquire the dpkg frontend lock (${lock}), are you root?\n`,
  );
  return FAILED;
}

function* update(sys: Sys, { url, host, suites }: AptSource): Call<number> {
  const address = yield* resolveHost(sys, host);
  for (const [index, suite] of suites.entries()) {
    if (address === undefined) {
      yield* sys.write(1, `Ign:${index + 1} ${url} ${suite} InRelease\n`);
    } else yield* sys.write(1, `Get:${index + 1} ${url} ${suite} InRelease [140 kB]\n`);
  }
  yield* sys.write(1, 'Reading package lists... Done\n');
  if (address === undefined) {
    for (const suite of suites) {
      yield* sys.write(
        2,
        `W: Failed to fetch ${url}/dists/${suite}/InRelease  Temporary failure resolving '${host}'\n`,
      );
    }
    yield* sys.write(
      2,
      'W: Some index files failed to download. They have been ignored, or old ones used instead.\n',
    );
    return 0;
  }
  try {
    makeDirectories(sys, '/var/lib/apt/lists');
    yield* writeFile(sys, LISTS, 'The packages of this lab are in the image.\n');
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* sys.write(
      2,
      `E: List directory /var/lib/apt/lists/partial is missing. - Acquire (30: ${error.message})\n`,
    );
    return FAILED;
  }
  return 0;
}

function* installAll(
  sys: Sys,
  names: readonly Bytes[],
  { url, suites }: AptSource,
  quiet: boolean,
): Call<number> {
  yield* sys.write(1, HEAD);
  const updated = typeOf(sys, LISTS) !== undefined;
  const missing = names.filter(
    (name) => !updated || !PACKAGES.some((one) => one.name === name.replace(/=.*$/, '')),
  );
  if (missing.length > 0) {
    for (const name of missing) yield* sys.write(2, `E: Unable to locate package ${name}\n`);
    return FAILED;
  }
  const chosen = PACKAGES.filter(({ name }) =>
    names.some((one) => one.replace(/=.*$/, '') === name),
  );
  const fresh = chosen.filter(({ programs }) =>
    Object.keys(programs).some((path) => typeOf(sys, path) === undefined),
  );
  for (const { name, debian } of chosen.filter((one) => !fresh.includes(one))) {
    yield* sys.write(1, `${name} is already the newest version (${debian}).\n`);
  }
  const list = fresh.map(({ name }) => `${name} `).join('');
  if (fresh.length > 0) {
    yield* sys.write(1, `The following NEW packages will be installed:\n  ${list.trim()}\n`);
  }
  yield* sys.write(
    1,
    `0 upgraded, ${fresh.length} newly installed, 0 to remove and 0 not upgraded.\n`,
  );
  for (const [index, { name, debian, programs }] of fresh.entries()) {
    if (!quiet) {
      yield* sys.write(
        1,
        `Get:${index + 1} ${url} ${suites[0]}/main amd64 ${name} amd64 ${debian}\n`,
      );
    }
    sys.spend(INSTALL_COST_US);
    for (const path of Object.keys(programs)) install(sys, path);
  }
  for (const { name, debian } of fresh) yield* sys.write(1, `Setting up ${name} (${debian}) ...\n`);
  return 0;
}
