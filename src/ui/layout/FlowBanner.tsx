import { RotateCcw, TriangleAlert } from 'lucide-react';
import { restartLab, seek } from '../store/lab';
import { usePage } from '../store/store';

/** Says that the lab stands still for good, and what can be done; the work is safe on this side. */
export function FlowBanner() {
  const flow = usePage((state) => state.flow);
  const reason = usePage((state) => state.flowReason);
  const failure = usePage((state) => state.failure);
  if (flow === 'stalled' || flow === 'broken') {
    return (
      <Banner
        text={
          flow === 'stalled'
            ? 'The lab has not answered for a while. Your files are kept.'
            : `The lab has stopped: ${reason}. Your files are kept.`
        }
        label="Start it again"
        onAct={restartLab}
      />
    );
  }
  if (failure === undefined) return null;
  return (
    <Banner
      text={`The lab cannot go on from here: ${failure}`}
      label="Back to the start"
      onAct={() => seek(0)}
    />
  );
}

interface BannerProps {
  readonly text: string;
  readonly label: string;
  readonly onAct: () => void;
}

function Banner({ text, label, onAct }: BannerProps) {
  return (
    <div className="banner" role="alert">
      <TriangleAlert size={16} />
      <span className="grow">{text}</span>
      <button type="button" className="button" onClick={onAct}>
        <RotateCcw size={14} />
        {label}
      </button>
    </div>
  );
}
