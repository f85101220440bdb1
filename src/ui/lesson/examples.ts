import { applyFiles, openEmptyLab } from '../store/lab';
import { openFiles } from '../store/store';
import { STARTER, STARTER_PATH } from './starter';

const LOADERS = import.meta.glob<string>('../../../lessons/examples/*.yaml', {
  query: '?raw',
  import: 'default',
});

export interface Example {
  readonly id: string;
  readonly title: string;
  readonly load: () => Promise<string>;
}

/** `03-shared-volume-pod.yaml` is titled `Shared volume pod`. */
function titleOf(id: string): string {
  const words = id.replace(/^\d+-/, '').replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const STARTER_ID = 'starter';

export const EXAMPLES: readonly Example[] = [
  { id: STARTER_ID, title: 'Notebook: an init, a writer, a reader', load: async () => STARTER },
  ...Object.entries(LOADERS)
    .map(([path, load]) => ({ id: path.replace(/^.*\/|\.yaml$/g, ''), load }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, load }) => ({ id, title: titleOf(id), load })),
];

/** Opens an example in the editor and applies it to an empty cluster. */
export async function openExample(example: Example): Promise<void> {
  const text = await example.load();
  const path = example.id === STARTER_ID ? STARTER_PATH : `${example.id.replace(/^\d+-/, '')}.yaml`;
  openFiles([{ path, text }], example.id);
  openEmptyLab();
  await applyFiles();
}
