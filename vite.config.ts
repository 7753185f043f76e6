import { defineConfig } from 'vite';

/** The dashboard: `ui/` becomes `dist/ui/`, which `src/api/routes/page.ts` serves. */
export default defineConfig({
  root: 'ui',
  // Addresses are relative, so that the page also works behind a proxy under a path of its own.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/ui',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // The Content-Security-Policy allows no inline files.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});
