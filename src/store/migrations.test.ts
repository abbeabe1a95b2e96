import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { finishRun, newRunId, specOf } from '../../test/suites/journal-fixtures.ts';
import type { RunSpec } from '../engine/index.ts';
import { sha256, silentLogger } from '../support/index.ts';
import type { RunId } from '../support/index.ts';
import { openDatabase } from './sqlite/database.ts';
import { openStore } from './index.ts';
import type { Store } from './index.ts';
import { migrations, migrateTo, schemaVersion } from './sqlite/migrations.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'troupe-older-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const clock = createManualClock();
const file = (): string => join(dataDir, 'troupe.db');

/** A database as a Troupe of that version left it when it was killed: with columns and values of the first version. */
interface Left {
  readonly ended: RunSpec;
  readonly driven: RunSpec;
  readonly queued: RunSpec;
}

function leave(version: number): Left {
  const db = openDatabase(file(), { readOnly: false, busyTimeoutMs: 100 });
  migrateTo(db, version, 1);
  db.close();
  const older = new DatabaseSync(file());
  const left: Left = { ended: specOf(), driven: specOf(), queued: specOf() };
  older.exec(`INSERT INTO definition_part (sha256, json) VALUES ('${'p'.repeat(64)}', '{"prompt":"Plan."}')`);
  addRun(older, left.ended, { at: 10, status: 'succeeded', finished: 20 });
  addRun(older, left.driven, { at: 30, status: 'running', driver: '123:dead' });
  addRun(older, left.queued, { at: 40, status: 'queued' });
  const event = older.prepare(
    'INSERT INTO event (run, seq, at, type, step, attempt, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  event.run(1, 2, 20, 'run.finished', null, null, '{"status":"succeeded","reason":"done","outputs":{}}');
  event.run(2, 2, 31, 'step.progress', 'plan', 1, '{"text":"half way"}');
  older.prepare('INSERT INTO run_lock (key, run, at) VALUES (?, ?, ?)').run('acme/shop-1#7', left.driven.id, 30);
  older
    .prepare(
      `INSERT INTO surface (run, key, head_sha, github_id, wanted_hash, seen_hash, annotations_sent, closed, updated_at)
        VALUES (?, 'comment', '', 5, 'w', 's', 0, 0, 30)`,
    )
    .run(left.driven.id);
  const delivery = older.prepare(
    `INSERT INTO inbox (id, event, action, repository_id, number, logical_key, lane, received_at, state, next_at, payload)
      VALUES (?, 'issues', 'labeled', 1, 7, ?, ?, ?, ?, 0, '{"issue":{"number":7}}')`,
  );
  delivery.run('second', 'k2', '1#8', 50, 'new');
  delivery.run('first', 'k1', '1#7', 45, 'new');
  delivery.run('handled', 'k0', '1#7', 5, 'done');
  older.exec("INSERT INTO inbox_twin (id, of, at) VALUES ('twin', 'first', 46)");
  older.exec("INSERT INTO meta (key, value) VALUES ('deliveries_swept', 44)");
  older.close();
  return left;
}

function addRun(
  db: DatabaseSync,
  spec: RunSpec,
  run: { readonly at: number; readonly status: string; readonly finished?: number; readonly driver?: string },
): void {
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO run (id, workflow, workflow_name, workflow_hash, repository_id, repository, task_number, task_title,
        status, created_at, finished_at, cost_usd, lock_key, driver, epoch, runnable)
        VALUES (?, 'feature', 'Feature', 'abc', 1, 'acme/shop-1', 7, 'Crash on empty input', ?, ?, ?, '0.25', ?, ?, 3, ?)`,
    )
    .run(
      spec.id,
      run.status,
      run.at,
      run.finished ?? null,
      'acme/shop-1#7',
      run.driver ?? null,
      run.status === 'queued' ? 1 : 0,
    );
  // the definition of a persona lies outside the row
  const data = JSON.stringify({ spec: { ...spec, personas: { planner: { $part: 'p'.repeat(64), kind: 'object' } } } });
  db.prepare("INSERT INTO event (run, seq, at, type, data, refs) VALUES (?, 1, ?, 'run.created', ?, ?)").run(
    lastInsertRowid,
    run.at,
    data,
    JSON.stringify([['spec', 'personas', 'planner']]),
  );
}

/** The store of the directory that the test left, for its owner. */
function openHere(): Promise<Store> {
  return openStore({
    kind: 'embedded',
    directory: dataDir,
    clock,
    log: silentLogger,
    owner: { what: 'a test' },
  });
}

const olderVersions = Array.from({ length: schemaVersion - 1 }, (_, index) => index + 1);

describe.each(olderVersions)('a data directory of format %i', (version) => {
  test('is brought up to date at the start, and everything in it is read', async () => {
    const { ended, driven, queued } = leave(version);
    const store = await openHere();

    const { items } = await store.journal.list({ limit: 10 });
    expect(items.map(({ id, status }) => [id, status])).toEqual([
      [queued.id, 'queued'],
      [driven.id, 'running'],
      [ended.id, 'succeeded'],
    ]);
    expect(await store.journal.summary(ended.id)).toMatchObject({
      finishedAt: 20,
      costUsd: '0.25',
      lockKey: 'acme/shop-1#7',
    });
    expect((await store.journal.read(driven.id)).map(({ type }) => type)).toEqual(['run.created', 'step.progress']);
    expect((await store.journal.spec(driven.id))?.personas).toEqual({ planner: { prompt: 'Plan.' } });
    expect(await store.surfaces.open(10)).toEqual([driven.id]);
    expect(await store.surfaces.of(driven.id)).toMatchObject([{ key: 'comment', githubId: 5, seenHash: 's' }]);
    expect([await store.inbox.has('twin'), await store.inbox.has('third')]).toEqual([true, false]);
    expect(await store.inbox.sweptAt()).toBe(44);
    expect([(await store.inbox.take(100))?.id, (await store.inbox.take(100))?.id]).toEqual(['first', 'second']);
    await store.close();
  });

  test('goes on with what was running, holds its locks, and takes new runs by their priority', async () => {
    const { driven, queued } = leave(version);
    const store = await openHere();
    const urgent = specOf({ priority: 4 });
    await store.journal.start(urgent);
    const order: RunId[] = [];
    const all = Promise.withResolvers<void>();
    const serving = await store.journal.serve(
      async (claim) => {
        order.push(claim.run);
        if (claim.run === urgent.id) expect(await claim.lock('acme/shop-1#7')).toBe(false);
        if (claim.run === driven.id) expect((await claim.load()).at(-1)).toMatchObject({ type: 'step.progress' });
        await finishRun(claim);
        if (order.length === 3) all.resolve();
      },
      { concurrency: 1 },
    );
    await all.promise;
    expect(order).toEqual([urgent.id, driven.id, queued.id]);
    await serving.stop(0);
    await store.close();
  });

  test('is upgraded once, and told to who only reads', async () => {
    leave(version);
    await expect(openStore({ kind: 'embedded', directory: dataDir, access: 'read' })).rejects.toMatchObject({
      code: 'store/older',
    });
    for (let start = 0; start < 2; start += 1) {
      const store = await openHere();
      await store.close();
    }
    const db = new DatabaseSync(file(), { readOnly: true });
    const versions = db.prepare('SELECT version FROM migration ORDER BY version').all();
    db.close();
    expect(versions.map((row) => row['version'])).toEqual(migrations.map((_, index) => index + 1));
    const reader = await openStore({ kind: 'embedded', directory: dataDir, access: 'read' });
    expect(await reader.journal.summary(newRunId())).toBeUndefined();
    await reader.close();
  });
});

test('an upgraded directory has the tables of a new one', () => {
  function tablesAfter(...stops: readonly number[]): unknown {
    const db = openDatabase(':memory:', { readOnly: false, busyTimeoutMs: 0 });
    for (const version of stops) migrateTo(db, version, 1);
    const tables = db.all('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name');
    db.close();
    return tables;
  }
  for (const version of olderVersions) expect(tablesAfter(version, schemaVersion)).toEqual(tablesAfter(schemaVersion));
});

test('a step that was released never changes', () => {
  // a new one is added below; the old ones stay
  expect(migrations.map((sql) => sha256(sql).slice(0, 16))).toEqual([
    '23e91b56d46eda14',
    '2fba79eecfbee3bd',
    '14ac363d1f921888',
    '64bd814076231aff',
    'f557d60e4451d724',
    '572a4de01f153ba3',
    '362f4725d8dbbfce',
    '4bf2d3ea7db8b8c5',
    '528f183bceb3af7e',
    '9675e95dba5b4d61',
  ]);
});
