// P10: rewinding into a recorded hour of a learner's session, and a share link there and back.

import { createSimulator, replay } from '../src/simulator.ts';
import { decodeLink, encodeLink } from '../src/ui/link/link-codec.ts';
import { HOUR_MS } from './workloads.ts';

const MANIFEST = `
apiVersion: v1
kind: Pod
metadata:
  name: lesson
spec:
  initContainers:
    - name: wait
      image: busybox:1.37
      command: [sh, -c, 'echo preparing; sleep 5']
    - name: sidecar
      image: busybox:1.37
      restartPolicy: Always
      command: [sh, -c, 'touch /notes/log; tail -F /notes/log']
      volumeMounts: [{ name: notes, mountPath: /notes }]
  containers:
    - name: writer
      image: busybox:1.37
      command: [sh, -c, 'while true; do date >> /notes/log; sleep 5; done']
      volumeMounts: [{ name: notes, mountPath: /notes }]
    - name: flaky
      image: busybox:1.37
      command: [sh, -c, 'sleep 20; exit 1']
  volumes:
    - name: notes
      emptyDir: {}
`;

const SEEKS = 7;

const simulator = createSimulator({ seed: 1 });
simulator.apply(MANIFEST);
for (const minute of [1, 5, 20, 40]) {
  simulator.advance(minute * 60_000 - simulator.now);
  simulator.sh(
    'kubectl get pods; kubectl describe pod lesson | tail -n 5; kubectl logs lesson -c sidecar | tail -n 1',
  );
}
simulator.inject({ do: 'signal', pod: 'default/lesson', container: 'writer', signal: 'KILL' });
simulator.advance(HOUR_MS - simulator.now);

const recorded = simulator.run;
const times: number[] = [];
let refused: string | undefined;
for (let index = 0; index < SEEKS; index++) {
  // The dearest moment to go to is the last one; the others lie on the way.
  const target = index === 0 ? HOUR_MS : Math.floor((HOUR_MS * index) / SEEKS);
  const started = performance.now();
  const rewound = replay(recorded, target);
  times.push(performance.now() - started);
  if (rewound.now !== target) refused = `replay to ${target} ms ended at ${rewound.now} ms`;
  if (index === 0 && rewound.traceHash !== simulator.traceHash) refused = 'the replay differs';
}

const shared = {
  version: 1,
  run: recorded,
  at: HOUR_MS,
  horizon: HOUR_MS,
  files: [{ path: 'pod.yaml', text: MANIFEST }],
} as const;
const linkStarted = performance.now();
const link = encodeLink(shared);
const back = decodeLink(link);
const linkMs = performance.now() - linkStarted;
if (JSON.stringify(back?.run) !== JSON.stringify(recorded)) refused = 'the link lost something';

console.log(
  JSON.stringify({
    endMs: times[0],
    medianMs: [...times].sort((a, b) => a - b)[Math.floor(SEEKS / 2)],
    linkMs,
    linkBytes: link.length,
    refused,
  }),
);
