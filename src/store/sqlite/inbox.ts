// Deliveries: stored before they are answered, handed out one at a time per lane. Never looks into a payload.
import type { SQLInputValue } from 'node:sqlite';
import type { Clock, Json } from '../../support/index.ts';
import type { Committer } from './committer.ts';
import type { Database, Row } from './database.ts';
import { guarded } from './database.ts';
import type { Holder } from './holders.ts';
import type { Delivery, DeliveryState, Inbox, InboxEntry, TakenDelivery } from '../ports/inbox.ts';

const sweptKey = 'deliveries_swept';
const writeSwept = 'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value';
/** Who answers for a delivery must still have it. Takes id and epoch. */
const underTake = "id = ? AND epoch = ? AND state = 'working'";

/** The reading half, for anybody. */
export function createInboxReader(db: Database): Pick<Inbox, 'has' | 'get' | 'list' | 'about' | 'nextAt'> {
  return {
    async has(id) {
      const sql = 'SELECT 1 FROM inbox WHERE id = ? UNION ALL SELECT 1 FROM inbox_twin WHERE id = ?';
      return guarded('read the inbox', () => db.get(sql, id, id)) !== undefined;
    },
    async get(id) {
      const row = guarded('read the inbox', () => db.get('SELECT * FROM inbox WHERE id = ?', id));
      return row === undefined ? undefined : entryOf(row);
    },
    async list(state, limit) {
      const sql = 'SELECT * FROM inbox WHERE state = ? ORDER BY received_at, n LIMIT ?';
      return guarded('read the inbox', () => db.all(sql, state, limit)).map(entryOf);
    },
    async about(repository, number, limit) {
      const sql = `SELECT * FROM inbox WHERE number = ? AND lower(json_extract(payload, '$.repository.full_name')) = lower(?)
        ORDER BY received_at DESC, n DESC LIMIT ?`;
      return guarded('read the inbox', () => db.all(sql, number, repository, limit)).map(entryOf);
    },
    async nextAt() {
      const sql = "SELECT min(next_at) AS at FROM inbox WHERE state = 'new'";
      const at = guarded('read the inbox', () => db.get(sql))?.['at'];
      return typeof at === 'number' ? at : undefined;
    },
  };
}

/** What an inbox needs. */
export interface InboxOptions {
  /** Takes secrets out of what is noted beside a delivery. */
  clean(text: string): string;
  readonly db: Database;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly holder: Holder;
}

/** What becomes of a delivery, and what is noted beside it. */
interface Settled {
  readonly state: DeliveryState;
  readonly said: string | null;
  readonly nextAt?: number | null;
}
function valuesOf({ state, said, nextAt }: Settled, clean: InboxOptions['clean']): SQLInputValue[] {
  return [state, said === null ? null : clean(said), ...(nextAt === undefined ? [] : [nextAt])];
}

type TakenKey = Pick<TakenDelivery, 'id' | 'epoch'>;

