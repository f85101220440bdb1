import { Ellipsis, Eraser, HardDrive, HelpCircle, Network, Trash2 } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { ContainerPicture, PodPicture } from '../../lab/picture';
import { askForFault } from '../faults/ask';
import { Menu, MenuItem } from '../layout/Menu';
import { deletePod, inject } from '../store/lab';
import { update, usePage } from '../store/store';
import { ContainerCard } from './ContainerCard';
import { LimitNotes } from './LimitNotes';
import { LocalhostBus } from './LocalhostBus';
import { StatusChip } from './StatusChip';
import { lookOf, podLook } from './status-look';
import { VolumeShelf } from './VolumeShelf';

const PodLimitations = lazy(() => import('../limits/PodLimitations'));

export function PodCard({ pod }: { readonly pod: PodPicture }) {
  const chain = pod.containers.filter(({ kind }) => kind === 'init' || kind === 'sidecar');
  const regular = pod.containers.filter(({ kind }) => kind === 'regular');
  const ephemeral = pod.containers.filter(({ kind }) => kind === 'ephemeral');
  const isAdded = (name: string) => name.startsWith('kube-api-access-');
  const volumes = pod.volumes.filter(({ name }) => !isAdded(name));
  const added = pod.volumes.filter(({ name }) => isAdded(name));
  const hue = (name: string) => volumes.findIndex((volume) => volume.name === name);
  const cards = (containers: readonly ContainerPicture[]) =>
    containers.map((container) => (
      <ContainerCard key={container.name} pod={pod} container={container} hueOf={hue} />
    ));
  return (
    <article className={pod.deleting ? 'pod deleting' : 'pod'} aria-label={`Pod ${pod.name}`}>
      <PodTitle pod={pod} />
      <Conditions pod={pod} />
      {chain.length > 0 && (
        <>
          <h4 className="group-label">
            {chain.length === 1 ? 'first, to its end' : 'first, one after another'}
          </h4>
          <div className="chain">{withArrows(cards(chain))}</div>
        </>
      )}
      {regular.length > 0 && (
        <>
          <h4 className="group-label">
            {chain.length > 0 ? 'then, in this order but side by side' : 'containers'}
          </h4>
          <div className="cards">{cards(regular)}</div>
        </>
      )}
      {ephemeral.length > 0 && (
        <>
          <h4 className="group-label">ephemeral, added for debugging</h4>
          <div className="cards">{cards(ephemeral)}</div>
        </>
      )}
      <LocalhostBus pod={pod} />
      {volumes.map((volume) => (
        <VolumeShelf key={volume.name} volume={volume} hue={hue(volume.name)} />
      ))}
      <LimitNotes pod={pod} />
      {pod.limitations && (
        <Suspense>
          <PodLimitations ids={pod.limitations} />
        </Suspense>
      )}
      {added.length > 0 && (
        <details className="added">
          <summary>
            {added.map(({ name }) => name).join(', ')}{' '}
            <span className="soft">added to every Pod</span>
          </summary>
          {added.map((volume) => (
            <VolumeShelf key={volume.name} volume={volume} hue={-1} />
          ))}
        </details>
      )}
    </article>
  );
}

function withArrows(cards: readonly React.ReactElement[]) {
  return cards.flatMap((card, i) =>
    i === 0
      ? [card]
      : [
          <span key={`before ${card.key}`} className="arrow" aria-hidden="true">
            →
          </span>,
          card,
        ],
  );
}

