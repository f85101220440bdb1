import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call } from '../../runtime/syscalls';
import {
  addLine,
  changeMembers,
  GROUP,
  GSHADOW,
  PASSWD,
  removeEntry,
  SHADOW,
  updateAccountFile,
} from './account-files';
import { applet, Failure, type Invocation, UsageFailure } from './applet';
import { Confirmation } from './confirmation';
import { FileCopier } from './copy-file';
import { executeInPath } from './execute';
import { statOf } from './files';
import { parseInteger } from './numbers';
import { type Options, parseOptions } from './options';
import { removeFile } from './remove-file';
import { readAccounts } from './users';

const FIRST_SYSTEM_ID = 100;
const LAST_SYSTEM_ID = 999;
const LAST_ID = 60000;
const DAY_MS = 86_400_000;

function requireRoot(run: Invocation): void {
  if (run.sys.uid !== 0) throw new Failure('permission denied (are you root?)');
}

/** The first free number from where users or groups of a kind begin, or the one that is wanted. */
function freeId(
  kind: 'uid' | 'gid',
  wanted: number | undefined,
  system: boolean,
  isTaken: (id: number) => boolean,
): number {
  if (wanted !== undefined) {
    if (isTaken(wanted)) throw new Failure(`${kind} '${wanted}' in use`);
    return wanted;
  }
  const last = system ? LAST_SYSTEM_ID : LAST_ID;
  for (let id = system ? FIRST_SYSTEM_ID : LAST_SYSTEM_ID + 1; id <= last; id++) {
    if (!isTaken(id)) return id;
  }
  throw new Failure(`no ${kind}s left`);
}

/** Models loginutils/adduser.c. */
export const adduser = applet('adduser', function* (run) {
  requireRoot(run);
  const options = parseOptions(run.args, {
    letters: 'h:g:s:G:DSHu:k:',
    long: {
      'home=': 'h',
      'gecos=': 'g',
      'shell=': 's',
      'ingroup=': 'G',
      'disabled-password': 'D',
      'empty-password': 'D',
      system: 'S',
      'no-create-home': 'H',
      'uid=': 'u',
      'skel=': 'k',
    },
    least: 1,
    most: 2,
  });
  const [name, group] = options.operands as [Bytes, Bytes?];
  if (options.given.length === 0 && group !== undefined) {
    return yield* addToGroup(run, name, group);
  }
  return yield* createUser(run, options, name);
});

function* createUser(run: Invocation, options: Options, name: Bytes): Call<number> {
  const { sys } = run;
  const system = options.has('S');
  const accounts = yield* readAccounts(sys);
  const wanted = options.value('u');
  const wantedId =
    wanted === undefined ? undefined : parseInteger(wanted, { least: 0, most: LAST_ID });
  const groupName = options.value('G') ?? (system ? 'nogroup' : undefined);
  const group = groupName === undefined ? undefined : accounts.group(groupName);
  if (groupName !== undefined && !group) throw new Failure(`unknown group ${groupName}`);
  if (accounts.user(name)) throw new Failure(`user '${name}' in use`);
  const uid = freeId(
    'uid',
    wantedId,
    system,
    (id) => accounts.userById(id) !== undefined || (!group && accounts.groupById(id) !== undefined),
  );
  if (!group && accounts.group(name)) throw new Failure(`group '${name}' in use`);
  const gid = group?.gid ?? uid;
  const home = options.value('h') ?? `/home/${name}`;
  const rootShell = accounts.userById(0)?.shell || '/bin/sh';
  const shell = options.value('s') ?? (system ? '/bin/false' : (sys.env.get('SHELL') ?? rootShell));
  const entry = `${name}:x:${uid}:${gid}:${options.value('g') ?? 'Linux User,,,'}:${home}:${shell}`;
  if ((yield* updateAccountFile(run, PASSWD, addLine(entry))) === undefined) return 1;
  const day = Math.floor(sys.nowMs / DAY_MS);
  yield* updateAccountFile(run, SHADOW, addLine(`${name}:!:${day}:0:99999:7:::`));
  if (groupName === undefined) yield* createGroup(run, name, gid, false);
  else yield* addToGroup(run, name, groupName);
  sys.umask(0);
  if (!options.has('H')) yield* createHome(run, options, home, uid, gid);
  if (!options.has('D') && !system) {
    try {
      yield* executeInPath(sys, ['passwd', '--', name]);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      throw new Failure("can't execute passwd, you must set password manually");
    }
  }
  return 0;
}

function* createHome(
  run: Invocation,
  options: Options,
  home: Bytes,
  uid: number,
  gid: number,
): Call<void> {
  const { sys } = run;
  try {
    let isNew = true;
    try {
      sys.mkdir(home, 0o755);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EEXIST') throw error;
      isNew = false;
    }
    if (isNew) yield* copySkeleton(run, options.value('k') ?? '/etc/skel', home, uid, gid);
    sys.chown(home, uid, gid);
    sys.chmod(home, 0o2755);
  } catch (error) {
    yield* run.complainAbout(home, error);
  }
}

