import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { singleQuoted } from '../interpreter/quoting';
import type { ShellState } from '../interpreter/state';
import { chainOf } from '../interpreter/variables';
import type { Alias } from '../parser/source';
import { OptionReader } from './builtin';

/** An alias as `alias` lists it. */
export function aliasText({ name, value }: Alias): Bytes {
  return `${name}=${singleQuoted(value)}\n`;
}

export function* runAlias(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  if (argv.length < 2) {
    const all = [...shell.aliases.values()].sort((a, b) => chainOf(a.name) - chainOf(b.name));
    for (const alias of all) shell.print(aliasText(alias));
    return 0;
  }
  let status = 0;
  for (const arg of argv.slice(1)) {
    const equals = arg.indexOf('=', 1);
    if (equals > 0) {
      const name = arg.slice(0, equals);
      const existing = shell.aliases.get(name);
      if (existing) existing.value = arg.slice(equals + 1);
      else shell.aliases.set(name, { name, value: arg.slice(equals + 1), inUse: false });
      continue;
    }
    const alias = shell.aliases.get(arg);
    if (alias) shell.print(aliasText(alias));
    else {
      yield* shell.writeError(`alias: ${arg} not found\n`);
      status = 1;
    }
  }
  return status;
}

export function* runUnalias(shell: ShellState, argv: readonly Bytes[]): Call<number> {
  const options = new OptionReader(shell, argv);
  if (options.next('a') !== '') {
    shell.aliases.clear();
    return 0;
  }
  let status = 0;
  for (const name of options.operands) {
    if (shell.aliases.delete(name)) continue;
    yield* shell.writeError(`unalias: ${name} not found\n`);
    status = 1;
  }
  return status;
}
