import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runIdOf } from '../support/index.ts';
import { createKeptFolders } from './kept-folders.ts';

const run = runIdOf('a');
const request = `${run}:fix:1`;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-kept-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('what lies where a request will have its folder is gone when the request begins', async () => {
  const folders = createKeptFolders(dir, 'answers');
  const place = await folders.fresh(run, request);
  // somebody knows the place, and leaves there what would pass for an answer
  await folders.remove(run, request);
  mkdirSync(join(place, 'persona'), { recursive: true });
  writeFileSync(join(place, 'persona/result.json'), '{"status":"pass","summary":"planted"}');
  expect(await folders.fresh(run, request)).toBe(place);
  expect(readdirSync(place)).toEqual([]);
});

test('another request, another attempt and another run have other folders', async () => {
  const folders = createKeptFolders(dir, 'answers');
  const others = [`${run}:fix:2`, `${run}:review:1`, `${run}:fix:1.1`];
  const places = [await folders.fresh(run, request)];
  for (const other of others) places.push(await folders.fresh(run, other));
  places.push(await folders.fresh(runIdOf('b'), request));
  expect(new Set(places).size).toBe(5);
  expect(await folders.kept(run, `${run}:fix:3`)).toBeUndefined();
});

test('folders of runs that are over, or not there any more, are swept', async () => {
  const folders = createKeptFolders(dir, 'answers');
  const place = await folders.fresh(run, request);
  await folders.sweep({ summary: () => Promise.resolve(undefined) });
  expect(existsSync(place)).toBe(false);
});
