/** What busybox 1.37 prints behind `Usage: NAME`, by applet. */
export const TEXT_USAGE: Readonly<Record<string, string>> = {
  awk: ` [OPTIONS] [AWK_PROGRAM] [FILE]...

\t-v VAR=VAL\tSet variable
\t-F SEP\t\tUse SEP as field separator
\t-f/-E FILE\tRead program from FILE
\t-e AWK_PROGRAM`,
  bc: ` [-sqlw] [FILE]...

Arbitrary precision calculator

\t-q\tQuiet
\t-l\tLoad standard library
\t-s\tBe POSIX compatible
\t-w\tWarn if extensions are used

$BC_LINE_LENGTH changes output width`,
  cal: ` [-jmy] [[MONTH] YEAR]

Display a calendar

\t-j\tUse julian dates
\t-m\tWeek starts on Monday
\t-y\tDisplay the entire year`,
  cmp: ` [-ls] [-n NUM] FILE1 [FILE2 [SKIP1 [SKIP2]]]

Compare FILE1 with FILE2 (or stdin)

\t-l\tWrite the byte numbers (decimal) and values (octal)
\t\tfor all differing bytes
\t-s\tQuiet
\t-n NUM\tCompare at most NUM bytes`,
  dc: ` [-x] [-eSCRIPT]... [-fFILE]... [FILE]...

Tiny RPN calculator. Operations:
Arithmetic: + - * / % ^
~ - divide with remainder
| - modular exponentiation
v - square root
p - print top of the stack without popping
f - print entire stack
k - pop the value and set precision
i - pop the value and set input radix
o - pop the value and set output radix
Examples: dc -e'2 2 + p' -> 4, dc -e'8 8 * 2 2 + / p' -> 16`,
  diff: ` [-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2

Compare files line by line and output the differences between them.
This implementation supports unified diffs only.

\t-a\tTreat all files as text
\t-b\tIgnore changes in the amount of whitespace
\t-B\tIgnore changes whose lines are all blank
\t-d\tTry hard to find a smaller set of changes
\t-i\tIgnore case differences
\t-L\tUse LABEL instead of the filename in the unified header
\t-N\tTreat absent files as empty
\t-q\tOutput only whether files differ
\t-r\tRecurse
\t-S\tStart with FILE when comparing directories
\t-T\tMake tabs line up by prefixing a tab when necessary
\t-s\tReport when two files are the same
\t-t\tExpand tabs to spaces in output
\t-U\tOutput LINES lines of context
\t-w\tIgnore all whitespace`,
  dos2unix: ` [-ud] [FILE]

Convert FILE in-place from DOS to Unix format.
When no file is given, use stdin/stdout.

\t-u\tdos2unix
\t-d\tunix2dos`,
  ed: ` [-p PROMPT] [-s] [FILE]`,
  factor: ` [NUMBER]...

Print prime factors`,
  find: ` [-HL] [PATH]... [OPTIONS] [ACTIONS]

Search for files and perform actions on them.
First failed action stops processing of current file.
Defaults: PATH is current directory, action is '-print'

\t-L,-follow\tFollow symlinks
\t-H\t\t...on command line only
\t-xdev\t\tDon't descend directories on other filesystems
\t-maxdepth N\tDescend at most N levels. -maxdepth 0 applies
\t\t\tactions to command line arguments only
\t-mindepth N\tDon't act on first N levels
\t-depth\t\tAct on directory *after* traversing it

Actions:
\t( ACTIONS )\tGroup actions for -o / -a
\t! ACT\t\tInvert ACT's success/failure
\tACT1 [-a] ACT2\tIf ACT1 fails, stop, else do ACT2
\tACT1 -o ACT2\tIf ACT1 succeeds, stop, else do ACT2
\t\t\tNote: -a has higher priority than -o
\t-name PATTERN\tMatch file name (w/o directory name) to PATTERN
\t-iname PATTERN\tCase insensitive -name
\t-path PATTERN\tMatch path to PATTERN
\t-ipath PATTERN\tCase insensitive -path
\t-regex PATTERN\tMatch path to regex PATTERN
\t-type X\t\tFile type is X (one of: f,d,l,b,c,s,p)
\t-executable\tFile is executable
\t-perm MASK\tAt least one mask bit (+MASK), all bits (-MASK),
\t\t\tor exactly MASK bits are set in file's mode
\t-mtime DAYS\tmtime is greater than (+N), less than (-N),
\t\t\tor exactly N days in the past
\t-atime DAYS\tatime +N/-N/N days in the past
\t-ctime DAYS\tctime +N/-N/N days in the past
\t-mmin MINS\tmtime is greater than (+N), less than (-N),
\t\t\tor exactly N minutes in the past
\t-amin MINS\tatime +N/-N/N minutes in the past
\t-cmin MINS\tctime +N/-N/N minutes in the past
\t-newer FILE\tmtime is more recent than FILE's
\t-inum N\t\tFile has inode number N
\t-samefile FILE\tFile is same as FILE
\t-user NAME/ID\tFile is owned by given user
\t-group NAME/ID\tFile is owned by given group
\t-size N[bck]\tFile size is N (c:bytes,k:kbytes,b:512 bytes(def.))
\t\t\t+/-N: file size is bigger/smaller than N
\t-links N\tNumber of links is greater than (+N), less than (-N),
\t\t\tor exactly N
\t-empty\t\tMatch empty file/directory
\t-prune\t\tIf current file is directory, don't descend into it
If none of the following actions is specified, -print is assumed
\t-print\t\tPrint file name
\t-print0\t\tPrint file name, NUL terminated
\t-exec CMD ARG ;\tRun CMD with all instances of {} replaced by
\t\t\tfile name. Fails if CMD exits with nonzero
\t-exec CMD ARG + Run CMD with {} replaced by list of file names
\t-ok CMD ARG ;   Prompt and run CMD with {} replaced
\t-delete\t\tDelete current file/directory. Turns on -depth option
\t-quit\t\tExit`,
  getopt: ` [OPTIONS] [--] OPTSTRING PARAMS

\t-a\t\tAllow long options starting with single -
\t-l LOPT[,...]\tLong options to recognize
\t-n PROGNAME\tThe name under which errors are reported
\t-o OPTSTRING\tShort options to recognize
\t-q\t\tNo error messages on unrecognized options
\t-Q\t\tNo normal output
\t-s SHELL\tSet shell quoting conventions
\t-T\t\tVersion test (exits with 4)
\t-u\t\tDon't quote output

Example:

O=\`getopt -l bb: -- ab:c:: "$@"\` || exit 1
eval set -- "$O"
while true; do
\tcase "$1" in
\t-a)\techo A; shift;;
\t-b|--bb) echo "B:'$2'"; shift 2;;
\t-c)\tcase "$2" in
\t\t"")\techo C; shift 2;;
\t\t*)\techo "C:'$2'"; shift 2;;
\t\tesac;;
\t--)\tshift; break;;
\t*)\techo Error; exit 1;;
\tesac
done`,
  grep: ` [-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...

Search for PATTERN in FILEs (or stdin)

\t-H\tAdd 'filename:' prefix
\t-h\tDo not add 'filename:' prefix
\t-n\tAdd 'line_no:' prefix
\t-l\tShow only names of files that match
\t-L\tShow only names of files that don't match
\t-c\tShow only count of matching lines
\t-o\tShow only the matching part of line
\t-q\tQuiet. Return 0 if PATTERN is found, 1 otherwise
\t-v\tSelect non-matching lines
\t-s\tSuppress open and read errors
\t-r\tRecurse
\t-R\tRecurse and dereference symlinks
\t-i\tIgnore case
\t-w\tMatch whole words only
\t-x\tMatch whole lines only
\t-F\tPATTERN is a literal (not regexp)
\t-E\tPATTERN is an extended regexp
\t-m N\tMatch up to N times per file
\t-A N\tPrint N lines of trailing context
\t-B N\tPrint N lines of leading context
\t-C N\tSame as '-A N -B N'
\t-e PTRN\tPattern to match
\t-f FILE\tRead pattern from file`,
  hd: ` FILE...

hd is an alias for hexdump -C`,
  hexdump: ` [-bcdoxCv] [-e FMT] [-f FMT_FILE] [-n LEN] [-s OFS] [FILE]...

Display FILEs (or stdin) in a user specified format

\t-b\t\t1-byte octal display
\t-c\t\t1-byte character display
\t-d\t\t2-byte decimal display
\t-o\t\t2-byte octal display
\t-x\t\t2-byte hex display
\t-C\t\thex+ASCII 16 bytes per line
\t-v\t\tShow all (no dup folding)
\t-e FORMAT_STR\tExample: '16/1 "%02x|""\\n"'
\t-f FORMAT_FILE
\t-n LENGTH\tShow only first LENGTH bytes
\t-s OFFSET\tSkip OFFSET bytes`,
  ipcalc: ` [-bnmphs] ADDRESS[/PREFIX] [NETMASK]

Calculate and display network settings from IP address

\t-b\tBroadcast address
\t-n\tNetwork address
\t-m\tDefault netmask for IP
\t-p\tPrefix for IP/NETMASK
\t-h\tResolved host name
\t-s\tNo error messages`,
  patch: ` [-RNE] [-p N] [-i DIFF] [ORIGFILE [PATCHFILE]]

\t-p N\tStrip N leading components from file names
\t-i DIFF\tRead DIFF instead of stdin
\t-R\tReverse patch
\t-N\tIgnore already applied patches
\t-E\tRemove output files if they become empty
\t--dry-run\tDon't actually change files`,
  sed: ` [-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...
or: sed [-i[SFX]] [-nrE] CMD [FILE]...

\t-e CMD\tAdd CMD to sed commands to be executed
\t-f FILE\tAdd FILE contents to sed commands to be executed
\t-i[SFX]\tEdit files in-place (otherwise write to stdout)
\t\tOptionally back files up, appending SFX
\t-n\tSuppress automatic printing of pattern space
\t-r,-E\tUse extended regex syntax

If no -e or -f, the first non-option argument is the sed command string.
Remaining arguments are input files (stdin if none).`,
  strings: ` [-fo] [-t o|d|x] [-n LEN] [FILE]...

Display printable strings in a binary file

\t-f\t\tPrecede strings with filenames
\t-o\t\tPrecede strings with octal offsets
\t-t o|d|x\tPrecede strings with offsets in base 8/10/16
\t-n LEN\t\tAt least LEN characters form a string (default 4)`,
  tsort: ` [FILE]

Topological sort`,
  unix2dos: ` [-ud] [FILE]

Convert FILE in-place from Unix to DOS format.
When no file is given, use stdin/stdout.

\t-u\tdos2unix
\t-d\tunix2dos`,
  xargs: ` [OPTIONS] [PROG ARGS]

Run PROG on every item given by stdin

\t-0\tNUL terminated input
\t-a FILE\tRead from FILE instead of stdin
\t-o\tReopen stdin as /dev/tty
\t-r\tDon't run command if input is empty
\t-t\tPrint the command on stderr before execution
\t-p\tAsk user whether to run each command
\t-E STR,-e[STR]\tSTR stops input processing
\t-I STR\tReplace STR within PROG ARGS with input line
\t-n N\tPass no more than N args to PROG
\t-s N\tPass command line of no more than N bytes
\t-P N\tRun up to N PROGs in parallel
\t-x\tExit if size is exceeded`,
  xxd: ` [-pri] [-g N] [-c N] [-l LEN] [-s OFS] [-o OFS] [FILE]

Hex dump FILE (or stdin)

\t-g N\t\tBytes per group
\t-c N\t\tBytes per line
\t-p\t\tShow only hex bytes, assumes -c30
\t-i\t\tC include file style
\t-l LENGTH\tShow only first LENGTH bytes
\t-s OFFSET\tSkip OFFSET bytes
\t-o OFFSET\tAdd OFFSET to displayed offset
\t-r\t\tReverse (with -p, assumes no offsets in input)`,
};
