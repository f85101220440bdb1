// Checks that package-lock.json names every package that some platform needs.
//
// `npm install` silently leaves out an optional dependency that the registry does not have (a
// binary for another platform, usually), while `npm ci` refuses such a lockfile. This finds the
// gap without a second installation, and without the network.

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** The optional dependencies that `lockfile` mentions but does not hold, as `owner -> name`. */
export function missingPackages(lockfile) {
  const packages = Object.entries(lockfile.packages ?? {});
  const held = new Set(packages.map(([path]) => path.split('node_modules/').at(-1)));
  return packages.flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !held.has(name))
      .map((name) => `${path || '(root)'} -> ${name}`),
  );
}

/** Exact versions only: a range in package.json would let two clones differ. */
export function looseVersions(manifest) {
  return Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name}@${version}`);
}

function main() {
  const read = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
  const problems = [
    ...missingPackages(read('package-lock.json')).map((gap) => `missing from the lockfile: ${gap}`),
    ...looseVersions(read('package.json')).map((name) => `not pinned exactly: ${name}`),
  ];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
  console.log('package-lock.json is complete');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
