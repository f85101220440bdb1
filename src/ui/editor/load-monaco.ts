/** Lets the page draw and answer before the next part. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/**
 * Monaco part by part: evaluating all of its modules at one go would keep the page from answering for a good part
 * of a second.
 */
export async function loadMonaco(): Promise<typeof import('./MonacoEditor')> {
  for (const load of [
    () => import('./monaco-basics'),
    () => import('./monaco-widget'),
    () => import('monaco-editor/editor/editor.api'),
    () => import('./monaco-features'),
    () => import('./monaco-setup'),
  ]) {
    await load();
    await nextTurn();
  }
  return import('./MonacoEditor');
}
