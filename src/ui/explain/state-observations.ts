import type { PodPicture } from '../../lab/picture';
import type { TraceRecord } from '../session/messages';
import { LINKS } from './explanation';
import type { Observation } from './observations';

/** Records that are searched for an event, from the newest on. */
const RECORDS = 3000;

/** A volume that cannot be mounted: no container's state says which one, and what it lacks. */
export function observeMounts(
  pod: PodPicture,
  records: readonly TraceRecord[],
): Observation | undefined {
  const isWaiting = pod.containers.every(({ state }) => state === 'waiting' || state === 'none');
  if (!isWaiting) return undefined;
  const message = newestFailedMount(records, `${pod.namespace}/${pod.name}`);
  if (message === undefined) return undefined;
  const [, volume = ''] = /for volume "([^"]+)"/.exec(message) ?? [];
  const [, kind = '', name = ''] = /\b(configmap|secret) "([^"]+)" not found/.exec(message) ?? [];
  const what = { configmap: 'ConfigMap', secret: 'Secret' }[kind];
  return {
    container: undefined,
    source: 'Event FailedMount',
    line: message,
    plain: what
      ? `The volume ${volume} is to hold the ${what} ${name}, which does not exist. No container starts before all volumes of the Pod are mounted, not even one that does not use it.`
      : `The volume ${volume} cannot be mounted, and no container starts before all of them are.`,
    rule: what
      ? `Create the ${what}. The kubelet tries again by itself, at the latest after two minutes: the Pod starts without being made again.`
      : 'The kubelet tries again by itself, at the latest after two minutes.',
    link: what ? LINKS.configMap : LINKS.volumes,
  };
}

function newestFailedMount(records: readonly TraceRecord[], pod: string): string | undefined {
  const last = Math.max(0, records.length - RECORDS);
  for (let i = records.length - 1; i >= last; i--) {
    const record = records[i];
    if (record?.type !== 'event' || record.pod !== pod || record.reason !== 'FailedMount') continue;
    return String(record.message);
  }
  return undefined;
}

/** Restarts beside a container that was not restarted: it is often said that a Pod restarts as a whole. */
export function observeRestarts(pod: PodPicture, only?: string): Observation | undefined {
  // A new sandbox does start everything over.
  if ((pod.sandbox?.attempt ?? 0) > 0) return undefined;
  const restarted = pod.containers.find(
    ({ name, restartCount }) => restartCount > 0 && (only === undefined || only === name),
  );
  if (!restarted) return undefined;
  const { name, kind, restartCount } = restarted;
  const times = restartCount === 1 ? 'once' : `${restartCount} times`;
  const counts = pod.containers.map((one) => `${one.name} ${one.restartCount}`).join(', ');
  const seen = { container: name, source: 'Restarts', line: counts };
  if (kind === 'init') {
    return {
      ...seen,
      plain: `${name} was tried again ${times}, in the same Pod: its name, address, node and volumes have not changed.`,
      rule: '“If an init container fails, the Pod is restarted” is often said, and wrong: the init container is. What it has written to volumes is still there at the next try.',
      link: LINKS.init,
    };
  }
  const others = pod.containers.filter(
    (one) => one.kind !== 'init' && one.state === 'running' && one.restartCount === 0,
  );
  if (others.length === 0) return undefined;
  const names = others.map((one) => one.name).join(', ');
  return {
    ...seen,
    plain: `${name} was started again ${times}; ${names} ran on. The Pod is still the same one, with the same address.`,
    rule: '“One container’s failure restarts the whole Pod” is often said, and wrong: containers are restarted one by one. While one is down, the Pod is not ready, so Services send it nothing.',
    link: LINKS.restarts,
  };
}
