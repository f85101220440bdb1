/** The shell's own bounds. Meeting one ends the script with a message, never the browser tab. */

/** Bytes that one value or one expanded word may have; beyond it `out of memory`. */
export const BYTES_PER_VALUE = 16 * 1024 * 1024;

/** Bytes that all variables of one shell may have; beyond it `out of memory`. */
export const BYTES_OF_VARIABLES = 32 * 1024 * 1024;

/** How deep functions, `eval`, `.` and compound commands may nest while running; ash dies of SIGSEGV at some depth. */
export const NESTING_OF_EVALUATION = 400;

/** How deep commands and substitutions may nest in one script text. */
export const NESTING_OF_SYNTAX = 250;

/** How deep an arithmetic expression may nest, variables that hold expressions included. */
export const NESTING_OF_ARITHMETIC = 250;

/** Words that one expansion may yield. */
export const WORDS_PER_EXPANSION = 500_000;

/** Lines that the line editor's history keeps. */
export const HISTORY_LINES = 500;

/** Bytes that one read of a script on standard input takes, as ash's buffer does. */
export const SCRIPT_READ_BYTES = 1023;

/** Virtual CPU time in µs of one command, beyond what its system calls cost. */
export const COMMAND_MICROSECONDS = 20;
