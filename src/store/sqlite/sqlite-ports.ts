// The ports that one process has on a SQLite database: one holder for all that it takes. Knows no folder.
import type { ProviderStates, Surfaces, Tickets } from '../../engine/index.ts';
import type { Clock, Json, Locks, Logger } from '../../support/index.ts';
import { defined } from '../../support/index.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Halts } from '../ports/halts.ts';
import type { Inbox } from '../ports/inbox.ts';
import type { StoreJournal } from '../ports/store.ts';
import { createCommitter } from './committer.ts';
import type { Committer, CommitterOptions } from './committer.ts';
import type { Database } from './database.ts';
import { createHalts } from './halts.ts';
import { createHolder } from './holders.ts';
import { createInbox } from './inbox.ts';
import { createJournal } from './journal.ts';
import { createLocks } from './locks.ts';
import { createProviderStates } from './provider-states.ts';
import { createSurfaces } from './surfaces.ts';
import { createTickets } from './tickets.ts';

/** What the ports stand on. */
export interface SqliteOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly blobs: Blobs;
  readonly redact: ((json: Json) => Json) | undefined;
  /** What is asked before each write, and told after it. */
  readonly writes?: CommitterOptions;
  /** Asked in each transaction that takes something; throws where nobody may take any more. */
  mayTake?(): void;
  /** Aborted when that is so for good. */
  readonly lost?: AbortSignal;
}

/** The ports, and the way to end them. */
export interface SqlitePorts {
  readonly committer: Committer;
  readonly journal: StoreJournal;
  readonly inbox: Inbox;
  readonly surfaces: Surfaces;
  readonly tickets: Tickets;
  readonly locks: Locks;
  readonly providers: ProviderStates;
  readonly halts: Halts;
  /** Gives back what is held and closes the database. What cannot be given back is freed when the lease expires. */
  close(): Promise<void>;
}

/** Opens them. */
export function createSqlitePorts(options: SqliteOptions): SqlitePorts {
  const { db, clock, log, blobs, redact, lost } = options;
  const committer = createCommitter(db, options.writes);
  const holder = createHolder({ db, committer, clock, log, mayTake: () => options.mayTake?.() });
  const parts = { db, committer, clock, holder };
  const clean = (text: string): string => {
    const kept = redact?.(text);
    return typeof kept === 'string' ? kept : text;
  };
  const journal = createJournal({ ...parts, log, blobs, redact, ...defined({ lost }) });
  return {
    committer,
    journal,
    inbox: createInbox({ ...parts, clean }),
    surfaces: createSurfaces(db, committer),
    tickets: createTickets(db, committer, clock),
    locks: createLocks(parts),
    providers: createProviderStates(db, committer, clock),
    halts: createHalts(db, committer, clean),
    async close() {
      try {
        await journal.close();
        await holder.close();
        committer.close();
      } finally {
        db.close();
      }
    },
  };
}
