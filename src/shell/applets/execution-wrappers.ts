import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { type Call, exitCodeOf, type Sys } from '../../runtime/syscalls';
import { applet, Failure, failedWith, strerror, UsageFailure } from './applet';
import { executeOrFail, runCommand } from './execute';
import { attempt } from './files';
import { parseInteger } from './numbers';
import { parseOptions } from './options';
import { readAccounts } from './users';

/** Models coreutils/nohup.c. */
export const nohup = applet(
  'nohup',
  function* (run) {
    if (run.args.length === 0) throw new UsageFailure();
    const { sys } = run;
    if (sys.isatty(0)) sys.dup2(yield* sys.open('/dev/null', { read: true }), 0);
    if (sys.isatty(1)) {
      const flags = { write: true, create: true, append: true };
      let name = 'nohup.out';
      let fd: number;
      try {
        fd = yield* sys.open(name, flags, 0o600);
      } catch (error) {
        strerror(error);
        name = `${sys.env.get('HOME') ?? ''}/nohup.out`;
        fd = yield* sys.open(name, flags, 0o600);
      }
      sys.dup2(fd, 1);
      sys.close(fd);
      yield* run.complain(`appending output to ${name}`);
    }
    if (sys.isatty(2)) sys.dup2(1, 2);
    sys.signalAction('HUP', 'ignore');
    return yield* executeOrFail(sys, run.args);
  },
  { failureCode: 127 },
);

/** Models coreutils/nice.c. */
export const nice = applet('nice', function* (run) {
  const { sys } = run;
  const args = [...run.args];
  const before = sys.niceness();
  if (args.length === 0) {
    yield* run.out.write(`${before}\n`);
    return 0;
  }
  let adjustment = 10;
  if (args[0]?.startsWith('-')) {
    let value: Bytes | undefined = (args.shift() as Bytes).slice(1).replace(/^n/, '');
    if (value === '') value = args.shift();
    if (value === undefined || args.length === 0) throw new UsageFailure();
    adjustment = parseInteger(value);
  }
  try {
    sys.niceness(before + adjustment);
  } catch (error) {
    throw new Failure(`setpriority(${before + adjustment}): ${strerror(error)}`);
  }
  return yield* executeOrFail(sys, args);
});

/** Models util-linux/setsid.c. */
export const setsid = applet('setsid', function* (run) {
  const options = parseOptions(run.args, { letters: '+c', least: 1 });
  const { sys } = run;
  if (sys.pgid === sys.pid) {
    const { operands } = options;
    sys.fork(function* (child) {
      child.setsid();
      return yield* executeOrFail(child, operands);
    });
    return 0;
  }
  sys.setsid();
  return yield* executeOrFail(sys, options.operands);
});

/** Models util-linux/flock.c. */
export const flock = applet('flock', function* (run) {
  const options = parseOptions(run.args, {
    letters: '+sxnu',
    long: { shared: 's', exclusive: 'x', unlock: 'u', nonblock: 'n' },
    least: 1,
  });
  const { sys } = run;
  const [file, ...program] = options.operands as [Bytes, ...Bytes[]];
  const fd = program.length === 0 ? parseInteger(file, { least: 0 }) : yield* openLock(sys, file);
  let argv: readonly Bytes[] = program;
  if (program[0] === '-c' || program[0] === '--command') {
    if (program.length > 2) throw new Failure('-c takes only one argument');
    argv = [sys.env.get('SHELL') ?? '/bin/sh', '-c', program[1] ?? ''];
  }
  const kind = options.has('u') ? undefined : options.has('s') ? 'shared' : 'exclusive';
  try {
    yield* sys.flock(fd, kind, { noWait: options.has('n') });
  } catch (error) {
    if (failedWith(error, 'EAGAIN')) return 1;
    throw new Failure(strerror(error));
  }
  if (argv.length === 0) return 0;
  const ended = yield* runCommand(sys, argv);
  if (ended instanceof SysError) {
    yield* run.complainAbout(argv[0] ?? '', ended);
    return 255;
  }
  return exitCodeOf(ended);
});

