// The tables, as numbered steps upwards. A step that was released never changes; a new one is added below it.
import { TroupeError } from '../../support/index.ts';
import type { Database } from './database.ts';
import { storeMessages } from './messages.ts';

/** One step per version, oldest first. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE run (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    workflow TEXT NOT NULL,
    workflow_name TEXT NOT NULL,
    workflow_hash TEXT NOT NULL,
    repository_id INTEGER,
    repository TEXT,
    task_number INTEGER,
    task_title TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    cost_usd TEXT,
    current_steps TEXT NOT NULL DEFAULT '[]',
    pull_request_url TEXT,
    lock_key TEXT,
    epoch INTEGER NOT NULL DEFAULT 0,
    driver TEXT,
    runnable INTEGER NOT NULL DEFAULT 1,
    wake_at INTEGER,
    wanted_lock TEXT,
    claims INTEGER NOT NULL DEFAULT 0,
    claimed_seq INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX run_ready ON run (created_at, id) WHERE runnable = 1;
  CREATE INDEX run_wake ON run (wake_at) WHERE wake_at IS NOT NULL;
  CREATE INDEX run_driven ON run (repository_id) WHERE driver IS NOT NULL;
  CREATE INDEX run_wants ON run (wanted_lock) WHERE wanted_lock IS NOT NULL;
  CREATE INDEX run_created ON run (created_at, id);
  CREATE INDEX run_status ON run (status, created_at, id);
  CREATE INDEX run_task ON run (repository_id, task_number);
  CREATE INDEX run_finished ON run (finished_at) WHERE finished_at IS NOT NULL;

  -- Events lie in the order they came, not by run: a commit of fifty runs then writes a few pages and not fifty.
  CREATE TABLE event (
    n INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    step TEXT,
    attempt INTEGER,
    data TEXT NOT NULL,
    refs TEXT
  );
  CREATE UNIQUE INDEX event_run ON event (run, seq);

  CREATE TABLE definition_part (sha256 TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE part_use (run TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (run, sha256)) WITHOUT ROWID;
  CREATE INDEX part_use_sha ON part_use (sha256);
  CREATE TABLE blob_use (run TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (run, sha256)) WITHOUT ROWID;
  CREATE INDEX blob_use_sha ON blob_use (sha256);

  CREATE TABLE run_lock (key TEXT PRIMARY KEY, run TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX run_lock_run ON run_lock (run);

  CREATE TABLE surface (
    run TEXT NOT NULL,
    key TEXT NOT NULL,
    head_sha TEXT NOT NULL,
    github_id INTEGER,
    wanted_hash TEXT NOT NULL,
    seen_hash TEXT NOT NULL,
    annotations_sent INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (run, key, head_sha)
  ) WITHOUT ROWID;
  CREATE INDEX surface_open ON surface (run) WHERE closed = 0 OR wanted_hash <> seen_hash;

  CREATE TABLE inbox (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL,
    action TEXT,
    installation_id INTEGER,
    repository_id INTEGER,
    number INTEGER,
    logical_key TEXT UNIQUE,
    lane TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    next_at INTEGER NOT NULL,
    payload TEXT NOT NULL
  );
  CREATE INDEX inbox_new ON inbox (received_at, n) WHERE state = 'new';
  CREATE INDEX inbox_next ON inbox (next_at) WHERE state = 'new';
  CREATE INDEX inbox_working ON inbox (lane) WHERE state = 'working';
  CREATE INDEX inbox_state ON inbox (state, received_at);
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE inbox_twin (id TEXT PRIMARY KEY, of TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
  `,
  // inbox_state gives new deliveries in the same order: one index less to write before a delivery is answered.
  'DROP INDEX inbox_new',
  `
  ALTER TABLE run ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
  DROP INDEX run_ready;
  CREATE INDEX run_ready ON run (priority DESC, created_at, id) WHERE runnable = 1;
  CREATE INDEX run_line ON run (lock_key) WHERE finished_at IS NULL AND lock_key IS NOT NULL;
  `,
  // NULL: written before it was told.
  `
  ALTER TABLE run ADD COLUMN cost_complete INTEGER;
  ALTER TABLE run ADD COLUMN tokens INTEGER;
  `,
  `
  CREATE TABLE ticket (
    n INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    run TEXT NOT NULL,
    step TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    provider TEXT NOT NULL,
    strategy TEXT NOT NULL,
    state TEXT NOT NULL,
    data TEXT NOT NULL,
    secret TEXT,
    next_at INTEGER,
    failures INTEGER NOT NULL,
    deadline INTEGER,
    reply TEXT,
    reply_sha256 TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  );
  CREATE INDEX ticket_run ON ticket (run);
  CREATE INDEX ticket_due ON ticket (next_at) WHERE next_at IS NOT NULL AND state <> 'over';
  CREATE INDEX ticket_open ON ticket (run) WHERE state <> 'over';
  CREATE INDEX ticket_reply ON ticket (reply_sha256) WHERE reply_sha256 IS NOT NULL;
  `,
  // What was driven or handled belonged to a process that is gone: whoever upgrades owns the file.
  `
  CREATE TABLE holder (id TEXT PRIMARY KEY, lease_until INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE lease (epoch INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, holder TEXT NOT NULL);
  ALTER TABLE inbox ADD COLUMN holder TEXT;
  ALTER TABLE inbox ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
  UPDATE run SET driver = NULL, epoch = epoch + 1, runnable = 1 WHERE driver IS NOT NULL;
  UPDATE inbox SET state = 'new', next_at = received_at WHERE state = 'working';
  `,
  'CREATE TABLE provider_state (account TEXT PRIMARY KEY, data TEXT NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID',
  `
  ALTER TABLE surface ADD COLUMN doubt_since INTEGER;
  ALTER TABLE surface ADD COLUMN look_at INTEGER;
  CREATE INDEX surface_doubt ON surface (run) WHERE doubt_since IS NOT NULL;
  `,
  `
  CREATE TABLE halt (
    n INTEGER PRIMARY KEY,
    halted INTEGER NOT NULL,
    at INTEGER NOT NULL,
    login TEXT NOT NULL,
    source TEXT NOT NULL,
    reason TEXT
  );
  `,
  // NULL: started before it was told; such a run counts for nobody.
  `
  ALTER TABLE run ADD COLUMN requester TEXT;
  CREATE INDEX run_requester ON run (requester, created_at) WHERE requester IS NOT NULL;
  CREATE INDEX run_repository ON run (repository_id, created_at);
  `,
];

/** The format that this version of Troupe writes. */
export const schemaVersion = migrations.length;

