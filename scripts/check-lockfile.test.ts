import { expect, it } from 'vitest';
import { looseVersions, missingPackages } from './check-lockfile.mjs';

it('finds an optional dependency that the lockfile lacks', () => {
  const lockfile = {
    packages: {
      '': {},
      'node_modules/tool': { optionalDependencies: { 'tool-linux': '1.0.0', 'tool-mac': '1.0.0' } },
      'node_modules/tool-linux': {},
    },
  };
  expect(missingPackages(lockfile)).toEqual(['node_modules/tool -> tool-mac']);
});

it('finds versions that are not exact', () => {
  const manifest = {
    dependencies: { a: '1.2.3', b: '^1.2.3' },
    devDependencies: { c: '1.0.0-rc.1' },
  };
  expect(looseVersions(manifest)).toEqual(['b@^1.2.3']);
});
