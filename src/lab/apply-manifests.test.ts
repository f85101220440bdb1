import { describe, expect, it } from 'vitest';
import { createSimulator } from '../simulator';

const POD = `apiVersion: v1
kind: Pod
metadata: {name: web, annotations: {note: "<b> & more"}}
spec:
  containers:
  - {name: a, image: busybox, command: [sh, -c, 'sleep 1 && sleep 9000']}
`;

describe('what the page applies', () => {
  it('is to kubectl as if kubectl had applied it', () => {
    const simulator = createSimulator();
    expect(simulator.apply(POD)).toMatchObject([{ action: 'created' }]);
    const again = simulator.sh(`kubectl apply -f - <<'END'\n${POD}END\n`);
    expect(again).toMatchObject({ stdout: 'pod/web unchanged\n', stderr: '' });
    const labelled = POD.replace('{name: web,', '{name: web, labels: {a: b},');
    simulator.sh(`kubectl apply -f - <<'END'\n${labelled}END\n`);
    expect(simulator.apply(POD)).toMatchObject([{ action: 'configured' }]);
    expect(simulator.get('Pod', 'web')?.metadata.labels).toBeUndefined();
  });
});
