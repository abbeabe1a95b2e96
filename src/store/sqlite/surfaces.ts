// The rows of what GitHub shows of a run: written before each create, with the id after. Never decides what to show.
import type { SurfaceRow, Surfaces } from '../../engine/index.ts';
import { surfaceLock } from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';
import type { Committer } from './committer.ts';
import type { Database, Row } from './database.ts';
import { Refusal } from './committer.ts';
import { guarded } from './database.ts';
import { leaseLost } from './lease-lost.ts';
import { underLease } from './locks.ts';

/** The reading half, for anybody. */
export function createSurfaceReader(db: Database): Pick<Surfaces, 'of' | 'open'> {
  return {
    async of(run) {
      const sql = 'SELECT * FROM surface WHERE run = ? ORDER BY key, updated_at, head_sha';
      return guarded('read surfaces', () => db.all(sql, run)).map(rowOf);
    },
    async open(limit) {
      const sql = `SELECT run FROM surface WHERE closed = 0 OR wanted_hash <> seen_hash
        UNION SELECT run FROM surface WHERE doubt_since IS NOT NULL LIMIT ?`;
      // The run column holds run ids only.
      return guarded('read surfaces', () => db.all(sql, limit)).map((row) => row['run'] as RunId);
    },
  };
}

/** The surfaces of the owner. One row per run, key and head. */
export function createSurfaces(db: Database, committer: Committer): Surfaces {
  return {
    ...createSurfaceReader(db),
    async put(row, lease) {
      await committer.submit(`store a surface of run ${row.run}`, () => {
        const name = surfaceLock(row.run);
        const written = db.run(
          `INSERT INTO surface (run, key, head_sha, github_id, wanted_hash, seen_hash, annotations_sent, closed, updated_at,
              doubt_since, look_at) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE ${underLease}
            ON CONFLICT (run, key, head_sha) DO UPDATE SET github_id = excluded.github_id,
              wanted_hash = excluded.wanted_hash, seen_hash = excluded.seen_hash,
              annotations_sent = excluded.annotations_sent, closed = excluded.closed, updated_at = excluded.updated_at,
              doubt_since = excluded.doubt_since, look_at = excluded.look_at`,
          row.run,
          row.key,
          row.headSha,
          row.githubId,
          row.wantedHash,
          row.seenHash,
          row.annotationsSent,
          row.closed ? 1 : 0,
          row.updatedAt,
          row.doubt?.since ?? null,
          row.doubt?.lookAt ?? null,
          name,
          lease.epoch,
        );
        if (written === 0) throw new Refusal(leaseLost(name));
      });
    },
  };
}

function rowOf(row: Row): SurfaceRow {
  return {
    // The columns are written from typed values only.
    run: row['run'] as RunId,
    key: String(row['key']),
    headSha: String(row['head_sha']),
    githubId: row['github_id'] as number | null,
    wantedHash: String(row['wanted_hash']),
    seenHash: String(row['seen_hash']),
    annotationsSent: Number(row['annotations_sent']),
    closed: row['closed'] === 1,
    updatedAt: Number(row['updated_at']),
    ...doubtIn(row),
  };
}

function doubtIn({ doubt_since: since, look_at: lookAt }: Row): Pick<SurfaceRow, 'doubt'> {
  return since === null || lookAt === null ? {} : { doubt: { since: Number(since), lookAt: Number(lookAt) } };
}
