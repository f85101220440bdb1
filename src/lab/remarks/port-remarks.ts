import { modelOf } from './image-remarks';
import { type ContainerText, containersOf, type Finding, type PodText } from './remark';

/** A port that two containers claim: they share one address, so the second cannot listen on it. */
export function remarkOnPorts(pod: PodText): Finding[] {
  const found: Finding[] = [];
  const owners = new Map<string, string>();
  for (const one of containersOf(pod)) {
    if (one.isInit) continue;
    const { name } = one.container;
    for (const { port, protocol, path } of claims(one)) {
      const owner = owners.get(`${protocol} ${port}`);
      if (owner === undefined) owners.set(`${protocol} ${port}`, name);
      else if (owner !== name) {
        found.push({
          path,
          message: `${owner} and ${name} both claim port ${port}. All containers of a Pod share one address: whichever comes second fails with “Address already in use”.`,
        });
      }
    }
  }
  return found;
}

interface Claim {
  readonly port: number;
  readonly protocol: string;
  readonly path: string;
}

/** The ports that a container names; without any, those that its image listens on by itself. */
function claims({ container, path }: ContainerText): Claim[] {
  const declared = container.ports ?? [];
  if (declared.length > 0) {
    return declared.map(({ containerPort, protocol = 'TCP' }, i) => ({
      port: containerPort,
      protocol,
      path: `${path}.ports[${i}].containerPort`,
    }));
  }
  if (container.command || container.args) return [];
  const exposed = modelOf(container.image ?? '')?.exposedPorts ?? [];
  return exposed.map((port) => ({ port, protocol: 'TCP', path: `${path}.image` }));
}
