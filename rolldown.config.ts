import { rmSync } from 'node:fs';
import { defineConfig } from 'rolldown';

// The package: one folder of plain JavaScript, because Node does not strip types below node_modules.
export default defineConfig({
  input: { 'cli/index': 'src/cli/index.ts' },
  platform: 'node',
  external: [/^[a-z@][^:]*$/i, /^node:/],
  // what is read beside the code (`new URL('./…', import.meta.url)`) is put beside the built code
  experimental: { resolveNewUrlToAsset: true },
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    assetFileNames: 'chunks/[name]-[hash][extname]',
  },
  plugins: [
    {
      name: 'clean',
      // dist/action is another build, and committed
      buildStart() {
        for (const folder of ['cli', 'bot', 'chunks']) rmSync(`dist/${folder}`, { recursive: true, force: true });
      },
    },
  ],
});
