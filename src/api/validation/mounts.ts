import { portNameProblems, portNumberProblems } from '../names';
import type { Container, ContainerPort, Volume, VolumeMount } from '../types';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidFor,
  notFound,
  notSupported,
  required,
} from './field-error';
import { localPathErrors, noBackstepErrors } from './paths';

/** Ports, volume mounts and block devices of a container. Models pkg/apis/core/validation. */

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

export function protocolErrors(protocol: string | undefined, field: string): FieldError[] {
  if (!protocol) return [required(field)];
  return PROTOCOLS.includes(protocol) ? [] : [notSupported(field, protocol, PROTOCOLS)];
}

export function validatePorts(ports: readonly ContainerPort[] = [], field: string): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap(({ name = '', containerPort = 0, hostPort = 0, protocol }, index) => {
    const at = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if (name !== '') {
      const problems = portNameProblems(name);
      errors.push(...invalidFor(`${at}.name`, name, problems));
      if (problems.length === 0 && names.has(name)) errors.push(duplicate(`${at}.name`, name));
      else if (problems.length === 0) names.add(name);
    }
    if (containerPort === 0) errors.push(required(`${at}.containerPort`));
    else {
      const problems = portNumberProblems(containerPort);
      errors.push(...invalidFor(`${at}.containerPort`, containerPort, problems));
    }
    if (hostPort !== 0) {
      errors.push(...invalidFor(`${at}.hostPort`, hostPort, portNumberProblems(hostPort)));
    }
    errors.push(...protocolErrors(protocol, `${at}.protocol`));
    return errors;
  });
}

/** Ports of the node that several containers of one pod ask for. */
export function hostPortConflicts(containers: readonly Container[], field: string): FieldError[] {
  const taken = new Set<string>();
  const errors: FieldError[] = [];
  containers.forEach(({ ports = [] }, container) => {
    ports.forEach(({ protocol = '', hostIP = '', hostPort = 0 }, index) => {
      if (hostPort === 0) return;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) {
        errors.push(duplicate(`${field}[${container}].ports[${index}].hostPort`, key));
      }
      taken.add(key);
    });
  });
  return errors;
}

export function validateMounts(
  container: Container,
  volumes: ReadonlyMap<string, Volume>,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const paths = new Set<string>();
  const devices = container.volumeDevices ?? [];
  (container.volumeMounts ?? []).forEach((mount, index) => {
    const at = `${field}[${index}]`;
    const { name = '', mountPath = '', subPath = '', subPathExpr = '' } = mount;
    if (name === '') errors.push(required(`${at}.name`));
    if (!volumes.has(name)) errors.push(notFound(`${at}.name`, name));
    if (mountPath === '') errors.push(required(`${at}.mountPath`));
    if (paths.has(mountPath)) errors.push(invalid(`${at}.mountPath`, mountPath, 'must be unique'));
    paths.add(mountPath);
    if (devices.some((device) => device.name === name)) {
      errors.push(invalid(`${at}.name`, name, 'must not already exist in volumeDevices'));
    }
    if (devices.some((device) => device.devicePath === mountPath)) {
      const why = 'must not already exist as a path in volumeDevices';
      errors.push(invalid(`${at}.mountPath`, mountPath, why));
    }
    // From here on the server names the list, not the entry.
    if (subPath !== '') errors.push(...localPathErrors(`${field}.subPath`, subPath));
    if (subPathExpr !== '') {
      if (subPath !== '') {
        const why = 'subPathExpr and subPath are mutually exclusive';
        errors.push(invalid(`${at}.subPathExpr`, subPathExpr, why));
      }
      errors.push(...localPathErrors(`${field}.subPathExpr`, subPathExpr));
    }
    errors.push(...propagationErrors(mount, container, `${field}.mountPropagation`));
    errors.push(...recursiveErrors(mount, `${field}.recursiveReadOnly`));
  });
  return errors;
}

function propagationErrors(mount: VolumeMount, container: Container, field: string): FieldError[] {
  const mode = mount.mountPropagation;
  if (mode === undefined) return [];
  const known = ['Bidirectional', 'HostToContainer', 'None'];
  if (!known.includes(mode)) return [notSupported(field, mode, known)];
  if (mode !== 'Bidirectional' || container.securityContext?.privileged) return [];
  const why = 'Bidirectional mount propagation is available only to privileged containers';
  return [forbidden(field, why)];
}

function recursiveErrors(mount: VolumeMount, field: string): FieldError[] {
  const mode = mount.recursiveReadOnly;
  if (mode === undefined || mode === 'Disabled') return [];
  const known = ['Disabled', 'Enabled', 'IfPossible'];
  if (!known.includes(mode)) return [notSupported(field, mode, known)];
  const errors: FieldError[] = [];
  if (!mount.readOnly) {
    errors.push(forbidden(field, 'may only be specified when readOnly is true'));
  }
  if (mount.mountPropagation !== undefined && mount.mountPropagation !== 'None') {
    const why = 'may only be specified when mountPropagation is None or not specified';
    errors.push(forbidden(field, why));
  }
  return errors;
}

export function validateDevices(
  container: Container,
  volumes: ReadonlyMap<string, Volume>,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const paths = new Set<string>();
  const mounts = container.volumeMounts ?? [];
  (container.volumeDevices ?? []).forEach(({ name = '', devicePath = '' }, index) => {
    const at = `${field}[${index}]`;
    const volume = volumes.get(name);
    if (name === '') errors.push(required(`${at}.name`));
    if (names.has(name)) errors.push(invalid(`${at}.name`, name, 'must be unique'));
    if (volume === undefined) errors.push(notFound(`${at}.name`, name));
    else if (!volume.persistentVolumeClaim && !volume.ephemeral) {
      const why =
        'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(`${at}.name`, name, why));
    }
    if (devicePath === '') errors.push(required(`${at}.devicePath`));
    if (paths.has(devicePath)) {
      errors.push(invalid(`${at}.devicePath`, devicePath, 'must be unique'));
    }
    if (noBackstepErrors(field, devicePath).length > 0) {
      errors.push(invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    } else {
      paths.add(devicePath);
    }
    if (mounts.some((mount) => mount.name === name)) {
      errors.push(invalid(`${at}.name`, name, 'must not already exist in volumeMounts'));
    }
    if (mounts.some((mount) => mount.mountPath === devicePath)) {
      const why = 'must not already exist as a path in volumeMounts';
      errors.push(invalid(`${at}.devicePath`, devicePath, why));
    }
    if (name !== '') names.add(name);
  });
  return errors;
}
