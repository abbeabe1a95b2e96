// What becomes of an open data directory that somebody else lays hands on.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { specOf } from '../../../test/suites/journal-fixtures.ts';
import { eventually } from '../../../test/support/patience.ts';
import { createTroubles, silentLogger, systemClock } from '../../support/index.ts';
import { openStore } from '../index.ts';
import type { Store } from '../index.ts';

let folder: string;
let directory: string;
const open: Store[] = [];
const troubles = createTroubles({ clock: systemClock, log: silentLogger });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'troupe-hands-'));
  directory = join(folder, 'data');
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openHere(): Promise<Store> {
  const owner = { what: 'a test' };
  const store = await openStore({
    kind: 'embedded',
    directory,
    clock: systemClock,
    log: silentLogger,
    owner,
    troubles,
  });
  open.push(store);
  return store;
}

const database = (): string => join(directory, 'troupe.db');

test.each([
  ['deleted', () => rmSync(directory, { recursive: true })],
  ['moved', () => renameSync(directory, join(folder, 'elsewhere'))],
  [
    'replaced',
    () => {
      renameSync(directory, join(folder, 'elsewhere'));
      mkdirSync(directory);
    },
  ],
  ['its database replaced', () => renameSync(database(), join(folder, 'other.db'))],
])('%s while it is open: nothing is written any more, and it says so', async (_what, harm) => {
  const store = await openHere();
  harm();
  await expect(store.journal.start(specOf())).rejects.toMatchObject({
    code: 'store/gone',
    message: expect.stringMatching(/^Cannot go on in .*was deleted, moved or replaced while it was in use$/) as string,
  });
  expect(store.lost?.aborted).toBe(true);
  await expect(store.check()).rejects.toMatchObject({ code: 'store/gone' });
  if (existsSync(join(directory, 'blobs'))) return;
  // what is gone is not made again by halves
  await expect(store.blobs.put(Buffer.from('large'))).rejects.toMatchObject({ code: 'store/unavailable' });
  expect(existsSync(join(directory, 'blobs'))).toBe(false);
});

test('it is noticed without a write, too', async () => {
  const store = await openHere();
  rmSync(directory, { recursive: true });
  await eventually(() => expect(store.lost?.reason).toMatchObject({ code: 'store/gone' }));
});

test('a lock that was removed: nothing is taken any more, and another process goes on', async () => {
  const first = await openHere();
  const socket = await first.answer({});
  rmSync(join(directory, 'owner.lock'));
  const second = await openHere();
  await second.answer({});
  await expect(first.inbox.take(Date.now())).rejects.toMatchObject({ code: 'store/disowned' });
  await eventually(() => expect(first.lost?.aborted).toBe(true));
  await socket.close();
  await first.close();
  // what the second one has put there stays
  expect(existsSync(join(directory, 'control.sock'))).toBe(true);
  expect(await second.journal.start(specOf())).toEqual({ created: true });
  expect(await second.inbox.take(Date.now())).toBeUndefined();
});

test('garbage in the lock does no harm: who holds it holds it, and the next one takes it', async () => {
  const store = await openHere();
  // from a process of its own, as somebody would: this one would give up its lock
  spawnSync('sh', ['-c', `echo garbage > ${join(directory, 'owner.lock')}`]);
  expect(await store.inbox.take(Date.now())).toBeUndefined();
  await expect(openHere()).rejects.toMatchObject({ code: 'store/owned' });
  await store.close();
  writeFileSync(join(directory, 'owner.lock'), 'garbage\n'.repeat(2_000));
  await openHere();
});

test.each([
  ['empty', () => truncateSync(database(), 0)],
  ['gone', () => rmSync(database())],
])('a database that is %s where runs were is no new beginning', async (_what, harm) => {
  await (await openHere()).close();
  harm();
  const refused = { code: 'store/emptied', hint: expect.stringContaining('began.json') as string };
  await expect(openHere()).rejects.toMatchObject(refused);
  await expect(openStore({ kind: 'embedded', directory, access: 'read' })).rejects.toMatchObject(refused);
  rmSync(join(directory, 'began.json'));
  rmSync(`${database()}-wal`, { force: true });
  rmSync(`${database()}-shm`, { force: true });
  await openHere();
});

test('a damaged database is refused with its name and the way back, and nothing stays open', async () => {
  const store = await openHere();
  for (let count = 0; count < 40; count += 1) await store.journal.start(specOf());
  await store.close();
  const bytes = readFileSync(database());
  bytes.fill(0xa5, 8_192, bytes.length - 4_096);
  writeFileSync(database(), bytes);
  const refused = {
    code: 'store/corrupt',
    message: expect.stringContaining(`Cannot open ${database()}: the database is damaged (`) as string,
    hint: expect.stringContaining('`troupe restore <backup>`') as string,
  };
  await expect(openHere()).rejects.toMatchObject(refused);
  // the lock was given back
  await expect(openHere()).rejects.toMatchObject(refused);
});

describe('a database that is too large to be looked through at once', () => {
  beforeEach(async () => {
    const store = await openHere();
    for (let count = 0; count < 40; count += 1) await store.journal.start(specOf());
    await store.close();
    const db = new DatabaseSync(database());
    db.exec('CREATE TABLE ballast (bytes BLOB)');
    db.exec('INSERT INTO ballast VALUES (zeroblob(5000000))');
    db.close();
  });

  test('is opened by a process that has nothing else to do yet', () => {
    const source = join(import.meta.dirname, '../..');
    const script = `
      import { openStore } from '${source}/store/index.ts';
      import { silentLogger, systemClock } from '${source}/support/index.ts';
      const store = await openStore({ kind: 'embedded', directory: ${JSON.stringify(directory)}, clock: systemClock, log: silentLogger, owner: { what: 'a test' } });
      console.log('open');
      await store.close();`;
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect([stdout, status], stderr).toEqual(['open\n', 0]);
  });

  test('is refused like a small one where it is damaged', async () => {
    const bytes = readFileSync(database());
    bytes.fill(0xa5, 8_192, 200_000);
    writeFileSync(database(), bytes);
    await expect(openHere()).rejects.toMatchObject({ code: 'store/corrupt' });
  });
});
