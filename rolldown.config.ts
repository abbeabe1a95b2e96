import { rmSync } from 'node:fs';
import { defineConfig } from 'rolldown';

// The package: one folder of plain JavaScript, because Node does not strip types below node_modules.
export default defineConfig({
  input: { 'cli/index': 'src/cli/index.ts', 'bot/index': 'src/bot/index.ts' },
  platform: 'node',
  external: [/^[a-z@][^:]*$/i, /^node:/],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    sourcemap: true,
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
