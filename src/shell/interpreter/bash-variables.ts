import type { Bytes } from '../../runtime/bytes';
import type { ShellState } from './state';

/** As `bash --version` says it. */
export const BASH_VERSION: Bytes = '5.2.37(1)-release (x86_64-pc-linux-gnu)';

/** Sets the variables that bash has beside those of every shell. */
export function setBashVariables(shell: ShellState): void {
  const { sys, variables } = shell;
  const [version = ''] = BASH_VERSION.split(' ');
  const words = /^(\d+)\.(\d+)\.(\d+)\((\d+)\)-(\w+)/.exec(version)?.slice(1) ?? [];
  shell.secondsFrom = sys.nowMs;
  variables.declare('SECONDS', undefined, 'SECONDS');
  variables.declare('BASHPID', undefined, 'BASHPID');
  const values: Readonly<Record<string, Bytes>> = {
    BASH: '/bin/bash',
    BASH_VERSION: version,
    HOSTTYPE: 'x86_64',
    MACHTYPE: 'x86_64-pc-linux-gnu',
    OSTYPE: 'linux-gnu',
    UID: String(sys.uid),
    EUID: String(sys.uid),
    PS4: '+ ',
    PS1: '\\s-\\v\\$ ',
    OPTERR: '1',
  };
  for (const [name, value] of Object.entries(values)) {
    if (name !== 'PS1' || variables.get('PS1') === '\\w \\$ ') variables.assign(name, value);
  }
  variables.setElements(
    'BASH_VERSINFO',
    new Map([...words, 'x86_64-pc-linux-gnu'].map((word, index) => [String(index), word])),
    false,
  );
}