/** Opens what shall be locked: a file, made if need be, or a directory. */
function* openLock(sys: Sys, path: Bytes): Call<number> {
  try {
    try {
      return yield* sys.open(path, { read: true, create: true }, 0o666);
    } catch (error) {
      if (!failedWith(error, 'EISDIR')) throw error;
      return yield* sys.open(path, { read: true });
    }
  } catch (error) {
    throw new Failure(`can't open '${path}': ${strerror(error)}`);
  }
}

/** Models coreutils/chroot.c. */
export const chroot = applet('chroot', function* (run) {
  const { operands } = parseOptions(run.args, { letters: '+', least: 1 });
  const [root, ...program] = operands as [Bytes, ...Bytes[]];
  const { sys } = run;
  try {
    sys.chroot(root);
    sys.chdir('/');
  } catch (error) {
    throw new Failure(`can't change root directory to '${root}': ${strerror(error)}`);
  }
  const shell = sys.env.get('SHELL') ?? '/bin/sh';
  return yield* executeOrFail(sys, program.length > 0 ? program : [shell, '-i']);
});

/** Models loginutils/su.c for root, who is not asked for a password. */
export const su = applet('su', function* (run) {
  const options = parseOptions(run.args, { letters: 'mplc:s:' });
  const { sys } = run;
  const operands = [...options.operands];
  let login = options.has('l');
  if (operands[0] === '-') {
    operands.shift();
    login = true;
  }
  const name = operands.shift() ?? 'root';
  if (sys.uid !== 0) throw new Failure('must be suid to work properly');
  const accounts = yield* readAccounts(sys);
  const user = accounts.user(name);
  if (!user) throw new Failure(`unknown user ${name}`);
  const keeps = options.has('m') || options.has('p');
  const command = options.value('c');
  let shell = options.value('s') ?? (keeps ? sys.env.get('SHELL') : undefined);
  shell ||= user.shell || '/bin/sh';
  const env = new Map(login ? [] : sys.env);
  if (login) {
    const path = user.uid === 0 ? '/sbin:/usr/sbin:/bin:/usr/bin' : '/bin:/usr/bin';
    const term = sys.env.get('TERM');
    if (term !== undefined) env.set('TERM', term);
    env.set('PATH', path);
    attempt(() => sys.chdir(user.home));
  }
  if (login || (!keeps && user.uid !== 0)) {
    env.set('USER', user.name);
    env.set('LOGNAME', user.name);
  }
  if (login || !keeps) {
    env.set('HOME', user.home);
    env.set('SHELL', shell);
  }
  sys.setIds({ uid: user.uid, gid: user.gid, groups: accounts.groupsOf(user) });
  const base = shell.replace(/^.*\//, '');
  const argv = [login ? `-${base}` : base];
  if (command !== undefined) argv.push('-c', command);
  argv.push(...operands);
  try {
    return yield* sys.exec(shell, argv, env);
  } catch (error) {
    throw new Failure(`can't execute '${shell}': ${strerror(error)}`, 127);
  }
});

/** Models debianutils/which.c. */
export const which = applet('which', function* (run) {
  const options = parseOptions(run.args, { letters: 'a', least: 1 });
  const folders = (run.sys.env.get('PATH') ?? '/sbin:/usr/sbin:/bin:/usr/bin').split(':');
  let code = 0;
  for (const name of options.operands) {
    const candidates = name.includes('/')
      ? [name]
      : folders.map((folder) => `${folder === '' ? '.' : folder}/${name}`);
    const found = candidates.filter((path) => isExecutable(run.sys, path));
    if (found.length === 0) code = 1;
    for (const path of options.has('a') ? found : found.slice(0, 1)) {
      yield* run.out.write(`${path}\n`);
    }
  }
  return code;
});

function isExecutable(sys: Parameters<typeof runCommand>[0], path: Bytes): boolean {
  return (
    attempt(() => {
      sys.access(path, { execute: true });
      return sys.stat(path).type === 'file';
    }) ?? false
  );
}
