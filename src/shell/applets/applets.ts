import type { Bytes } from '../../runtime/bytes';
import type { Call, Program, Sys } from '../../runtime/syscalls';
import { addgroup, adduser, delgroup, deluser } from './account-applets';
import { type AppletProgram, BANNER, Invocation } from './applet';
import { APPLET_FOLDERS } from './applet-names';
import { awk } from './awk';
import { base64 } from './base64';
import { bc } from './bc';
import { cal } from './cal';
import { cat } from './cat';
import { cksum, crc32sum, sum } from './checksum-applets';
import { md5sum, sha1sum, sha256sum, sha512sum } from './checksums';
import { cmp, comm } from './compare-files';
import { bunzip2, bzcat, bzip2, gunzip, gzip, zcat } from './compression';
import { cp } from './cp';
import { cpio } from './cpio';
import { cut } from './cut';
import { date } from './date';
import { dc } from './dc';
import { dd } from './dd';
import { diff } from './diff';
import { mkdir, rmdir } from './directories';
import { dnsd } from './dnsd';
import { du } from './du';
import { ed } from './ed';
import { env, printenv } from './environment';
import { chroot, flock, nice, nohup, setsid, su, which } from './execution-wrappers';
import { expand, unexpand } from './expand';
import { expr } from './expr';
import { factor } from './factor';
import { find } from './find';
import { fold } from './fold';
import { getopt } from './getopt';
import { egrep, fgrep, grep } from './grep';
import { head } from './head';
import { hd, hexdump } from './hexdump';
import { dnsdomainname, hostid, hostname, nproc, uname } from './host';
import { httpd } from './httpd';
import { groups, id, logname, whoami } from './identity';
import { ifconfig, route } from './ifconfig';
import { ip } from './ip';
import { ipcalc } from './ipcalc';
import { kill, killall } from './kill';
import { link, ln, readlink, realpath, unlink } from './links';
import { logger } from './logger';
import { ls } from './ls';
import { install, mkfifo, mknod, mktemp, truncate } from './make-files';
import { mv } from './mv';
import { basename, dirname } from './names';
import { nc } from './nc';
import { netstat } from './netstat';
import { nl } from './nl';
import { nslookup } from './nslookup';
import { od } from './od';
import { less, more } from './pager';
import { paste } from './paste';
import { patch } from './patch';
import { chgrp, chmod, chown } from './permissions';
import { ping } from './ping';
import { pgrep, pidof, pkill } from './process-search';
import { ps } from './ps';
import { rm } from './rm';
import { runParts } from './run-parts';
import { sed } from './sed';
import { seq } from './seq';
import { bracket, doubleBracket, echo, printf, pwd, test } from './shell-builtins';
import { sleep, usleep } from './sleep';
import { sort } from './sort';
import { split } from './split';
import { stat } from './stat';
import { sysctl } from './sysctl';
import { df, free, mount, umount, uptime } from './system-state';
import { rev, tac } from './tac';
import { tail } from './tail';
import { tar } from './tar';
import { tee } from './tee';
import { clear, sync, tty } from './terminal-applets';
import { dos2unix, unix2dos } from './text-conversion';
import { time } from './time';
import { timeout } from './timeout';
import { top } from './top';
import { touch } from './touch';
import { tr } from './tr';
import { falseApplet, trueApplet } from './true-and-false';
import { tsort } from './tsort';
import { uniq } from './uniq';
import { unzip } from './unzip';
import { usageOf } from './usage';
import { watch } from './watch';
import { wc } from './wc';
import { wget } from './wget';
import { xargs } from './xargs';
import { xxd } from './xxd';
import { yes } from './yes';

/** The applets that are simulated, by name. The shell is a program of its own. */
export const applets: ReadonlyMap<Bytes, AppletProgram> = new Map<Bytes, AppletProgram>(
  Object.entries({
    '[': bracket,
    '[[': doubleBracket,
    addgroup,
    adduser,
    cal,
    cksum,
    delgroup,
    deluser,
    dos2unix,
    factor,
    getopt,
    hd,
    hexdump,
    ipcalc,
    less,
    logger,
    more,
    patch,
    sum,
    time,
    tsort,
    unix2dos,
    watch,
    xxd,
    crc32: crc32sum,
    'run-parts': runParts,
    awk,
    base64,
    bc,
    basename,
    bunzip2,
    bzcat,
    bzip2,
    cat,
    chgrp,
    chmod,
    chown,
    chroot,
    clear,
    cmp,
    comm,
    cp,
    cpio,
    cut,
    date,
    dc,
    dd,
    df,
    diff,
    dirname,
    dnsdomainname,
    dnsd,
    du,
    echo,
    ed,
    egrep,
    env,
    expand,
    expr,
    false: falseApplet,
    fgrep,
    find,
    flock,
    fold,
    free,
    grep,
    groups,
    gunzip,
    gzip,
    head,
    hostid,
    hostname,
    httpd,
    id,
    ifconfig,
    install,
    ip,
    kill,
    killall,
    link,
    ln,
    logname,
    ls,
    md5sum,
    mkdir,
    mkfifo,
    mknod,
    mktemp,
    mount,
    mv,
    netstat,
    nc,
    nice,
    nl,
    nohup,
    nproc,
    nslookup,
    od,
    paste,
    pgrep,
    ping,
    pidof,
    pkill,
    printenv,
    printf,
    ps,
    pwd,
    readlink,
    realpath,
    rev,
    rm,
    rmdir,
    route,
    sed,
    seq,
    setsid,
    sha1sum,
    sha256sum,
    sha512sum,
    sleep,
    sort,
    split,
    stat,
    su,
    sync,
    sysctl,
    tac,
    tail,
    tar,
    tee,
    test,
    timeout,
    top,
    touch,
    tr,
    true: trueApplet,
    truncate,
    tty,
    umount,
    uname,
    unexpand,
    uniq,
    unlink,
    unzip,
    uptime,
    usleep,
    wc,
    wget,
    which,
    whoami,
    xargs,
    yes,
    zcat,
  }),
);

