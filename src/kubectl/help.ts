import type { Command } from './command';
import type { Flag } from './flags/flag';

/** Names of commands in lists of them are that wide at least, with blanks behind the longest. */
const LEAST_NAME = 11;
const BEHIND_NAME = 2;

/** A command's help in the layout of kubectl's own: its texts are given where a command has them. */
export function helpText(command: Command, path: string): string {
  const { aliases = [], examples, name, subcommands = [], flags = [], summary } = command;
  const parts = [`${command.description ?? `${summary}.`}\n`];
  if (aliases.length > 0) parts.push(`Aliases:\n${[name, ...aliases].join(', ')}\n`);
  if (examples !== undefined) parts.push(`Examples:\n${examples}\n`);
  if (subcommands.length > 0) {
    const longest = Math.max(LEAST_NAME, ...subcommands.map((one) => one.name.length));
    const width = longest + BEHIND_NAME;
    const lines = subcommands.map((one) => `  ${one.name.padEnd(width)} ${one.summary}\n`);
    parts.push(`Available Commands:\n${lines.join('')}`);
  }
  if (flags.length > 0) parts.push(`Options:\n${flagLines(flags)}`);
  parts.push(`Usage:\n  ${path} ${usageOf(command)}\n`);
  const more =
    subcommands.length > 0
      ? `Use "${path} <command> --help" for more information about a given command.\n`
      : '';
  parts.push(
    `${more}Use "kubectl options" for a list of global command-line options (applies to all commands).\n`,
  );
  return parts.join('\n');
}

function usageOf({ subcommands = [], use }: Command): string {
  if (subcommands.length > 0) return `${use ?? '[flags]'} [options]`;
  return use === undefined ? '[options]' : `${use} [options]`;
}

/** Flags by name, each with its value before anybody sets it. */
export function flagLines(flags: readonly Flag[]): string {
  const sorted = [...flags].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.map(flagLine).join('\n');
}

function flagLine(flag: Flag): string {
  const shown = flag.short ? `-${flag.short}, --${flag.name}` : `--${flag.name}`;
  return `    ${shown}=${valueOfFlag(flag)}:\n${flag.help ? `\t${flag.help}\n` : ''}`;
}

function valueOfFlag({ type, default: preset, unquoted }: Flag): string {
  if (type === 'stringSlice' || type === 'stringArray') return '[]';
  if (unquoted) return preset ?? '';
  if (type === 'string') return `'${preset ?? ''}'`;
  return preset ?? (type === 'bool' ? 'false' : '0');
}
