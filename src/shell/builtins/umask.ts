import type { Bytes } from '../../runtime/bytes';
import type { ShellState } from '../interpreter/state';
import { OptionReader } from './builtin';
import { parseMode } from './file-mode';

export function runUmask(shell: ShellState, argv: readonly Bytes[]): number {
  const options = new OptionReader(shell, argv);
  let symbolic = false;
  while (options.next('S') !== '') symbolic = true;
  const [text] = options.operands;
  const mask = shell.sys.umask();
  if (text === undefined) {
    shell.print(symbolic ? `${symbols(mask)}\n` : `${mask.toString(8).padStart(4, '0')}\n`);
    return 0;
  }
  // A symbolic mask names the bits that are kept.
  const octal = /^[0-9]/.test(text);
  const mode = parseMode(text, octal ? mask : mask ^ 0o777, mask);
  if (mode === undefined || mode > 0o777) return shell.fail(`illegal mode: ${text}`);
  shell.sys.umask(octal ? mode : mode ^ 0o777);
  return 0;
}

function symbols(mask: number): Bytes {
  const of = (shift: number): string =>
    [...'rwx'].filter((_, index) => !(mask & ((4 >> index) * (1 << shift)) ? 1 : 0)).join('');
  return `u=${of(6)},g=${of(3)},o=${of(0)}`;
}
