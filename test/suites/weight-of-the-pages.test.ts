// What the pages of the local GitHub add to an install: three megabytes at most.
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const modules = resolve(import.meta.dirname, '../../node_modules');

test('the packages that only the pages need take at most 3 MB', () => {
  const sizes = ['parse5', 'github-markdown-css', '@dagrejs'].map((name) => sizeOf(join(modules, name)));
  // a second copy of what another package has already would stand in here
  expect(sizes.every((size) => size > 100_000)).toBe(true);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3_000_000);
});

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}
