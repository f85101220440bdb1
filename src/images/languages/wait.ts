import type { Call, Sys } from '../../runtime/syscalls';

/** Says what is not simulated and waits for the end, as a program that does nothing would. */
export function* waitAsPlaceholder(sys: Sys, what: string): Call<number> {
  yield* sys.write(2, `podlab: ${what} is not simulated; this process waits until it is stopped\n`);
  for (const signal of ['TERM', 'INT'] as const) sys.signalAction(signal, 'catch');
  while (sys.takeSignals().length === 0) yield* sys.wait(() => () => {});
  return 0;
}