const SHELLS: ReadonlySet<Bytes> = new Set(['sh', 'ash']);

/** Where the busybox image has its applets; all of them are links to /bin/busybox. */
export const appletPaths: readonly Bytes[] = [
  ...[...APPLET_FOLDERS.keys()].map((name) => `/bin/${name}`),
  '/usr/bin/env',
];

/** The binary behind all applets: what it does depends on the name it was called by. */
export const busybox: Program = (sys) => {
  const called = sys.argv[0] ?? '';
  const name = called.slice(called.lastIndexOf('/') + 1).replace(/^-/, '');
  if (name.startsWith('busybox')) return runBusybox(new Invocation(sys, 'busybox'));
  return runNamed(sys, name, sys.argv);
};

/** Not a generator itself: most applets wait, and each generator around them costs at each wait. */
function runNamed(sys: Sys, name: Bytes, argv: readonly Bytes[]): Call<number> {
  const program = applets.get(name);
  if (program) return program.run(new Invocation(sys, name, argv.slice(1)));
  return runUnknown(new Invocation(sys, name), name, argv);
}

function* runUnknown(run: Invocation, name: Bytes, argv: readonly Bytes[]): Call<number> {
  if (SHELLS.has(name)) return yield* run.sys.exec(`/bin/${name}`, argv);
  if (APPLET_FOLDERS.has(name)) {
    yield* run.say(`${name}: this applet of busybox is not simulated in Podlab\n`);
    return 1;
  }
  yield* run.say(`${name}: applet not found\n`);
  return 127;
}

function* runBusybox(run: Invocation): Call<number> {
  const [first, ...rest] = run.args;
  if (first === undefined || (first === '--help' && rest.length === 0)) {
    yield* run.out.write(overview());
    yield* run.out.flush();
    return 0;
  }
  if (first === '--list' || first === '--list-full') {
    for (const [name, folder] of APPLET_FOLDERS) {
      const path = folder === '' ? name : `${folder}/${name}`;
      yield* run.out.write(`${first === '--list' ? name : path}\n`);
    }
    yield* run.out.flush();
    return 0;
  }
  if (first === '--help') {
    const name = rest[0] as Bytes;
    if (usageOf(name) === undefined) return yield* runNamed(run.sys, name, [name, '--help']);
    yield* new Invocation(run.sys, name).showUsage();
    return 0;
  }
  return yield* runNamed(run.sys, first.replace(/^.*\//s, ''), run.args);
}

function overview(): Bytes {
  let list = '';
  let line = '\t';
  const names = [...APPLET_FOLDERS.keys()];
  for (const [i, name] of names.entries()) {
    const word = i === names.length - 1 ? name : `${name}, `;
    if (line.length + word.length > 72) {
      list += `${line.trimEnd()}\n`;
      line = '\t';
    }
    line += word;
  }
  return (
    `${BANNER} multi-call binary.\n` +
    'BusyBox is copyrighted by many authors between 1998-2015.\n' +
    'Licensed under GPLv2. See source distribution for detailed\n' +
    'copyright notices.\n\n' +
    'Usage: busybox [function [arguments]...]\n' +
    '   or: busybox --list[-full]\n' +
    '   or: busybox --show SCRIPT\n' +
    '   or: busybox --install [-s] [DIR]\n' +
    '   or: function [arguments]...\n\n' +
    '\tBusyBox is a multi-call binary that combines many common Unix\n' +
    '\tutilities into a single executable.  Most people will create a\n' +
    '\tlink to busybox for each function they wish to use and BusyBox\n' +
    '\twill act like whatever it was invoked as.\n\n' +
    `Currently defined functions:\n${list}${line}\n`
  );
}
