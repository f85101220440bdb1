import { applyFiles, openEmptyLab } from '../store/lab';
import { pathOf, shownPod } from '../store/shown-pod';
import { addFile, editFile, openFiles, update, usePage } from '../store/store';
import { type Companion, EXAMPLE_GROUPS, type ExampleText } from './example-texts';
import { STARTER, STARTER_PATH } from './starter';

const MANIFESTS = import.meta.glob<string>('../../../lessons/examples/*.yaml', {
  query: '?raw',
  import: 'default',
});
const COMPANIONS = import.meta.glob<string>('../../../lessons/examples/then/*.yaml', {
  query: '?raw',
  import: 'default',
});

export interface Example extends ExampleText {
  readonly path: string;
  readonly load: () => Promise<string>;
}

export const STARTER_ID = 'starter';

const starter: Example = {
  id: STARTER_ID,
  title: 'Notebook: an init, a writer, a reader',
  watch: 'Three containers that share a volume, one after the other and side by side.',
  path: STARTER_PATH,
  load: async () => STARTER,
};

export interface ExampleShelf {
  readonly title: string;
  readonly examples: readonly Example[];
}

/** All examples, by what they show. */
export const EXAMPLE_SHELVES: readonly ExampleShelf[] = [
  { title: 'Examples', examples: [starter] },
  ...EXAMPLE_GROUPS.map(({ title, examples }) => ({ title, examples: examples.map(fromFile) })),
];

export const EXAMPLES: readonly Example[] = EXAMPLE_SHELVES.flatMap(({ examples }) => examples);

function fromFile(text: ExampleText): Example {
  return {
    ...text,
    path: `${text.id}.yaml`,
    load: () => read(MANIFESTS, `../../../lessons/examples/${text.id}.yaml`),
  };
}

async function read(
  files: Readonly<Record<string, () => Promise<string>>>,
  path: string,
): Promise<string> {
  const text = await files[path]?.();
  if (text === undefined) throw new Error(`no such example: ${path}`);
  return text;
}

/** Opens an example in the editor and applies it to an empty cluster. */
export async function openExample(example: Example): Promise<void> {
  const text = await example.load();
  openFiles([{ path: example.path, text }], example.id);
  openEmptyLab();
  await applyFiles();
}

/** Puts what an example waits for into a file beside it and applies that, as `kubectl apply -f` does. */
export async function applyCompanion({ file }: Companion): Promise<void> {
  const text = await read(COMPANIONS, `../../../lessons/examples/then/${file}.yaml`);
  const path = `then-${file}.yaml`;
  const { files } = usePage.getState();
  const shown = shownPod(usePage.getState());
  if (files.some((one) => one.path === path)) {
    editFile(path, text);
    update({ activePath: path });
  } else addFile(path, text);
  await applyFiles();
  // The picture stays with the Pod that waits for this.
  update({ selectedPod: shown && pathOf(shown) });
}
