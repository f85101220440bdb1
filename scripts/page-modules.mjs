// What is another module in the page than in Node.

import { fileURLToPath } from 'node:url';

/** Module, as it is imported → file. */
export const PAGE_MODULES = {
  // The page fetches what `kubectl explain` says as a file of its own; in Node it lies in the library.
  './kubernetes-types-text': fileURLToPath(
    new URL('../src/ui/session/fetched-types-text.ts', import.meta.url),
  ),
};
