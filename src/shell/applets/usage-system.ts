/** What busybox 1.37 prints behind `Usage: NAME`, by applet. */
export const SYSTEM_USAGE: Readonly<Record<string, string>> = {
  addgroup: ` [-g GID] [-S] [USER] GROUP

Add a group or add a user to a group

\t-g GID\tGroup id
\t-S\tCreate a system group`,
  adduser: ` [OPTIONS] USER [GROUP]

Create new user, or add USER to GROUP

\t-h DIR\t\tHome directory
\t-g GECOS\tGECOS field
\t-s SHELL\tLogin shell
\t-G GRP\t\tGroup
\t-S\t\tCreate a system user
\t-D\t\tDon't assign a password
\t-H\t\tDon't create home directory
\t-u UID\t\tUser id
\t-k SKEL\t\tSkeleton directory (/etc/skel)`,
  ash: ` [-il] [-|+Cabefmnuvx] [-|+o OPT]... [-c 'SCRIPT' [ARG0 ARGS] | FILE ARGS | -s ARGS]

Unix shell interpreter`,
  busybox: ` [function [arguments]...]
   or: busybox --list[-full]
   or: busybox --show SCRIPT
   or: busybox --install [-s] [DIR]
   or: function [arguments]...

\tBusyBox is a multi-call binary that combines many common Unix
\tutilities into a single executable.  Most people will create a
\tlink to busybox for each function they wish to use and BusyBox
\twill act like whatever it was invoked as.

Currently defined functions:
\t[, [[, acpid, add-shell, addgroup, adduser, adjtimex, arch, arp,
\tarping, ascii, ash, awk, base32, base64, basename, bc, beep,
\tblkdiscard, blkid, blockdev, bootchartd, brctl, bunzip2, bzcat, bzip2,
\tcal, cat, chat, chattr, chgrp, chmod, chown, chpasswd, chpst, chroot,
\tchrt, chvt, cksum, clear, cmp, comm, conspy, cp, cpio, crc32, crond,
\tcrontab, cryptpw, cttyhack, cut, date, dc, dd, deallocvt, delgroup,
\tdeluser, depmod, devmem, df, dhcprelay, diff, dirname, dmesg, dnsd,
\tdnsdomainname, dos2unix, dpkg, dpkg-deb, du, dumpkmap, dumpleases,
\techo, ed, egrep, eject, env, envdir, envuidgid, ether-wake, expand,
\texpr, factor, fakeidentd, fallocate, false, fatattr, fbset, fbsplash,
\tfdflush, fdformat, fdisk, fgconsole, fgrep, find, findfs, flock, fold,
\tfree, freeramdisk, fsck, fsck.minix, fsfreeze, fstrim, fsync, ftpd,
\tftpget, ftpput, fuser, getfattr, getopt, getty, grep, groups, gunzip,
\tgzip, halt, hd, hdparm, head, hexdump, hexedit, hostid, hostname,
\thttpd, hush, hwclock, i2cdetect, i2cdump, i2cget, i2cset, i2ctransfer,
\tid, ifconfig, ifdown, ifenslave, ifplugd, ifup, inetd, init, insmod,
\tinstall, ionice, iostat, ip, ipaddr, ipcalc, ipcrm, ipcs, iplink,
\tipneigh, iproute, iprule, iptunnel, kbd_mode, kill, killall, killall5,
\tklogd, last, less, link, linux32, linux64, linuxrc, ln, loadfont,
\tloadkmap, logger, login, logname, logread, losetup, lpd, lpq, lpr, ls,
\tlsattr, lsmod, lsof, lspci, lsscsi, lsusb, lzcat, lzma, lzop, makedevs,
\tmakemime, man, md5sum, mdev, mesg, microcom, mim, mkdir, mkdosfs,
\tmke2fs, mkfifo, mkfs.ext2, mkfs.minix, mkfs.vfat, mknod, mkpasswd,
\tmkswap, mktemp, modinfo, modprobe, more, mount, mountpoint, mpstat, mt,
\tmv, nameif, nanddump, nandwrite, nbd-client, nc, netstat, nice, nl,
\tnmeter, nohup, nologin, nproc, nsenter, nslookup, ntpd, od, openvt,
\tpartprobe, passwd, paste, patch, pgrep, pidof, ping, ping6,
\tpipe_progress, pivot_root, pkill, pmap, popmaildir, poweroff, powertop,
\tprintenv, printf, ps, pscan, pstree, pwd, pwdx, raidautorun, rdate,
\trdev, readahead, readlink, readprofile, realpath, reboot, reformime,
\tremove-shell, renice, reset, resize, resume, rev, rm, rmdir, rmmod,
\troute, rpm, rpm2cpio, rtcwake, run-init, run-parts, runlevel, runsv,
\trunsvdir, rx, script, scriptreplay, sed, seedrng, sendmail, seq,
\tsetarch, setconsole, setfattr, setfont, setkeycodes, setlogcons,
\tsetpriv, setserial, setsid, setuidgid, sh, sha1sum, sha256sum, sha3sum,
\tsha512sum, showkey, shred, shuf, slattach, sleep, smemcap, softlimit,
\tsort, split, ssl_client, start-stop-daemon, stat, strings, stty, su,
\tsulogin, sum, sv, svc, svlogd, svok, swapoff, swapon, switch_root,
\tsync, sysctl, syslogd, tac, tail, tar, taskset, tcpsvd, tee, telnet,
\ttelnetd, test, tftp, tftpd, time, timeout, top, touch, tr, traceroute,
\ttraceroute6, tree, true, truncate, ts, tsort, tty, ttysize, tunctl,
\tubiattach, ubidetach, ubimkvol, ubirename, ubirmvol, ubirsvol,
\tubiupdatevol, udhcpc, udhcpc6, udhcpd, udpsvd, uevent, umount, uname,
\tunexpand, uniq, unix2dos, unlink, unlzma, unshare, unxz, unzip, uptime,
\tusers, usleep, uudecode, uuencode, vconfig, vi, vlock, volname, w,
\twall, watch, watchdog, wc, wget, which, who, whoami, whois, xargs, xxd,
\txz, xzcat, yes, zcat, zcip`,
  bzip2: ` [-cfkdt123456789] [FILE]...

Compress FILEs (or stdin) with bzip2 algorithm

\t-1..9\tCompression level
\t-d\tDecompress
\t-c\tWrite to stdout
\t-f\tForce
\t-k\tKeep input files
\t-t\tTest integrity`,
  chvt: ` N

Change the foreground virtual terminal to /dev/ttyN`,
  clear: `

Clear screen`,
  cpio: ` [-dmvu] [-F FILE] [-R USER[:GRP]] [-H newc] [-tio] [-p DIR] [EXTR_FILE]...

Extract (-i) or list (-t) files from a cpio archive on stdin, or
take file list from stdin and create an archive (-o) or copy files (-p)

Main operation mode:
\t-t\tList
\t-i\tExtract EXTR_FILEs (or all)
\t-o\tCreate (requires -H newc)
\t-p DIR\tCopy files to DIR
Options:
\t-H newc\tArchive format
\t-d\tMake leading directories
\t-m\tRestore mtime
\t-v\tVerbose
\t-u\tOverwrite
\t-F FILE\tInput (-t,-i,-p) or output (-o) file
\t-R USER[:GRP]\tSet owner of created files
\t-L\tDereference symlinks
\t-0\tNUL terminated input
\t--ignore-devno
\t--renumber-inodes`,
  crond: ` [-fbS] [-l N] [-d N] [-L LOGFILE] [-c DIR]

\t-f\tForeground
\t-b\tBackground (default)
\t-S\tLog to syslog (default)
\t-l N\tSet log level. Most verbose 0, default 8
\t-d N\tSet log level, log to stderr
\t-L FILE\tLog to FILE
\t-c DIR\tCron dir. Default:/var/spool/cron/crontabs`,
  delgroup: ` [USER] GROUP

Delete group GROUP from the system or user USER from group GROUP`,
  deluser: ` [--remove-home] USER

Delete USER from the system`,
  dmesg: ` [-cr] [-n LEVEL] [-s SIZE]

Print or control the kernel ring buffer

\t-c\t\tClear ring buffer after printing
\t-n LEVEL\tSet console logging level
\t-s SIZE\t\tBuffer size
\t-r\t\tPrint raw message buffer`,
  flock: ` [-sxun] FD | { FILE [-c] PROG ARGS }

[Un]lock file descriptor, or lock FILE, run PROG

\t-s\tShared lock
\t-x\tExclusive lock (default)
\t-u\tUnlock FD
\t-n\tFail rather than wait`,
  free: ` [-bkmgh]

Display free and used memory`,
  gunzip: ` [-cfkt] [FILE]...

Decompress FILEs (or stdin)

\t-c\tWrite to stdout
\t-f\tForce
\t-k\tKeep input files
\t-t\tTest integrity`,
  gzip: ` [-cfkdt] [FILE]...

Compress FILEs (or stdin)

\t-d\tDecompress
\t-c\tWrite to stdout
\t-f\tForce
\t-k\tKeep input files
\t-t\tTest integrity`,
  hostname: ` [-sidf] [HOSTNAME | -F FILE]

Show or set hostname or DNS domain name

\t-s\tShort
\t-i\tAddresses for the hostname
\t-d\tDNS domain name
\t-f\tFully qualified domain name
\t-F FILE\tUse FILE's content as hostname`,
  iostat: ` [-c] [-d] [-t] [-z] [-k|-m] [ALL|BLOCKDEV...] [INTERVAL [COUNT]]

Report CPU and I/O statistics

\t-c\tShow CPU utilization
\t-d\tShow device utilization
\t-t\tPrint current time
\t-z\tOmit devices with no activity
\t-k\tUse kb/s
\t-m\tUse Mb/s`,
  kill: ` [-l] [-SIG] PID...

Send a signal (default: TERM) to given PIDs

\t-l\tList all signal names and numbers`,
  killall: ` [-lq] [-SIG] PROCESS_NAME...

Send a signal (default: TERM) to given processes

\t-l\tList all signal names and numbers
\t-q\tDon't complain if no processes were killed`,
  less: ` [-EFIMmNSRh~] [FILE]...

View FILE (or stdin) one screenful at a time

\t-E\tQuit once the end of a file is reached
\t-F\tQuit if entire file fits on first screen
\t-I\tIgnore case in all searches
\t-M,-m\tDisplay status line with line numbers
\t\tand percentage through the file
\t-N\tPrefix line number to each line
\t-S\tTruncate long lines
\t-R\tRemove color escape codes in input
\t-~\tSuppress ~s displayed past EOF`,
  logger: ` [-s] [-t TAG] [-p PRIO] [MESSAGE]

Write MESSAGE (or stdin) to syslog

\t-s\tLog to stderr as well as the system log
\t-t TAG\tLog using the specified tag (defaults to user name)
\t-p PRIO\tPriority (number or FACILITY.LEVEL pair)`,
  lsof: `

Show all open files`,
  more: ` [FILE]...

View FILE (or stdin) one screenful at a time`,
  mount: ` [OPTIONS] [-o OPT] DEVICE NODE

Mount a filesystem. Filesystem autodetection requires /proc.

\t-a\t\tMount all filesystems in fstab
\t-f\t\tDry run
\t-v\t\tVerbose
\t-r\t\tRead-only mount
\t-t FSTYPE[,...]\tFilesystem type(s)
\t-T FILE\t\tRead FILE instead of /etc/fstab
\t-O OPT\t\tMount only filesystems with option OPT (-a only)
-o OPT:
\tloop\t\tIgnored (loop devices are autodetected)
\t[a]sync\t\tWrites are [a]synchronous
\t[no]atime\tDisable/enable updates to inode access times
\t[no]diratime\tDisable/enable atime updates to directories
\t[no]relatime\tDisable/enable atime updates relative to modification time
\t[no]dev\t\t(Dis)allow use of special device files
\t[no]exec\t(Dis)allow use of executable files
\t[no]suid\t(Dis)allow set-user-id-root programs
\t[r]shared\tConvert [recursively] to a shared subtree
\t[r]slave\tConvert [recursively] to a slave subtree
\t[r]private\tConvert [recursively] to a private subtree
\t[un]bindable\tMake mount point [un]able to be bind mounted
\t[r]bind\t\tBind a file or directory [recursively] to another location
\tmove\t\tRelocate an existing mount point
\tremount\t\tRemount a mounted filesystem, changing flags
\tro\t\tSame as -r

There are filesystem-specific -o flags.`,
  mpstat: ` [-A] [-I SUM|CPU|ALL|SCPU] [-u] [-P num|ALL] [INTERVAL [COUNT]]

Per-processor statistics

\t-A\t\t\tSame as -I ALL -u -P ALL
\t-I SUM|CPU|ALL|SCPU\tReport interrupt statistics
\t-P num|ALL\t\tProcessor to monitor
\t-u\t\t\tReport CPU utilization`,
  nsenter: ` [OPTIONS] [PROG ARGS]

\t-t PID\t\tTarget process to get namespaces from
\t-m[FILE]\tEnter mount namespace
\t-u[FILE]\tEnter UTS namespace (hostname etc)
\t-i[FILE]\tEnter System V IPC namespace
\t-n[FILE]\tEnter network namespace
\t-p[FILE]\tEnter pid namespace
\t-U[FILE]\tEnter user namespace
\t-S UID\t\tSet uid in entered namespace
\t-G GID\t\tSet gid in entered namespace
\t--preserve-credentials\tDon't touch uids or gids
\t-r[DIR]\t\tSet root directory
\t-w[DIR]\t\tSet working directory
\t-F\t\tDon't fork before exec'ing PROG`,
  passwd: ` [-a ALG] [-dlu] [USER]

Change USER's password (default: current user)

\t-a ALG\tdes,md5,sha256/512 (default des)
\t-d\tSet password to ''
\t-l\tLock (disable) account
\t-u\tUnlock (enable) account`,
  pgrep: ` [-flanovx] [-s SID|-P PPID|PATTERN]

Display process(es) selected by regex PATTERN

\t-l\tShow command name too
\t-a\tShow command line too
\t-f\tMatch against entire command line
\t-n\tShow the newest process only
\t-o\tShow the oldest process only
\t-v\tNegate the match
\t-x\tMatch whole name (not substring)
\t-s\tMatch session ID (0 for current)
\t-P\tMatch parent process ID`,
  pidof: ` [-s] [-o PID] [NAME]...

List PIDs of all processes with names that match NAMEs

\t-s\tShow only one PID
\t-o PID\tOmit given pid
\t\tUse %PPID to omit pid of pidof's parent`,
  pkill: ` [-l|-SIGNAL] [-xfvnoe] [-s SID|-P PPID|PATTERN]

Send signal to processes selected by regex PATTERN

\t-l\tList all signals
\t-x\tMatch whole name (not substring)
\t-f\tMatch against entire command line
\t-s SID\tMatch session ID (0 for current)
\t-P PPID\tMatch parent process ID
\t-v\tNegate the match
\t-n\tSignal the newest process only
\t-o\tSignal the oldest process only
\t-e\tDisplay name and PID of the process being killed`,
  ps: ` [-o COL1,COL2=HEADER] [-T]

Show list of processes

\t-o COL1,COL2=HEADER\tSelect columns for display
\t-T\t\t\tShow threads`,
  pstree: ` [-p] [PID|USER]

Display process tree, optionally start from USER or PID

\t-p\tShow pids`,
  pwdx: ` PID...

Show current directory for PIDs`,
  renice: ` [-n] PRIORITY [[-p|g|u] ID...]...

Change scheduling priority of a running process

\t-n\tAdd PRIORITY to current nice value
\t\tWithout -n, nice value is set to PRIORITY
\t-p\tProcess ids (default)
\t-g\tProcess group ids
\t-u\tProcess user names`,
  reset: `

Reset terminal (ESC codes) and termios (signals, buffering, echo)`,
  'run-parts': ` [-a ARG]... [-u UMASK] [--reverse] [--test] [--exit-on-error] [--list] DIRECTORY

Run a bunch of scripts in DIRECTORY

\t-a ARG\t\tPass ARG as argument to scripts
\t-u UMASK\tSet UMASK before running scripts
\t--reverse\tReverse execution order
\t--test\t\tDry run
\t--exit-on-error\tExit if a script exits with non-zero
\t--list\t\tPrint names of matching files even if they are not executable`,
  setsid: ` [-c] PROG ARGS

Run PROG in a new session. PROG will have no controlling terminal
and will not be affected by keyboard signals (^C etc).

\t-c\tSet controlling terminal to stdin`,
  sh: ` [-il] [-|+Cabefmnuvx] [-|+o OPT]... [-c 'SCRIPT' [ARG0 ARGS] | FILE ARGS | -s ARGS]

Unix shell interpreter`,
  'start-stop-daemon': ` -S|-K [OPTIONS] [-- ARGS]

Search for matching processes, and then
-S: start a process unless a matching process is found
-K: stop all matching processes

Process matching:
\t-u USERNAME|UID\tMatch only this user's processes
\t-n NAME\t\tMatch processes with NAME
\t\t\tin comm field in /proc/PID/stat
\t-x EXECUTABLE\tMatch processes with this command
\t\t\tin /proc/PID/cmdline
\t-p FILE\t\tMatch a process with PID from FILE
\tAll specified conditions must match
-S only:
\t-x EXECUTABLE\tProgram to run
\t-a NAME\t\tZeroth argument
\t-b\t\tBackground
\t-O FILE\t\tAppend stdout and stderr to FILE
\t-N N\t\tChange nice level
\t-c USER[:[GRP]]\tChange user/group
\t-d DIR\t\tChange to DIR
\t-m\t\tWrite PID to pidfile specified by -p
-K only:
\t-s SIG\t\tSignal to send
\t-t\t\tMatch only, exit with 0 if found
Other:
\t-o\t\tExit with status 0 if nothing is done
\t-v\t\tVerbose
\t-q\t\tQuiet`,
  su: ` [-lmp] [-s SH] [-] [USER [FILE ARGS | -c 'CMD' [ARG0 ARGS]]]

Run shell under USER (by default, root)

\t-,-l\tClear environment, go to home dir, run shell as login shell
\t-p,-m\tDo not set new $HOME, $SHELL, $USER, $LOGNAME
\t-c CMD\tCommand to pass to 'sh -c'
\t-s SH\tShell to use instead of user's default`,
  sysctl: ` [-enq] { -a | -p [FILE]... | [-w] [KEY[=VALUE]]... }

Show/set kernel parameters

\t-e\tDon't warn about unknown keys
\t-n\tDon't show key names
\t-q      Quiet
\t-a\tShow all values
\t-p\tSet values from FILEs (default /etc/sysctl.conf)
\t-w\tSet values`,
  tar: ` c|x|t [-zJjahmvokO] [-f TARFILE] [-C DIR] [-T FILE] [-X FILE] [LONGOPT]... [FILE]...

Create, extract, or list files from a tar file

\tc\tCreate
\tx\tExtract
\tt\tList
\t-f FILE\tName of TARFILE ('-' for stdin/out)
\t-C DIR\tChange to DIR before operation
\t-v\tVerbose
\t-O\tExtract to stdout
\t-m\tDon't restore mtime
\t-o\tDon't restore user:group
\t-k\tDon't replace existing files
\t-z\t(De)compress using gzip
\t-J\t(De)compress using xz
\t-j\t(De)compress using bzip2
\t--lzma\t(De)compress using lzma
\t-a\t(De)compress based on extension
\t-h\tFollow symlinks
\t-T FILE\tFile with names to include
\t-X FILE\tFile with glob patterns to exclude
\t--exclude PATTERN\tGlob pattern to exclude
\t--overwrite\t\tReplace existing files
\t--strip-components NUM\tNUM of leading components to strip
\t--no-recursion\t\tDon't descend in directories
\t--numeric-owner\t\tUse numeric user:group
\t--no-same-permissions\tDon't restore access permissions
\t--to-command COMMAND\tPipe files to COMMAND`,
  time: ` [-vpa] [-o FILE] PROG ARGS

Run PROG, display resource usage when it exits

\t-v\tVerbose
\t-p\tPOSIX output format
\t-f FMT\tCustom format
\t-o FILE\tWrite result to FILE
\t-a\tAppend (else overwrite)`,
  top: ` [-bmH] [-n COUNT] [-d SECONDS]

Show a view of process activity in real time.
Read the status of all processes from /proc each SECONDS
and show a screenful of them.
Keys:
\tN/M/P/T: show CPU usage, sort by pid/mem/cpu/time
\tS: show memory
\tR: reverse sort
\tH: toggle threads, 1: toggle SMP
\tQ,^C: exit
Options:
\t-b\tBatch mode
\t-n N\tExit after N iterations
\t-d SEC\tDelay between updates
\t-m\tSame as 's' key
\t-H\tShow threads`,
  umount: ` [-rlfda] [-t FSTYPE] FILESYSTEM|DIRECTORY

Unmount filesystems

\t-a\tUnmount all filesystems
\t-r\tRemount devices read-only if mount is busy
\t-l\tLazy umount (detach filesystem)
\t-f\tForce umount (i.e., unreachable NFS server)
\t-d\tFree loop device if it has been used
\t-t FSTYPE[,...]\tUnmount only these filesystem type(s)`,
  unshare: ` [OPTIONS] [PROG ARGS]

\t-m,--mount[=FILE]\tUnshare mount namespace
\t-u,--uts[=FILE]\t\tUnshare UTS namespace (hostname etc.)
\t-i,--ipc[=FILE]\t\tUnshare System V IPC namespace
\t-n,--net[=FILE]\t\tUnshare network namespace
\t-p,--pid[=FILE]\t\tUnshare PID namespace
\t-U,--user[=FILE]\tUnshare user namespace
\t-f\t\t\tFork before execing PROG
\t-r\t\t\tMap current user to root (implies -U)
\t--mount-proc[=DIR]\tMount /proc filesystem first (implies -m)
\t--propagation slave|shared|private|unchanged
\t\t\t\tModify mount propagation in mount namespace
\t--setgroups allow|deny\tControl the setgroups syscall in user namespaces`,
  unzip: ` [-lnojpqK] FILE[.zip] [FILE]... [-x FILE]... [-d DIR]

Extract FILEs from ZIP archive

\t-l\tList contents (with -q for short form)
\t-n\tNever overwrite files (default: ask)
\t-o\tOverwrite
\t-j\tDo not restore paths
\t-p\tWrite to stdout
\t-t\tTest
\t-q\tQuiet
\t-K\tDo not clear SUID bit
\t-x FILE\tExclude FILEs
\t-d DIR\tExtract into DIR`,
  uptime: `

Display the time since the last boot`,
  vi: ` [-c CMD] [-R] [-H] [FILE]...

Edit FILE

\t-c CMD\tInitial command to run ($EXINIT and ~/.exrc also available)
\t-R\tRead-only
\t-H\tList available features`,
  w: `

Show who is logged on`,
  watch: ` [-n SEC] [-t] PROG ARGS

Run PROG periodically

\t-n SEC\tPeriod (default 2)
\t-t\tDon't print header`,
  zcat: ` [FILE]...

Decompress to stdout`,
};
