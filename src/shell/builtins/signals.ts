import type { Bytes } from '../../runtime/bytes';
import { SIGNAL_NUMBERS, signalName } from '../../runtime/signals';

/** Real-time signals are numbers that nothing here sends. */
const FIRST_REAL_TIME = 34;
const LAST_SIGNAL = 64;

/** The number of a signal given as number, as name, or as name with SIG; 0 is EXIT. Undefined: unknown. */
export function parseSignal(text: Bytes): number | undefined {
  if (/^[0-9]+$/.test(text)) {
    const number = Number(text);
    return number <= LAST_SIGNAL ? number : undefined;
  }
  const name = text.toUpperCase().replace(/^SIG/, '');
  if (name === 'EXIT') return 0;
  if (name === 'IO') return SIGNAL_NUMBERS.POLL;
  if (name === 'IOT') return SIGNAL_NUMBERS.ABRT;
  if (name === 'RTMIN') return FIRST_REAL_TIME;
  if (name === 'RTMAX') return LAST_SIGNAL;
  return Object.hasOwn(SIGNAL_NUMBERS, name)
    ? SIGNAL_NUMBERS[name as keyof typeof SIGNAL_NUMBERS]
    : undefined;
}

/** The name of a signal's number, the number itself where it has none. */
export function signalText(number: number): Bytes {
  if (number === 0) return 'EXIT';
  return signalName(number) ?? String(number);
}

/** What `kill -l` prints. */
export function listSignals(): Bytes {
  const lines = Object.entries(SIGNAL_NUMBERS).map(
    ([name, number]) => `${String(number).padStart(2)}) ${name}\n`,
  );
  return `${lines.join('')}${FIRST_REAL_TIME}) RTMIN\n${LAST_SIGNAL}) RTMAX\n`;
}
