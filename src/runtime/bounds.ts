/**
 * The bounds of the simulated machine. Each is far above what a lesson needs and keeps a runaway script
 * from taking the browser with it. Meeting one leaves a trace record `limit` with the bound's name.
 */

/** Bytes one file may hold; a write beyond it fails with EFBIG. */
export const BYTES_PER_FILE = 16 * 1024 * 1024;

/** Bytes one file system may hold where its owner sets no limit of its own; beyond it ENOSPC. */
export const BYTES_PER_FILE_SYSTEM = 64 * 1024 * 1024;

/** Files, directories and links one file system may gain; beyond it ENOSPC. */
export const NODES_PER_FILE_SYSTEM = 20_000;

/** Descriptors one process may hold; beyond it EMFILE. */
export const OPEN_FILES_PER_PROCESS = 1024;

/** Processes one container may hold, zombies included; beyond it fork fails with EAGAIN. */
export const PROCESSES_PER_CONTAINER = 256;

/** Bytes of memory one process may use where no memory limit is set; beyond it the OOM killer comes. */
export const MEMORY_PER_PROCESS = 128 * 1024 * 1024;

/** Bytes one argument or environment variable may have (Linux MAX_ARG_STRLEN); beyond it E2BIG. */
export const BYTES_PER_ARGUMENT = 128 * 1024;

/** Bytes all arguments and variables of an exec may have; beyond it E2BIG. */
export const BYTES_PER_EXEC = 2 * 1024 * 1024;

/** Bytes a pipe holds before its writers wait. */
export const PIPE_BYTES = 64 * 1024;

/** Writes up to this size reach a pipe in one piece. */
export const PIPE_ATOMIC_BYTES = 4096;

/** Bytes a terminal keeps of input that nobody reads and of output that nobody takes. */
export const TERMINAL_BYTES = 256 * 1024;

/** Bytes of a file name, and of a path. */
export const NAME_BYTES = 255;
export const PATH_BYTES = 4095;

/** Symbolic links followed in one resolution; beyond it ELOOP. */
export const SYMLINKS_PER_PATH = 40;

/** Interpreters of interpreters in one exec; beyond it ELOOP. */
export const INTERPRETERS_PER_EXEC = 5;

/** PIDs of a namespace run up to this number, then start again at 2. */
export const LAST_PID = 4_194_304;
