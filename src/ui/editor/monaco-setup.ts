import * as monaco from 'monaco-editor/editor/editor.api';
import { configureMonacoYaml } from 'monaco-yaml';
import './monaco-features';

function yamlWorker(): Worker {
  return new Worker(new URL('./yaml.worker.ts', import.meta.url), { type: 'module', name: 'yaml' });
}

function editorWorker(): Worker {
  return new Worker(new URL('./editor.worker.ts', import.meta.url), {
    type: 'module',
    name: 'editor',
  });
}

self.MonacoEnvironment = {
  getWorker: (_id: string, label: string) => (label === 'yaml' ? yamlWorker() : editorWorker()),
};

interface OldWorkerOptions {
  readonly createData?: unknown;
  readonly host?: Record<string, (...args: never[]) => unknown>;
  readonly keepIdleModels?: boolean;
}

/**
 * monaco-yaml asks for its worker in the way of Monaco before 0.55. The first message is swallowed by its
 * worker's start, the second becomes the data that it is created with.
 */
function createWebWorker({ createData, host, keepIdleModels }: OldWorkerOptions) {
  const worker = yamlWorker();
  worker.postMessage('ignore');
  worker.postMessage(createData);
  return monaco.editor.createWebWorker({ worker, host, keepIdleModels });
}

type YamlMonaco = Parameters<typeof configureMonacoYaml>[0];

const yaml = configureMonacoYaml(
  { ...monaco, editor: { ...monaco.editor, createWebWorker } } as unknown as YamlMonaco,
  { schemas: [], format: { enable: false }, hover: true, completion: true, validate: true },
);

/** Gives the editor the Kubernetes kinds; the schema is a chunk of its own. */
export async function loadSchema(): Promise<void> {
  const schema = await import('./generated/kubernetes-schema.json');
  await yaml.update({
    isKubernetes: true,
    schemas: [
      {
        uri: 'inmemory://podlab/kubernetes.json',
        fileMatch: ['**/*.yaml', '**/*.yml'],
        schema: schema.default as object,
      },
    ],
  });
}

export { monaco };
