// npm run -s corpus -- scripts FILE… | manifests DIR: what people really write, tried on the lab.

import { parseArgs } from 'node:util';
import { judgeManifests } from './manifests';
import { judgeScripts } from './scripts';

const USAGE = `usage: corpus scripts FILE|DIR… [--minutes N] [--reference BUSYBOX] [--verbose]
       corpus manifests DIR [--minutes N]
  --minutes    virtual minutes that each may run (scripts 3, manifests 5)
  --reference  a real busybox, asked by sh -n about each script that does not parse
  --verbose    each script with its verdict`;

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      minutes: { type: 'string' },
      reference: { type: 'string' },
      verbose: { type: 'boolean', default: false },
    },
  });
  const [what, ...paths] = positionals;
  const { reference, verbose } = values;
  if (what === 'scripts' && paths.length > 0) {
    judgeScripts(paths, { minutes: Number(values.minutes ?? 3), reference, verbose });
    return 0;
  }
  if (what === 'manifests' && paths[0] !== undefined) {
    return judgeManifests(paths[0], Number(values.minutes ?? 5)) > 0 ? 1 : 0;
  }
  console.error(USAGE);
  return 2;
}

process.exitCode = main();
