import { useEffect } from 'react';
import { undoBranch } from '../store/lab';
import { notify, usePage } from '../store/store';
import { clockText } from './format';

/** Says that something done in the past has replaced what came after, and offers to take it back. */
export function BranchNotice() {
  const dropped = usePage((state) => state.dropped);
  const key = dropped ? `${dropped.inputs} ${dropped.horizon}` : '';
  useEffect(() => {
    if (key === '') return;
    const [inputs = '0', horizon = '0'] = key.split(' ');
    const count = inputs === '1' ? 'the later step was' : `${inputs} later steps were`;
    notify({
      tone: 'info',
      text: `The lab went on from here: ${count} dropped (up to ${clockText(Number(horizon))}).`,
      action: { label: 'Undo', run: undoBranch },
    });
  }, [key]);
  return null;
}
