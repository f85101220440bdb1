import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { contentSecurityPolicy } from './scripts/content-security-policy.mjs';
import { generateDocumentation } from './scripts/generate-documentation.mjs';
import { PAGE_MODULES } from './scripts/page-modules.mjs';

// Without it nothing that has kubectl in it can be built or tested, not even by vitest alone.
generateDocumentation();

/**
 * Writes the policy into the built page, so that it also holds on a host that sends no headers.
 * Not while developing: vite's own client is an inline script.
 */
function contentSecurityPolicyPlugin(): Plugin {
  return {
    name: 'podlab:content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        injectTo: 'head-prepend',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
      },
    ],
  };
}

const pageModules = Object.entries(PAGE_MODULES).map(([find, replacement]) => ({
  find,
  replacement,
}));

export default defineConfig({
  base: './',
  plugins: [react(), contentSecurityPolicyPlugin()],
  resolve: {
    alias: [
      // monaco-yaml formats with prettier, which is larger than all the rest of its worker.
      {
        find: /^prettier\/.*/,
        replacement: new URL('./src/ui/editor/prettier-stub.ts', import.meta.url).pathname,
      },
      // Tests run in Node.
      ...(process.env.VITEST ? [] : pageModules),
      // monaco-yaml's worker imports by monaco-editor's old paths.
      { find: /^monaco-editor\/esm\/vs\/(.*)$/, replacement: 'monaco-editor/$1' },
    ],
  },
  worker: { format: 'es' },
  optimizeDeps: {
    include: ['monaco-yaml', 'monaco-yaml/yaml.worker.js', 'yaml', '@marcbachmann/cel-js'],
  },
  build: {
    target: 'es2022',
    manifest: true,
    // Fonts and pictures stay files: a strict policy and long caching are worth the requests.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 5000,
  },
  test: {
    environment: 'node',
    // No test measures time; this only ends one that hangs, on a machine however busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'e2e/**/*.test.ts'],
    exclude: ['**/*.spec.ts', '**/node_modules/**'],
  },
});
