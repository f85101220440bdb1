import type { Bytes } from '../../runtime/bytes';
import { applet, Exit, Failure, UsageFailure } from './applet';
import { parseInteger } from './numbers';
import { parseOptions } from './options';
import { readSmallFile } from './users';

/** inet_aton(3): one to four numbers, the last of which fills what is left. */
function parseAddress(text: Bytes): number | undefined {
  if (!/^(0[xX][0-9a-fA-F]+|[0-9]+)(\.(0[xX][0-9a-fA-F]+|[0-9]+)){0,3}$/.test(text))
    return undefined;
  const parts = text.split('.').map((part) => {
    if (/^0[xX]/.test(part)) return Number(part);
    return part.startsWith('0') ? Number.parseInt(part, 8) : Number(part);
  });
  const last = parts.pop() as number;
  if (parts.some((part) => !(part <= 255)) || !(last < 256 ** (4 - parts.length))) return undefined;
  return parts.reduce((sum, part, index) => sum + part * 256 ** (3 - index), 0) + last;
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** The mask of the old address classes. */
function classMask(address: number): number {
  if (address >>> 31 === 0) return 0xff000000;
  if (address >>> 30 === 2) return 0xffff0000;
  return address >>> 29 === 6 ? 0xffffff00 : 0;
}

/** Models networking/ipcalc.c. */
export const ipcalc = applet('ipcalc', function* (run) {
  const options = parseOptions(run.args, {
    letters: 'mbnphs',
    long: {
      netmask: 'm',
      broadcast: 'b',
      network: 'n',
      prefix: 'p',
      hostname: 'h',
      silent: 's',
    },
    least: 1,
    most: 2,
  });
  const [given, givenMask] = options.operands as [Bytes, Bytes?];
  const asked = ['b', 'n', 'p'].some((key) => options.has(key));
  const any = asked || options.has('m') || options.has('h');
  if (!asked && (!any || givenMask !== undefined)) throw new UsageFailure();
  const fail = (message: Bytes) => (options.has('s') ? new Exit(1) : new Failure(message));
  const slash = given.indexOf('/');
  const prefix = slash < 0 || given.slice(slash + 1) === '' ? undefined : given.slice(slash + 1);
  const text = slash < 0 ? given : given.slice(0, slash);
  const bits = prefix === undefined ? undefined : parseInteger(prefix, { least: 0, most: 32 });
  const address = parseAddress(text);
  if (address === undefined) throw fail(`bad IP address: ${text}`);
  let mask = bits === undefined ? classMask(address) : bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
  if (givenMask !== undefined) {
    if (bits !== undefined) throw fail('use prefix or netmask, not both');
    const parsed = parseAddress(givenMask);
    if (parsed === undefined) throw fail(`bad netmask: ${givenMask}`);
    mask = parsed;
  }
  const lines: Bytes[] = [];
  if (options.has('m')) lines.push(`NETMASK=${dotted(mask)}`);
  if (options.has('b')) lines.push(`BROADCAST=${dotted((address & mask) | ~mask)}`);
  if (options.has('n')) lines.push(`NETWORK=${dotted(address & mask)}`);
  if (options.has('p'))
    lines.push(`PREFIX=${[...(mask >>> 0).toString(2)].filter((bit) => bit === '1').length}`);
  for (const line of lines) yield* run.out.write(`${line}\n`);
  if (options.has('h')) {
    for (const line of (yield* readSmallFile(run.sys, '/etc/hosts')).split('\n')) {
      const [host, name] = (line.split('#')[0] ?? '').trim().split(/\s+/);
      if (host !== dotted(address) || name === undefined) continue;
      yield* run.out.write(`HOSTNAME=${name.toLowerCase()}\n`);
      return 0;
    }
    throw fail(`can't find hostname for ${text}: Unknown host`);
  }
  return 0;
});
