// The table "How a new thing is added" of ARCHITECTURE.md, executed: each example is written into a copy of the repository, in the files that its row names.
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { things } from '../fixtures/new-things/things.ts';
import type { Thing } from '../fixtures/new-things/things.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
let copy = '';

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'troupe-new-things-'));
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of files.toString('utf8').split('\0').filter(Boolean)) cpSync(join(root, file), join(copy, file));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const thing of things) add(thing);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe.each(things)('a new $row', (thing) => {
  test('is written in the files that its row names, and in no other', () => {
    const places = placesOf(thing.row);
    expect(places.length).toBeGreaterThan(0);
    const created = Object.keys(thing.files);
    expect(created.map((file) => dirname(file)).toSorted()).toEqual(places.map(({ folder }) => folder).toSorted());
    const changed = new Set(thing.lines.map(({ file }) => file));
    expect([...changed].toSorted()).toEqual(places.map(({ folder, list }) => `${folder}/${list}`).toSorted());
  });

  test('passes the contract suite of its kind', async () => {
    const { file, name } = thing.contract;
    const output = join(copy, 'report.json');
    await runHere('vitest/vitest.mjs', ['run', file, '-t', name, '--reporter=json', `--outputFile=${output}`]);
    // vitest's own report
    const report = JSON.parse(readFileSync(output, 'utf8')) as { numPassedTests: number; numFailedTests: number };
    expect(report.numFailedTests).toBe(0);
    expect(report.numPassedTests).toBeGreaterThan(1);
  });
});

test('types, checks and generated files are green with all of them', async () => {
  await runHere('typescript/bin/tsc', ['--noEmit']);
  await run(process.execPath, ['scripts/generate.ts'], { cwd: copy });
  await run(process.execPath, ['scripts/generate.ts', '--check'], { cwd: copy });
  expect(readFileSync(join(copy, 'docs/language.md'), 'utf8')).toMatch(/### `wave`[\s\S]*`where-am-i`/);
  await runHere('oxlint/bin/oxlint', ['--deny-warnings']);
  await runHere('oxfmt/bin/oxfmt', ['--check', 'src']);
});

/** A folder with the list in it, for each "a file in `X`, a line in its `Y`" of the row. */
function placesOf(row: string): readonly { readonly folder: string; readonly list: string }[] {
  const table = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').split('## How a new thing is added')[1] ?? '';
  const text = table.split('\n').find((line) => line.startsWith(`| ${row} |`)) ?? '';
  return [...text.matchAll(/a file in `([^`]+)`, a line in its `([^`]+)`/g)].map(([, folder = '', list = '']) => ({
    folder,
    list,
  }));
}

function add({ files, lines }: Thing): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), text, { flag: 'wx' });
  }
  for (const { file, before, insert } of lines) {
    const path = join(copy, file);
    const text = readFileSync(path, 'utf8');
    const parts = text.split(`\n${before}\n`);
    if (parts.length !== 2) throw new Error(`${file} has no single line ${JSON.stringify(before)}`);
    writeFileSync(path, parts.join(`\n${insert}\n${before}\n`));
  }
}

function runHere(tool: string, args: readonly string[]): Promise<unknown> {
  const path = join(copy, 'node_modules', tool);
  return run(process.execPath, [path, ...args], { cwd: copy, maxBuffer: 64 * 1024 * 1024 });
}
