import type { Bytes } from '../../runtime/bytes';
import { applet, Failure, UsageFailure } from './applet';
import { type NetworkInterface, networkInterfaces, networkOf } from './network-interfaces';
import { parseOptions } from './options';

/** Models networking/ifconfig.c; interfaces can be looked at, not changed. */
export const ifconfig = applet('ifconfig', function* (run) {
  const args = run.args.filter((arg) => arg !== '-a');
  const [name, ...settings] = args;
  const interfaces = networkInterfaces(run.sys).sort((a, b) => (a.name < b.name ? -1 : 1));
  const shown = interfaces.filter((each) => name === undefined || each.name === name);
  if (settings.length > 0) {
    throw new Failure(
      shown.length === 0 ? 'SIOCGIFFLAGS: No such device' : 'SIOCSIFADDR: Operation not permitted',
    );
  }
  if (shown.length === 0) {
    throw new Failure(`${name}: error fetching interface information: Device not found`);
  }
  for (const each of shown) yield* run.out.write(describe(each));
  return 0;
});

function describe(shown: NetworkInterface): Bytes {
  const { name, loopback, address, mask, broadcast, mtu, hardware } = shown;
  const link = loopback
    ? 'Link encap:Local Loopback  '
    : `Link encap:Ethernet  HWaddr ${hardware.toUpperCase()}  `;
  const indent = ' '.repeat(10);
  const lines = [
    `${name.padEnd(9)} ${link}`,
    `${indent}inet addr:${address}  ${broadcast ? `Bcast:${broadcast}  ` : ''}Mask:${mask}`,
    ...(loopback ? [`${indent}inet6 addr: ::1/128 Scope:Host`] : []),
    `${indent}UP ${loopback ? 'LOOPBACK RUNNING' : 'BROADCAST RUNNING MULTICAST'}  MTU:${mtu}  Metric:1`,
    `${indent}RX packets:0 errors:0 dropped:0 overruns:0 frame:0`,
    `${indent}TX packets:0 errors:0 dropped:0 overruns:0 carrier:0`,
    `${indent}collisions:0 txqueuelen:1000 `,
    `${indent}RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)`,
    '',
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Models networking/route.c; routes can be looked at, not changed. */
export const route = applet('route', function* (run) {
  const options = parseOptions(run.args, { letters: 'A:neF' });
  const [action] = options.operands;
  if (action === 'add' || action === 'del' || action === 'delete') {
    throw new Failure(`SIOC${action === 'add' ? 'ADD' : 'DEL'}RT: Operation not permitted`);
  }
  if (action !== undefined) throw new UsageFailure();
  yield* run.out.write(
    routingTable(networkInterfaces(run.sys), options.has('n'), options.has('e')),
  );
  return 0;
});

/** The kernel's routes, as `route` and `netstat -r` show them. */
export function routingTable(
  interfaces: readonly NetworkInterface[],
  numeric: boolean,
  netstat: boolean,
): Bytes {
  const columns = netstat ? 'Flags   MSS Window  irtt Iface' : 'Flags Metric Ref    Use Iface';
  let text = `Kernel IP routing table\nDestination     Gateway         Genmask         ${columns}\n`;
  const row = (to: string, via: string, mask: string, flags: string, name: Bytes) => {
    const numbers = netstat ? '    0 0          0' : '0      0        0';
    const width = netstat ? 5 : 6;
    return `${to.padEnd(15)} ${via.padEnd(15)} ${mask.padEnd(16)}${flags.padEnd(width)}${numbers} ${name}\n`;
  };
  for (const { loopback, name, address, mask } of interfaces) {
    if (loopback) continue;
    const network = networkOf(address);
    text += row(numeric ? '0.0.0.0' : 'default', `${network}.1`, '0.0.0.0', 'UG', name);
    text += row(`${network}.0`, numeric ? '0.0.0.0' : '*', mask, 'U', name);
  }
  return text;
}
