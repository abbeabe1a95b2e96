// `troupe backup` and `troupe restore` as an operator has them: real processes beside a store that is driven, and files that are no good.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/index.ts';
import { silentLogger, systemClock } from '../../src/support/index.ts';
import type { RunId } from '../../src/support/index.ts';
import { troupe } from '../support/cli.ts';
import type { CliEnd } from '../support/cli.ts';
import { specOf } from '../suites/journal-fixtures.ts';

let dir: string;
let store: Store;
let run: RunId;
const at = (name: string): string => join(dir, name);
const ask = (...argv: readonly string[]): Promise<CliEnd> => troupe(argv, { cwd: dir });

function open(directory: string): Promise<Store> {
  const owner = { what: 'a test' };
  return openStore({ kind: 'embedded', directory, clock: systemClock, log: silentLogger, owner });
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-backup-'));
  store = await open(at('data'));
  const spec = specOf();
  run = spec.id;
  await store.journal.start(spec);
  await store.blobs.put(Buffer.from('a large value'));
  const made = await ask('backup', 'kept.tar', '--data-dir', 'data');
  expect([made.code, made.stdout]).toEqual([0, expect.stringContaining('Wrote')]);
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

test('it is for its owner alone, holds what is in the log of writes, and is read by tar', async () => {
  expect((statSync(at('kept.tar')).mode & 0o777).toString(8)).toBe('600');
  // the way that looks as good: what was written last stands in troupe.db-wal
  mkdirSync(at('by-hand'));
  copyFileSync(at('data/troupe.db'), at('by-hand/troupe.db'));
  const byHand = await ask('runs', '--data-dir', 'by-hand', '--json');
  expect(byHand.stdout).not.toContain(run);
  expect((await ask('restore', 'kept.tar', '--data-dir', 'whole')).code).toBe(0);
  expect((await ask('runs', '--data-dir', 'whole', '--json')).stdout).toContain(run);
  const other = await open(at('whole'));
  expect(other.restored?.madeAt).toBeGreaterThan(0);
  await other.close();
  expect(readdirSync(dir).filter((name) => name.endsWith('.making'))).toEqual([]);
  expect(readdirSync(at('whole'))).not.toContain('.restoring');
});

test('a file that is there stays, unless --force is said', async () => {
  writeFileSync(at('mine.txt'), 'mine');
  const refused = await ask('backup', 'mine.txt', '--data-dir', 'data');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('it is there already')]);
  expect(readFileSync(at('mine.txt'), 'utf8')).toBe('mine');
  expect((await ask('backup', 'mine.txt', '--data-dir', 'data', '--force')).code).toBe(0);
  expect((await ask('backup', 'none/kept.tar', '--data-dir', 'data')).stderr).toContain('there is no folder');
});

test('nothing is restored over what is there, and nothing beside who drives', async () => {
  const driven = await ask('restore', 'kept.tar', '--data-dir', 'data');
  expect([driven.code, driven.stderr]).toEqual([2, expect.stringContaining('it is not empty (')]);
  expect(await store.journal.summary(run)).toBeDefined();
});

const kept = (): Buffer => readFileSync(at('kept.tar'));
const flipped = (where: number): Buffer => {
  const bytes = kept();
  bytes[where] = (bytes[where] ?? 0) ^ 1;
  return bytes;
};
const harmed: readonly (readonly [string, () => Buffer, string])[] = [
  ['cut in the middle', () => kept().subarray(0, kept().length / 2), 'it is cut'],
  ['without its last blocks', () => kept().subarray(0, -2_048), 'it is cut'],
  ['with another byte in the database', () => flipped(8_192), 'is not as it was written'],
  ['with another byte in a header', () => flipped(1_030), 'it is cut'],
  ['empty', () => Buffer.alloc(0), 'no backup of Troupe'],
  ['foreign', () => Buffer.from('PK\u0003\u0004 something else'.repeat(200)), 'no backup of Troupe'],
];

test.each(harmed)('a backup %s: a sentence, and nothing has changed', async (_what, bytes, sentence) => {
  writeFileSync(at('harmed.tar'), bytes());
  const refused = await ask('restore', 'harmed.tar', '--data-dir', 'fresh');
  expect([refused.code === 0, refused.stderr]).toEqual([false, expect.stringContaining(sentence)]);
  expect(existsSync(at('fresh'))).toBe(false);
});

test('a restore that was killed is no data directory, and is done again', async () => {
  mkdirSync(at('half/.restoring/blobs'), { recursive: true });
  const refused = await ask('runs', '--data-dir', 'half');
  expect(refused.stderr).toContain('There are no runs yet');
  await expect(open(at('half'))).rejects.toMatchObject({ code: 'store/half-restored' });
  expect((await ask('restore', 'kept.tar', '--data-dir', 'half')).code).toBe(0);
  expect((await ask('runs', '--data-dir', 'half', '--json')).stdout).toContain(run);
});
