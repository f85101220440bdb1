import { useMemo } from 'react';
import { usePage } from '../store/store';
import { type ActiveFault, activeFaults } from './active-faults';

/** What is broken at the moment that is shown. */
export function useActiveFaults(): readonly ActiveFault[] {
  const index = usePage((state) => state.index);
  // A boot ends by itself: whole seconds are enough to notice.
  const second = usePage((state) =>
    state.index.faults.length > 0 ? Math.floor(state.t / 1000) : 0,
  );
  const count = usePage((state) => state.index.faults.filter(({ t }) => t <= state.t).length);
  const generation = usePage((state) => state.index.generation);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list grows in place.
  return useMemo(
    () => activeFaults(index.faults, usePage.getState().t),
    [index, second, count, generation],
  );
}
