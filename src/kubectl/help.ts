import type { Command } from './command';
import type { Flag } from './flags/flag';

/** A short help: what the command does, its subcommands and flags. kubectl's own texts are longer. */
export function helpText(command: Command, path: string): string {
  const parts = [`${command.description ?? command.summary}\n`];
  const subcommands = command.subcommands ?? [];
  if (subcommands.length > 0) {
    const width = Math.max(...subcommands.map(({ name }) => name.length));
    const lines = subcommands.map(({ name, summary }) => `  ${name.padEnd(width)}   ${summary}\n`);
    parts.push(`Available Commands:\n${lines.join('')}`);
  }
  const flags = command.flags ?? [];
  if (flags.length > 0) {
    const sorted = [...flags].sort((a, b) => (a.name < b.name ? -1 : 1));
    parts.push(`Options:\n${sorted.map(flagLine).join('')}`);
  }
  const tail = subcommands.length > 0 ? '[flags] [options]' : '[options]';
  parts.push(`Usage:\n  ${path} ${tail}\n`);
  return parts.join('\n');
}

function flagLine({ name, short, type, default: preset }: Flag): string {
  const shown = short ? `-${short}, --${name}` : `    --${name}`;
  const value =
    type === 'bool'
      ? (preset ?? 'false')
      : type.startsWith('string')
        ? `'${preset ?? ''}'`
        : (preset ?? '0');
  const list = type === 'stringSlice' || type === 'stringArray';
  return `    ${shown}=${list ? '[]' : value}\n`;
}
