// Pages as people can open them, from wherever they stand.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { docsPage, packageRoot } from './package-root.ts';

const root = resolve(import.meta.dirname, '../..');

test('a page is named as one can open it from here', () => {
  expect(docsPage('operating.md', packageRoot(), root)).toBe('docs/operating.md');
  expect(docsPage('operating.md', packageRoot(), join(root, 'docs'))).toBe('operating.md');
  const elsewhere = docsPage('operating.md', packageRoot(), '/');
  expect(docsPage('operating.md', packageRoot(), join(root, '..', 'another'))).toBe(join(root, 'docs/operating.md'));
  expect(existsSync(resolve('/', elsewhere))).toBe(true);
});

test('where there are no pages, as beside the Action, it is the name of one', () => {
  expect(docsPage('operating.md', join(root, 'dist/action'))).toBe('docs/operating.md of Troupe');
});
