import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createSimulator } from '../../src/simulator';

/**
 * Applies each manifest of a folder by kubectl in a lab of its own, prints every refusal in its words, and
 * lets what was taken run. Returns how many ended in a failure of Podlab's.
 */
export function judgeManifests(folder: string, minutes: number): number {
  const files = readdirSync(folder).filter((file) => /\.(ya?ml|json)$/.test(file));
  const refusals: string[] = [];
  let failures = 0;
  for (const file of files.sort()) {
    const simulator = createSimulator({ seed: 1 });
    try {
      const result = simulator.sh('kubectl apply -f m.yaml', {
        files: { 'm.yaml': readFileSync(path.join(folder, file), 'utf8') },
      });
      if (result.exitCode !== 0) {
        refusals.push(`${file}\n${result.stderr.trim().replace(/^/gm, '    ')}`);
      }
      simulator.advance(minutes * 60_000);
      const failed = simulator.trace.find(({ type }) => type === 'program.failed');
      if (failed) throw new Error(JSON.stringify(failed));
    } catch (error) {
      failures++;
      console.log(`FAILED ${file}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  console.log(
    `${files.length} manifests: ${files.length - refusals.length} accepted whole, ` +
      `${refusals.length} refused in part or whole, ${failures} failures of Podlab ` +
      `within ${minutes} virtual minutes`,
  );
  for (const refusal of refusals) console.log(refusal);
  return failures;
}
