/** Linux x86-64 signal numbers by name without the SIG prefix. */
export const SIGNAL_NUMBERS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  POLL: 29,
  PWR: 30,
  SYS: 31,
} as const;

export type Signal = keyof typeof SIGNAL_NUMBERS;

const NAMES = new Map<number, Signal>(
  Object.entries(SIGNAL_NUMBERS).map(([name, number]) => [number, name as Signal]),
);

/** The name of a signal number, e.g. 15 → TERM. */
export function signalName(number: number): Signal | undefined {
  return NAMES.get(number);
}

/** Signals whose default action is to do nothing. */
export const IGNORED_BY_DEFAULT: ReadonlySet<Signal> = new Set(['CHLD', 'URG', 'WINCH', 'CONT']);

/** Signals whose default action is to stop the process. */
export const STOPS_BY_DEFAULT: ReadonlySet<Signal> = new Set(['STOP', 'TSTP', 'TTIN', 'TTOU']);
