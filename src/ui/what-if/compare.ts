import type { PodPicture, VolumePicture } from '../../lab/picture';
import type { FutureOutcome } from './run-future';

/** What became of one container, compared with its past. */
export interface ContainerFate {
  readonly name: string;
  readonly kind: string;
  /** How often it has been started since the future began. */
  readonly starts: number;
  /** RESTARTS as kubectl counts them at the end, and how many came since. */
  readonly restarts: number;
  readonly more: number;
  /** kubectl's word at the end; `gone` without a Pod. */
  readonly word: string;
}

export interface PodFate {
  readonly identity: 'same' | 'new' | 'gone';
  readonly status: string;
  readonly ipChanged: boolean;
  readonly newSandbox: boolean;
  readonly initsAgain: boolean;
  readonly containers: readonly ContainerFate[];
  readonly volumes: readonly { readonly name: string; readonly fate: 'kept' | 'lost' | 'empty' }[];
  readonly heirs: readonly string[];
}

/** Kinds of volumes whose contents come from elsewhere: they say nothing about what is kept. */
const FROM_ELSEWHERE = new Set(['configMap', 'secret', 'downwardAPI', 'projected']);

/** What a future did to a pod; `at` is the instant at which it began. */
export function fateOf({ before, after, heirs, records }: FutureOutcome, at: number): PodFate {
  const starts = (container: string) =>
    records.filter(
      (record) =>
        record.type === 'container.started' && record.t > at && record.container === container,
    ).length;
  const identity = !after ? 'gone' : after.uid === before?.uid ? 'same' : 'new';
  const containers = (before?.containers ?? []).map((old): ContainerFate => {
    const now = after?.containers.find(({ name }) => name === old.name);
    return {
      name: old.name,
      kind: old.kind,
      starts: starts(old.name),
      restarts: now?.restartCount ?? 0,
      more: Math.max(0, (now?.restartCount ?? 0) - old.restartCount),
      word: now ? now.reason : 'gone',
    };
  });
  return {
    identity,
    status: after?.status ?? 'gone',
    ipChanged: after !== undefined && after.ip !== before?.ip,
    newSandbox: (after?.sandbox?.attempt ?? 0) > (before?.sandbox?.attempt ?? 0),
    initsAgain: containers.some(({ kind, starts: count }) => kind === 'init' && count > 0),
    containers,
    volumes: volumesOf(before).map((volume) => ({
      name: volume.name,
      fate: volumeFate(volume, identity === 'same' ? after : undefined),
    })),
    heirs: heirs.map(({ name, status, ready }) => `${name} (${ready} ${status})`),
  };
}

function volumesOf(pod: PodPicture | undefined): readonly VolumePicture[] {
  return (pod?.volumes ?? []).filter(({ type }) => !FROM_ELSEWHERE.has(type));
}

/** Kept: every file that was there still is. */
function volumeFate(volume: VolumePicture, after: PodPicture | undefined) {
  if (volume.files.length === 0) return after ? 'empty' : 'lost';
  const now = after?.volumes.find(({ name }) => name === volume.name);
  const paths = new Set(now?.files.map(({ path }) => path));
  return volume.files.every(({ path }) => paths.has(path)) ? 'kept' : 'lost';
}

/** The answer to "what would restart?" in a sentence. */
export function answerOf(fate: PodFate, without: PodFate): string {
  if (fate.identity === 'gone') {
    const heirs =
      fate.heirs.length > 0 ? ` Its owner makes another: ${fate.heirs.join(', ')}.` : '';
    return `Nothing restarts: the Pod ends.${heirs}`;
  }
  const idle = (name: string) => without.containers.find((one) => one.name === name)?.starts ?? 0;
  const again = fate.containers.filter(({ name, starts }) => starts > idle(name));
  const inits = again.filter(({ kind }) => kind === 'init').length;
  const others = again.filter(({ kind }) => kind !== 'init');
  const all = fate.containers.filter(({ kind }) => kind !== 'init').length;
  const names = others.map(({ name }) => name).join(', ');
  const every = all === 2 ? 'Both containers' : `All ${all} containers`;
  const whole = all > 1 && others.length === all ? every : names;
  if (again.length === 0) {
    const ended = fate.containers.filter((one) => {
      const idleWord = without.containers.find(({ name }) => name === one.name)?.word;
      return one.word !== idleWord;
    });
    if (ended.length === 0) return 'Nothing restarts.';
    return `Nothing restarts: ${ended.map(({ name, word }) => `${name} stays ${word}`).join(', ')}.`;
  }
  if (others.length === 0) return 'The init containers run again.';
  return `${whole} restart${others.length === 1 ? 's' : ''}${inits > 0 ? ', init containers run again' : ''}.`;
}