function* copySkeleton(
  run: Invocation,
  skeleton: Bytes,
  home: Bytes,
  uid: number,
  gid: number,
): Call<void> {
  const { sys } = run;
  if (statOf(run, skeleton)?.type !== 'directory') return;
  const copier = new FileCopier(
    run,
    {
      recursive: true,
      dereference: false,
      dereferenceTop: true,
      preserve: false,
      interactive: false,
      noOverwrite: false,
      update: false,
      link: 'none',
      removeDestination: false,
      verbose: false,
    },
    new Confirmation(run),
  );
  for (const name of sys.readdir(skeleton)) {
    yield* copier.copy(`${skeleton}/${name}`, `${home}/${name}`);
    sys.chown(`${home}/${name}`, uid, gid, { noFollow: true });
  }
}

/** Models loginutils/addgroup.c. */
export const addgroup = applet('addgroup', function* (run) {
  requireRoot(run);
  const options = parseOptions(run.args, {
    letters: 'g:S',
    long: { 'gid=': 'g', system: 'S' },
    least: 1,
    most: 2,
  });
  const [name, group] = options.operands as [Bytes, Bytes?];
  const wanted = options.value('g');
  if (group !== undefined) {
    if (wanted !== undefined) throw new UsageFailure();
    return yield* addToGroup(run, name, group);
  }
  const gid = wanted === undefined ? undefined : parseInteger(wanted, { least: 0, most: LAST_ID });
  return yield* createGroup(run, name, gid, options.has('S'));
});

function* createGroup(
  run: Invocation,
  name: Bytes,
  wanted: number | undefined,
  system: boolean,
): Call<number> {
  const accounts = yield* readAccounts(run.sys);
  if (accounts.group(name)) throw new Failure(`group '${name}' in use`);
  const gid = freeId('gid', wanted, system, (id) => accounts.groupById(id) !== undefined);
  if ((yield* updateAccountFile(run, GROUP, addLine(`${name}:x:${gid}:`))) === undefined) return 1;
  yield* updateAccountFile(run, GSHADOW, addLine(`${name}:!::`));
  return 0;
}

function* addToGroup(run: Invocation, user: Bytes, groupName: Bytes): Call<number> {
  const accounts = yield* readAccounts(run.sys);
  if (!accounts.user(user)) throw new Failure(`unknown user ${user}`);
  const group = accounts.group(groupName);
  if (!group) throw new Failure(`unknown group ${groupName}`);
  if (group.members.includes(user)) return 0;
  const change = changeMembers(groupName, (members) => [...members, user]);
  if ((yield* updateAccountFile(run, GROUP, change)) === undefined) return 1;
  yield* updateAccountFile(run, GSHADOW, change);
  return 0;
}

/** Models loginutils/deluser.c. */
export const deluser = applet('deluser', function* (run) {
  const options = parseOptions(run.args, { letters: '', long: { 'remove-home': 'remove' } });
  requireRoot(run);
  const [name, extra] = options.operands;
  if (name === undefined || extra !== undefined) throw new UsageFailure();
  const user = (yield* readAccounts(run.sys)).user(name);
  if (!user) throw new Failure(`unknown user ${name}`);
  if (options.has('remove') && statOf(run, user.home)?.type === 'directory') {
    const rules = { recursive: true, force: false, interactive: false, verbose: false };
    yield* removeFile(run, user.home, rules, new Confirmation(run));
  }
  if ((yield* updateAccountFile(run, PASSWD, removeEntry(name))) === undefined) return 1;
  if ((yield* updateAccountFile(run, SHADOW, removeEntry(name))) === undefined) return 1;
  const leave = changeMembers(undefined, (members) => members.filter((each) => each !== name));
  if ((yield* updateAccountFile(run, GROUP, leave)) === undefined) return 1;
  const accounts = yield* readAccounts(run.sys);
  return accounts.group(name) ? yield* deleteGroup(run, name) : 0;
});

export const delgroup = applet('delgroup', function* (run) {
  requireRoot(run);
  const [first, second, extra] = run.args;
  if (first === undefined || extra !== undefined) throw new UsageFailure();
  if (second === undefined) return yield* deleteGroup(run, first);
  if (!(yield* readAccounts(run.sys)).group(second)) throw new Failure(`unknown group ${second}`);
  const leave = changeMembers(second, (members) => members.filter((each) => each !== first));
  const changed = yield* updateAccountFile(run, GROUP, leave);
  if (changed === undefined) return 1;
  if (changed === 0) yield* run.complain(`can't find ${first} in ${GROUP}`);
  return (yield* updateAccountFile(run, GSHADOW, leave)) === undefined ? 1 : 0;
});

function* deleteGroup(run: Invocation, name: Bytes): Call<number> {
  const accounts = yield* readAccounts(run.sys);
  const group = accounts.group(name);
  if (!group) throw new Failure(`unknown group ${name}`);
  const user = accounts.users.find(({ gid }) => gid === group.gid);
  if (user) throw new Failure(`'${user.name}' still has '${name}' as their primary group!`);
  if ((yield* updateAccountFile(run, GROUP, removeEntry(name))) === undefined) return 1;
  return (yield* updateAccountFile(run, GSHADOW, removeEntry(name))) === undefined ? 1 : 0;
}
