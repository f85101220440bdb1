import { memo } from 'react';
import type { ContainerPicture, PodPicture } from '../../lab/picture';
import { explainDisagreement } from '../explain/container-reasons';
import { limitsLink } from '../layout/facts-link';
import { durationText } from '../layout/format';
import { update, usePage } from '../store/store';
import { ContainerMenu } from './ContainerMenu';
import { StatusChip } from './StatusChip';
import { containerLook, containerWord } from './status-look';
import { useTenths } from './use-tenths';

interface ContainerCardProps {
  readonly pod: PodPicture;
  readonly container: ContainerPicture;
  readonly hueOf: (volume: string) => number;
}

export const ContainerCard = memo(function ContainerCard(props: ContainerCardProps) {
  const { pod, container, hueOf } = props;
  const look = containerLook(container);
  const subject = `container ${container.name}`;
  const isSubject = usePage((state) => state.subject === subject);
  const disagreement = explainDisagreement(container);
  return (
    <section
      className={`container edge-${look.tone}${isSubject ? ' selected' : ''}`}
      aria-label={`Container ${container.name}`}
    >
      <div className="container-title">
        <h4>
          <button
            type="button"
            className="subject"
            aria-pressed={isSubject}
            title="Why is it so?"
            onClick={() => update({ subject })}
          >
            {container.name}
          </button>
        </h4>
        {container.kind !== 'regular' && <span className="role">{container.kind}</span>}
        <span className="grow" />
        <StatusChip look={look} word={containerWord(container)} />
        <ContainerMenu pod={pod} container={container} />
      </div>
      <p className="container-line">
        <span className="mono image" title={container.about}>
          {container.image}
        </span>
        <ImageNote container={container} />
        <LifeLine container={container} />
      </p>
      <Processes container={container} />
      <Probes container={container} />
      <Backoff container={container} />
      {disagreement && (
        <p className="disagreement">
          <span aria-hidden="true">≠</span> {disagreement}
        </p>
      )}
      <Mounts pod={pod} container={container} hueOf={hueOf} />
    </section>
  );
});

function ImageNote({ container }: { readonly container: ContainerPicture }) {
  const { modelled, about } = container;
  if (modelled === undefined || modelled === 'real') return null;
  const isOfLab = modelled === 'lab';
  return (
    <a
      className="image-note"
      title={about}
      href={limitsLink(isOfLab ? 'lab-images' : 'placeholder-images')}
    >
      {isOfLab ? 'exists only in this lab' : 'placeholder'}
    </a>
  );
}

/** How long it has run or ran, its exit code, its restarts. */
function LifeLine({ container }: { readonly container: ContainerPicture }) {
  const t = useTenths();
  const { state, startedAt, finishedAt, exitCode, restartCount } = container;
  const parts: string[] = [];
  if (state === 'running' && startedAt !== undefined) parts.push(durationText(t - startedAt));
  if (state !== 'running' && exitCode !== undefined) {
    parts.push(`exit ${exitCode}`);
    if (startedAt !== undefined && finishedAt !== undefined) {
      parts.push(`ran ${durationText(finishedAt - startedAt)}`);
    }
  }
  if (restartCount > 0) {
    const ago =
      finishedAt !== undefined && finishedAt <= t ? ` (${durationText(t - finishedAt)} ago)` : '';
    parts.push(`restarts ${restartCount}${state === 'running' ? '' : ago}`);
  }
  if (state === 'running' && container.kind !== 'init' && !container.ready) parts.push('not ready');
  return <span className="num">{parts.map((part) => ` · ${part}`).join('')}</span>;
}

/** More processes than this are summed up. */
const SHOWN_PROCESSES = 3;

function Processes({ container }: { readonly container: ContainerPicture }) {
  const { processes } = container;
  if (processes.length === 0) return null;
  const more = processes.length - SHOWN_PROCESSES;
  return (
    <ul className="processes mono" aria-label="Processes">
      {processes.slice(0, SHOWN_PROCESSES).map(({ pid, command, user }) => (
        <li key={pid} title={`PID ${pid}, user ${user}\n${command}`}>
          <span className="pid">{pid}</span> {command.split('\n')[0]}
        </li>
      ))}
      {more > 0 && <li className="soft">and {more} more processes</li>}
    </ul>
  );
}

const RESULT = { success: '✓', failure: '✕', unknown: '?' } as const;

function Probes({ container }: { readonly container: ContainerPicture }) {
  return container.probes.map(({ type, periodSeconds, results, message }) => {
    const last = results.at(-1);
    const said = `${type} probe, every ${periodSeconds} s. Latest: ${last ?? 'none yet'}${message ? `, ${message}` : ''}`;
    return (
      <p key={type} className="probe" title={said}>
        {type}{' '}
        <span aria-hidden="true">
          {results.slice(-8).map((result, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a tick is its place in the row.
            <b key={i} className={result}>
              {RESULT[result]}
            </b>
          ))}
        </span>
        <span className="hidden-visually">{last ?? 'none yet'}</span> every {periodSeconds} s
        {last === 'failure' && message && <span className="mono said"> {message}</span>}
      </p>
    );
  });
}

function Backoff({ container }: { readonly container: ContainerPicture }) {
  const t = useTenths();
  const { backoffUntil, finishedAt, state } = container;
  if (backoffUntil === undefined || state === 'running') return null;
  const left = backoffUntil - t;
  if (left <= 0) {
    return <p className="backoff">the back-off is over: it starts with the kubelet’s next look</p>;
  }
  const whole = backoffUntil - (finishedAt ?? t);
  return (
    <p className="backoff">
      <span>
        may start again in <b className="num">{durationText(left)}</b>
      </span>
      <i aria-hidden="true">
        <i style={{ width: `${Math.min(100, (left / Math.max(1, whole)) * 100)}%` }} />
      </i>
    </p>
  );
}

function Mounts({ pod, container, hueOf }: ContainerCardProps) {
  const mounts = pod.volumes.flatMap((volume) =>
    volume.mounts
      .filter((mount) => mount.container === container.name && hueOf(volume.name) >= 0)
      .map((mount) => ({ ...mount, volume: volume.name })),
  );
  if (mounts.length === 0) return null;
  return (
    <ul className="mounts" aria-label="Mounts">
      {mounts.map(({ volume, path, readOnly }) => (
        <li key={path} className={`hue-${hueOf(volume) % 6}`} title={`volume ${volume} at ${path}`}>
          <span aria-hidden="true">▤</span>
          <span className="mono">{path}</span>
          {readOnly && <span className="soft">read-only</span>}
        </li>
      ))}
    </ul>
  );
}
