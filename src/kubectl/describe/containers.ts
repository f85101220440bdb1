import type {
  Container,
  ContainerState,
  ContainerStatus,
  EnvVar,
  EphemeralContainer,
  Pod,
  Probe,
  ResourceRequirements,
} from '../../api/types';
import { resourceFieldValue } from './resource-field';
import { boolText, type DescriptionWriter, longTime } from './writer';

type AnyContainer = Container | EphemeralContainer;

/** Containers with their states. `pod` undefined: a template, whose containers have none. */
export function describeContainers(
  writer: DescriptionWriter,
  label: string,
  containers: readonly AnyContainer[],
  statuses: readonly ContainerStatus[] | undefined,
  options: { readonly pod?: Pod; readonly level?: number } = {},
): void {
  const { pod, level = 0 } = options;
  // In templates the names stand one blank further in than their level.
  const indent = level > 0 ? ' ' : '';
  const space = level > 0 ? '  ' : '';
  writer.line(0, containers.length === 0 ? `${space}${label}: <none>` : `${space}${label}:`);
  for (const container of containers) {
    const status = statuses?.find(({ name }) => name === container.name);
    writer.line(1, `${indent}${container.name}:`);
    describeBasics(writer, container, status);
    describeCommand(writer, 'Command', container.command);
    describeCommand(writer, 'Args', container.args);
    if (status) describeState(writer, status);
    describeResources(writer, container.resources, 2);
    describeProbe(writer, 'Liveness', container.livenessProbe);
    describeProbe(writer, 'Readiness', container.readinessProbe);
    describeProbe(writer, 'Startup', container.startupProbe);
    describeEnvironment(writer, container, pod);
    describeMounts(writer, container);
  }
}

type Ports = NonNullable<Container['ports']>;

function portsText(ports: Ports | undefined, number: (port: Ports[number]) => number): string {
  return (ports ?? [])
    .map((port) => {
      const name = port.name ? ` (${port.name})` : '';
      return `${number(port)}/${port.protocol ?? ''}${name}`;
    })
    .join(', ');
}

function describeBasics(
  writer: DescriptionWriter,
  container: AnyContainer,
  status: ContainerStatus | undefined,
): void {
  if (status) writer.field(2, 'Container ID', status.containerID ?? '');
  writer.field(2, 'Image', container.image ?? '');
  if (status) writer.field(2, 'Image ID', status.imageID);
  const ports = portsText(container.ports, ({ containerPort }) => containerPort);
  writer.field(2, ports.includes(',') ? 'Ports' : 'Port', ports || '<none>');
  const hostPorts = portsText(container.ports, ({ hostPort }) => hostPort ?? 0);
  writer.field(2, hostPorts.includes(',') ? 'Host Ports' : 'Host Port', hostPorts || '<none>');
  const profile = container.securityContext?.seccompProfile;
  if (!profile) return;
  writer.field(2, 'SeccompProfile', profile.type);
  if (profile.type === 'Localhost') {
    writer.field(2, 'LocalhostProfile', profile.localhostProfile);
  }
}

function describeCommand(
  writer: DescriptionWriter,
  label: string,
  words: readonly string[] | undefined,
): void {
  if (!words || words.length === 0) return;
  writer.line(2, `${label}:`);
  for (const word of words) for (const line of word.split('\n')) writer.line(3, line);
}

function describeState(writer: DescriptionWriter, status: ContainerStatus): void {
  describeOneState(writer, 'State', status.state ?? {});
  if (status.lastState?.terminated) describeOneState(writer, 'Last State', status.lastState);
  writer.field(2, 'Ready', boolText(status.ready));
  writer.field(2, 'Restart Count', status.restartCount);
}

function describeOneState(
  writer: DescriptionWriter,
  label: string,
  { running, waiting, terminated }: ContainerState,
): void {
  if (running) {
    writer.field(2, label, 'Running');
    writer.field(3, 'Started', longTime(running.startedAt));
  } else if (terminated) {
    writer.field(2, label, 'Terminated');
    if (terminated.reason) writer.field(3, 'Reason', terminated.reason);
    if (terminated.message) writer.field(3, 'Message', terminated.message);
    writer.field(3, 'Exit Code', terminated.exitCode);
    if ((terminated.signal ?? 0) > 0) writer.field(3, 'Signal', terminated.signal);
    writer.field(3, 'Started', longTime(terminated.startedAt));
    writer.field(3, 'Finished', longTime(terminated.finishedAt));
  } else {
    writer.field(2, label, 'Waiting');
    if (waiting?.reason) writer.field(3, 'Reason', waiting.reason);
  }
}

export function describeResources(
  writer: DescriptionWriter,
  resources: ResourceRequirements | undefined,
  level: number,
): void {
  for (const [label, list] of [
    ['Limits', resources?.limits],
    ['Requests', resources?.requests],
  ] as const) {
    const names = Object.keys(list ?? {}).sort();
    if (names.length === 0) continue;
    writer.line(level, `${label}:`);
    for (const name of names) writer.field(level + 1, name, list?.[name]);
  }
}

