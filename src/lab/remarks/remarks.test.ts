import { describe, expect, it } from 'vitest';
import { createSimulator } from '../../simulator';
import { example } from '../test-example';

function messages(text: string, before = ''): string[] {
  const simulator = createSimulator();
  if (before !== '') simulator.apply(before);
  const { problems, remarks = [] } = simulator.dryRun(text);
  expect(problems).toEqual([]);
  return remarks.map(({ line, message }) => `${line}: ${message}`);
}

const pod = (spec: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: p}}\nspec:\n${spec}`;

const WAIT = pod(`  initContainers:
  - name: wait
    image: busybox:1.37
    command: [sh, -c, 'until nslookup my-db; do sleep 1; done; nslookup other; nslookup full.name']
  containers:
  - {name: a, image: nginx}
`);

describe('remarks on scripts', () => {
  it('knows names that busybox never finds, and how to write them', () => {
    const { remarks = [] } = createSimulator().dryRun(WAIT);
    expect(remarks[0]).toMatchObject({
      message: expect.stringContaining('wait asks for the short name my-db, other.'),
      line: 8,
      repair: { label: 'Use full names' },
    });
    expect(remarks[0]?.repair?.text).toBe(
      WAIT.replace('my-db', 'my-db.default.svc.cluster.local').replace(
        'lookup other',
        'lookup other.default.svc.cluster.local',
      ),
    );
    expect(createSimulator().dryRun(remarks[0]?.repair?.text ?? '').problems).toEqual([]);
    expect(messages(remarks[0]?.repair?.text ?? '')).toEqual([
      expect.stringContaining('waits until a name exists'),
    ]);
  });

  it('uses the namespace of the Pod, and leaves other documents of the text alone', () => {
    const inTeam = WAIT.replace('name: p,', 'name: p, namespace: kube-system,');
    const text = `# nslookup here\n${inTeam}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: nslookup b}\n`;
    const repaired = createSimulator().dryRun(text).remarks?.[0]?.repair?.text ?? '';
    expect(repaired).toContain('nslookup my-db.kube-system.svc.cluster.local;');
    expect(repaired).toContain('data: {a: nslookup b}');
  });

  it('says nothing of other images’ nslookup', () => {
    expect(messages(WAIT.replace('busybox:1.37', 'debian:13')).join()).not.toContain('short name');
    expect(messages(WAIT.replace('busybox:1.37', 'redis:7-alpine')).join()).toContain('short name');
  });

  it('sees downloads whose failure does not count', () => {
    expect(messages(example('config-downloader')).join()).toContain('only its last download works');
    const strict = example('config-downloader').replace('    - |\n', '    - |\n      set -e\n');
    expect(messages(strict).join()).not.toContain('download works');
  });
});

describe('remarks on what containers share', () => {
  it('sees a volume that one container has to itself, and one that nobody mounts', () => {
    expect(messages(example('multi-container-pod'))[0]).toMatch(
      /^17: Only log-agent mounts the volume logs\. Whatever webapp should put/,
    );
    expect(messages(example('shared-volume-pod'))).toEqual([]);
    const unused = example('init-demo').concat('  volumes:\n  - name: x\n    emptyDir: {}\n');
    expect(messages(unused)).toEqual(['17: No container mounts the volume x.']);
  });

  it('sees a port that is claimed twice, also by what an image listens on', () => {
    expect(messages(example('redis-with-ambassador'))[0]).toContain(
      'redis and redis-ambassador both claim port 6379.',
    );
    const two = pod(
      '  containers:\n  - {name: a, image: nginx}\n  - {name: b, image: nginx:1.29}\n',
    );
    expect(messages(two)[0]).toContain('a and b both claim port 80.');
    const apart = pod(
      '  containers:\n  - {name: a, image: nginx}\n  - {name: b, image: nginx, ports: [{containerPort: 8080}]}\n',
    );
    expect(messages(apart)).toEqual([]);
  });

  it('sees what a mount hides, above all links to the container’s log', () => {
    expect(messages(example('webserver-with-logging-sidecar'))).toEqual([
      expect.stringMatching(
        /^13: The mount at \/var\/log\/nginx hides what the image of nginx has there: access\.log, error\.log\. There they lead to the container’s log/,
      ),
    ]);
    expect(messages(example('git-sync-pod'))).toEqual([
      expect.stringMatching(/^23: .+ hides .+: index\.html, 50x\.html\.$/),
    ]);
    const part = example('git-sync-pod').replace(/html\n/, 'html/a\n      subPath: a\n');
    expect(messages(part)).toEqual([]);
  });

  it('sees helpers that keep a Job from ending', () => {
    const job = (containers: string) =>
      `apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n${containers}`;
    const work = '      - {name: work, image: busybox, command: [echo, hi]}\n';
    const helper = '      - {name: helper, image: busybox, command: [sleep, inf]}\n';
    expect(messages(job(work + helper))[0]).toMatch(/^10: .+ if helper goes on for ever/);
    expect(messages(job(work))).toEqual([]);
  });

  it('looks into the templates of workloads', () => {
    expect(messages(example('production-app'))[0]).toContain('wait-for-services asks for');
  });
});

describe('remarks on what an object refers to', () => {
  it('names ConfigMaps and Secrets that do not exist yet', () => {
    const all = messages(example('app-with-migration'));
    expect(all[0]).toMatch(/^31: The ConfigMap db-migrations does not exist yet\..+FailedMount/);
    expect(all[1]).toMatch(/^17: The Secret db-secret .+CreateContainerConfigError/);
    const after = messages(example('app-with-migration'), example('then/app-with-migration'));
    expect(after[0]).toContain('The Secret db-secret');
    const together = `${example('app-with-migration')}---\n${example('then/app-with-migration')}`;
    expect(messages(together).join()).not.toContain('ConfigMap');
  });

  it('names a Service without Pods, unless they come with it', () => {
    const service =
      'apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {app: p}, ports: [{port: 80}]}\n';
    expect(messages(service)[0]).toContain('No Pod here has the labels app=p.');
    expect(messages(`${service}---\n${pod('  containers: [{name: a, image: nginx}]\n')}`)).toEqual(
      [],
    );
    expect(messages(example('then/app-with-ambassador'))).toEqual([]);
  });

  it('names images that no registry has, and what :latest adds', () => {
    expect(messages(example('app-with-cache'))).toEqual([
      '9: webapp:1.0 exists only in this lab: a real cluster would answer ErrImagePull.',
    ]);
    const [latest] = messages(example('init-container-pod'));
    expect(latest).toContain('main-container-image:latest exist only in this lab');
    expect(latest).toContain('the registry is asked at every start');
  });
});

it('leaves a text alone that the API server would refuse', () => {
  const { problems, remarks } = createSimulator().dryRun(WAIT.replace('name: wait', 'nam: wait'));
  expect(problems).not.toEqual([]);
  expect(remarks).toEqual([]);
});
