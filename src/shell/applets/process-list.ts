import type { Bytes } from '../../runtime/bytes';
import type { ProcessInfo } from '../../runtime/syscalls';

/**
 * A process's command line as ps and pgrep show it: a name in braces before it where the program runs under
 * another name than it was called by, the bare name in brackets where there is none. Models libbb/procps.c
 * read_cmdline.
 */
export function commandLine(process: ProcessInfo): Bytes {
  const line = argumentLine(process);
  if (line === '') return `[${process.name}]`;
  const base = (line.split(' ')[0] ?? '').replace(/^.*\//, '').replace(/^-/, '');
  return base.startsWith(process.name) ? line : `{${process.name}} ${line}`;
}

/** All arguments with blanks between them, and for everything that is no printable byte. */
export function argumentLine(process: ProcessInfo): Bytes {
  return process.argv.join(' ').replace(/[^ -\xff]/g, ' ');
}

/** Processes that pidof and killall mean by a name. */
export function processesNamed(processes: readonly ProcessInfo[], name: Bytes): ProcessInfo[] {
  return processes.filter((process) => {
    const called = (process.argv[0] ?? '').replace(/^.*\//, '');
    return process.name === name.slice(0, 15) || called === name;
  });
}
