import type { Bytes } from '../../runtime/bytes';
import { applet, Failure, UsageFailure } from './applet';
import { type Options, parseOptions } from './options';
import { type Accounts, readAccounts } from './users';

/** Models coreutils/id.c. */
export const id = applet('id', function* (run) {
  const options = parseOptions(run.args, { letters: 'rnugG', most: 1 });
  const kinds = ['u', 'g', 'G'].filter((key) => options.has(key));
  const modified = options.has('r') || options.has('n');
  if (kinds.length > 1 || (kinds.length === 0 && modified)) throw new UsageFailure();
  const accounts = yield* readAccounts(run.sys);
  const who = whose(run.sys, options.operands[0], accounts);
  const namer = new Namer(options, accounts);
  if (kinds[0] === 'u') yield* run.out.write(`${namer.user(who.uid)}\n`);
  else if (kinds[0] === 'g') yield* run.out.write(`${namer.group(who.gid)}\n`);
  else if (kinds[0] === 'G') {
    const groups = [who.gid, ...who.groups.filter((gid) => gid !== who.gid)];
    yield* run.out.write(`${groups.map((gid) => namer.group(gid)).join(' ')}\n`);
  } else {
    const groups = who.groups.map((gid) => namer.both(gid, accounts.groupById(gid)?.name));
    const user = namer.both(who.uid, accounts.userById(who.uid)?.name);
    const group = namer.both(who.gid, accounts.groupById(who.gid)?.name);
    yield* run.out.write(`uid=${user} gid=${group} groups=${groups.join(',')}\n`);
  }
  for (const unknown of namer.unknown) yield* run.complain(`unknown ID ${unknown}`);
  return namer.unknown.length > 0 ? 1 : 0;
});

interface Who {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

function whose(sys: Who, name: Bytes | undefined, accounts: Accounts): Who {
  if (name === undefined) {
    return { uid: sys.uid, gid: sys.gid, groups: sys.groups.length > 0 ? sys.groups : [sys.gid] };
  }
  const user = accounts.user(name);
  if (!user) throw new Failure(`unknown user ${name}`);
  return { uid: user.uid, gid: user.gid, groups: accounts.groupsOf(user) };
}

class Namer {
  readonly unknown: number[] = [];
  readonly #names: boolean;
  readonly #accounts: Accounts;

  constructor(options: Options, accounts: Accounts) {
    this.#names = options.has('n');
    this.#accounts = accounts;
  }

  user(uid: number): Bytes {
    return this.#name(uid, this.#accounts.userById(uid)?.name);
  }

  group(gid: number): Bytes {
    return this.#name(gid, this.#accounts.groupById(gid)?.name);
  }

  both(number: number, name: Bytes | undefined): Bytes {
    return name === undefined ? String(number) : `${number}(${name})`;
  }

  /** With -n an id without a name is printed as a number, and complained about. */
  #name(number: number, name: Bytes | undefined): Bytes {
    if (!this.#names) return String(number);
    if (name === undefined) this.unknown.push(number);
    return name ?? String(number);
  }
}

/** Models coreutils/id.c called as `groups`. */
export const groups = applet('groups', function* (run) {
  const { operands } = parseOptions(run.args, { letters: '' });
  const accounts = yield* readAccounts(run.sys);
  const who = whose(run.sys, operands[0], accounts);
  const list = [who.gid, ...who.groups.filter((gid) => gid !== who.gid)];
  yield* run.out.write(
    `${list.map((gid) => accounts.groupById(gid)?.name ?? String(gid)).join(' ')}\n`,
  );
  return 0;
});

/** Models coreutils/whoami.c. */
export const whoami = applet('whoami', function* (run) {
  if (run.args.length > 0) throw new UsageFailure();
  const user = (yield* readAccounts(run.sys)).userById(run.sys.uid);
  if (!user) throw new Failure(`unknown uid ${run.sys.uid}`);
  yield* run.out.write(`${user.name}\n`);
  return yield* run.flushAll();
});

/** Models coreutils/logname.c: nobody has logged in to a container. */
export const logname = applet('logname', function* (run) {
  if (run.args.length > 0) throw new UsageFailure();
  const login = run.sys.env.get('LOGNAME');
  if (!run.sys.isatty(0) || login === undefined)
    throw new Failure('getlogin: No such file or directory');
  yield* run.out.write(`${login}\n`);
  return 0;
});
