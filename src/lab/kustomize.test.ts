import { describe, expect, it } from 'vitest';
import { createSimulator } from '../simulator';

const FILES = {
  'base/deploy.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: 'nginx:1.26', envFrom: [{configMapRef: {name: conf}}]}
`,
  'base/kustomization.yaml': `
resources: [deploy.yaml]
configMapGenerator:
- {name: conf, literals: [a=b]}
`,
  'over/kustomization.yaml': `
resources: [../base]
namePrefix: dev-
commonLabels: {env: dev}
images: [{name: nginx, newTag: '1.27'}]
replicas: [{name: web, count: 2}]
patches:
- target: {kind: Deployment}
  patch: '[{op: add, path: /metadata/annotations, value: {by: patch}}]'
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {template: {spec: {containers: [{name: web, env: [{name: X, value: '1'}]}]}}}
`,
};

const SETUP =
  'mkdir -p base over; mv base.deploy.yaml base/deploy.yaml; mv base.kustomization.yaml base/kustomization.yaml; mv over.kustomization.yaml over/kustomization.yaml; ';

function sh(script: string) {
  const files = Object.fromEntries(
    Object.entries(FILES).map(([path, text]) => [path.replace('/', '.'), text]),
  );
  return createSimulator({ seed: 1 }).sh(SETUP + script, { files, timeoutMs: 120_000 });
}

describe('kustomizations', () => {
  it('are built from their bases, with generated names where they are referred to', () => {
    const { stdout } = sh('kubectl kustomize over');
    expect(stdout).toMatch(
      /^apiVersion: v1\ndata:\n {2}a: b\nkind: ConfigMap\nmetadata:\n {2}labels:\n {4}env: dev\n {2}name: dev-conf-([a-z0-9]{10})\n---\n[\s\S]*configMapRef:\n {12}name: dev-conf-\1\n {8}image: nginx:1.27\n/,
    );
    expect(stdout).toContain('annotations:\n    by: patch\n');
    expect(stdout).toContain('- env:\n        - name: X\n          value: "1"\n');
    expect(stdout).toContain('replicas: 2\n');
  });

  it('are applied, looked at and deleted with -k', () => {
    const { stdout } = sh(
      'kubectl apply -k over && kubectl wait --for=condition=Available deploy/dev-web --timeout=60s && kubectl get -k over -o name && kubectl delete -k over',
    );
    expect(stdout.replace(/dev-conf-\w+/g, 'dev-conf-HASH')).toBe(
      'configmap/dev-conf-HASH created\ndeployment.apps/dev-web created\n' +
        'deployment.apps/dev-web condition met\nconfigmap/dev-conf-HASH\ndeployment.apps/dev-web\n' +
        'configmap "dev-conf-HASH" deleted from default namespace\n' +
        'deployment.apps "dev-web" deleted from default namespace\n',
    );
  });

  it('are refused when there is none, and when one has a field that is not carried out', () => {
    const { stderr } = sh(
      'kubectl kustomize; echo "helmCharts: []" > Kustomization; kubectl apply -k .',
    );
    expect(stderr).toContain("error: unable to find one of 'kustomization.yaml'");
    expect(stderr).toContain('unknown field "helmCharts" (or one that Podlab does not simulate)');
  });
});
