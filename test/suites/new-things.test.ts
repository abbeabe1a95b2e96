// Every row of "How a new thing is added" has an example that writes what the row says, where it can be written. test/long/new-things.test.ts does it.
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { things } from '../fixtures/new-things/things.ts';
import { partsAround, rowsOf, withKind } from '../support/new-things.ts';

const root = resolve(import.meta.dirname, '../..');
const rows = rowsOf(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));

test('every row has its example, and every example its row', () => {
  expect(things.map(({ row }) => row).toSorted()).toEqual(rows.map(({ thing }) => thing).toSorted());
});

describe.each(things)('a new $row', ({ row, files, lines, suites }) => {
  const wanted = rows.find(({ thing }) => thing === row);

  test('is written in the files that its row names, and in no other', () => {
    expect(wanted?.created.length).toBeGreaterThan(0);
    expect(Object.keys(files).map(dirname).toSorted(), 'new files').toEqual(
      wanted?.created.map((folder) => withKind(folder, files)).toSorted(),
    );
    expect([...new Set(lines.map(({ file }) => file))].toSorted(), 'changed files').toEqual(
      [...new Set(wanted?.changed)].toSorted(),
    );
  });

  test('is held to the suites that its row names', () => {
    expect(Object.keys(suites).toSorted()).toEqual(wanted?.suites.map((file) => withKind(file, files)).toSorted());
  });

  test('has a place for each of its lines', () => {
    const lost = lines.filter(
      ({ file, before }) => partsAround(readFileSync(join(root, file), 'utf8'), before).length !== 2,
    );
    expect(lost.map(({ file, before }) => `${file}: ${before}`)).toEqual([]);
  });
});
