import { beforeAll, describe, expect, it } from 'vitest';
import type { ShResult } from '../../lab/run';
import type { ClusterSimulator } from '../../lab/simulator-api';
import { example } from '../../lab/test-example';
import { createSimulator } from '../../simulator';
import { advanceTo, applied, podOfTemplate, shell, withFullNames } from './test-examples';

/** Every kubectl line of the notes, on a pod that has what the line speaks of. */

/** What a line should give: parts of its output, and its exit code (default 0). */
interface Outcome {
  readonly stdout?: string | RegExp;
  readonly stderr?: string | RegExp;
  readonly exitCode?: number;
}

type Line = readonly [line: string, outcome: Outcome];

function check(result: ShResult, { stdout = '', stderr, exitCode = 0 }: Outcome): void {
  expect(result).toMatchObject({
    exitCode,
    stdout: expect.stringMatching(stdout === '' ? /^/ : stdout),
    stderr: stderr === undefined ? '' : expect.stringMatching(stderr),
  });
}

/** kubectl does not guess the pod: two of the notes' lines lack it. */
const POD_NEEDED: Outcome = {
  stderr:
    /^error: expected 'logs \[-f\] \[-p\] \(POD \| TYPE\/NAME\) \[-c CONTAINER\]'\.\nPOD or TYPE\/NAME is a required argument for the logs command\n/,
  exitCode: 1,
};

