import type { Container, Pod, SecurityContext } from '../../api/types';
import type { Invocation } from '../command';
import { plain } from '../errors';

/** How a debugging container comes to be. */
export type DebugStyle = 'ephemeral' | 'copy' | 'node';

/** Changes a new pod for debugging: what its container may do, and what is left out of it. */
export type Profile = (pod: Pod, container: string, style: DebugStyle) => void;

/** Models NewProfileApplier of pkg/cmd/debug/profiles.go. */
export function profileOf(invocation: Invocation): Profile {
  const name = invocation.flags.string('profile');
  const make = Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined;
  if (!make) throw plain(`unknown profile: ${name}`);
  return make(invocation);
}

const PROFILES: Readonly<Record<string, (invocation: Invocation) => Profile>> = {
  legacy: () => (pod, container, style) => {
    if (style === 'node') {
      mountRoot(pod, container);
      takeHostNamespaces(pod);
    } else if (style === 'copy') {
      delete pod.metadata.labels;
    }
  },
  general: (invocation) => (pod, container, style) => {
    if (style === 'node') {
      mountRoot(pod, container);
      clearSecurity(pod, container);
      takeHostNamespaces(pod);
      return;
    }
    if (style === 'copy') leaveOut(invocation, pod);
    addCapabilities(pod, container, 'SYS_PTRACE');
    if (style === 'copy') shareProcesses(pod);
  },
  baseline: (invocation) => (pod, container, style) => {
    clearSecurity(pod, container);
    asCopy(invocation, pod, style);
  },
  restricted: (invocation) => (pod, container, style) => {
    clearSecurity(pod, container);
    secure(pod, container, {
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
      allowPrivilegeEscalation: false,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    asCopy(invocation, pod, style);
  },
  netadmin: (invocation) => (pod, container, style) => {
    addCapabilities(pod, container, 'NET_ADMIN', 'NET_RAW');
    if (style === 'node') takeHostNamespaces(pod);
    asCopy(invocation, pod, style);
  },
  sysadmin: (invocation) => (pod, container, style) => {
    secure(pod, container, { privileged: true });
    if (style === 'node') {
      takeHostNamespaces(pod);
      mountRoot(pod, container);
    }
    asCopy(invocation, pod, style);
  },
};

function asCopy(invocation: Invocation, pod: Pod, style: DebugStyle): void {
  if (style !== 'copy') return;
  leaveOut(invocation, pod);
  shareProcesses(pod);
}

/** What a copy does not take from its pod unless flags say so. */
function leaveOut({ flags }: Invocation, pod: Pod): void {
  if (!flags.bool('keep-labels')) delete pod.metadata.labels;
  if (!flags.bool('keep-annotations')) delete pod.metadata.annotations;
  for (const container of pod.spec.containers) {
    if (!flags.bool('keep-liveness')) delete container.livenessProbe;
    if (!flags.bool('keep-readiness')) delete container.readinessProbe;
    if (!flags.bool('keep-startup')) delete container.startupProbe;
  }
  if (!flags.bool('keep-init-containers')) delete pod.spec.initContainers;
}

/** The first container of that name: init containers, then regular ones, then ephemeral ones. */
function containerOf({ spec }: Pod, name: string): Container | undefined {
  const all = [
    ...(spec.initContainers ?? []),
    ...spec.containers,
    ...((spec.ephemeralContainers ?? []) as Container[]),
  ];
  return all.find((container) => container.name === name);
}

function secure(pod: Pod, name: string, change: SecurityContext): void {
  const container = containerOf(pod, name);
  if (container) container.securityContext = { ...container.securityContext, ...change };
}

function addCapabilities(pod: Pod, name: string, ...added: readonly string[]): void {
  const before = containerOf(pod, name)?.securityContext?.capabilities;
  secure(pod, name, { capabilities: { ...before, add: [...(before?.add ?? []), ...added] } });
}

function clearSecurity(pod: Pod, name: string): void {
  delete containerOf(pod, name)?.securityContext;
}

function shareProcesses({ spec }: Pod): void {
  spec.shareProcessNamespace ??= true;
}

function takeHostNamespaces({ spec }: Pod): void {
  spec.hostNetwork = true;
  spec.hostPID = true;
  spec.hostIPC = true;
}

function mountRoot(pod: Pod, name: string): void {
  const volume = { name: 'host-root', hostPath: { path: '/' } };
  pod.spec.volumes = [...(pod.spec.volumes ?? []), volume];
  const container = containerOf(pod, name);
  if (!container) return;
  const mount = { mountPath: '/host', name: 'host-root' };
  container.volumeMounts = [...(container.volumeMounts ?? []), mount];
}
