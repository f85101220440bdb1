import type { Service } from '../../api/stored-objects';

type Variables = ReadonlyMap<string, string>;

/** The variables that all containers of a namespace share, for as long as the Services stay as they are. */
export class ServiceEnvironment {
  #services: readonly Service[] = [];
  readonly #variables = new Map<string, Variables>();

  /** As `serviceVariables`. Services are objects of the API, which never change themselves. */
  variables(services: readonly Service[], namespace: string, links: boolean): Variables {
    const before = this.#services;
    const same =
      services.length === before.length && services.every((one, index) => one === before[index]);
    if (!same) {
      this.#services = services;
      this.#variables.clear();
    }
    const key = `${namespace} ${links}`;
    const known = this.#variables.get(key) ?? serviceVariables(services, namespace, links);
    this.#variables.set(key, known);
    return known;
  }
}

/**
 * Variables that tell a container where Services are. Only Services that exist by now and have an address;
 * `kubernetes` of the default namespace always, the others if the pod wants links. Models
 * pkg/kubelet/envvars/envvars.go and kubelet_pods.go getServiceEnvVarMap.
 */
export function serviceVariables(
  services: readonly Service[],
  namespace: string,
  links: boolean,
): Variables {
  const chosen = new Map<string, Service>();
  for (const service of services) {
    const { clusterIP } = service.spec ?? {};
    if (!clusterIP || clusterIP === 'None') continue;
    const { name } = service.metadata;
    if (service.metadata.namespace === 'default' && name === 'kubernetes') {
      if (!chosen.has(name)) chosen.set(name, service);
    } else if (service.metadata.namespace === namespace && links) {
      chosen.set(name, service);
    }
  }
  const variables = new Map<string, string>();
  for (const name of [...chosen.keys()].sort()) {
    const service = chosen.get(name);
    if (service) addVariables(variables, service);
  }
  return variables;
}

function addVariables(variables: Map<string, string>, service: Service): void {
  const prefix = variableName(service.metadata.name);
  const { clusterIP = '', ports = [] } = service.spec ?? {};
  variables.set(`${prefix}_SERVICE_HOST`, clusterIP);
  const first = ports[0];
  if (first) variables.set(`${prefix}_SERVICE_PORT`, String(first.port));
  for (const { name, port } of ports) {
    if (name) variables.set(`${prefix}_SERVICE_PORT_${variableName(name)}`, String(port));
  }
  ports.forEach(({ port, protocol = 'TCP' }, index) => {
    const url = `${protocol.toLowerCase()}://${clusterIP}:${port}`;
    if (index === 0) variables.set(`${prefix}_PORT`, url);
    const link = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    variables.set(link, url);
    variables.set(`${link}_PROTO`, protocol.toLowerCase());
    variables.set(`${link}_PORT`, String(port));
    variables.set(`${link}_ADDR`, clusterIP);
  });
}

function variableName(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}
