// What the page is measured with: labs, links to them, and a server.

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from '../scripts/bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = path.join(root, 'node_modules/.cache/podlab/bench');
const HOUR_MS = 3_600_000;

function repeated(count, make) {
  return Array.from({ length: count }, (_, index) => make(index)).join('---\n');
}

const pod = (name, spec) => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
${spec}`;

const TALKING = `  containers:
    - name: app
      image: busybox:1.37
      command: [sh, -c, 'while true; do echo tick; sleep 1; done']
      readinessProbe: { exec: { command: ['true'] }, periodSeconds: 5 }
`;

const SHARING = `  containers:
    - name: writer
      image: busybox:1.37
      command: [sh, -c, 'while true; do date >> /notes/log; sleep 1; done']
      volumeMounts: [{ name: notes, mountPath: /notes }]
    - name: reader
      image: busybox:1.37
      command: [sh, -c, 'touch /notes/log; tail -f /notes/log']
      volumeMounts: [{ name: notes, mountPath: /notes }]
    - name: web
      image: nginx:1.29
      readinessProbe: { httpGet: { port: 80 }, periodSeconds: 5 }
  volumes:
    - name: notes
      emptyDir: {}
`;

/** Labs of a hundred containers that all have something to do each second, and one small one. */
export const LABS = {
  '100 pods': { pods: 100, text: repeated(100, (index) => pod(`pod-${index}`, TALKING)) },
  '34 pods of 3': { pods: 34, text: repeated(34, (index) => pod(`pod-${index}`, SHARING)) },
  'one pod': { pods: 1, text: pod('notes', SHARING) },
};

async function load(entry) {
  mkdirSync(cache, { recursive: true });
  const file = path.join(cache, `${path.basename(entry, '.ts')}-for-page.mjs`);
  writeFileSync(file, await bundle(path.join(root, entry), { dir: cache }));
  return import(pathToFileURL(file));
}

const EMPTY_RUN = { seed: 1, epoch: '2026-01-01T00:00:00Z', options: {}, inputs: [] };

/** The page's own codec of links, which is how a lab comes into the page without being typed. */
export async function linkTo(text, { run = EMPTY_RUN, at = 0, beside = [] } = {}) {
  const { encodeLink } = await load('src/ui/link/link-codec.ts');
  const files = [{ path: 'pod.yaml', text }, ...beside];
  return encodeLink({ version: 1, run, at, horizon: at, files });
}

/** A link to the end of an hour in which a pod's containers wrote, read and were killed. */
export async function linkToAnHour() {
  const { createSimulator } = await load('src/simulator.ts');
  const simulator = createSimulator({ seed: 1 });
  const { text } = LABS['one pod'];
  simulator.apply(text);
  for (const minute of [1, 20, 40]) {
    simulator.advance(minute * 60_000 - simulator.now);
    simulator.inject({ do: 'signal', pod: 'default/notes', container: 'writer', signal: 'KILL' });
  }
  simulator.advance(HOUR_MS - simulator.now);
  return linkTo(text, { run: simulator.run, at: HOUR_MS });
}

/** Resolves when the server says where it listens. */
export async function serve(port) {
  const server = spawn(process.execPath, ['scripts/serve.mjs', '--port', String(port)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const part of server.stdout) {
    said += part;
    const address = /http:\/\/\S+/.exec(said)?.[0];
    if (address) return { address, stop: () => server.kill() };
  }
  throw new Error('the server did not start');
}