function PodTitle({ pod }: { readonly pod: PodPicture }) {
  const isSubject = usePage((state) => state.subject === 'pod');
  const path = `${pod.namespace}/${pod.name}`;
  return (
    <div className="pod-title">
      <h3>
        <button
          type="button"
          className="subject"
          aria-pressed={isSubject}
          title="Why is it so?"
          onClick={() => update({ subject: 'pod' })}
        >
          {pod.namespace !== 'default' && <span className="soft">{pod.namespace}/</span>}
          {pod.name}
        </button>
      </h3>
      <StatusChip look={podLook(pod)} word={pod.status} title="STATUS, as kubectl prints it" />
      <span className="chip num" title="READY: ready containers of all">
        READY {pod.ready}
      </span>
      {pod.sandbox && !pod.sandbox.ready && (
        <StatusChip
          look={lookOf('err')}
          word="sandbox lost"
          title="The node has lost the Pod’s network; kubectl does not show this"
        />
      )}
      <span className="facts">
        {pod.phase !== pod.status && <Fact name="phase" value={pod.phase} />}
        <Fact name="restarts" value={pod.restarts} />
        <Fact name="IP" value={pod.ip ?? 'none yet'} mono />
        {pod.node && <Fact name="on" value={pod.node} />}
        {pod.sandbox && pod.sandbox.attempt > 0 && (
          <Fact name="sandbox" value={`no. ${pod.sandbox.attempt + 1}`} />
        )}
      </span>
      <Menu label={`Do something to pod ${pod.name}`} button={<Ellipsis size={16} />}>
        <MenuItem
          icon={<HelpCircle size={15} />}
          hint="Try futures on a copy: nothing happens to this Pod"
          onSelect={() => update({ dialog: 'what if', selectedPod: path })}
        >
          What would restart if …
        </MenuItem>
        <hr />
        <MenuItem
          icon={<Network size={15} />}
          hint="The node loses the Pod’s network: all containers start over, volumes stay"
          onSelect={() => void inject({ do: 'lose sandbox', pod: path })}
          disabled={!pod.sandbox}
        >
          Lose the sandbox
        </MenuItem>
        <MenuItem
          icon={<Eraser size={15} />}
          hint="as crictl rm on the node"
          onSelect={() => askForFault({ form: 'remove containers', pod: path })}
          disabled={!pod.node}
        >
          Remove containers …
        </MenuItem>
        <MenuItem
          icon={<HardDrive size={15} />}
          hint="up to its size limit, and beyond"
          onSelect={() => askForFault({ form: 'fill volume', pod: path })}
          disabled={!pod.sandbox}
        >
          Fill a volume …
        </MenuItem>
        <hr />
        <MenuItem
          icon={<Trash2 size={15} />}
          hint={<code>kubectl delete pod {pod.name}</code>}
          danger
          onSelect={() => void deletePod(pod.namespace, pod.name)}
          disabled={pod.deleting}
        >
          Delete the pod
        </MenuItem>
      </Menu>
    </div>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string;
  readonly mono?: boolean;
}

function Fact({ name, value, mono }: FactProps) {
  return (
    <span className="fact">
      {name} <b className={mono ? 'mono' : 'num'}>{value}</b>
    </span>
  );
}

/** The order in which a pod passes them; the API lists them in another. */
const CHECKPOINTS = [
  'PodScheduled',
  'PodReadyToStartContainers',
  'Initialized',
  'ContainersReady',
  'Ready',
];

/** Reasons that say no more than the condition's own name does. */
const PLAIN_REASONS = new Set(['ContainersNotReady', 'ContainersNotInitialized', 'PodCompleted']);

function Conditions({ pod }: { readonly pod: PodPicture }) {
  const subject = usePage((state) => state.subject);
  if (pod.conditions.length === 0) return null;
  const rank = (type: string) => {
    const at = CHECKPOINTS.indexOf(type);
    return at < 0 ? CHECKPOINTS.length : at;
  };
  const conditions = [...pod.conditions].sort((a, b) => rank(a.type) - rank(b.type));
  return (
    <ul className="conditions" aria-label="Conditions">
      {conditions.map(({ type, status, reason }) => {
        const isTrue = status === 'True';
        return (
          <li key={type}>
            <button
              type="button"
              className={isTrue ? 'yes' : 'no'}
              aria-pressed={subject === `condition ${type}`}
              title={`${type}: ${status}${reason ? `, ${reason}` : ''}`}
              onClick={() => update({ subject: `condition ${type}` })}
            >
              <span aria-hidden="true">{isTrue ? '✓' : '✕'}</span>
              {type}
              <span className="hidden-visually">{status}</span>
              {!isTrue && reason && !PLAIN_REASONS.has(reason) && (
                <span className="reason">{reason}</span>
              )}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
