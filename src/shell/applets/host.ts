import type { Bytes } from '../../runtime/bytes';
import { SysError } from '../../runtime/errno';
import { resolveHost } from '../../runtime/net/resolver';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation } from './applet';
import { openOrFail } from './files';
import { readAll } from './lines';
import { type Options, parseOptions } from './options';
import { readSmallFile } from './users';

/** Models networking/hostname.c. */
export const hostname = applet('hostname', function* (run) {
  const options = parseOptions(run.args, { letters: 'dfisF:v' });
  yield* printHostname(run, options);
  return 0;
});

/** Models networking/hostname.c called as `dnsdomainname`. */
export const dnsdomainname = applet('dnsdomainname', function* (run) {
  yield* printHostname(run, parseOptions(['-d'], { letters: 'd' }));
  return 0;
});

function* printHostname(run: Invocation, options: Options): Call<void> {
  const { sys } = run;
  if (options.has('d') || options.has('f') || options.has('i')) {
    const { name, address } = yield* lookUpOwn(run);
    const dot = name.indexOf('.');
    if (options.has('f')) yield* run.out.write(`${name}\n`);
    else if (options.has('s')) yield* run.out.write(`${name.split('.')[0]}\n`);
    else if (options.has('i') && !options.has('d')) yield* run.out.write(`${address}\n`);
    else if (dot >= 0) yield* run.out.write(`${name.slice(dot + 1)}\n`);
    return;
  }
  const file = options.value('F');
  if (options.has('s')) yield* run.out.write(`${sys.hostname.split('.')[0]}\n`);
  else if (file !== undefined) {
    const text = yield* readAll(sys, yield* openOrFail(run, file));
    for (const line of text.split('\n')) {
      const name = line.replace(/#.*/, '').trim();
      if (name !== '') setHostname(run, name);
    }
  } else if (options.operands[0] !== undefined) setHostname(run, options.operands[0]);
  else yield* run.out.write(`${sys.hostname}\n`);
}

function setHostname(run: Invocation, name: Bytes): void {
  try {
    run.sys.setHostname(name);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new Failure(`sethostname: ${error.message}`);
  }
}

/** The canonical name of this host and its address, as gethostbyname(3) finds them. */
function* lookUpOwn(run: Invocation): Call<{ name: Bytes; address: Bytes }> {
  const own = run.sys.hostname;
  for (const line of (yield* readSmallFile(run.sys, '/etc/hosts')).split('\n')) {
    const [address, ...names] = (line.split('#')[0] ?? '').trim().split(/\s+/);
    const canonical = names[0];
    if (address === undefined || canonical === undefined || address.includes(':')) continue;
    if (names.includes(own)) return { name: canonical, address };
  }
  const address = yield* resolveHost(run.sys, own);
  if (address === undefined) throw new Failure(`${own}: Host name lookup failure`);
  return { name: own, address };
}

/** Models coreutils/uname.c. */
export const uname = applet('uname', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'snrvmpioa',
    long: {
      all: 'a',
      'kernel-name': 's',
      nodename: 'n',
      'kernel-release': 'r',
      release: 'r',
      'kernel-version': 'v',
      machine: 'm',
      processor: 'p',
      'hardware-platform': 'i',
      'operating-system': 'o',
    },
    most: 0,
  });
  const fields: Readonly<Record<string, Bytes>> = {
    s: 'Linux',
    n: run.sys.hostname,
    r: (yield* readSmallFile(run.sys, '/proc/sys/kernel/osrelease')).trim(),
    v: '#1 SMP',
    m: 'x86_64',
    p: 'unknown',
    i: 'unknown',
    o: 'GNU/Linux',
  };
  const all = options.has('a');
  const asked = Object.keys(fields).filter((key) =>
    all ? fields[key] !== 'unknown' : options.has(key),
  );
  const shown = asked.length > 0 ? asked : ['s'];
  yield* run.out.write(`${shown.map((key) => fields[key]).join(' ')}\n`);
  return 0;
});

/** Models coreutils/nproc.c. */
export const nproc = applet('nproc', function* (run) {
  const options = parseOptions(run.args, { letters: '', long: { 'ignore=': 'i', all: 'a' } });
  const cpuinfo = yield* readSmallFile(run.sys, '/proc/cpuinfo');
  const count = (cpuinfo.match(/^processor\s*:/gm) ?? ['one']).length;
  const ignored = Number(options.value('i') ?? 0);
  yield* run.out.write(`${Math.max(count - ignored, 1)}\n`);
  return 0;
});

/** Models coreutils/hostid.c: gethostid(3) makes it of the host's address. */
export const hostid = applet('hostid', function* (run) {
  const address = (yield* resolveHost(run.sys, run.sys.hostname)) ?? '0.0.0.0';
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const hex = [b, a, d, c].map((part) => part.toString(16).padStart(2, '0')).join('');
  yield* run.out.write(`${hex}\n`);
  return yield* run.flushAll();
});
