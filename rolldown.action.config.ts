// The Action's bundle: dist/action alone is what a job needs. Built-in workflows and personas lie beside the code.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';

const dir = process.env['TROUPE_ACTION_DIR'] ?? 'dist/action';

export default defineConfig({
  input: { index: 'src/action/main.ts', post: 'src/action/post.ts', validate: 'src/action/validate.ts' },
  platform: 'node',
  external: [/^node:/],
  // the toolkit reads a few variables and no more when it is loaded; of it we use commands and the context, and no HTTP client
  treeshake: { moduleSideEffects: [{ test: /node_modules\/(@actions|undici|tunnel)\//, sideEffects: false }] },
  output: {
    dir,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    minify: true,
    comments: { legal: false },
    cleanDir: true,
  },
  plugins: [
    {
      name: 'beside-the-code',
      writeBundle() {
        mkdirSync(dir, { recursive: true });
        const root = import.meta.dirname;
        for (const folder of ['workflows', 'personas'])
          cpSync(join(root, folder), join(dir, folder), {
            recursive: true,
            filter: (path) => !path.endsWith('.test.ts'),
          });
        const { name, version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
        const text = JSON.stringify({ name, version, license, private: true, type: 'module' }, null, 2);
        writeFileSync(join(dir, 'package.json'), `${text}\n`);
      },
    },
  ],
});
