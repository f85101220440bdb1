import { containersOf, type Finding, type PodText } from './remark';

/** Volumes that do not connect anybody: what one container writes, no other can read. */
export function remarkOnVolumes(pod: PodText): Finding[] {
  const containers = containersOf(pod);
  if (containers.length < 2) return [];
  const found: Finding[] = [];
  for (const [index, { name, emptyDir }] of (pod.spec.volumes ?? []).entries()) {
    const mounting = containers.flatMap(({ container, path }) =>
      (container.volumeMounts ?? []).flatMap((mount, i) =>
        mount.name === name ? [{ container, path: `${path}.volumeMounts[${i}]` }] : [],
      ),
    );
    const users = new Set(mounting.map(({ container }) => container.name));
    const [only] = mounting;
    if (!only) {
      found.push({
        path: `${pod.path}.volumes[${index}]`,
        message: `No container mounts the volume ${name}.`,
      });
    } else if (users.size === 1 && emptyDir !== undefined) {
      const others = containers
        .map(({ container }) => container.name)
        .filter((other) => other !== only.container.name);
      found.push({
        path: only.path,
        message: `Only ${only.container.name} mounts the volume ${name}. Whatever ${others.join(', ')} should put there or read from there needs a mount of its own: containers share volumes, not files.`,
      });
    }
  }
  return found;
}
