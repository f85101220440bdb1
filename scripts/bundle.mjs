// Turns a TypeScript entry into one ESM file for Node, with rolldown (vite's own bundler).

import { builtinModules } from 'node:module';
import { rolldown } from 'rolldown';
import { PAGE_MODULES } from './page-modules.mjs';

/**
 * The code of `entry` and all it imports, as one ES module that is to lie in the folder `dir`.
 * Node's own modules stay imports. `page`: with what the page has in some modules' place; the addresses of
 * its files stay imports, so that this is for measuring only.
 */
export async function bundle(entry, { dir, sourcemap = false, minify = false, page = false }) {
  const build = await rolldown({
    input: entry,
    platform: 'node',
    external: [/^node:/, ...builtinModules, ...(page ? [/\?url$/] : [])],
    resolve: page ? { alias: PAGE_MODULES } : {},
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
    const { code } = output[0];
    return sourcemap ? code : inAscii(code);
  } finally {
    await build.close();
  }
}

/**
 * The same code in ASCII, which an engine keeps and reads at one byte per character. A few characters beyond
 * make it two for all of them.
 */
function inAscii(code) {
  return code.replace(
    /[^\0-\x7f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