/** Brings the tables up to this version. Refuses a file that a newer Troupe wrote. */
export function migrate(db: Database, file: string, now: number): void {
  refuseNewer(file, versionOf(db));
  migrateTo(db, schemaVersion, now);
}

/** Brings the tables up to a version that this Troupe knows. Below the newest: for tests of upgrades. */
export function migrateTo(db: Database, version: number, now: number): void {
  db.raw.exec('CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, at INTEGER NOT NULL)');
  const found = versionOf(db);
  for (const [index, sql] of migrations.slice(0, version).entries()) {
    if (index < found) continue;
    db.raw.exec('BEGIN IMMEDIATE');
    try {
      db.raw.exec(sql);
      db.run('INSERT INTO migration (version, at) VALUES (?, ?)', index + 1, now);
      db.raw.exec('COMMIT');
    } catch (error) {
      db.raw.exec('ROLLBACK');
      throw error;
    }
  }
}

/** For readers: refuses a file of another version, changes nothing. */
export function requireCurrent(db: Database, file: string): void {
  const found = versionOf(db);
  refuseNewer(file, found);
  if (found < schemaVersion)
    throw new TroupeError('store/older', storeMessages.olderSchema(file, found, schemaVersion), {
      class: 'config',
      hint: storeMessages.olderSchemaHint,
    });
}

/** The format of a file; 0 where it has none yet. */
export function versionOf(db: Database): number {
  const table = db.get("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'");
  if (table === undefined) return 0;
  return Number(db.get('SELECT max(version) AS version FROM migration')?.['version'] ?? 0);
}

/** Throws `store/newer`. */
export function refuseNewer(file: string, found: number): void {
  if (found <= schemaVersion) return;
  throw new TroupeError('store/newer', storeMessages.newerSchema(file, found, schemaVersion), {
    class: 'config',
    hint: storeMessages.newerSchemaHint,
  });
}
