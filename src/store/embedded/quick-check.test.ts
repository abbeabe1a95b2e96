// The daily look through the database: what it finds is told, and nobody waits for it.
import { mkdtempSync, openSync, closeSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../support/index.ts';
import { checkDaily } from './quick-check.ts';

const dayMs = 24 * 60 * 60_000;

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-quick-check-'));
  file = join(dir, 'troupe.db');
  const db = new DatabaseSync(file);
  db.exec('CREATE TABLE rows (text TEXT); CREATE INDEX by_text ON rows (text)');
  for (let row = 0; row < 2_000; row += 1) db.prepare('INSERT INTO rows VALUES (?)').run(`row ${row} of many`);
  db.close();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a database that is damaged while the bot runs is told of within a day, by its file', async () => {
  const clock = createManualClock();
  const told = Promise.withResolvers<readonly [part: string, why: string]>();
  const troubles = {
    failed: (part: string, why: string) => told.resolve([part, why]),
    worked: () => undefined,
    all: () => [],
    over: () => Promise.resolve(),
  };
  const stop = checkDaily(file, { clock, log: silentLogger, troubles });
  const bytes = openSync(file, 'r+');
  writeSync(bytes, Buffer.alloc(statSync(file).size - 8_192, 0xff), 0, undefined, 8_192);
  closeSync(bytes);
  clock.advance(dayMs - 1);
  expect(clock.pending()).toBe(1);
  clock.advance(1);
  const [part, why] = await told.promise;
  expect([part, why]).toEqual(['database', expect.stringContaining(file)]);
  stop();
  expect(clock.pending()).toBe(0);
});
