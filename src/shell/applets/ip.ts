import type { Bytes } from '../../runtime/bytes';
import type { Call } from '../../runtime/syscalls';
import { applet, Failure, type Invocation, UsageFailure } from './applet';
import { type NetworkInterface, networkInterfaces, networkOf } from './network-interfaces';

const OBJECTS = ['address', 'route', 'link', 'tunnel', 'tunl', 'rule', 'neigh'] as const;

interface Style {
  readonly family: 'any' | 'inet' | 'inet6' | 'link';
  readonly oneLine: boolean;
}

/** Models networking/ip.c. Nobody here may change anything about the network. */
export const ip = applet('ip', function* (run) {
  const args = [...run.args];
  let style: Style = { family: 'any', oneLine: false };
  while (args[0]?.startsWith('-')) style = readOption(args, style);
  const word = args.shift();
  const object = word && OBJECTS.find((candidate) => candidate.startsWith(word));
  if (!object) throw new UsageFailure();
  switch (object) {
    case 'address':
    case 'link':
      return yield* showInterfaces(run, object, args, style);
    case 'route':
      return yield* showRoutes(run, args, style);
    case 'rule':
      checkAction(args, ['list', 'show']);
      yield* run.out.write(
        [
          '0:\tfrom all lookup local',
          '32766:\tfrom all lookup main',
          '32767:\tfrom all lookup default',
        ]
          .map((line) => `${line} \n`)
          .join(''),
      );
      return 0;
    case 'neigh':
      checkAction(args, ['show', 'list']);
      return 0;
    default:
      checkAction(args, ['show', 'list']);
      return 0;
  }
});

function readOption(args: Bytes[], style: Style): Style {
  const option = (args.shift() as Bytes).replace(/^-+/, '');
  if (option === '4') return { ...style, family: 'inet' };
  if (option === '6') return { ...style, family: 'inet6' };
  if (option === '0') return { ...style, family: 'link' };
  if (option !== '' && 'oneline'.startsWith(option)) return { ...style, oneLine: true };
  if (option !== '' && 'family'.startsWith(option)) {
    const family = args.shift();
    if (family === 'inet' || family === 'inet6' || family === 'link') return { ...style, family };
    throw new Failure(`invalid argument '${family ?? ''}' to 'protocol family'`);
  }
  throw new UsageFailure();
}

/** Takes an action off; one that would change something is refused. */
function checkAction(args: Bytes[], shows: readonly string[]): void {
  const action = args[0];
  if (action === undefined) return;
  if (shows.some((show) => show.startsWith(action))) {
    args.shift();
    return;
  }
  const changes = ['add', 'append', 'change', 'chg', 'delete', 'flush', 'replace', 'set', 'del'];
  if (changes.some((change) => change.startsWith(action))) {
    throw new Failure('RTNETLINK answers: Operation not permitted', 2);
  }
}

function* showInterfaces(
  run: Invocation,
  object: 'address' | 'link',
  args: Bytes[],
  { family, oneLine }: Style,
): Call<number> {
  checkAction(args, ['show', 'list', 'lst']);
  if (args[0] === 'dev') args.shift();
  const wanted = args[0];
  const interfaces = networkInterfaces(run.sys).filter(
    ({ name }) => wanted === undefined || name === wanted,
  );
  if (interfaces.length === 0) throw new Failure(`can't find device '${wanted ?? ''}'`);
  for (const shown of interfaces) {
    const lines = [
      ...(oneLine && object === 'address' ? [] : linkLines(shown, family)),
      ...(object === 'address' ? addressLines(shown, family) : []),
    ];
    if (!oneLine) yield* run.out.write(lines.map((line) => `${line}\n`).join(''));
    else yield* run.out.write(oneLineOf(shown, object, lines));
  }
  return 0;
}

function linkLines(shown: NetworkInterface, family: Style['family']): Bytes[] {
  const flags = shown.loopback ? 'LOOPBACK,UP,LOWER_UP' : 'BROADCAST,MULTICAST,UP,LOWER_UP';
  const head = `${shown.index}: ${shown.name}: <${flags}> mtu ${shown.mtu} qdisc noqueue qlen 1000`;
  if (family === 'inet' || family === 'inet6') return [head];
  const kind = shown.loopback ? 'loopback' : 'ether';
  const broadcast = shown.loopback ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  return [head, `    link/${kind} ${shown.hardware} brd ${broadcast}`];
}

const FOREVER = '       valid_lft forever preferred_lft forever';

function addressLines(shown: NetworkInterface, family: Style['family']): Bytes[] {
  const lines: Bytes[] = [];
  if (family === 'any' || family === 'inet') {
    const where = shown.loopback ? 'scope host' : `brd ${shown.broadcast} scope global`;
    lines.push(`    inet ${shown.address}/${shown.prefix} ${where} ${shown.name}`, FOREVER);
  }
  if (shown.loopback && (family === 'any' || family === 'inet6')) {
    lines.push('    inet6 ::1/128 scope host ', FOREVER);
  }
  return lines;
}

function oneLineOf(shown: NetworkInterface, object: string, lines: readonly Bytes[]): Bytes {
  if (object === 'link') return `${lines.join('\\')}\n`;
  let text = '';
  for (let i = 0; i < lines.length; i += 2) {
    text += `${shown.index}: ${shown.name}${lines[i]}\\${lines[i + 1] ?? ''}\n`;
  }
  return text;
}

function* showRoutes(run: Invocation, args: Bytes[], { family }: Style): Call<number> {
  const action = args[0];
  if (action === 'get') throw new Failure("'route get' is not simulated in Podlab");
  checkAction(args, ['show', 'list', 'lst']);
  if (family === 'inet6') return 0;
  for (const { loopback, name, address } of networkInterfaces(run.sys)) {
    if (loopback) continue;
    const network = networkOf(address);
    yield* run.out.write(`default via ${network}.1 dev ${name} \n`);
    yield* run.out.write(`${network}.0/24 dev ${name} scope link  src ${address} \n`);
  }
  return 0;
}
