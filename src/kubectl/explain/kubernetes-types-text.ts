import text from './generated/kubernetes-types.json';

/**
 * What the types say of themselves, as JSON. The page's worker is built with
 * src/ui/session/fetched-types-text.ts in this file's place (scripts/page-modules.mjs).
 */
export function kubernetesTypesText(): string {
  return text;
}
