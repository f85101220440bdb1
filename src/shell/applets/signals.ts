import type { Bytes } from '../../runtime/bytes';
import { type Signal, signalName } from '../../runtime/signals';
import { parseSignal } from '../builtins/signals';

/** A signal given as `9`, `KILL`, `SIGKILL`; 'none' for 0, which only asks. Undefined: there is none such. */
export function signalNamed(text: Bytes): Signal | 'none' | undefined {
  const number = parseSignal(text);
  return number === 0 ? 'none' : number === undefined ? undefined : signalName(number);
}

/** What sys.kill takes. */
export function toSend(signal: Signal | 'none'): Signal | undefined {
  return signal === 'none' ? undefined : signal;
}
