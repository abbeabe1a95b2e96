// Brings GitHub to what is wanted with as few requests as possible. May be late, repeated or interrupted: it always converges.
import type { SurfaceRow, Surfaces } from '../engine/index.ts';
import type { RepositoryApi } from '../github/index.ts';
import { hashJson, hintOf, mayComeLate, messageOf, TroupeError } from '../support/index.ts';
import type { Clock, Logger } from '../support/index.ts';
import { defaultPace, heartbeatMs } from './pace.ts';
import type { Pace } from './pace.ts';
import { surfacePort } from './surface-port.ts';
import type { SurfacePort, WantedCheck } from './surface-port.ts';
import { doubted, doubtOf, lookAgain, lookAgainMs, lookedFor, mayStillCome } from './latecomers.ts';
import { codeOf, headOf, idOf, isFinal, isHopeless, isMade, rowOf, saidBy, seen } from './surface-rows.ts';
import type { WantedSurface, WantedView } from './types.ts';

/** Where a view stands after a pass. `nextAt`: come again then, for progress that was held back, a heartbeat or a retry. */
export interface Reconciled {
  /** GitHub shows what was wanted, or will never. */
  readonly settled: boolean;
  readonly nextAt?: number;
}

/** Brings one repository to what is wanted. Never called twice at once for the same run. */
export interface Reconciler {
  reconcile(wanted: WantedView): Promise<Reconciled>;
}

/** What a reconciler works with. */
export interface ReconcilerOptions {
  /** Of the run, under the lease of whoever writes them. */
  readonly surfaces: Pick<Surfaces, 'of'> & { put(row: SurfaceRow): Promise<void> };
  readonly api: RepositoryApi;
  readonly clock: Clock;
  readonly log: Logger;
  readonly pace?: Pace;
  /** There may be more on GitHub than the rows say: whatever has no row is looked for before it is made. */
  readonly looksFirst?: boolean;
}

const retryMs = 15_000;
/** New checks of one pass that are worth a request of their own kind. */
const fewestTogether = 2;
/** After a write: a 404 within this time says that GitHub does not show the object yet, not that it is gone. */
const settleMs = 60_000;

/** What happened to one surface. Settled, and to be looked at again: a write of it that nobody answered may still be applied. */
type Outcome =
  | { readonly settled: true; readonly nextAt?: number }
  | { readonly settled: false; readonly nextAt: number };

