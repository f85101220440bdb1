import address from '../../kubectl/explain/generated/kubernetes-types.json?url';

/** The file: JSON in a JSON string. */
let file: string | undefined;

/**
 * Fetched behind the engine, which most labs need without it. Not awaited by anybody: whoever asks sooner
 * gets it below.
 */
async function fetchAhead(): Promise<void> {
  const response = await fetch(address);
  if (response.ok) file ??= await response.text();
}

void fetchAhead().catch(() => {
  // `kubectl explain` tries again when it is asked.
});

/** In the page's worker: in the place of src/kubectl/explain/kubernetes-types-text.ts, see scripts/page-modules.mjs. */
export function kubernetesTypesText(): string {
  file ??= readNow();
  return JSON.parse(file) as string;
}

/** A run goes on only when a command has its text, or replays would depend on the network's speed. */
function readNow(): string {
  const request = new XMLHttpRequest();
  request.open('GET', address, false);
  request.send();
  if (request.status !== 200) throw new Error(`${address}: ${request.status}`);
  return request.responseText;
}
