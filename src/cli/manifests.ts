import { ApiError, kubectlErrorText } from '../api/status';
import { MANIFEST_FILE, ManifestError } from '../lab/apply-manifests';
import type { Simulator } from '../lab/simulator-api';
import { CommandError } from './usage';

/** A file with the name that messages give it. */
export interface ManifestFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Applies files in order and returns kubectl's line for each object. Throws CommandError with kubectl's words
 * when one is refused.
 */
export function applyFiles(simulator: Simulator, files: readonly ManifestFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    try {
      const results = simulator.apply(text);
      return results.map(({ kind, name, action }) => `${kind.toLowerCase()}/${name} ${action}`);
    } catch (error) {
      throw new CommandError(refusal(error, path));
    }
  });
}

function refusal(error: unknown, path: string): string {
  if (error instanceof ApiError) {
    const source = path === '-' ? 'STDIN' : path;
    return kubectlErrorText(error.status, { verb: 'creating', source });
  }
  if (!(error instanceof ManifestError)) throw error;
  return `error: ${error.message.replaceAll(MANIFEST_FILE, path === '-' ? 'STDIN' : path)}`;
}
