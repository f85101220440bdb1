import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';

/** Random manifests: the examples, damaged as text or as objects, and pods put together at random. */

const EXAMPLES = path.join(process.env.PODLAB_ROOT ?? process.cwd(), 'lessons/examples');

const texts = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .sort()
  .map((file) => readFileSync(path.join(EXAMPLES, file), 'utf8'));

const example = fc.constantFrom(...texts);

/** A value that is of no use at most places. */
const oddValue = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    0,
    -1,
    1.5,
    1e30,
    true,
    'a b',
    'Always',
    'x'.repeat(300),
    [],
    {},
  ),
  fc.constantFrom<unknown>(
    '100m',
    '1Gi',
    '-5',
    '0.1',
    '10%',
    'busybox',
    'nginx:1.29',
    '/tmp',
    8080,
    80,
    65_536,
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

const lineDamage = fc.record({
  kind: fc.constantFrom('drop', 'double', 'indent', 'outdent', 'insert', 'swap'),
  at: fc.nat(10_000),
  text: fc.oneof(
    fc.constantFrom(
      '\t',
      ': ',
      '- ',
      '{',
      '[',
      '&a ',
      '*a',
      '!!binary ',
      '|',
      '>',
      '%',
      '@',
      '`',
      '#',
      '---\n',
      '"',
      "'",
      '? ',
      '<<: *a',
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
  ),
});

type LineDamage = typeof lineDamage extends fc.Arbitrary<infer Value> ? Value : never;

function damageText(text: string, damages: readonly LineDamage[]): string {
  let lines = text.split('\n');
  for (const { kind, at, text: inserted } of damages) {
    const index = at % lines.length;
    const line = lines[index] ?? '';
    if (kind === 'drop') lines.splice(index, 1);
    else if (kind === 'double') lines.splice(index, 0, line);
    else if (kind === 'indent') lines[index] = `  ${line}`;
    else if (kind === 'outdent') lines[index] = line.replace(/^ {1,2}/, '');
    else if (kind === 'swap') lines = [...lines.slice(index), ...lines.slice(0, index)];
    else {
      const place = at % (line.length + 1);
      lines[index] = line.slice(0, place) + inserted + line.slice(place);
    }
  }
  return lines.join('\n');
}

type Container = Record<string, unknown> | unknown[];

function containersIn(value: unknown): Container[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = value as Container;
  return [own, ...Object.values(own).flatMap(containersIn)];
}

const objectDamage = fc.record({
  kind: fc.constantFrom('drop', 'set', 'set', 'set', 'rename', 'double'),
  at: fc.nat(10_000),
  key: fc.nat(100),
  value: oddValue,
});

type ObjectDamage = typeof objectDamage extends fc.Arbitrary<infer Value> ? Value : never;

function damageObjects(text: string, damages: readonly ObjectDamage[]): string {
  const documents = parseAllDocuments(text).map((document): unknown => document.toJS());
  for (const { kind, at, key, value } of damages) {
    const places = documents.flatMap(containersIn).filter((place) => Object.keys(place).length > 0);
    const place = places[at % Math.max(1, places.length)];
    if (!place) break;
    if (Array.isArray(place)) {
      const index = key % place.length;
      if (kind === 'drop') place.splice(index, 1);
      else if (kind === 'double') place.push(place[index]);
      else place[index] = value;
      continue;
    }
    const keys = Object.keys(place);
    const chosen = keys[key % keys.length] ?? '';
    if (kind === 'rename') place[`${chosen}x`] = place[chosen];
    if (kind === 'drop' || kind === 'rename') delete place[chosen];
    else place[chosen] = value;
  }
  return documents.map((document) => JSON.stringify(document)).join('\n---\n');
}

const container = fc.record(
  {
    name: fc.constantFrom('a', 'b', 'c'),
    image: fc.constantFrom(
      'busybox',
      'busybox:1.37',
      'nginx',
      'redis:7',
      'no/such:1',
      'BAD image',
      '',
    ),
    command: fc.constantFrom(
      ['sh', '-c', 'sleep 5; exit 1'],
      ['sh', '-c', 'while :; do date; sleep 1; done'],
      ['sleep', '100'],
      ['nosuch'],
      ['sh', '-c', 'echo $(X) $$'],
      ['tail', '-f', '/v/log'],
    ),
    restartPolicy: fc.constantFrom('Always', 'Never', 'OnFailure', 'Sometimes'),
    env: fc.constantFrom(
      [{ name: 'X', value: '$(Y)' }],
      [{ name: 'X', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
      [{ name: 'X', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }],
    ),
    ports: fc.constantFrom(
      [{ containerPort: 80 }],
      [{ containerPort: 80, hostPort: 80 }],
      [{ containerPort: 0 }],
    ),
    volumeMounts: fc.constantFrom(
      [{ name: 'v', mountPath: '/v' }],
      [{ name: 'v', mountPath: '/v', subPath: '../x' }],
      [{ name: 'w', mountPath: '/v' }],
    ),
    resources: fc.constantFrom(
      { limits: { memory: '8Mi' } },
      { requests: { cpu: '900' } },
      { limits: { cpu: '1m' } },
      { requests: { cpu: 2 }, limits: { cpu: 1 } },
    ),
    livenessProbe: fc.constantFrom(
      { exec: { command: ['false'] }, periodSeconds: 1 },
      { httpGet: { port: 80 } },
      { tcpSocket: { port: 'x' } },
      {},
    ),
    startupProbe: fc.constantFrom(
      { exec: { command: ['true'] } },
      { exec: { command: ['sleep', '9'] }, timeoutSeconds: 1 },
    ),
    lifecycle: fc.constantFrom(
      { postStart: { exec: { command: ['false'] } } },
      { preStop: { sleep: { seconds: 2 } } },
    ),
    securityContext: fc.constantFrom(
      { runAsUser: 1000 },
      { runAsNonRoot: true },
      { readOnlyRootFilesystem: true },
      { capabilities: { drop: ['ALL'] } },
    ),
    terminationMessagePath: fc.constantFrom('/v/log', 'relative'),
  },
  { requiredKeys: ['name', 'image'] },
);

const pod = fc
  .record(
    {
      containers: fc.array(container, { minLength: 1, maxLength: 3 }),
      initContainers: fc.array(container, { maxLength: 2 }),
      volumes: fc.constantFrom(
        [{ name: 'v', emptyDir: {} }],
        [{ name: 'v', configMap: { name: 'none' } }],
        [{ name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }],
        [{ name: 'v', hostPath: { path: '/etc' } }],
        [],
      ),
      restartPolicy: fc.constantFrom('Always', 'Never', 'OnFailure'),
      shareProcessNamespace: fc.boolean(),
      hostNetwork: fc.boolean(),
      activeDeadlineSeconds: fc.constantFrom(1, 20, 0),
      terminationGracePeriodSeconds: fc.constantFrom(0, 1, 30, -1),
      nodeSelector: fc.constantFrom({ disk: 'ssd' }, {}),
      securityContext: fc.constantFrom({ fsGroup: 2000 }, { runAsUser: 0, runAsNonRoot: true }),
      subdomain: fc.constantFrom('sub', 'Bad_One'),
    },
    { requiredKeys: ['containers'] },
  )
  .map((spec) =>
    JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'random' }, spec }),
  );

export const manifest = fc.oneof(
  fc
    .tuple(example, fc.array(lineDamage, { minLength: 1, maxLength: 4 }))
    .map(([text, damages]) => damageText(text, damages)),
  fc
    .tuple(example, fc.array(objectDamage, { minLength: 1, maxLength: 4 }))
    .map(([text, damages]) => damageObjects(text, damages)),
  pod,
  fc
    .tuple(pod, fc.array(objectDamage, { minLength: 1, maxLength: 3 }))
    .map(([text, damages]) => damageObjects(text, damages)),
);
