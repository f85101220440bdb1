import type { FaultRequest } from '../store/state';
import { update } from '../store/store';

/** Opens the dialog of a fault that needs to know more. */
export function askForFault(faultRequest: FaultRequest): void {
  update({ dialog: 'fault', faultRequest });
}
