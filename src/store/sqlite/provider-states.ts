// What is known of providers beyond one run, as one row per account. Knows who may change a row, never what it means.
import { freshProviderState, isForgettable, withoutProcesses } from '../../engine/index.ts';
import type { ProviderState, ProviderStates } from '../../engine/index.ts';
import type { Clock } from '../../support/index.ts';
import type { Committer } from './committer.ts';
import type { Database } from './database.ts';
import { guarded } from './database.ts';

/** The reading half, for anybody. */
export function createProviderStateReader(db: Database): Pick<ProviderStates, 'get' | 'all'> {
  return {
    async get(account) {
      return guarded('read what is known of providers', () => read(db, account));
    },
    async all() {
      const sql = 'SELECT data FROM provider_state ORDER BY account';
      return guarded('read what is known of providers', () => db.all(sql)).map(({ data }) => stateIn(data));
    },
  };
}

/** The states of the owner. */
export function createProviderStates(db: Database, committer: Committer, clock: Clock): ProviderStates {
  return {
    ...createProviderStateReader(db),
    async change(account, decide) {
      // most looks change nothing: they cost no transaction
      const before = guarded('read what is known of providers', () => read(db, account));
      const decided = decide(before);
      if (decided.state === before) return decided.result;
      return committer.submit(`store what is known of ${account}`, () => {
        const { state, result } = decide(read(db, account));
        write(db, state, clock.now());
        return result;
      });
    },
  };
}

/** For whoever knows that all processes are dead. */
export function freeProviders(db: Database, now: number): void {
  for (const { data } of db.all('SELECT data FROM provider_state')) write(db, withoutProcesses(stateIn(data)), now);
}

function read(db: Database, account: string): ProviderState {
  const row = db.get('SELECT data FROM provider_state WHERE account = ?', account);
  return row === undefined ? freshProviderState(account) : stateIn(row['data']);
}

function write(db: Database, state: ProviderState, now: number): void {
  if (isForgettable(state)) db.run('DELETE FROM provider_state WHERE account = ?', state.account);
  else
    db.run(
      `INSERT INTO provider_state (account, data, updated_at) VALUES (?, ?, ?)
        ON CONFLICT (account) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at`,
      state.account,
      JSON.stringify(state),
      now,
    );
}

function stateIn(data: unknown): ProviderState {
  // `write` wrote it, and nobody else writes the table
  return JSON.parse(String(data)) as ProviderState;
}
