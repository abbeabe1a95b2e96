// Names that one at a time may hold, as rows with an epoch: in this process by a queue, among processes by lease.
import { createLocalLocks, sleep } from '../../support/index.ts';
import type { Clock, Lease, Locks } from '../../support/index.ts';
import type { Committer } from './committer.ts';
import type { Database } from './database.ts';
import { guarded } from './database.ts';
import type { Holder } from './holders.ts';
import { leaseLost } from './lease-lost.ts';

/** How often it is looked again whether somebody else gave a name back. */
const lookAgainMs = 1_000;

/** What locks need. */
export interface LocksOptions {
  readonly db: Database;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly holder: Holder;
}

/** The locks of a database. */
export function createLocks({ db, committer, clock, holder }: LocksOptions): Locks {
  const inThisProcess = createLocalLocks();

  async function take(name: string): Promise<number> {
    for (;;) {
      const epoch = await committer.submit(`take ${name}`, () => writeLease(db, holder, { name, now: clock.now() }));
      if (epoch !== undefined) return epoch;
      await sleep(clock, lookAgainMs);
    }
  }

  /** What cannot be given back now is given back with a later beat. */
  async function giveBack(name: string, epoch: number): Promise<void> {
    try {
      await committer.submit(`give back ${name}`, () => db.run('DELETE FROM lease WHERE epoch = ?', epoch));
    } catch {
      const stop = holder.onBeat(() => {
        stop();
        void giveBack(name, epoch);
      });
    }
  }

  return {
    hold: (name, work) =>
      inThisProcess.hold(name, async () => {
        const epoch = await take(name);
        const lost = new AbortController();
        const lease: Lease = { name, epoch, lost: lost.signal };
        const stop = holder.onBeat(() => {
          if (!guarded(`look whether ${name} is held`, () => standsLease(db, lease))) lost.abort(leaseLost(name));
        });
        try {
          return await work(lease);
        } finally {
          stop();
          await giveBack(name, epoch);
        }
      }),
  };
}

/** For a statement that writes under a lease: true while it stands. Takes name and epoch. */
export const underLease = 'EXISTS (SELECT 1 FROM lease WHERE name = ? AND epoch = ?)';

/** The epoch of the name for this holder; undefined while another one has it. A row of our own is what could not be given back. */
function writeLease(
  db: Database,
  holder: Holder,
  { name, now }: { readonly name: string; readonly now: number },
): number | undefined {
  holder.take(now);
  db.run('DELETE FROM lease WHERE name = ? AND holder = ?', name, holder.id);
  const row = db.get(
    'INSERT INTO lease (name, holder) VALUES (?, ?) ON CONFLICT (name) DO NOTHING RETURNING epoch',
    name,
    holder.id,
  );
  return row === undefined ? undefined : Number(row['epoch']);
}

function standsLease(db: Database, { name, epoch }: Lease): boolean {
  return db.get(`SELECT 1 WHERE ${underLease}`, name, epoch) !== undefined;
}
