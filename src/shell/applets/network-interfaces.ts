import type { Bytes } from '../../runtime/bytes';
import type { Sys } from '../../runtime/syscalls';

/** A network interface as its tools show it. Byte counts are not kept here: they show as 0. */
export interface NetworkInterface {
  readonly index: number;
  readonly name: Bytes;
  readonly loopback: boolean;
  readonly mtu: number;
  readonly hardware: Bytes;
  readonly address: string;
  readonly prefix: number;
  readonly mask: string;
  readonly broadcast: string | undefined;
}

const LOOPBACK_MTU = 65536;
const ETHERNET_MTU = 1500;

/** The interfaces of this network namespace; every node has a /24 of the pod network. */
export function networkInterfaces(sys: Sys): NetworkInterface[] {
  return sys.addresses().map(({ name, ip }, index) => {
    const loopback = name === 'lo';
    return {
      index: index + 1,
      name,
      loopback,
      mtu: loopback ? LOOPBACK_MTU : ETHERNET_MTU,
      hardware: loopback ? '00:00:00:00:00:00' : hardwareAddress(ip),
      address: ip,
      prefix: loopback ? 8 : 24,
      mask: loopback ? '255.0.0.0' : '255.255.255.0',
      broadcast: loopback ? undefined : `${networkOf(ip)}.255`,
    };
  });
}

/** The first three numbers of an address. */
export function networkOf(ip: string): string {
  return ip.split('.').slice(0, 3).join('.');
}

/** How the CNI plug-ins make a hardware address of an IPv4 one: 0a:58 and its four bytes. */
function hardwareAddress(ip: string): Bytes {
  const bytes = ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return ['0a', '58', ...bytes].join(':');
}
