/** What busybox 1.37 prints behind `Usage: NAME`, by applet. */
export const COREUTILS_USAGE: Readonly<Record<string, string>> = {
  base64: ` [-d] [-w COL] [FILE]

Base64 encode or decode FILE to standard output

\t-d\tDecode data
\t-w COL\tWrap lines at COL (default 76, 0 disables)`,
  basename: ` FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...

Strip directory path and SUFFIX from FILE

\t-a\t\tAll arguments are FILEs
\t-s SUFFIX\tRemove SUFFIX (implies -a)`,
  cat: ` [-nbvteA] [FILE]...

Print FILEs to stdout

\t-n\tNumber output lines
\t-b\tNumber nonempty lines
\t-v\tShow nonprinting characters as ^x or M-x
\t-t\t...and tabs as ^I
\t-e\t...and end lines with $
\t-A\tSame as -vte`,
  chgrp: ` [-RhLHPcvf]... GROUP FILE...

Change the group membership of FILEs to GROUP

\t-h\tAffect symlinks instead of symlink targets
\t-L\tTraverse all symlinks to directories
\t-H\tTraverse symlinks on command line only
\t-P\tDon't traverse symlinks (default)
\t-R\tRecurse
\t-c\tList changed files
\t-v\tVerbose
\t-f\tHide errors`,
  chmod: ` [-Rcvf] MODE[,MODE]... FILE...

MODE is octal number (bit pattern sstrwxrwxrwx) or [ugoa]{+|-|=}[rwxXst]

\t-R\tRecurse
\t-c\tList changed files
\t-v\tVerbose
\t-f\tHide errors`,
  chown: ` [-RhLHPcvf]... USER[:[GRP]] FILE...

Change the owner and/or group of FILEs to USER and/or GRP

\t-h\tAffect symlinks instead of symlink targets
\t-L\tTraverse all symlinks to directories
\t-H\tTraverse symlinks on command line only
\t-P\tDon't traverse symlinks (default)
\t-R\tRecurse
\t-c\tList changed files
\t-v\tVerbose
\t-f\tHide errors`,
  chroot: ` NEWROOT [PROG ARGS]

Run PROG with root directory set to NEWROOT`,
  cksum: ` FILE...

Calculate CRC32 checksum of FILEs`,
  comm: ` [-123] FILE1 FILE2

Compare FILE1 with FILE2

\t-1\tSuppress lines unique to FILE1
\t-2\tSuppress lines unique to FILE2
\t-3\tSuppress lines common to both files`,
  cp: ` [-arPLHpfinlsTu] SOURCE DEST
or: cp [-arPLHpfinlsu] SOURCE... { -t DIRECTORY | DIRECTORY }

Copy SOURCEs to DEST

\t-a\tSame as -dpR
\t-R,-r\tRecurse
\t-d,-P\tPreserve symlinks (default if -R)
\t-L\tFollow all symlinks
\t-H\tFollow symlinks on command line
\t-p\tPreserve file attributes if possible
\t-f\tOverwrite
\t-i\tPrompt before overwrite
\t-n\tDon't overwrite
\t-l,-s\tCreate (sym)links
\t-T\tRefuse to copy if DEST is a directory
\t-t DIR\tCopy all SOURCEs into DIR
\t-u\tCopy only newer files`,
  cut: ` [OPTIONS] [FILE]...

Print selected fields from FILEs to stdout

\t-b LIST\tOutput only bytes from LIST
\t-c LIST\tOutput only characters from LIST
\t-d SEP\tField delimiter for input (default -f TAB, -F run of whitespace)
\t-O SEP\tField delimeter for output (default = -d for -f, one space for -F)
\t-D\tDon't sort/collate sections or match -fF lines without delimeter
\t-f LIST\tPrint only these fields (-d is single char)
\t-F LIST\tPrint only these fields (-d is regex)
\t-s\tOutput only lines containing delimiter
\t-n\tIgnored`,
  date: ` [OPTIONS] [+FMT] [[-s] TIME]

Display time (using +FMT), or set time

\t-u\t\tWork in UTC (don't convert to local time)
\t[-s] TIME\tSet time to TIME
\t-d TIME\t\tDisplay TIME, not 'now'
\t-D FMT\t\tFMT (strptime format) for -s/-d TIME conversion
\t-r FILE\t\tDisplay last modification time of FILE
\t-R\t\tOutput RFC-2822 date
\t-I[SPEC]\tOutput ISO-8601 date
\t\t\tSPEC=date (default), hours, minutes, seconds or ns

Recognized TIME formats:
\t@seconds_since_1970
\thh:mm[:ss]
\t[YYYY.]MM.DD-hh:mm[:ss]
\tYYYY-MM-DD hh:mm[:ss]
\t[[[[[YY]YY]MM]DD]hh]mm[.ss]
\t'date TIME' form accepts MMDDhhmm[[YY]YY][.ss] instead`,
  dd: ` [if=FILE] [of=FILE] [ibs=N obs=N/bs=N] [count=N] [skip=N] [seek=N]
\t[conv=notrunc|noerror|sync|fsync]
\t[iflag=skip_bytes|count_bytes|fullblock|direct] [oflag=seek_bytes|append|direct]

Copy a file with converting and formatting

\tif=FILE\t\tRead from FILE instead of stdin
\tof=FILE\t\tWrite to FILE instead of stdout
\tbs=N\t\tRead and write N bytes at a time
\tibs=N\t\tRead N bytes at a time
\tobs=N\t\tWrite N bytes at a time
\tcount=N\t\tCopy only N input blocks
\tskip=N\t\tSkip N input blocks
\tseek=N\t\tSkip N output blocks
\tconv=notrunc\tDon't truncate output file
\tconv=noerror\tContinue after read errors
\tconv=sync\tPad blocks with zeros
\tconv=fsync\tPhysically write data out before finishing
\tconv=swab\tSwap every pair of bytes
\tiflag=skip_bytes\tskip=N is in bytes
\tiflag=count_bytes\tcount=N is in bytes
\toflag=seek_bytes\tseek=N is in bytes
\tiflag=direct\tO_DIRECT input
\toflag=direct\tO_DIRECT output
\tiflag=fullblock\tRead full blocks
\toflag=append\tOpen output in append mode
\tstatus=noxfer\tSuppress rate output
\tstatus=none\tSuppress all output

N may be suffixed by c (1), w (2), b (512), kB (1000), k (1024), MB, M, GB, G`,
  df: ` [-PkmhTai] [-B SIZE] [-t TYPE] [FILESYSTEM]...

Print filesystem usage statistics

\t-P\tPOSIX output format
\t-k\t1024-byte blocks (default)
\t-m\t1M-byte blocks
\t-h\tHuman readable (e.g. 1K 243M 2G)
\t-T\tPrint filesystem type
\t-t TYPE\tPrint only mounts of this type
\t-a\tShow all filesystems
\t-i\tInodes
\t-B SIZE\tBlocksize`,
  dirname: ` FILENAME

Strip non-directory suffix from FILENAME`,
  du: ` [-aHLdclsxhmk] [FILE]...

Summarize disk space used for FILEs (or directories)

\t-a\tShow file sizes too
\t-b\tApparent size (including holes)
\t-L\tFollow all symlinks
\t-H\tFollow symlinks on command line
\t-d N\tLimit output to directories (and files with -a) of depth < N
\t-c\tShow grand total
\t-l\tCount sizes many times if hard linked
\t-s\tDisplay only a total for each argument
\t-x\tSkip directories on different filesystems
\t-h\tSizes in human readable format (e.g., 1K 243M 2G)
\t-m\tSizes in megabytes
\t-k\tSizes in kilobytes (default)`,
  env: ` [-i0] [-u NAME]... [-] [NAME=VALUE]... [PROG ARGS]

Print current environment or run PROG after setting up environment

\t-, -i\tStart with empty environment
\t-0\tNUL terminated output
\t-u NAME\tRemove variable from environment`,
  expand: ` [-i] [-t N] [FILE]...

Convert tabs to spaces, writing to stdout

\t-i\tDon't convert tabs after non blanks
\t-t\tTabstops every N chars`,
  expr: ` EXPRESSION

Print the value of EXPRESSION

EXPRESSION may be:
\tARG1 | ARG2\tARG1 if it is neither null nor 0, otherwise ARG2
\tARG1 & ARG2\tARG1 if neither argument is null or 0, otherwise 0
\tARG1 < ARG2\t1 if ARG1 is less than ARG2, else 0. Similarly:
\tARG1 <= ARG2
\tARG1 = ARG2
\tARG1 != ARG2
\tARG1 >= ARG2
\tARG1 > ARG2
\tARG1 + ARG2\tSum of ARG1 and ARG2. Similarly:
\tARG1 - ARG2
\tARG1 * ARG2
\tARG1 / ARG2
\tARG1 % ARG2
\tSTRING : REGEXP\t\tAnchored pattern match of REGEXP in STRING
\tmatch STRING REGEXP\tSame as STRING : REGEXP
\tsubstr STRING POS LEN\tSubstring of STRING, POS counts from 1
\tindex STRING CHARS\tIndex in STRING where any CHARS is found, or 0
\tlength STRING\t\tLength of STRING
\tquote TOKEN\t\tInterpret TOKEN as a string, even if
\t\t\t\tit is a keyword like 'match' or an
\t\t\t\toperator like '/'
\t(EXPRESSION)\t\tValue of EXPRESSION

Beware that many operators need to be escaped or quoted for shells.
Comparisons are arithmetic if both ARGs are numbers, else
lexicographical. Pattern matches return the string matched between
\\( and \\) or null; if \\( and \\) are not used, they return the number
of characters matched or 0.`,
  fold: ` [-bs] [-w WIDTH] [FILE]...

Wrap input lines in FILEs (or stdin), writing to stdout

\t-b\tCount bytes rather than columns
\t-s\tBreak at spaces
\t-w\tUse WIDTH columns instead of 80`,
  head: ` [OPTIONS] [FILE]...

Print first 10 lines of FILEs (or stdin).
With more than one FILE, precede each with a filename header.

\t-n N[bkm]\tPrint first N lines
\t-n -N[bkm]\tPrint all except N last lines
\t-c [-]N[bkm]\tPrint first N bytes
\t\t\t(b:*512 k:*1024 m:*1024^2)
\t-q\t\tNever print headers
\t-v\t\tAlways print headers`,
  hostid: `

Print out a unique 32-bit identifier for the machine`,
  id: ` [-ugGnr] [USER]

Print information about USER or the current user

\t-u\tUser ID
\t-g\tGroup ID
\t-G\tSupplementary group IDs
\t-n\tPrint names instead of numbers
\t-r\tPrint real ID instead of effective ID`,
  install: ` [-cdDsp] [-o USER] [-g GRP] [-m MODE] [-t DIR] [SOURCE]... DEST

Copy files and set attributes

\t-c\tJust copy (default)
\t-d\tCreate directories
\t-D\tCreate leading target directories
\t-s\tStrip symbol table
\t-p\tPreserve date
\t-o USER\tSet ownership
\t-g GRP\tSet group ownership
\t-m MODE\tSet permissions
\t-t DIR\tInstall to DIR`,
  link: ` FILE LINK

Create hard LINK to FILE`,
  ln: ` [-sfnbtv] [-S SUF] TARGET... LINK|DIR

Create a link LINK or DIR/TARGET to the specified TARGET(s)

\t-s\tMake symlinks instead of hardlinks
\t-f\tRemove existing destinations
\t-n\tDon't dereference symlinks - treat like normal file
\t-b\tMake a backup of the target (if exists) before link operation
\t-S SUF\tUse suffix instead of ~ when making backup files
\t-T\tTreat LINK as a file, not DIR
\t-v\tVerbose`,
  logname: `

Print the name of the current user`,
  ls: ` [-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...

List directory contents

\t-1\tOne column output
\t-a\tInclude names starting with .
\t-A\tLike -a, but exclude . and ..
\t-x\tList by lines
\t-d\tList directory names, not contents
\t-L\tFollow symlinks
\t-H\tFollow symlinks on command line
\t-R\tRecurse
\t-p\tAppend / to directory names
\t-F\tAppend indicator (one of */=@|) to names
\t-l\tLong format
\t-i\tList inode numbers
\t-n\tList numeric UIDs and GIDs instead of names
\t-s\tList allocated blocks
\t-lc\tList ctime
\t-lu\tList atime
\t--full-time\tList full date/time
\t-h\tHuman readable sizes (1K 243M 2G)
\t--group-directories-first
\t-S\tSort by size
\t-X\tSort by extension
\t-v\tSort by version
\t-t\tSort by mtime
\t-tc\tSort by ctime
\t-tu\tSort by atime
\t-r\tReverse sort order
\t-w N\tFormat N columns wide
\t--color[={always,never,auto}]`,
  md5sum: ` [-c[sw]] [FILE]...

Print or check MD5 checksums

\t-c\tCheck sums against list in FILEs
\t-s\tDon't output anything, status code shows success
\t-w\tWarn about improperly formatted checksum lines`,
  mkdir: ` [-m MODE] [-p] DIRECTORY...

Create DIRECTORY

\t-m MODE\tMode
\t-p\tNo error if exists; make parent directories as needed`,
  mkfifo: ` [-m MODE] NAME

Create named pipe

\t-m MODE\tMode (default a=rw)`,
  mknod: ` [-m MODE] NAME TYPE [MAJOR MINOR]

Create a special file (block, character, or pipe)

\t-m MODE\tCreation mode (default a=rw)
TYPE:
\tb\tBlock device
\tc or u\tCharacter device
\tp\tNamed pipe (MAJOR MINOR must be omitted)`,
  mktemp: ` [-dt] [-p DIR] [TEMPLATE]

Create a temporary file with name based on TEMPLATE and print its name.
TEMPLATE must end with XXXXXX (e.g. [/dir/]nameXXXXXX).
Without TEMPLATE, -t tmp.XXXXXX is assumed.

\t-d\tMake directory, not file
\t-q\tFail silently on errors
\t-t\tPrepend base directory name to TEMPLATE
\t-p DIR\tUse DIR as a base directory (implies -t)
\t-u\tDo not create anything; print a name

Base directory is: -p DIR, else $TMPDIR, else /tmp`,
  mv: ` [-finT] SOURCE DEST
or: mv [-fin] SOURCE... { -t DIRECTORY | DIRECTORY }

Rename SOURCE to DEST, or move SOURCEs to DIRECTORY

\t-f\tDon't prompt before overwriting
\t-i\tInteractive, prompt before overwrite
\t-n\tDon't overwrite an existing file
\t-T\tRefuse to move if DEST is a directory
\t-t DIR\tMove all SOURCEs into DIR`,
  nice: ` [-n ADJUST] [PROG ARGS]

Change scheduling priority, run PROG

\t-n ADJUST\tAdjust priority by ADJUST`,
  nl: ` [OPTIONS] [FILE]...

Write FILEs to standard output with line numbers added

\t-b STYLE\tWhich lines to number - a: all, t: nonempty, n: none
\t-i N\t\tLine number increment
\t-s STRING\tUse STRING as line number separator
\t-v N\t\tStart from N
\t-w N\t\tWidth of line numbers`,
  nohup: ` PROG ARGS

Run PROG immune to hangups, with output to a non-tty`,
  nproc: ` [--all] [--ignore=N]

Print number of available CPUs

\t--all\t\tNumber of installed CPUs
\t--ignore=N\tExclude N CPUs`,
  od: ` [-abcdfhilovxs] [-t TYPE] [-A RADIX] [-N SIZE] [-j SKIP] [-S MINSTR] [-w WIDTH] [FILE]...

Print FILEs (or stdin) unambiguously, as octal bytes by default`,
  paste: ` [-d LIST] [-s] [FILE]...

Paste lines from each input file, separated with tab

\t-d LIST\tUse delimiters from LIST, not tab
\t-s      Serial: one file at a time`,
  printenv: ` [VARIABLE]...

Print environment VARIABLEs.
If no VARIABLE specified, print all.`,
  printf: ` FORMAT [ARG]...

Format and print ARG(s) according to FORMAT (a-la C printf)`,
  pwd: `

Print the full filename of the current working directory`,
  readlink: ` [-fnv] FILE

Display the value of a symlink

\t-n\tDon't add newline
\t-f\tCanonicalize by following all symlinks
\t-v\tVerbose`,
  realpath: ` FILE...

Print absolute pathnames of FILEs`,
  rev: ` [FILE]...

Reverse lines of FILE`,
  rm: ` [-irf] FILE...

Remove (unlink) FILEs

\t-i\tAlways prompt before removing
\t-f\tNever prompt
\t-R,-r\tRecurse`,
  rmdir: ` [-p] DIRECTORY...

Remove DIRECTORY if it is empty

\t-p\tInclude parents
\t--ignore-fail-on-non-empty`,
  seq: ` [-w] [-s SEP] [FIRST [INC]] LAST

Print numbers from FIRST to LAST, in steps of INC.
FIRST, INC default to 1.

\t-w\tPad with leading zeros
\t-s SEP\tString separator`,
  sha1sum: ` [-c[sw]] [FILE]...

Print or check SHA1 checksums

\t-c\tCheck sums against list in FILEs
\t-s\tDon't output anything, status code shows success
\t-w\tWarn about improperly formatted checksum lines`,
  sha256sum: ` [-c[sw]] [FILE]...

Print or check SHA256 checksums

\t-c\tCheck sums against list in FILEs
\t-s\tDon't output anything, status code shows success
\t-w\tWarn about improperly formatted checksum lines`,
  sha512sum: ` [-c[sw]] [FILE]...

Print or check SHA512 checksums

\t-c\tCheck sums against list in FILEs
\t-s\tDon't output anything, status code shows success
\t-w\tWarn about improperly formatted checksum lines`,
  shuf: ` [-n NUM] [-o FILE] [-z] [FILE | -e [ARG...] | -i L-H]

Randomly permute lines

\t-n NUM\tOutput at most NUM lines
\t-o FILE\tWrite to FILE, not standard output
\t-z\tNUL terminated output
\t-e\tTreat ARGs as lines
\t-i L-H\tTreat numbers L-H as lines`,
  sleep: ` [N]...

Pause for a time equal to the total of the args given, where each arg can
have an optional suffix of (s)econds, (m)inutes, (h)ours, or (d)ays`,
  sort: ` [-nrughMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...

Sort lines of text

\t-o FILE\tOutput to FILE
\t-c\tCheck whether input is sorted
\t-b\tIgnore leading blanks
\t-f\tIgnore case
\t-i\tIgnore unprintable characters
\t-d\tDictionary order (blank or alphanumeric only)
\t-n\tSort numbers
\t-g\tGeneral numerical sort
\t-h\tSort human readable numbers (2K 1G)
\t-M\tSort month
\t-V\tSort version
\t-t CHAR\tField separator
\t-k N[,M] Sort by Nth field
\t-r\tReverse sort order
\t-s\tStable (don't sort ties alphabetically)
\t-u\tSuppress duplicate lines
\t-z\tNUL terminated input and output`,
  split: ` [OPTIONS] [INPUT [PREFIX]]

\t-b N[k|m]\tSplit by N (kilo|mega)bytes
\t-l N\t\tSplit by N lines
\t-a N\t\tUse N letters as suffix`,
  stat: ` [-ltf] [-c FMT] FILE...

Display file (default) or filesystem status

\t-c FMT\tUse the specified format
\t-f\tDisplay filesystem status
\t-L\tFollow links
\t-t\tTerse display

FMT sequences for files:
 %a\tAccess rights in octal
 %A\tAccess rights in human readable form
 %b\tNumber of blocks allocated (see %B)
 %B\tSize in bytes of each block reported by %b
 %d\tDevice number in decimal
 %D\tDevice number in hex
 %f\tRaw mode in hex
 %F\tFile type
 %g\tGroup ID
 %G\tGroup name
 %h\tNumber of hard links
 %i\tInode number
 %n\tFile name
 %N\tFile name, with -> TARGET if symlink
 %o\tI/O block size
 %s\tTotal size in bytes
 %t\tMajor device type in hex
 %T\tMinor device type in hex
 %u\tUser ID
 %U\tUser name
 %x\tTime of last access
 %X\tTime of last access as seconds since Epoch
 %y\tTime of last modification
 %Y\tTime of last modification as seconds since Epoch
 %z\tTime of last change
 %Z\tTime of last change as seconds since Epoch

FMT sequences for file systems:
 %a\tFree blocks available to non-superuser
 %b\tTotal data blocks
 %c\tTotal file nodes
 %d\tFree file nodes
 %f\tFree blocks
 %i\tFile System ID in hex
 %l\tMaximum length of filenames
 %n\tFile name
 %s\tBlock size (for faster transfer)
 %S\tFundamental block size (for block counts)
 %t\tType in hex
 %T\tType in human readable form`,
  stty: ` [-a|g] [-F DEVICE] [SETTING]...

Without arguments, prints baud rate, line discipline,
and deviations from stty sane

\t-F DEVICE\tOpen device instead of stdin
\t-a\t\tPrint all current settings in human-readable form
\t-g\t\tPrint in stty-readable form
\t[SETTING]\tSee manpage`,
  sum: ` [-rs] [FILE]...

Checksum and count the blocks in a file

\t-r\tUse BSD sum algorithm (1K blocks)
\t-s\tUse System V sum algorithm (512byte blocks)`,
  sync: ` [-df] [FILE]...

Write all buffered blocks (in FILEs) to disk
\t-d\tAvoid syncing metadata
\t-f\tSync filesystems underlying FILEs`,
  tac: ` [FILE]...

Concatenate FILEs and print them in reverse`,
  tail: ` [OPTIONS] [FILE]...

Print last 10 lines of FILEs (or stdin) to.
With more than one FILE, precede each with a filename header.

\t-c [+]N[bkm]\tPrint last N bytes
\t-n N[bkm]\tPrint last N lines
\t-n +N[bkm]\tStart on Nth line and print the rest
\t\t\t(b:*512 k:*1024 m:*1024^2)
\t-q\t\tNever print headers
\t-v\t\tAlways print headers
\t-f\t\tPrint data as file grows
\t-F\t\tSame as -f, but keep retrying
\t-s SECONDS\tWait SECONDS between reads with -f`,
  tee: ` [-ai] [FILE]...

Copy stdin to each FILE, and also to stdout

\t-a\tAppend to the given FILEs, don't overwrite
\t-i\tIgnore interrupt signals (SIGINT)`,
  timeout: ` [-s SIG] [-k KILL_SECS] SECS PROG ARGS

Run PROG. Send SIG to it if it is not gone in SECS seconds.
Default SIG: TERM.If it still exists in KILL_SECS seconds, send KILL.
`,
  touch: ` [-cham] [-d DATE] [-t DATE] [-r FILE] FILE...

Update mtime of FILEs

\t-c\tDon't create files
\t-h\tDon't follow links
\t-a\tChange only atime
\t-m\tChange only mtime
\t-d DT\tDate/time to use
\t-t DT\tDate/time to use
\t-r FILE\tUse FILE's date/time`,
  tr: ` [-cds] STRING1 [STRING2]

Translate, squeeze, or delete characters from stdin, writing to stdout

\t-c\tTake complement of STRING1
\t-d\tDelete input characters coded STRING1
\t-s\tSqueeze multiple output characters of STRING2 into one character`,
  truncate: ` [-c] -s SIZE FILE...

Truncate FILEs to SIZE

\t-c\tDo not create files
\t-s SIZE`,
  tty: ` [-s]

Print file name of stdin's terminal

\t-s\tPrint nothing, only return exit status`,
  uname: ` [-amnrspvio]

Print system information

\t-a\tPrint all
\t-m\tMachine (hardware) type
\t-n\tHostname
\t-r\tKernel release
\t-s\tKernel name (default)
\t-p\tProcessor type
\t-v\tKernel version
\t-i\tHardware platform
\t-o\tOS name`,
  unexpand: ` [-fa][-t N] [FILE]...

Convert spaces to tabs, writing to stdout

\t-a\tConvert all blanks
\t-f\tConvert only leading blanks
\t-t N\tTabstops every N chars`,
  uniq: ` [-cduiz] [-f,s,w N] [FILE [OUTFILE]]

Discard duplicate lines

\t-c\tPrefix lines by the number of occurrences
\t-d\tOnly print duplicate lines
\t-u\tOnly print unique lines
\t-i\tIgnore case
\t-z\tNUL terminated output
\t-f N\tSkip first N fields
\t-s N\tSkip first N chars (after any skipped fields)
\t-w N\tCompare N characters in line`,
  unlink: ` FILE

Delete FILE by calling unlink()`,
  usleep: ` N

Pause for N microseconds`,
  wc: ` [-cmlwL] [FILE]...

Count lines, words, and bytes for FILEs (or stdin)

\t-c\tCount bytes
\t-m\tCount characters
\t-l\tCount newlines
\t-w\tCount words
\t-L\tPrint longest line length`,
  which: ` [-a] COMMAND...

Locate COMMAND

\t-a\tShow all matches`,
  who: ` [-aH]

Show who is logged on

\t-a\tShow all
\t-H\tPrint column headers`,
  whoami: `

Print the user name associated with the current effective user id`,
  yes: ` [STRING]

Repeatedly print a line with STRING, or 'y'`,
};
