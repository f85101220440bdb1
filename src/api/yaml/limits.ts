/**
 * Bounds of the manifest reader. Each ends in a plain message, never in a hang: the page reads the
 * editor's text at every keystroke.
 */
export const limits = {
  /** Longest text read, in characters. The API server's own limit for a request is as many bytes. */
  textLength: 3 * 1024 * 1024,
  /** Deepest nesting of collections. Kubernetes' libraries stop at 10,000. */
  nesting: 1000,
} as const;
