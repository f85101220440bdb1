// One hour of a pod in which one container writes a shared file and another follows it.

import { createSimulator } from '../src/simulator.ts';
import { HOUR_MS } from './workloads.ts';

const MANIFEST = `
apiVersion: v1
kind: Pod
metadata:
  name: writer-reader
spec:
  volumes:
    - name: notes
      emptyDir: {}
  containers:
    - name: writer
      image: busybox:1.37
      command: [sh, -c, 'while true; do date >> /notes/log; sleep 5; done']
      volumeMounts: [{ name: notes, mountPath: /notes }]
    - name: reader
      image: busybox:1.37
      command: [sh, -c, 'until [ -f /notes/log ]; do sleep 1; done; tail -f /notes/log']
      volumeMounts: [{ name: notes, mountPath: /notes }]
`;

/** Hours that follow the first one in this process, when the engine's code has been compiled. */
const WARM_HOURS = 5;

function simulateHour(): { readonly wallMs: number; readonly lines: number } {
  const simulator = createSimulator({ seed: 1 });
  simulator.apply(MANIFEST);
  const started = performance.now();
  simulator.advance(HOUR_MS);
  const wallMs = performance.now() - started;
  return { wallMs, lines: simulator.logs('default/writer-reader', 'reader').length };
}

const first = simulateHour();
const warm = Array.from({ length: WARM_HOURS }, () => simulateHour().wallMs).sort((a, b) => a - b);
// A line every 5 s, less the few seconds of the start.
const expected = HOUR_MS / 5000;
const { lines } = first;
const isRight = lines > expected - 10 && lines <= expected;
console.log(
  JSON.stringify({
    wallMs: first.wallMs,
    warmMs: warm[Math.floor(WARM_HOURS / 2)],
    refused: isRight ? undefined : `the reader logged ${lines} lines`,
  }),
);
