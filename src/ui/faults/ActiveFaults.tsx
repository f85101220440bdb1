import { Wrench, Zap } from 'lucide-react';
import { inject } from '../store/lab';
import { useActiveFaults } from './use-active-faults';

/** What is broken at present, each with a way to mend it. */
export function ActiveFaults() {
  const faults = useActiveFaults();
  if (faults.length === 0) return null;
  return (
    <ul className="active-faults" aria-label="Broken at present">
      {faults.map(({ key, label, mend }) => (
        <li key={key}>
          <Zap size={13} />
          <span>{label}</span>
          {mend && (
            <button
              type="button"
              className="button"
              aria-label={`Mend: ${label}`}
              onClick={() => void inject(mend)}
            >
              <Wrench size={12} />
              Mend
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