/** The lines about `multi-pod`: webapp, redis, log-collector, after two init containers. */
const MULTI_POD: readonly Line[] = [
  [
    "kubectl get pod multi-pod -o jsonpath='{.spec.containers[*].name}'",
    { stdout: /^webapp redis log-collector metrics-exporter$/ },
  ],
  [
    `kubectl get pod multi-pod -o jsonpath='{range .status.containerStatuses[*]}{.name}{"\\t"}{.ready}{"\\n"}{end}'`,
    { stdout: /^log-collector\ttrue\nmetrics-exporter\ttrue\nredis\ttrue\nwebapp\ttrue\n$/ },
  ],
  ['kubectl logs multi-pod -c webapp', { stdout: /"GET \/ready HTTP\/1\.1" 200/ }],
  ['kubectl logs multi-pod -c log-collector', { stdout: /^Fluent Bit v4/ }],
  ['kubectl logs multi-pod --all-containers=true', { stdout: /Ready to accept connections/ }],
  ['kubectl exec multi-pod -c webapp -- ls /', { stdout: /^bin\ndev\netc\n/ }],
  ['echo ping | kubectl exec -i multi-pod -c redis -- redis-cli', { stdout: /^PONG\n$/ }],
  [
    'kubectl exec -it multi-pod -c webapp -- /bin/bash',
    {
      stderr: /exec: "\/bin\/bash": stat \/bin\/bash: no such file or directory/,
      exitCode: 1,
    },
  ],
  [
    'kubectl describe pod multi-pod',
    { stdout: /Init Containers:\n {2}wait-for-services:[\s\S]+\nContainers:\n {2}webapp:/ },
  ],
  ['kubectl get pod multi-pod -o yaml', { stdout: /\n {2}containerStatuses:\n/ }],
  [
    "kubectl get pod multi-pod -o jsonpath='{.status.initContainerStatuses}'",
    { stdout: /^\[\{.*"name":"wait-for-services".*"reason":"Completed"/ },
  ],
  [
    'kubectl get events --field-selector involvedObject.name=multi-pod',
    { stdout: /^LAST SEEN +TYPE +REASON[\s\S]+pod\/multi-pod +Container started\n/ },
  ],
  ['kubectl exec multi-pod -c redis -- redis-cli ping', { stdout: /^PONG\n$/ }],
  ['kubectl logs multi-pod -c wait-for-services', { stdout: /Services are ready!\n$/ }],
  ['kubectl logs -c config-loader multi-pod', { stdout: /% Total +% Received/ }],
  ['kubectl describe pod', { stdout: /^Name: +config-server\n[\s\S]+\n\n\nName: +multi-pod\n/ }],
];

describe('the notes’ commands on a pod with webapp, redis and log-collector', () => {
  let simulator: ClusterSimulator;

  beforeAll(() => {
    simulator = createSimulator();
    simulator.apply(example('then/production-app'));
    simulator.apply(example('then/config-server'));
    simulator.advance(20_000);
    simulator.apply(podOfTemplate(withFullNames(example('production-app')), 'multi-pod'));
    simulator.advance(60_000);
  }, 60_000);

  it.each(MULTI_POD)('%s', (line, outcome) => {
    check(simulator.sh(line), outcome);
  });

  it('kubectl logs -f multi-pod -c webapp: goes on until it is stopped', () => {
    const result = simulator.sh('timeout 7 kubectl logs -f multi-pod -c webapp', {
      timeoutMs: 20_000,
    });
    expect(result.exitCode).toBe(143);
    const before = shell(simulator, 'kubectl logs multi-pod -c webapp').split('\n');
    // A readiness probe came in the meantime, and was followed.
    expect(result.stdout.split('\n').length).toBeGreaterThan(before.length - 3);
    expect(result.stdout).toMatch(/^webapp: /);
  });

  it('kubectl logs multi-pod -c webapp --previous: refused at first, then the instance before', () => {
    const line = 'kubectl logs multi-pod -c webapp --previous';
    check(simulator.sh(line), {
      stderr: /previous terminated container "webapp" in pod "multi-pod" not found/,
      exitCode: 1,
    });
    shell(simulator, 'kubectl exec multi-pod -c webapp -- kill 1');
    simulator.advance(10_000);
    check(simulator.sh(line), { stdout: /webapp: stopped\n$/ });
  });

  it('an interactive session: redis-cli and sh in the terminal', () => {
    simulator.terminal.input('kubectl exec -it multi-pod -c redis -- redis-cli\r');
    simulator.advance(2000);
    simulator.terminal.input('set greeting hello\rget greeting\rexit\r');
    simulator.advance(2000);
    simulator.terminal.input('kubectl exec -it multi-pod -c webapp -- /bin/sh\r');
    simulator.advance(2000);
    simulator.terminal.input('echo $((6 * 7)) in $HOSTNAME\rexit\r');
    simulator.advance(2000);
    const { text } = simulator.terminal.output();
    expect(text).toContain('127.0.0.1:6379> ');
    expect(text).toContain('"hello"');
    expect(text).toContain('42 in multi-pod');
  });
});

describe('the notes’ commands with placeholders', () => {
  /** Pod, container, init container of examples that run by themselves. */
  const PODS = [
    ['init-demo', 'webapp', 'init-setup'],
    ['shared-volume-pod', 'writer', undefined],
    ['database-with-adapter', 'rest-adapter', undefined],
    ['permission-setup', 'webapp', 'setup-permissions'],
  ] as const;

  it.each(PODS)('%s, container %s, init container %s', (pod, container, init) => {
    const simulator = applied(pod);
    advanceTo(simulator, 40);
    const run = (line: string, outcome: Outcome) => check(simulator.sh(line), outcome);
    run(`kubectl get pod ${pod} -o jsonpath='{.spec.containers[*].name}'`, {
      stdout: new RegExp(`\\b${container}\\b`),
    });
    run(`kubectl logs ${pod} -c ${container}`, {});
    run(`kubectl logs -c ${container} ${pod}`, {});
    run(`kubectl exec ${pod} -c ${container} -- echo hello`, { stdout: /^hello\n$/ });
    run(`echo 'echo $((6 * 7))' | kubectl exec -i ${pod} -c ${container} -- /bin/sh`, {
      stdout: /^42\n$/,
    });
    run(`kubectl describe pod ${pod}`, { stdout: new RegExp(`^Name: +${pod}\n`) });
    run('kubectl describe pod', { stdout: new RegExp(`^Name: +${pod}\n`) });
    run(`kubectl get pod ${pod} -o jsonpath='{.status.initContainerStatuses}'`, {
      stdout: init === undefined ? /^$/ : new RegExp(`"name":"${init}"`),
    });
    run(`kubectl logs -c ${container}`, POD_NEEDED);
    if (init === undefined) return;
    run(`kubectl logs ${pod} -c ${init}`, {});
    run(`kubectl logs -c ${init}`, POD_NEEDED);
  });
});