/** A reconciler of one repository. */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { surfaces, api, clock, log, pace = defaultPace, looksFirst = false } = options;
  async function reconcile(wanted: WantedView): Promise<Reconciled> {
    const rows = new Map((await surfaces.of(wanted.run)).map((row) => [idOf(row), row]));
    const port = surfacePort(api);
    const outcomes: Outcome[] = [];
    const made = await createTogether(wanted, rows, port);
    /** A comment that is not there yet: those that come after it are made after it, for GitHub shows them in the order in which they were made. */
    let missing: Outcome | undefined;
    for (const surface of wanted.surfaces) {
      const row = rows.get(`${surface.key} ${headOf(surface)}`);
      const isNew = surface.kind === 'comment' && !isMade(row);
      const before = made.get(surface) ?? (isNew ? missing : undefined);
      if (before !== undefined) {
        outcomes.push(before);
        continue;
      }
      const outcome = await guarded(wanted, surface, () => bring(wanted, surface, { row, port }));
      if (outcome === 'read-only') return { settled: true };
      if (isNew && !outcome.settled) missing = outcome;
      outcomes.push(outcome);
    }
    for (const old of wanted.superseded) {
      const row = rows.get(`${old.key} ${old.headSha}`);
      const outcome = row === undefined ? undefined : await closeOld(wanted, row, { old, port });
      if (outcome === 'read-only') return { settled: true };
      if (outcome !== undefined) outcomes.push(outcome);
    }
    return summed(outcomes, wanted, clock.now());
  }

  /** A head that is new gets its checks in one request. What that leaves undone is done one by one. */
  async function createTogether(
    wanted: WantedView,
    rows: Map<string, SurfaceRow>,
    port: SurfacePort,
  ): Promise<ReadonlyMap<WantedSurface, Outcome>> {
    const fresh = wanted.surfaces.filter(
      (surface): surface is WantedCheck => surface.kind === 'check' && !rows.has(`${surface.key} ${headOf(surface)}`),
    );
    const done = new Map<WantedSurface, Outcome>();
    if (looksFirst || api.createCheckRuns === undefined || fresh.length < fewestTogether) return done;
    const planned = fresh.map((surface) => ({ surface, hash: hashJson(surface.check) }));
    for (const { surface, hash } of planned) {
      const row = rowOf(wanted, surface, { hash, at: clock.now() });
      await surfaces.put(row);
      rows.set(idOf(row), row);
    }
    try {
      const made = await port.createTogether(fresh);
      for (const [index, { surface, hash }] of planned.entries()) {
        const found = made[index];
        const row = rows.get(`${surface.key} ${headOf(surface)}`);
        if (row === undefined) continue;
        // GitHub said that it was not made: it is made by itself, and nothing is looked for
        if (found === undefined) {
          rows.delete(idOf(row));
          continue;
        }
        await surfaces.put({ ...row, githubId: found.id, ...seen(surface, hash, clock.now()) });
        done.set(surface, { settled: true });
      }
    } catch (error) {
      log.info({ run: wanted.run, error: messageOf(error) }, 'the checks of a head could not be created together');
      const wait = error instanceof TroupeError ? error.retryAfterMs : undefined;
      for (const surface of fresh) {
        const row = rows.get(`${surface.key} ${headOf(surface)}`);
        if (row !== undefined) await inDoubt(row, error);
        done.set(surface, { settled: false, nextAt: clock.now() + (wait ?? lookAgainMs) });
      }
    }
    return done;
  }

  /** Creates, updates or leaves alone. */
  async function bring(wanted: WantedView, surface: WantedSurface, known: Known): Promise<Outcome> {
    const hash = hashJson(saidBy(surface));
    const row = known.row;
    if (row !== undefined && row.closed && row.githubId === null) return { settled: true }; // given up
    if (row?.githubId !== undefined && row.githubId !== null) {
      // what is held back is no late write
      const isRight = ({ asWanted }: { readonly asWanted: boolean }): boolean => asWanted || row.seenHash !== hash;
      const settled = await lookedFor(surface, { row, isRight }, looking(known.port));
      const outcome = await update(wanted, surface, { ...known, row: settled, hash });
      return { ...outcome, ...lookAgain(settled, outcome) };
    }
    const planned = { ...rowOf(wanted, surface, { hash, at: row?.updatedAt ?? clock.now() }), ...doubtOf(row) };
    await surfaces.put(planned);
    // A row without an id: an earlier create may have been applied. Look before doing it again.
    const found = row === undefined && !looksFirst ? undefined : await known.port.find(surface);
    if (found === undefined) {
      const come = row === undefined ? undefined : await mayStillCome(surface, planned, looking(known.port));
      if (come !== undefined) return { settled: false, nextAt: come };
      // what is made once more may be there twice, however late the first one comes
      const again = row === undefined ? planned : { ...planned, doubt: planned.doubt ?? doubted(clock.now()) };
      return create(surface, { ...known, row: again, hash });
    }
    const adopted = { ...planned, githubId: found.id, seenHash: '', annotationsSent: found.annotations };
    await surfaces.put(adopted);
    return update(wanted, surface, { ...known, row: adopted, hash });
  }

  async function create(surface: WantedSurface, { row, port, hash }: Planned): Promise<Outcome> {
    const made = await port.create(surface).catch(async (error: unknown) => {
      await inDoubt(row, error);
      throw error;
    });
    const shown = { ...row, githubId: made.id, ...seen(surface, hash, clock.now()) };
    await surfaces.put(shown);
    return { settled: true, ...lookAgain(shown) };
  }

  async function update(wanted: WantedView, surface: WantedSurface, { row, port, hash }: Planned): Promise<Outcome> {
    if (row.seenHash === hash) {
      if (row.wantedHash !== hash || row.closed !== isFinal(surface)) {
        await surfaces.put({ ...row, wantedHash: hash, closed: isFinal(surface) });
      }
      return { settled: true };
    }
    const dueAt = row.updatedAt + pace(surface.kind, clock.now() - (wanted.since ?? 0));
    const isHeldBack = !surface.urgent && row.seenHash !== '' && dueAt > clock.now();
    if (isHeldBack || row.wantedHash !== hash) await surfaces.put({ ...row, wantedHash: hash });
    if (isHeldBack) return { settled: false, nextAt: dueAt };
    const planned = { ...row, wantedHash: hash };
    try {
      await port.update(surface, row);
    } catch (error) {
      if (codeOf(error) === 'github/unclear') {
        const found = await port.find(surface);
        const annotationsSent = found?.annotations ?? row.annotationsSent;
        await inDoubt({ ...planned, seenHash: '', annotationsSent }, error);
      }
      if (codeOf(error) !== 'github/not-found') throw error;
      const there = await port.find(surface);
      // GitHub shows a new object to some of its servers only: nothing is written a second time for that.
      if (there !== undefined || clock.now() - row.updatedAt < settleMs) {
        const kept = { ...planned, seenHash: '', githubId: there?.id ?? row.githubId };
        await surfaces.put({ ...kept, annotationsSent: there?.annotations ?? row.annotationsSent });
        return { settled: false, nextAt: clock.now() + lookAgainMs };
      }
      // Somebody deleted it: once more, as new.
      const anew = { ...planned, githubId: null, seenHash: '', annotationsSent: 0 };
      await surfaces.put(anew);
      return create(surface, { row: anew, port, hash });
    }
    await surfaces.put({ ...planned, ...seen(surface, hash, clock.now()) });
    return { settled: true };
  }

  async function closeOld(wanted: WantedView, row: SurfaceRow, { old, port }: Closing): Promise<Outcome | 'read-only'> {
    const { check } = old;
    if (check === undefined || (row.closed && row.doubt === undefined)) {
      if (!row.closed) await surfaces.put({ ...row, seenHash: row.wantedHash, closed: true });
      return { settled: true };
    }
    const surface: WantedSurface = { kind: 'check', key: old.key, headSha: old.headSha, check, urgent: true };
    return guarded(wanted, surface, async () => {
      const hash = hashJson(check);
      const now = row.closed ? await lookedFor(surface, { row, isRight: ({ isOpen }) => !isOpen }, looking(port)) : row;
      if (now.closed) return { settled: true, ...lookAgain(now) };
      // Planned but never confirmed: if it was not applied there is nothing to close.
      const id = now.githubId ?? (await port.find(surface))?.id;
      const come = id === undefined ? await mayStillCome(surface, now, looking(port)) : undefined;
      if (come !== undefined) return { settled: false, nextAt: come };
      if (id !== undefined && !(await closed(surface, { ...now, githubId: id }, port)))
        return { settled: false, nextAt: clock.now() + lookAgainMs };
      const done = { githubId: id ?? null, wantedHash: hash, seenHash: hash, closed: true, updatedAt: clock.now() };
      await surfaces.put({ ...now, ...done });
      return { settled: true, ...lookAgain(now) };
    });
  }

  /** A write of it failed: what may still come of that is looked for from now on. */
  async function inDoubt(row: SurfaceRow, error: unknown): Promise<void> {
    if (codeOf(error) === 'github/unclear')
      await surfaces.put({ ...row, doubt: doubted(clock.now(), mayComeLate(error)) });
  }

  function looking(port: SurfacePort): Parameters<typeof lookedFor>[2] {
    return { port, now: clock.now(), put: (row) => surfaces.put(row) };
  }

  /** Whether the check of an old head is closed, or gone with its head. */
  async function closed(surface: WantedSurface, row: SurfaceRow, port: SurfacePort): Promise<boolean> {
    try {
      await port.update(surface, row);
      return true;
    } catch (error) {
      await inDoubt(row, error);
      if (codeOf(error) !== 'github/not-found') throw error;
      return clock.now() - row.updatedAt >= settleMs && (await port.find(surface)) === undefined;
    }
  }

  /** A surface that fails must not stop the others, unless nothing can be written at all. */
  async function guarded(
    wanted: WantedView,
    surface: WantedSurface,
    act: () => Promise<Outcome>,
  ): Promise<Outcome | 'read-only'> {
    try {
      return await act();
    } catch (error) {
      const fields = { run: wanted.run, surface: surface.key, error: messageOf(error) };
      if (isHopeless(error) && !(await mayComeYet(wanted, surface, error))) {
        log.warn({ ...fields, hint: hintOf(error) }, 'A comment, check or label of the run cannot be shown');
        await giveUp(wanted, surface);
        return codeOf(error) === 'github/archived' ? 'read-only' : { settled: true };
      }
      const wait = error instanceof TroupeError ? error.retryAfterMs : undefined;
      log.info(fields, 'a surface of the run could not be brought up to date');
      return {
        settled: false,
        nextAt:
          clock.now() + (wait ?? (isHopeless(error) || codeOf(error) === 'github/unclear' ? lookAgainMs : retryMs)),
      };
    }
  }

  /** A head that was just pushed, an issue that was just opened: GitHub may refuse what belongs to it for a moment. */
  async function mayComeYet(wanted: WantedView, surface: WantedSurface, error: unknown): Promise<boolean> {
    if (!['github/not-found', 'github/invalid'].includes(codeOf(error))) return false;
    const row = await rowNow(wanted, surface);
    return row !== undefined && row.githubId === null && clock.now() - row.updatedAt < settleMs;
  }

  async function rowNow(wanted: WantedView, surface: WantedSurface): Promise<SurfaceRow | undefined> {
    return (await surfaces.of(wanted.run)).find((known) => idOf(known) === `${surface.key} ${headOf(surface)}`);
  }

  async function giveUp(wanted: WantedView, surface: WantedSurface): Promise<void> {
    const row = await rowNow(wanted, surface);
    if (row !== undefined)
      await surfaces.put({ ...row, seenHash: row.wantedHash, closed: true, updatedAt: clock.now() });
  }

  return { reconcile };
}

interface Known {
  readonly row: SurfaceRow | undefined;
  readonly port: SurfacePort;
}
interface Planned {
  readonly row: SurfaceRow;
  readonly port: SurfacePort;
  readonly hash: string;
}
interface Closing {
  readonly old: WantedView['superseded'][number];
  readonly port: SurfacePort;
}

function summed(outcomes: readonly Outcome[], wanted: WantedView, now: number): Reconciled {
  const times = outcomes.flatMap(({ nextAt }) => nextAt ?? []);
  const isOpen = wanted.surfaces.some((surface) => surface.kind === 'check' && surface.check.status === 'in_progress');
  if (isOpen) times.push(now + heartbeatMs(now - (wanted.since ?? 0)));
  const settled = outcomes.every((outcome) => outcome.settled);
  return times.length === 0 ? { settled } : { settled, nextAt: Math.min(...times) };
}
