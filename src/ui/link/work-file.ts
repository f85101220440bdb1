import { reopen } from '../store/lab';
import { parse, toSaved } from '../store/saved-work';
import { notify, usePage } from '../store/store';

/** Offers everything that a reload would keep as one file. */
export function exportWork(): void {
  const saved = toSaved(usePage.getState(), Date.now());
  const blob = new Blob([JSON.stringify(saved, null, 1)], { type: 'application/json' });
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(blob);
  anchor.download = 'podlab-work.json';
  anchor.click();
  URL.revokeObjectURL(anchor.href);
}

/** Asks for an exported file and opens it; what was open can be brought back. */
export function importWork(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json,application/json';
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file) void openFile(file);
  });
  input.click();
}

async function openFile(file: File): Promise<void> {
  const work = parse(await file.text());
  if (!work) {
    notify({ tone: 'bad', text: `${file.name} is not work that Podlab has exported.` });
    return;
  }
  const before = toSaved(usePage.getState(), Date.now());
  reopen(work);
  notify({
    tone: 'good',
    text: `${file.name} was opened.`,
    action: { label: 'Undo', run: () => reopen(before) },
  });
}
