/**
 * What things cost in virtual CPU time, µs. They are of the order of a small cloud machine's, but on the
 * high side for what loops do, so that an endless loop advances the clock instead of the fan's speed.
 */

/** Any system call. */
export const SYSCALL_US = 5;

/** A system call that looks up a path, on top. */
export const PATH_US = 3;

/** Making a process. */
export const FORK_US = 300;

/** Loading a program. */
export const EXEC_US = 500;

/** A name lookup or a connection, on the machine's own side. */
export const SOCKET_US = 20;

/** Moving this many bytes costs one µs. */
export const BYTES_PER_US = 1024;

/** One simple command of a shell, and one turn of an interpreted loop. */
export const COMMAND_US = 20;

/** How long a program runs before it has to give way. */
export const SLICE_US = 1000;
