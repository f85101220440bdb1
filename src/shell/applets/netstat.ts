import type { Bytes } from '../../runtime/bytes';
import type { Call, SocketAddress, SocketInfo } from '../../runtime/syscalls';
import { applet, type Invocation } from './applet';
import { routingTable } from './ifconfig';
import { networkInterfaces } from './network-interfaces';
import { parseOptions } from './options';
import { readSmallFile } from './users';

const NARROW = 23;
const WIDE = 51;
const PROGRAM_WIDTH = 20;

/** Models networking/netstat.c. Only TCP sockets are listed. */
export const netstat = applet('netstat', function* (run) {
  const options = parseOptions(run.args, { letters: 'laentuwxrWp' });
  if (options.has('r')) {
    const table = routingTable(networkInterfaces(run.sys), options.has('n'), !options.has('e'));
    yield* run.out.write(table);
    return 0;
  }
  const listening = options.has('l') || options.has('a');
  const connected = !options.has('l') || options.has('a');
  const some = ['t', 'u', 'w', 'x'].some((kind) => options.has(kind));
  const kinds = {
    internet: !some,
    tcp: !some || options.has('t'),
    unix: !some || options.has('x'),
  };
  if (kinds.internet || ['t', 'u', 'w'].some((kind) => options.has(kind))) {
    const which =
      listening && connected
        ? '(servers and established)'
        : listening
          ? '(only servers)'
          : '(w/o servers)';
    const width = options.has('W') ? WIDE : NARROW;
    const program = options.has('p') ? 'PID/Program name    ' : '';
    yield* run.out.write(
      `Active Internet connections ${which}\nProto Recv-Q Send-Q ${'Local Address'.padEnd(width)} ` +
        `${'Foreign Address'.padEnd(width)} State       ${program}\n`,
    );
    if (kinds.tcp) {
      const names = options.has('n') ? undefined : yield* readNames(run);
      const rows = new Rows(run, { width, names, program: options.has('p') });
      yield* rows.show((socket) => (socket.state === 'LISTEN' ? listening : connected));
    }
  }
  if (kinds.unix) {
    const which =
      listening && connected
        ? '(servers and established)'
        : listening
          ? '(only servers)'
          : '(w/o servers)';
    yield* run.out.write(
      `Active UNIX domain sockets ${which}\nProto RefCnt Flags       Type       State         I-Node ` +
        `${options.has('p') ? 'PID/Program name    ' : ''}Path\n`,
    );
  }
  return 0;
});

interface Names {
  readonly hosts: ReadonlyMap<string, Bytes>;
  readonly services: ReadonlyMap<number, Bytes>;
}

/** Host names and names of ports, as far as files know them. */
function* readNames(run: Invocation): Call<Names> {
  const hosts = new Map<string, Bytes>();
  for (const line of (yield* readSmallFile(run.sys, '/etc/hosts')).split('\n')) {
    const [address, name] = (line.split('#')[0] ?? '').trim().split(/\s+/);
    if (address && name && !hosts.has(address)) hosts.set(address, name);
  }
  const services = new Map<number, Bytes>();
  for (const line of (yield* readSmallFile(run.sys, '/etc/services')).split('\n')) {
    const [name, entry] = (line.split('#')[0] ?? '').trim().split(/\s+/);
    const [port, protocol] = (entry ?? '').split('/');
    if (name && protocol === 'tcp') services.set(Number(port), name);
  }
  return { hosts, services };
}

class Rows {
  readonly #run: Invocation;
  readonly #width: number;
  readonly #names: Names | undefined;
  readonly #program: boolean;

  constructor(
    run: Invocation,
    options: {
      readonly width: number;
      readonly names: Names | undefined;
      readonly program: boolean;
    },
  ) {
    this.#run = run;
    this.#width = options.width;
    this.#names = options.names;
    this.#program = options.program;
  }

  /** IPv4 sockets first, then those that also take IPv6. */
  *show(wanted: (socket: SocketInfo) => boolean): Call<void> {
    const sockets = this.#run.sys.sockets().filter(wanted);
    const isSix = ({ local }: SocketInfo) => local.host.includes(':');
    const ordered = [...sockets.filter((each) => !isSix(each)), ...sockets.filter(isSix)];
    for (const socket of ordered) yield* this.#run.out.write(this.#row(socket, isSix(socket)));
  }

  #row(socket: SocketInfo, six: boolean): Bytes {
    const local = this.#address(socket.local).padEnd(this.#width);
    const nobody = six ? ':::*' : '0.0.0.0:*';
    const remote = (socket.remote ? this.#address(socket.remote) : nobody).padEnd(this.#width);
    const program = this.#program ? this.#programOf(socket) : '';
    return `tcp        0      0 ${local} ${remote} ${socket.state.padEnd(12)}${program}\n`;
  }

  #address({ host, port }: SocketAddress): Bytes {
    const name = this.#names?.hosts.get(host) ?? host;
    const service = this.#names?.services.get(port) ?? String(port);
    return `${name}:${service}`;
  }

  #programOf({ pid }: SocketInfo): Bytes {
    const process = this.#run.sys.processes().find((each) => each.pid === pid);
    if (!process) return '-';
    const called = (process.argv[0] ?? '').replace(/^.*\//, '');
    return `${process.pid}/${called}`.slice(0, PROGRAM_WIDTH - 1);
  }
}
