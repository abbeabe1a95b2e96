// Orders to stop everything and to go on, a row each: the newest one holds.
import type { Halting, Halts } from '../ports/halts.ts';
import type { Committer } from './committer.ts';
import type { Database, Row } from './database.ts';
import { guarded } from './database.ts';

/** The reading half, for anybody. */
export function createHaltReader(db: Database): Pick<Halts, 'now' | 'history'> {
  return {
    async now() {
      const newest = guarded('read whether everything is paused', () => newestOf(db));
      return newest?.halted === true ? newest : undefined;
    },
    async history(limit) {
      const sql = 'SELECT * FROM halt ORDER BY n DESC LIMIT ?';
      return guarded('read whether everything is paused', () => db.all(sql, limit)).map(orderOf);
    },
  };
}

/** The orders of a process that may write. */
export function createHalts(db: Database, committer: Committer, clean: (text: string) => string): Halts {
  return {
    ...createHaltReader(db),
    set: ({ halted, at, login, from, reason }) =>
      committer.submit(halted ? 'pause everything' : 'let everything go on', () => {
        if ((newestOf(db)?.halted ?? false) === halted) return false;
        const sql = 'INSERT INTO halt (halted, at, login, source, reason) VALUES (?, ?, ?, ?, ?)';
        db.run(sql, halted ? 1 : 0, at, login, from, reason === null ? null : clean(reason));
        return true;
      }),
  };
}

function newestOf(db: Database): Halting | undefined {
  const row = db.get('SELECT * FROM halt ORDER BY n DESC LIMIT 1');
  return row === undefined ? undefined : orderOf(row);
}

function orderOf(row: Row): Halting {
  return {
    halted: row['halted'] === 1,
    at: Number(row['at']),
    login: String(row['login']),
    // written from typed values only
    from: row['source'] as Halting['from'],
    reason: row['reason'] as string | null,
  };
}
