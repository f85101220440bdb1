const SIGNALS: Readonly<Record<number, string>> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  4: 'ILL',
  6: 'ABRT',
  7: 'BUS',
  8: 'FPE',
  9: 'KILL',
  11: 'SEGV',
  13: 'PIPE',
  14: 'ALRM',
  15: 'TERM',
};

/** What an exit code usually tells, as half a sentence. */
export function exitCodeMeaning(code: number): string {
  switch (code) {
    case 0:
      return 'its main process did what it had to do and ended';
    case 126:
      return 'the command was found but could not be run: no execute permission, or not a program';
    case 127:
      return 'the command was not found, often a misspelt program or one that the image does not have';
    case 128:
      return 'the container could not be started at all';
    case 137:
      return 'it was killed with signal KILL: out of memory, or still running when its grace period was over';
    case 143:
      return 'it ended on signal TERM, the polite request to stop';
    case 255:
      return 'the program ended with an exit code of −1, or the node lost sight of it';
  }
  if (code > 128 && code < 160) {
    const signal = SIGNALS[code - 128];
    return `it was ended by signal ${signal ?? code - 128} (128 + ${code - 128})`;
  }
  return 'its main process reported a failure of its own; the logs usually say which';
}
