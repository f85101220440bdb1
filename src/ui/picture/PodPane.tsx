import { Boxes } from 'lucide-react';
import { memo } from 'react';
import type { PodPicture } from '../../lab/picture';
import { ActiveFaults } from '../faults/ActiveFaults';
import { BreakMenu } from '../faults/BreakMenu';
import { pathOf } from '../store/shown-pod';
import { update, usePage } from '../store/store';
import { PodCard } from './PodCard';
import { StateAnnouncer } from './StateAnnouncer';
import { podLook } from './status-look';
import { useSelectedPod } from './use-selected-pod';
import { WhyPanel } from './WhyPanel';

export function PodPane() {
  const pods = usePage((state) => state.pods);
  const nodes = usePage((state) => state.nodes);
  const pod = useSelectedPod();
  const up = nodes.filter((node) => node.ready).length;
  return (
    <section className="pane" id="pane-pod" aria-label="Pod" tabIndex={-1}>
      <div className="tabs">
        <h2>{pods.length > 1 ? 'Pods' : 'Pod'}</h2>
        <div className="end">
          {nodes.length > 0 && (
            <span title={nodes.map((node) => `${node.name} ${node.ip}`).join('\n')}>
              {nodes.length === 1 ? nodes[0]?.name : `${nodes.length} nodes`}{' '}
              {up === nodes.length ? 'Ready' : `${nodes.length - up} NotReady`}
            </span>
          )}
          {nodes.length > 0 && (
            <BreakMenu
              node={pod?.node ?? nodes[0]?.name ?? ''}
              nodes={nodes.map(({ name }) => name)}
            />
          )}
        </div>
      </div>
      <ActiveFaults />
      {pods.length > 1 && <PodList pods={pods} selected={pod} />}
      <div className="stage">{pod ? <PodCard pod={pod} /> : <NoPods />}</div>
      {pod && <WhyPanel pod={pod} />}
      {pod && <StateAnnouncer key={pod.uid} pod={pod} />}
    </section>
  );
}

interface PodListProps {
  readonly pods: readonly PodPicture[];
  readonly selected: PodPicture | undefined;
}

function PodList({ pods, selected }: PodListProps) {
  return (
    <fieldset className="pod-list plain" aria-label="Which pod">
      {pods.map((pod) => (
        <PodButton
          key={pod.uid}
          path={pathOf(pod)}
          ready={pod.ready}
          status={pod.status}
          isSelected={pod === selected}
        />
      ))}
    </fieldset>
  );
}

interface PodButtonProps {
  readonly path: string;
  readonly ready: string;
  readonly status: string;
  readonly isSelected: boolean;
}

/** There may be hundreds of pods, of which one has changed. */
const PodButton = memo(function PodButton({ path, ready, status, isSelected }: PodButtonProps) {
  const look = podLook({ ready, status });
  return (
    <button
      type="button"
      aria-pressed={isSelected}
      onClick={() => update({ selectedPod: path, subject: undefined })}
    >
      <span className={`dot tone-${look.tone}`} aria-hidden="true">
        {look.symbol}
      </span>
      {path.replace(/^default\//, '')}
      <span className="soft num">{ready}</span>
      <span className="hidden-visually">{status}</span>
    </button>
  );
});

function NoPods() {
  const flow = usePage((state) => state.flow);
  return (
    <div className="empty">
      <Boxes size={32} strokeWidth={1.4} />
      {flow === 'ready' ? (
        <p>
          There are no pods in the cluster. Press <b>Apply</b> in the editor to create what its file
          describes.
        </p>
      ) : (
        <p>{flow === 'starting' ? 'Starting the lab …' : 'The lab does not run.'}</p>
      )}
    </div>
  );
}
