// Every code that the source gives to an error or a finding has a section in docs/errors, and every section is of such a code.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { errorsPage, findingErrors, runtimeErrors } from '../../scripts/errors-page.ts';

const root = resolve(import.meta.dirname, '../..');
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'definition/codes.ts',
);
const sources = files.map((name) => readFileSync(join(root, 'src', name), 'utf8'));
const known = new Set([...runtimeErrors().keys(), ...findingErrors().keys()]);

/** Codes where an error is made, and every other text that looks like one of the known layers. */
function codesInSource(): ReadonlySet<string> {
  const made = /(?:TroupeError\(\s*|\bcode: )'([a-z-]+\/[a-z-]+)'/g;
  return new Set(sources.flatMap((text) => [...text.matchAll(made)].map(([, code]) => code ?? '')));
}

test('every error and every finding has a section', () => {
  expect(codesInSource().size).toBeGreaterThan(120);
  expect([...codesInSource()].filter((code) => !known.has(code)).toSorted()).toEqual([]);
});

test('every section is of a code that the source knows', () => {
  const all = sources.join('\n');
  expect([...runtimeErrors().keys()].filter((code) => !all.includes(`'${code}'`))).toEqual([]);
});

test('no code has a section in both sources', () => {
  expect([...runtimeErrors().keys()].filter((code) => findingErrors().has(code))).toEqual([]);
});

test('the page has one anchor per code', () => {
  const anchors = [...errorsPage().matchAll(/<a id="([a-z-]+)"><\/a>\n\n### `([a-z/-]+)`/g)];
  expect(anchors.map(([, , code]) => code ?? '').toSorted()).toEqual([...known].toSorted());
  expect(new Set(anchors.map(([, anchor]) => anchor)).size).toBe(known.size);
});