function describeProbe(writer: DescriptionWriter, label: string, probe: Probe | undefined): void {
  if (probe) writer.field(2, label, probeText(probe));
}

/** Models DescribeProbe. */
function probeText(probe: Probe): string {
  const attributes = `delay=${probe.initialDelaySeconds ?? 0}s timeout=${probe.timeoutSeconds ?? 0}s period=${probe.periodSeconds ?? 0}s #success=${probe.successThreshold ?? 0} #failure=${probe.failureThreshold ?? 0}`;
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (exec) return `exec [${(exec.command ?? []).join(' ')}] ${attributes}`;
  if (httpGet) {
    const scheme = (httpGet.scheme ?? '').toLowerCase();
    const path = httpGet.path ?? '';
    const slash = path === '' || path.startsWith('/') ? '' : '/';
    const address = `${httpGet.host ?? ''}:${httpGet.port}`;
    return `http-get ${scheme === '' ? '' : `${scheme}:`}//${address}${slash}${encodePath(path)} ${attributes}`;
  }
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port} ${attributes}`;
  if (grpc) return `grpc <pod>:${grpc.port} ${grpc.service ?? ''} ${attributes}`;
  return `unknown ${attributes}`;
}

/** A path as it stands in a URL: what may not stand there is escaped. */
function encodePath(path: string): string {
  return encodeURI(path).replaceAll('?', '%3F').replaceAll('#', '%23');
}

function describeEnvironment(
  writer: DescriptionWriter,
  container: AnyContainer,
  pod: Pod | undefined,
): void {
  const { envFrom = [], env = [] } = container;
  if (envFrom.length > 0) {
    writer.line(2, 'Environment Variables from:');
    for (const { configMapRef, secretRef, prefix } of envFrom) {
      const source = configMapRef ?? secretRef;
      const from = configMapRef ? 'ConfigMap' : secretRef ? 'Secret' : '';
      const prefixed = prefix ? `${from} with prefix '${prefix}'` : from;
      writer.line(3, `${source?.name ?? ''}\t${prefixed}\tOptional: ${source?.optional ?? false}`);
    }
  }
  writer.line(2, env.length === 0 ? 'Environment:\t<none>' : 'Environment:');
  for (const variable of env) describeVariable(writer, variable, container, pod);
}

function describeVariable(
  writer: DescriptionWriter,
  { name, value = '', valueFrom }: EnvVar,
  container: AnyContainer,
  pod: Pod | undefined,
): void {
  if (!valueFrom) {
    value.split('\n').forEach((line, i) => {
      writer.line(3, i === 0 ? `${name}:\t${line}` : `\t${line}`);
    });
    return;
  }
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef) {
    const found = pod ? fieldValue(pod, fieldRef.fieldPath) : '';
    writer.line(3, `${name}:\t${found} (${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`);
  } else if (resourceFieldRef) {
    const found = resourceFieldValue(resourceFieldRef, container.resources);
    writer.line(3, `${name}:\t${found} (${resourceFieldRef.resource})`);
  } else if (secretKeyRef) {
    writer.line(
      3,
      `${name}:\t<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name ?? ''}'>\tOptional: ${secretKeyRef.optional ?? false}`,
    );
  } else if (configMapKeyRef) {
    writer.line(
      3,
      `${name}:\t<set to the key '${configMapKeyRef.key}' of config map '${configMapKeyRef.name ?? ''}'>\tOptional: ${configMapKeyRef.optional ?? false}`,
    );
  }
}

/** What kubectl can tell of a field by itself: the metadata. Models ExtractFieldPathAsString. */
function fieldValue({ metadata }: Pod, path: string): string {
  const subscript = /^metadata\.(annotations|labels)\['(.+)'\]$/.exec(path);
  if (subscript) {
    const map = subscript[1] === 'labels' ? metadata.labels : metadata.annotations;
    return map?.[subscript[2] ?? ''] ?? '';
  }
  switch (path) {
    case 'metadata.name':
      return metadata.name ?? '';
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    default:
      return '';
  }
}

function describeMounts(writer: DescriptionWriter, container: AnyContainer): void {
  const mounts = [...(container.volumeMounts ?? [])].sort((a, b) =>
    a.mountPath < b.mountPath ? -1 : a.mountPath > b.mountPath ? 1 : 0,
  );
  writer.line(2, mounts.length === 0 ? 'Mounts:\t<none>' : 'Mounts:');
  for (const { mountPath, name, readOnly, subPath } of mounts) {
    const path = subPath ? `,path=${JSON.stringify(subPath)}` : '';
    writer.line(3, `${mountPath} from ${name} (${readOnly ? 'ro' : 'rw'}${path})`);
  }
  const devices = container.volumeDevices ?? [];
  if (devices.length === 0) return;
  writer.line(2, mounts.length === 0 ? 'Devices:\t<none>' : 'Devices:');
  for (const { devicePath, name } of devices) writer.line(3, `${devicePath} from ${name}`);
}
