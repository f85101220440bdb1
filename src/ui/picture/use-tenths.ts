import { usePage } from '../store/store';

/** The playhead's instant in virtual ms, in steps of a tenth of a second: enough for what people read. */
export function useTenths(): number {
  return usePage((state) => Math.floor(state.t / 100) * 100);
}