/** The inbox of a process that takes deliveries. */
export function createInbox({ db, committer, clock, holder, clean }: InboxOptions): Inbox {
  const reader = createInboxReader(db);
  const listeners = new Set<() => void>();
  function change(sql: string, ...values: SQLInputValue[]): Promise<number> {
    return committer.submit('change the inbox', () => db.run(sql, ...values));
  }
  async function settle({ id, epoch }: TakenKey, set: string, to: Settled): Promise<boolean> {
    return (await change(`UPDATE inbox SET ${set} WHERE ${underTake}`, ...valuesOf(to, clean), id, epoch)) === 1;
  }
  function tell(): void {
    for (const listener of listeners) listener();
  }

  return {
    ...reader,
    async put(delivery) {
      const payload = delivery.text ?? JSON.stringify(delivery.payload);
      const stored = await committer.submit(
        `store delivery ${delivery.id}`,
        () => writeDelivery(db, { delivery, payload, now: clock.now() }),
        (isNew) => isNew && tell(),
      );
      return { stored };
    },
    take(now) {
      return committer.submit('take a delivery', () => {
        holder.take(clock.now());
        return takeNext(db, holder, now);
      });
    },
    done: (taken, state, note) => settle(taken, 'state = ?, last_error = ?', { state, said: note ?? null }),
    failed(taken, error, nextAt) {
      const set = 'state = ?, last_error = ?, next_at = coalesce(?, next_at)';
      return settle(taken, set, { state: nextAt === null ? 'dead' : 'new', said: error, nextAt });
    },
    postponed(taken, error, nextAt) {
      const set = 'state = ?, last_error = ?, next_at = ?, attempts = max(0, attempts - 1)';
      return settle(taken, set, { state: 'new', said: error, nextAt });
    },
    nextAt: async () => earliest(await reader.nextAt(), leaseEndOfOthers(db, holder)),
    async retry(id) {
      const sql = "UPDATE inbox SET state = 'new', attempts = 0, next_at = ? WHERE id = ? AND state IN ('dead', 'new')";
      const changed = await change(sql, clock.now(), id);
      if (changed > 0) tell();
      return changed > 0;
    },
    onPut(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    sweptAt: async () => sweptAt(db),
    async sweptTo(at) {
      await change(writeSwept, sweptKey, at);
    },
    async purge(before) {
      await change('DELETE FROM inbox_twin WHERE at < ?', before);
      return change("DELETE FROM inbox WHERE received_at < ? AND state IN ('done', 'ignored', 'dead')", before);
    },
  };
}

function sweptAt(db: Database): number | undefined {
  const at = guarded('read the inbox', () => db.get('SELECT value FROM meta WHERE key = ?', sweptKey))?.['value'];
  return typeof at === 'number' ? at : undefined;
}

function earliest(...times: readonly unknown[]): number | undefined {
  const all = times.filter((at) => typeof at === 'number');
  return all.length === 0 ? undefined : Math.min(...all);
}

/** When the first of those that others work on becomes free by itself. */
function leaseEndOfOthers(db: Database, holder: Holder): unknown {
  const sql =
    "SELECT min(lease_until) AS at FROM holder WHERE id IN (SELECT holder FROM inbox WHERE state = 'working' AND holder <> ?)";
  return guarded('read the inbox', () => db.get(sql, holder.id))?.['at'];
}

interface Arrival {
  readonly delivery: Delivery;
  readonly payload: string;
  readonly now: number;
}

function writeDelivery(db: Database, { delivery, payload, now }: Arrival): boolean {
  const stored = db.run(
    `INSERT INTO inbox (id, event, action, installation_id, repository_id, number, logical_key, lane, received_at, state,
      next_at, payload) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, 'new', ?, ?
      WHERE NOT EXISTS (SELECT 1 FROM inbox_twin WHERE id = ?) ON CONFLICT DO NOTHING`,
    delivery.id,
    delivery.event,
    delivery.action,
    delivery.installationId,
    delivery.repositoryId,
    delivery.number,
    delivery.logicalKey,
    laneOf(delivery),
    delivery.receivedAt,
    // one that was fetched has GitHub's time, which may lie ahead of ours
    Math.min(delivery.receivedAt, now),
    payload,
    delivery.id,
  );
  if (stored === 0) rememberTwin(db, delivery);
  return stored === 1;
}

/** The same event under a second delivery id: known from now on, so that it is not fetched again as lost. */
function rememberTwin(db: Database, { id, logicalKey, receivedAt }: Delivery): void {
  if (logicalKey === null) return;
  db.run(
    `INSERT INTO inbox_twin (id, of, at) SELECT ?, id, ? FROM inbox WHERE logical_key = ? AND id <> ?
      AND NOT EXISTS (SELECT 1 FROM inbox WHERE id = ?) ON CONFLICT DO NOTHING`,
    id,
    receivedAt,
    logicalKey,
    id,
    id,
  );
}

function takeNext(db: Database, holder: Holder, now: number): TakenDelivery | undefined {
  const row = db.get(
    `UPDATE inbox SET state = 'working', attempts = attempts + 1, epoch = epoch + 1, holder = ? WHERE n = (
      SELECT n FROM inbox waiting WHERE state = 'new' AND next_at <= ? AND NOT EXISTS (
        SELECT 1 FROM inbox busy WHERE busy.state = 'working' AND busy.lane = waiting.lane)
      ORDER BY received_at, n LIMIT 1) RETURNING *`,
    holder.id,
    now,
  );
  return row === undefined ? undefined : { ...entryOf(row), epoch: Number(row['epoch']) };
}

/** One lane per repository and issue or pull request. */
function laneOf({ repositoryId, installationId, number }: Delivery): string {
  const place = repositoryId === null ? `installation ${installationId ?? '-'}` : String(repositoryId);
  return `${place}#${number ?? '-'}`;
}

function entryOf(row: Row): InboxEntry {
  return {
    // The columns are written from typed values only.
    id: String(row['id']),
    event: String(row['event']),
    action: row['action'] as string | null,
    installationId: row['installation_id'] as number | null,
    repositoryId: row['repository_id'] as number | null,
    number: row['number'] as number | null,
    logicalKey: row['logical_key'] as string | null,
    payload: JSON.parse(String(row['payload'])) as Json,
    receivedAt: Number(row['received_at']),
    state: row['state'] as DeliveryState,
    attempts: Number(row['attempts']),
    lastError: row['last_error'] as string | null,
    nextAt: Number(row['next_at']),
  };
}
