// The rows of requests that are answered later. Knows who may change a row, never what a reply means.
import type { TicketChange, TicketReply, TicketRow, Tickets, TicketState } from '../../engine/index.ts';
import type { Clock, JsonObject, RunId, StepPath } from '../../support/index.ts';
import type { Committer } from './committer.ts';
import type { Database, Row } from './database.ts';
import { guarded } from './database.ts';

/** The reading half, for anybody. */
export function createTicketReader(db: Database): Pick<Tickets, 'get' | 'of' | 'nextAt' | 'runs'> {
  return {
    async get(requestId) {
      const row = guarded('read tickets', () => db.get('SELECT * FROM ticket WHERE request_id = ?', requestId));
      return row === undefined ? undefined : ticketOf(row);
    },
    async of(run) {
      return guarded('read tickets', () => db.all('SELECT * FROM ticket WHERE run = ? ORDER BY n', run)).map(ticketOf);
    },
    async nextAt() {
      const sql = "SELECT min(next_at) AS at FROM ticket WHERE next_at IS NOT NULL AND state <> 'over'";
      const at = guarded('read tickets', () => db.get(sql))?.['at'];
      return typeof at === 'number' ? at : undefined;
    },
    async runs() {
      const sql = "SELECT DISTINCT run FROM ticket WHERE state <> 'over'";
      // The run column holds run ids only.
      return guarded('read tickets', () => db.all(sql)).map((row) => row['run'] as RunId);
    },
  };
}

/** The tickets of the owner. One row per request. */
export function createTickets(db: Database, committer: Committer, clock: Clock): Tickets {
  const listeners = new Set<() => void>();
  const reader = createTicketReader(db);
  function tell(): void {
    for (const listener of listeners) listener();
  }
  return {
    ...reader,
    async open(row) {
      return committer.submit(`store the ticket ${row.requestId}`, () => insert(db, row, clock.now()), tell);
    },
    async move(requestId, from, change) {
      return committer.submit(
        `change the ticket ${requestId}`,
        () => update(db, { requestId, from, change, now: clock.now() }),
        (moved) => moved !== undefined && tell(),
      );
    },
    async take(now, until, limit) {
      // most looks find nothing due: they cost no transaction
      const next = await reader.nextAt();
      if (next === undefined || next > now) return [];
      return committer.submit('take tickets', () => takeDue(db, { now, until, limit }));
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function insert(db: Database, row: Parameters<Tickets['open']>[0], now: number): TicketRow {
  db.run(
    `INSERT INTO ticket (request_id, run, step, attempt, provider, strategy, state, data, secret, next_at, failures, deadline,
        created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, 'sending', ?, ?, ?, 0, ?, ?, ?) ON CONFLICT (request_id) DO NOTHING`,
    row.requestId,
    row.run,
    row.step,
    row.attempt,
    row.provider,
    row.strategy,
    JSON.stringify(row.data),
    row.secret,
    row.nextAt,
    row.deadline,
    now,
    now,
  );
  const stored = db.get('SELECT * FROM ticket WHERE request_id = ?', row.requestId);
  if (stored === undefined) throw new Error(`the ticket ${row.requestId} is not there after it was stored`);
  return ticketOf(stored);
}

interface Move {
  readonly requestId: string;
  readonly from: readonly TicketState[];
  readonly change: TicketChange;
  readonly now: number;
}

function update(db: Database, { requestId, from, change, now }: Move): TicketRow | undefined {
  const { state, data, secret, nextAt, failures, reply } = change;
  const columns: readonly (readonly [name: string, value: string | number | null | undefined])[] = [
    ['state', state],
    ['data', data === undefined ? undefined : JSON.stringify(data)],
    ['secret', secret],
    ['next_at', nextAt],
    ['failures', failures],
    ['reply', reply === undefined || reply === null ? reply : JSON.stringify(reply)],
    ['reply_sha256', reply === undefined ? undefined : (reply?.sha256 ?? null)],
    ['updated_at', now],
  ];
  const set = columns.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  const row = db.get(
    `UPDATE ticket SET ${set.map(({ name }) => `${name} = ?`).join(', ')}
      WHERE request_id = ? AND state IN (${from.map(() => '?').join(', ')}) RETURNING *`,
    ...set.map(({ value }) => value),
    requestId,
    ...from,
  );
  return row === undefined ? undefined : ticketOf(row);
}

function takeDue(
  db: Database,
  { now, until, limit }: { readonly now: number; readonly until: number; readonly limit: number },
): readonly TicketRow[] {
  const due = db.all(
    "SELECT * FROM ticket WHERE next_at <= ? AND state <> 'over' ORDER BY next_at, n LIMIT ?",
    now,
    limit,
  );
  for (const row of due) db.run('UPDATE ticket SET next_at = ? WHERE n = ?', until, Number(row['n']));
  return due.map((row) => ({ ...ticketOf(row), nextAt: until }));
}

function ticketOf(row: Row): TicketRow {
  const reply = row['reply'];
  return {
    requestId: String(row['request_id']),
    // The columns are written from typed values only.
    run: row['run'] as RunId,
    step: row['step'] as StepPath,
    attempt: Number(row['attempt']),
    provider: String(row['provider']),
    strategy: row['strategy'] as TicketRow['strategy'],
    state: row['state'] as TicketState,
    data: JSON.parse(String(row['data'])) as JsonObject,
    secret: row['secret'] as string | null,
    nextAt: row['next_at'] as number | null,
    failures: Number(row['failures']),
    deadline: row['deadline'] as number | null,
    reply: typeof reply === 'string' ? (JSON.parse(reply) as TicketReply) : null,
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
  };
}
