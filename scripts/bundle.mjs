// Turns a TypeScript entry into one ESM file for Node, with rolldown (vite's own bundler).

import { builtinModules } from 'node:module';
import { rolldown } from 'rolldown';

/**
 * The code of `entry` and all it imports, as one ES module that is to lie in the folder `dir`.
 * Node's own modules stay imports.
 */
export async function bundle(entry, { dir, sourcemap = false, minify = false }) {
  const build = await rolldown({
    input: entry,
    platform: 'node',
    external: [/^node:/, ...builtinModules],
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    logLevel: 'warn',
  });
  try {
    const { output } = await build.generate({
      dir,
      format: 'esm',
      codeSplitting: false,
      minify,
      sourcemap: sourcemap ? 'inline' : false,
    });
    return output[0].code;
  } finally {
    await build.close();
  }
}
