import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import type { Call, Stat } from '../../runtime/syscalls';
import { parseMode } from '../builtins/file-mode';
import { applet, Failure, type Invocation } from './applet';
import { modeString } from './mode';
import { type Options, parseOptions } from './options';
import { type Accounts, readAccounts } from './users';
import { type Visit, type VisitResult, walk } from './walk';

const CHMOD_LETTERS = 'Rvcf';

/** Models coreutils/chmod.c. */
export const chmod = applet('chmod', function* (run) {
  const { args, mode } = hideMode(run.args);
  const options = parseOptions(args, { letters: CHMOD_LETTERS, least: 2 });
  const [given, ...files] = options.operands as [Bytes, ...Bytes[]];
  const text = mode ?? given;
  let code = 0;
  for (const file of files) {
    const visit = (here: Visit) => changeMode(run, text, here, options);
    if (!(yield* walk(run, file, { recursive: options.has('R') }, visit))) code = 1;
  }
  return code;
});

/** A mode such as `-x` looks like an option; it is put behind a letter while options are parsed. */
function hideMode(args: readonly Bytes[]): { args: readonly Bytes[]; mode: Bytes | undefined } {
  const at = args.findIndex(
    (arg) => !arg.startsWith('-') || !`-${CHMOD_LETTERS}`.includes(arg[1] ?? '-'),
  );
  const mode = args[at];
  if (mode === undefined || !mode.startsWith('-')) return { args, mode: undefined };
  return { args: args.map((arg, i) => (i === at ? `a${arg.slice(1)}` : arg)), mode };
}

function* changeMode(
  run: Invocation,
  text: Bytes,
  here: Visit,
  options: Options,
): Call<VisitResult> {
  const { path, depth } = here;
  try {
    const stat = depth === 0 ? run.sys.stat(path) : here.stat;
    if (stat.type === 'symlink') return 'ok';
    const isDirectory = stat.type === 'directory';
    const mode = parseMode(text, stat.mode, run.sys.umask(), isDirectory);
    if (mode === undefined) throw new Failure(`invalid mode '${text}'`);
    run.sys.chmod(path, mode);
    const changed = (stat.mode & 0o7777) !== (mode & 0o7777);
    if (options.has('v') || (options.has('c') && changed)) {
      const octal = (mode & 0o7777).toString(8).padStart(4, '0');
      const letters = modeString(stat.type, mode).slice(1);
      yield* run.out.write(`mode of '${path}' changed to ${octal} (${letters})\n`);
    }
    return 'ok';
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (!options.has('f')) yield* run.complainAbout(path, error);
    return error;
  }
}

const CHOWN_RULES = {
  letters: 'RhLHPcfv',
  long: {
    recursive: 'R',
    dereference: 'dereference',
    'no-dereference': 'h',
    changes: 'c',
    silent: 'f',
    quiet: 'f',
    verbose: 'v',
  },
  least: 2,
} as const;

/** Models coreutils/chown.c. */
export const chown = applet('chown', function* (run) {
  const options = parseOptions(run.args, CHOWN_RULES);
  const [owner, ...files] = options.operands as [Bytes, ...Bytes[]];
  const ids = parseOwner(owner, yield* readAccounts(run.sys));
  return yield* changeOwners(run, ids, files, options);
});

/** Models coreutils/chgrp.c. */
export const chgrp = applet('chgrp', function* (run) {
  const options = parseOptions(run.args, CHOWN_RULES);
  const [group, ...files] = options.operands as [Bytes, ...Bytes[]];
  const ids = parseOwner(`:${group}`, yield* readAccounts(run.sys));
  return yield* changeOwners(run, ids, files, options);
});

/** Undefined: as it is. */
interface Owner {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** Parses `user`, `:group`, `user:` (with the login group), `user:group`. Throws Failure. */
export function parseOwner(text: Bytes, accounts: Accounts): Owner {
  const colon = text.indexOf(':');
  if (colon < 0) {
    const uid = numeric(text) ?? accounts.user(text)?.uid;
    if (uid === undefined) throw new Failure(`unknown user ${text}`);
    return { uid, gid: undefined };
  }
  const group = text.slice(colon + 1);
  const gid = numeric(group) ?? accounts.group(group)?.gid;
  if (colon === 0) {
    if (gid === undefined) throw new Failure(`unknown group ${group}`);
    return { uid: undefined, gid };
  }
  const name = text.slice(0, colon);
  const uid = numeric(name) ?? accounts.user(name)?.uid;
  const shown = group === '' ? name : text;
  if (uid === undefined) throw new Failure(`unknown user/group ${shown}`);
  if (group === '') return { uid, gid: accounts.userById(uid)?.gid ?? uid };
  if (gid === undefined) throw new Failure(`unknown user/group ${shown}`);
  return { uid, gid };
}

function numeric(text: Bytes): number | undefined {
  return /^[0-9]{1,10}$/.test(text) && Number(text) <= 4294967295 ? Number(text) : undefined;
}

function* changeOwners(
  run: Invocation,
  ids: Owner,
  files: readonly Bytes[],
  options: Options,
): Call<number> {
  const recursive = options.has('R');
  const links = options.last('L', 'H', 'P');
  const followTop = links === 'L' || links === 'H';
  const noFollow = options.has('h') || (recursive && !followTop);
  const rules = { recursive, depthFirst: true, follow: links === 'L', followTop };
  let code = 0;
  for (const file of files) {
    const visit = (here: Visit) => changeOwner(run, ids, here.path, here.stat, noFollow, options);
    if (!(yield* walk(run, file, rules, visit))) code = 1;
  }
  return code;
}

function* changeOwner(
  run: Invocation,
  ids: Owner,
  path: Bytes,
  stat: Stat,
  noFollow: boolean,
  options: Options,
): Call<VisitResult> {
  const uid = ids.uid ?? stat.uid;
  const gid = ids.gid ?? stat.gid;
  try {
    run.sys.chown(path, uid, gid, { noFollow });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (!options.has('f')) yield* run.complainAbout(path, error);
    return error;
  }
  const changed = uid !== stat.uid || gid !== stat.gid;
  if (options.has('v') || (options.has('c') && changed)) {
    yield* run.out.write(`changed ownership of '${path}' to ${uid}:${gid}\n`);
  }
  return 'ok';
}
