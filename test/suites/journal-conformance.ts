// What every backend of the journal must do. A backend calls `journalConformance` from a test file of its own.
import { defined } from '../../src/support/index.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { persona } from '../support/run-builder.ts';
import { createManualClock } from '../support/manual-clock.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { ClaimLost, foldRun } from '../../src/engine/index.ts';
import type { Claim, Journal, RunEvent, Serving } from '../../src/engine/index.ts';
import type { Json, RunId, StepPath } from '../../src/support/index.ts';
import { afterEveryLease, commits, live } from './store-world.ts';
import { deferred, finished, finishRun, newRunId, progress, repositoryOf, specOf } from './journal-fixtures.ts';

/** A journal over storage that outlives it. */
export interface JournalUnderTest {
  readonly journal: Journal & {
    serve(
      drive: (claim: Claim) => Promise<void>,
      options: { readonly concurrency: number; readonly perRepository?: number },
    ): Promise<Serving>;
  };
  /** Ends this process's part of it and opens the same storage again, as after a crash or restart. */
  reopen(): Promise<JournalUnderTest['journal']>;
  /** Another process on the same storage, with a clock of its own. */
  beside(clock: ReturnType<typeof createManualClock>): Promise<JournalUnderTest['journal']>;
  close(): Promise<void>;
}

/** Opens a fresh, empty journal on the clock. */
export type OpenJournal = (options: {
  readonly clock: ManualClock;
  readonly redact?: (json: Json) => Json;
}) => Promise<JournalUnderTest>;

/** The suite. */
export function journalConformance(name: string, open: OpenJournal): void {
  describe(`journal on ${name}`, () => {
    let clock: ManualClock;
    let opened: JournalUnderTest;
    let journal: JournalUnderTest['journal'];
    const serving: Serving[] = [];

    beforeEach(async () => {
      clock = createManualClock();
      opened = await open({ clock });
      journal = opened.journal;
    });
    afterEach(async () => {
      for (const one of serving.splice(0)) await one.stop(0);
      await opened.close();
    });

    async function serve(
      drive: (claim: Claim) => Promise<void>,
      options: { concurrency: number; perRepository?: number } = { concurrency: 10 },
    ): Promise<Serving> {
      const one = await journal.serve(drive, options);
      serving.push(one);
      return one;
    }
    /** The claim of the one run, held until the test lets go. */
    async function claimed(run?: RunId): Promise<{ claim: Claim; letGo: () => void; serving: Serving }> {
      const got = deferred<Claim>();
      const end = deferred();
      const one = await serve(async (claim) => {
        if (run !== undefined && claim.run !== run) return end.promise;
        got.resolve(claim);
        await end.promise;
      });
      return { claim: await got.promise, letGo: () => end.resolve(), serving: one };
    }
    async function collect(run: RunId, after = 0, until?: AbortSignal): Promise<RunEvent[]> {
      const all: RunEvent[] = [];
      for await (const event of journal.events(run, after, until)) all.push(event);
      return all;
    }

    describe('starting', () => {
      test('the same run started fifty times at once exists once', async () => {
        const spec = specOf();
        const answers = await Promise.all(Array.from({ length: 50 }, () => journal.start(spec)));
        expect(answers.filter(({ created }) => created)).toHaveLength(1);
        expect(await journal.read(spec.id)).toMatchObject([{ type: 'run.created', seq: 1, at: clock.now() }]);
      });

      test('a started run is queued and can be found with what started it', async () => {
        const spec = specOf({ inputs: { depth: 3 } });
        await journal.start(spec);
        expect(await journal.spec(spec.id)).toEqual(spec);
        expect(await journal.summary(spec.id)).toEqual({
          id: spec.id,
          status: 'queued',
          workflow: 'feature',
          workflowName: 'Feature',
          repository: 'acme/shop-1',
          taskNumber: 7,
          taskTitle: 'Crash on empty input',
          createdAt: clock.now(),
          currentSteps: [],
        });
        expect(await journal.spec(newRunId())).toBeUndefined();
        expect(await journal.summary(newRunId())).toBeUndefined();
      });

      test('a large definition comes back whole', async () => {
        const persona = { prompt: 'Plan the work. '.repeat(5_000) };
        const spec = specOf({ personas: { planner: persona } });
        const other = specOf({ personas: { planner: persona } });
        await Promise.all([journal.start(spec), journal.start(other)]);
        expect(await journal.spec(spec.id)).toEqual(spec);
        expect(await journal.spec(other.id)).toEqual(other);
      });
    });

    describe('driving', () => {
      test('fifty drivers want one run and one gets it', async () => {
        const spec = specOf();
        const drives: Claim[] = [];
        const over = deferred();
        for (let index = 0; index < 50; index += 1)
          await serve(async (claim) => {
            drives.push(claim);
            await claim.append([progress('working')]);
            await finishRun(claim);
            over.resolve();
          });
        await journal.start(spec);
        await over.promise;
        await collect(spec.id);
        expect(drives).toHaveLength(1);
      });

      test('events are numbered without a gap, whoever appends', async () => {
        const spec = specOf();
        await journal.start(spec);
        const { claim, letGo } = await claimed();
        const written = await Promise.all([
          claim.append([progress('a'), progress('b')]),
          journal.post(spec.id, { type: 'signal.received', data: { name: 'go', data: null, by: ada } }),
          claim.append([progress('c')]),
        ]);
        expect(written[0].map(({ seq }) => seq)).toEqual([2, 3]);
        const all = await journal.read(spec.id);
        expect(all.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
        expect(await claim.load(3)).toEqual(all.slice(3));
        letGo();
      });

      test('what append returns is what is read back, with its step and attempt', async () => {
        const spec = specOf();
        await journal.start(spec);
        const { claim, letGo } = await claimed();
        const written = await claim.append([progress('half way', 'qa'), { type: 'run.started', data: {} }]);
        expect(await journal.read(spec.id, 1)).toEqual(written);
        expect(written[0]).toEqual({
          type: 'step.progress',
          step: 'qa',
          attempt: 1,
          data: { text: 'half way' },
          run: spec.id,
          seq: 2,
          at: clock.now(),
        });
        expect(await journal.summary(spec.id)).toMatchObject({ status: 'running', startedAt: clock.now() });
        letGo();
      });

      test('a value of many kilobytes comes back whole', async () => {
        const spec = specOf();
        await journal.start(spec);
        const { claim, letGo } = await claimed();
        const text = 'ä '.repeat(200_000);
        const list = Array.from({ length: 5_000 }, (_, index) => index);
        const written = await Promise.all([
          claim.append([{ type: 'step.checkpoint', data: { data: { text, list, deep: { text }, small: 1 } } }]),
          claim.append([progress('after it')]),
        ]);
        expect(await journal.read(spec.id, 1)).toEqual(written.flat());
        expect((await journal.read(spec.id)).map(({ type }) => type)).toEqual([
          'run.created',
          'step.checkpoint',
          'step.progress',
        ]);
        letGo();
      });

      test('runs are taken up oldest first, no more at once than allowed', async () => {
        const specs = [specOf(), specOf(), specOf()];
        for (const spec of specs) {
          await journal.start(spec);
          clock.advance(1);
        }
        const order: RunId[] = [];
        let atOnce = 0;
        let most = 0;
        const all = deferred();
        await serve(
          async (claim) => {
            atOnce += 1;
            most = Math.max(most, atOnce);
            order.push(claim.run);
            await claim.append([progress('a')]);
            atOnce -= 1;
            await finishRun(claim);
            if (order.length === 3) all.resolve();
          },
          { concurrency: 1 },
        );
        await all.promise;
        expect(order).toEqual(specs.map(({ id }) => id));
        expect(most).toBe(1);
      });

      test('one repository does not take all places', async () => {
        const busy = [specOf(), specOf(), specOf()];
        const other = specOf({ repository: repositoryOf(2) });
        for (const spec of [...busy, other]) {
          await journal.start(spec);
          clock.advance(1);
        }
        const end = deferred();
        const driven: RunId[] = [];
        const three = deferred();
        await serve(
          async (claim) => {
            driven.push(claim.run);
            if (driven.length === 3) three.resolve();
            await end.promise;
            await finishRun(claim);
          },
          { concurrency: 10, perRepository: 2 },
        );
        await three.promise;
        expect(new Set(driven)).toEqual(new Set([busy[0]?.id, busy[1]?.id, other.id]));
        end.resolve();
        await collect(busy[2]?.id ?? other.id);
        expect(driven).toHaveLength(4);
      });

      test('what describe says is listed from the next append on', async () => {
        const spec = specOf();
        await journal.start(spec);
        const { claim, letGo } = await claimed();
        claim.describe({ status: 'running', currentSteps: ['plan'] });
        claim.describe({ costUsd: '0.25', pullRequestUrl: 'https://github.test/acme/shop/pull/1' });
        expect(await journal.summary(spec.id)).toMatchObject({ status: 'queued', currentSteps: [] });
        await claim.append([progress('a')]);
        expect(await journal.summary(spec.id)).toMatchObject({
          status: 'running',
          currentSteps: ['plan'],
          costUsd: '0.25',
          pullRequestUrl: 'https://github.test/acme/shop/pull/1',
        });
        letGo();
      });
    });

    describe('fencing', () => {
      test('a driver that lost its run can no longer write', async () => {
        const spec = specOf();
        await journal.start(spec);
        const stale = await claimed();
        await stale.claim.append([progress('mine')]);
        await stale.serving.stop(0);
        expect(stale.claim.lost.aborted).toBe(true);
        const fresh = await claimed();
        expect(fresh.claim.epoch).toBeGreaterThan(stale.claim.epoch);
        await expect(stale.claim.append([progress('late')])).rejects.toBeInstanceOf(ClaimLost);
        await expect(stale.claim.append([])).rejects.toBeInstanceOf(ClaimLost);
        await expect(stale.claim.lock('x')).rejects.toBeInstanceOf(ClaimLost);
        await expect(stale.claim.park(2, null, {})).rejects.toBeInstanceOf(ClaimLost);
        await expect(finishRun(stale.claim, finished('failed'))).rejects.toBeInstanceOf(ClaimLost);
        await fresh.claim.append([progress('fresh')]);
        await expect(fresh.claim.append([])).resolves.toEqual([]);
        expect((await journal.read(spec.id, 1)).map(({ data }) => data)).toEqual([{ text: 'mine' }, { text: 'fresh' }]);
        stale.letGo();
        fresh.letGo();
      });

      test('a fenced append fails alone among those written with it', async () => {
        const specs = [specOf(), specOf(), specOf()];
        for (const spec of specs) await journal.start(spec);
        const claims: Claim[] = [];
        const all = deferred();
        const end = deferred();
        const first = await serve(async (claim) => {
          claims.push(claim);
          if (claims.length === 3) all.resolve();
          await end.promise;
        });
        await all.promise;
        const [a, b, c] = claims;
        // All four wait for one commit; b has ended its run in it before it appends.
        const [left, , lost, right] = await Promise.allSettled([
          a?.append([progress('a')]),
          b?.finish(1, finished(), {}),
          b?.append([progress('b')]),
          c?.append([progress('c')]),
        ]);
        expect(left.status).toBe('fulfilled');
        expect(right.status).toBe('fulfilled');
        expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'engine/claim-lost' } });
        end.resolve();
        await first.stop(0);
      });

      test('when the host stops, a driver is told at once, may write until the grace is over, and not after', async () => {
        const spec = specOf();
        await journal.start(spec);
        const { claim, serving: one, letGo } = await claimed();
        const told = deferred();
        claim.stopping.addEventListener('abort', () => told.resolve());
        const stopped = one.stop(5_000);
        await told.promise;
        expect(claim.lost.aborted).toBe(false);
        await claim.append([progress('finishing up')]);
        clock.advance(5_000);
        await stopped;
        expect(claim.lost.reason).toBeInstanceOf(ClaimLost);
        await expect(claim.append([progress('too late')])).rejects.toBeInstanceOf(ClaimLost);
        letGo();
      });

      test('a stop waits no longer than the drivers need', async () => {
        const spec = specOf();
        await journal.start(spec);
        const { claim, serving: one, letGo } = await claimed();
        claim.stopping.addEventListener('abort', letGo);
        await one.stop(60_000);
        const next = await claimed();
        expect(next.claim.run).toBe(spec.id);
        next.letGo();
      });
    });

    describe('waiting', () => {
      test('a run parks only when nothing arrived since it looked', async () => {
        const spec = specOf();
        await journal.start(spec);
        const { claim, letGo } = await claimed();
        await journal.post(spec.id, { type: 'signal.received', data: { name: 'go', data: null, by: ada } });
        expect(await claim.park(1, null, { status: 'waiting' })).toBe(false);
        expect(await journal.summary(spec.id)).toMatchObject({ status: 'queued' });
        expect(await claim.park(2, null, { status: 'waiting', currentSteps: ['gate'] })).toBe(true);
        expect(await journal.summary(spec.id)).toMatchObject({ status: 'waiting', currentSteps: ['gate'] });
        await expect(claim.append([progress('parked already')])).rejects.toBeInstanceOf(ClaimLost);
        letGo();
      });

      test('a parked run is driven again when something is posted, and knows it then', async () => {
        const spec = specOf();
        await journal.start(spec);
        const woken = deferred<RunEvent[]>();
        await serve(async (claim) => {
          const events = await claim.load();
          const last = events.at(-1);
          if (last?.type === 'signal.received') {
            woken.resolve(events);
            await finishRun(claim);
            return;
          }
          await claim.park(last?.seq ?? 0, null, { status: 'waiting' });
          await journal.post(spec.id, { type: 'signal.received', data: { name: 'go', data: { n: 1 }, by: ada } });
        });
        expect((await woken.promise).at(-1)?.data).toEqual({ name: 'go', data: { n: 1 }, by: ada });
      });

      test('a parked run is driven again when its time comes, not before', async () => {
        const spec = specOf();
        await journal.start(spec);
        let drives = 0;
        const parked = deferred();
        const again = deferred();
        await serve(async (claim) => {
          drives += 1;
          if (drives === 2) {
            again.resolve();
            await finishRun(claim);
            return;
          }
          await claim.park(1, clock.now() + 60_000, { status: 'waiting' });
          parked.resolve();
        });
        await parked.promise;
        expect(await journal.summary(spec.id)).toMatchObject({ wakeAt: clock.now() + 60_000 });
        await commits();
        clock.advance(59_999);
        await commits();
        expect(drives).toBe(1);
        clock.advance(1);
        await again.promise;
      });

      test('a driver hears of what is posted while it works', async () => {
        const spec = specOf();
        await journal.start(spec);
        const { claim, letGo } = await claimed();
        const heard = deferred<readonly RunEvent[]>();
        const stop = claim.onExternal((events) => heard.resolve(events));
        const answer = await journal.post(spec.id, { type: 'run.cancel_requested', data: { by: ada } });
        expect(answer).toEqual({ accepted: true, seq: 2 });
        expect(await heard.promise).toEqual(await journal.read(spec.id, 1));
        stop();
        letGo();
      });

      test('what is posted after the end changes nothing', async () => {
        const spec = specOf();
        await journal.start(spec);
        const { claim, letGo } = await claimed();
        await finishRun(claim);
        const answer = await journal.post(spec.id, { type: 'run.cancel_requested', data: { by: ada } });
        expect(answer).toEqual({ accepted: false, seq: 2 });
        expect(await journal.read(spec.id)).toHaveLength(2);
        letGo();
      });

      test('what an answer took that comes after the end counts once, and changes nothing else', async () => {
        const plain = specOf();
        const spec = { ...plain, workflow: { ...plain.workflow, steps: [persona('ask')] } };
        await journal.start(spec);
        const { claim, letGo } = await claimed();
        await finishRun(claim);
        letGo();
        const before = await journal.summary(spec.id);
        const usage = { inputTokens: 10, outputTokens: 2, costUsd: '0.4', source: 'provider', complete: true } as const;
        const step = 'ask' as StepPath; // an id outside loops
        function came(request: string) {
          const data = { usage: { ...usage, request }, provider: 'other', late: true };
          return journal.post(spec.id, { type: 'usage.recorded', step, attempt: 1, data });
        }
        expect(await Promise.all([came('one'), came('two'), came('one')])).toMatchObject(
          [3, 4, 5].map((seq) => ({ accepted: true, seq })),
        );
        expect(await journal.summary(spec.id)).toEqual({ ...before, costUsd: '0.8', costComplete: true, tokens: 24 });
        expect(await journal.costSince(0)).toBeCloseTo(0.8);
        const state = foldRun(await journal.read(spec.id));
        expect(state.status).toBe(before?.status);
        expect(state.usage.costUsd).toBe('0.8');
      });

      test('posting to a run that does not exist is an error', async () => {
        const unknown = newRunId();
        await expect(journal.post(unknown, { type: 'run.cancel_requested', data: { by: ada } })).rejects.toMatchObject({
          code: 'store/unknown-run',
        });
      });
    });

    describe('locks', () => {
      test('a lock belongs to the run until it ends; then the one that waits goes on', async () => {
        const [first, second] = [specOf(), specOf()];
        await journal.start(first);
        clock.advance(1);
        await journal.start(second);
        const release = deferred();
        const waits = deferred();
        const got: RunId[] = [];
        const both = deferred();
        await serve(async (claim) => {
          if (!(await claim.lock('acme/shop#7'))) {
            waits.resolve();
            await claim.park((await claim.load()).length, null, { status: 'waiting' });
            return;
          }
          expect(await claim.lock('acme/shop#7')).toBe(true);
          got.push(claim.run);
          if (claim.run === first.id) await release.promise;
          await finishRun(claim);
          if (got.length === 2) both.resolve();
        });
        await waits.promise;
        await commits();
        expect(got).toEqual([first.id]);
        release.resolve();
        await both.promise;
        expect(got).toEqual([first.id, second.id]);
      });

      test('the next one is the one with the highest priority, then the oldest; one that is paused lets the others pass', async () => {
        const lockKey = 'acme/shop#7';
        const specs = [0, 0, 4, 8, 4].map((priority) => specOf({ lockKey, priority }));
        for (const spec of specs) {
          await journal.start(spec);
          clock.advance(1);
        }
        const got: RunId[] = [];
        const held = deferred();
        const release = deferred();
        const all = deferred();
        await serve(async (claim) => {
          const events = await claim.load();
          const isPaused = events.some(({ type }) => type === 'run.paused');
          if (isPaused || !(await claim.lock(lockKey))) {
            await claim.park(events.length, null, { status: isPaused ? 'paused' : 'queued' });
            return;
          }
          await claim.append([{ type: 'run.started', data: {} }]);
          got.push(claim.run);
          if (got.length === 1) {
            held.resolve();
            await release.promise;
          }
          await finishRun(claim);
          if (got.length === 4) all.resolve();
        });
        await held.promise;
        // the first of those that wait
        await journal.post(specs[2]?.id ?? newRunId(), { type: 'run.paused', data: { by: ada } });
        await commits();
        release.resolve();
        await all.promise;
        expect(got.map((run) => specs.findIndex(({ id }) => id === run))).toEqual([3, 4, 0, 1]);
      });

      test('a lock outlives the process that took it', async () => {
        const [first, second] = [specOf(), specOf()];
        await journal.start(first);
        const { claim, letGo } = await claimed();
        await claim.lock('acme/shop#7');
        letGo();
        serving.splice(0);
        journal = await opened.reopen();
        await journal.start(second);
        const other = await claimed(second.id);
        expect(await other.claim.lock('acme/shop#7')).toBe(false);
        other.letGo();
      });
    });

    describe('ending', () => {
      test('a run ends once', async () => {
        const spec = specOf();
        await journal.start(spec);
        const { claim, letGo } = await claimed();
        clock.advance(1_000);
        await finishRun(claim, finished('failed', 'tests are red'), {
          currentSteps: [],
        });
        await expect(finishRun(claim)).rejects.toBeInstanceOf(ClaimLost);
        expect((await journal.read(spec.id)).map(({ type }) => type)).toEqual(['run.created', 'run.finished']);
        expect(await journal.summary(spec.id)).toMatchObject({
          status: 'failed',
          reason: 'tests are red',
          finishedAt: clock.now(),
        });
        letGo();
      });

      test('a run ends only when nothing arrived since it looked', async () => {
        const spec = specOf();
        await journal.start(spec);
        const { claim, letGo } = await claimed();
        await journal.post(spec.id, { type: 'run.cancel_requested', data: { by: ada } });
        expect(await claim.finish(1, finished(), { costUsd: '0.5' })).toBeUndefined();
        expect(await journal.summary(spec.id)).toMatchObject({ status: 'queued' });
        await claim.append([progress('looked at it')]);
        expect(await claim.finish(3, finished('failed', 'cancelled'), {})).toMatchObject({ seq: 4 });
        expect(await journal.summary(spec.id)).toMatchObject({ status: 'failed', reason: 'cancelled', costUsd: '0.5' });
        letGo();
      });

      test('a run that is taken up five times and never gets any further is ended as failed', async () => {
        const spec = specOf();
        await journal.start(spec);
        let drives = 0;
        await serve(async () => {
          drives += 1;
          queueMicrotask(() => setImmediate(() => setImmediate(() => clock.advance(60_000))));
          throw new Error('the driver has a mistake');
        });
        const events = await collect(spec.id);
        expect(drives).toBe(5);
        expect(events.at(-1)).toMatchObject({
          type: 'run.finished',
          data: { status: 'failed', reason: 'the run was taken up 5 times and never got any further' },
        });
        expect(await journal.summary(spec.id)).toMatchObject({ status: 'failed', finishedAt: clock.now() });
      });
    });

    describe('following', () => {
      test('events arrive as they are written and end with the run', async () => {
        const spec = specOf();
        await journal.start(spec);
        const following = collect(spec.id);
        await serve(async (claim) => {
          for (let index = 0; index < 5; index += 1) await claim.append([progress(`${index}`)]);
          await finishRun(claim);
        });
        const events = await following;
        expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
        expect(await collect(spec.id, 5)).toEqual(events.slice(5));
      });

      test('whoever follows can stop', async () => {
        const spec = specOf();
        await journal.start(spec);
        const stop = new AbortController();
        const following = collect(spec.id, 1, stop.signal);
        stop.abort();
        expect(await following).toEqual([]);
      });
    });

    describe('listing', () => {
      test('newest first, page by page, without a gap or a double', async () => {
        const ids: RunId[] = [];
        for (let index = 0; index < 25; index += 1) {
          const spec = specOf();
          ids.unshift(spec.id);
          await journal.start(spec);
          if (index % 3 === 0) clock.advance(1);
        }
        const seen: RunId[] = [];
        let after: string | undefined;
        do {
          const page = await journal.list({ limit: 10, ...defined({ after }) });
          seen.push(...page.items.map(({ id }) => id));
          after = page.next;
        } while (after !== undefined);
        expect(new Set(seen)).toEqual(new Set(ids));
        expect(seen).toHaveLength(25);
      });

      test('by status, workflow, repository, task and time', async () => {
        const old = specOf();
        await journal.start(old);
        clock.advance(1_000);
        const since = clock.now();
        const task = { ...specOf().task, number: 8 };
        const other = specOf({ repository: repositoryOf(2), task });
        await journal.start(other);
        const hotfix = specOf({ workflow: { ...specOf().workflow, id: 'hotfix' } });
        await journal.start(hotfix);
        const { claim, letGo } = await claimed(old.id);
        claim.describe({ pullRequestUrl: 'https://github.test/acme/shop-1/pull/12' });
        await finishRun(claim);
        async function ids(query: Parameters<Journal['list']>[0]): Promise<RunId[]> {
          return (await journal.list(query)).items.map(({ id }) => id);
        }
        expect(await ids({ status: ['succeeded'] })).toEqual([old.id]);
        expect(await ids({ status: ['queued', 'running'] })).toHaveLength(2);
        expect(await ids({ status: [] })).toEqual([]);
        expect(await ids({ workflow: 'hotfix' })).toEqual([hotfix.id]);
        expect(await ids({ repositoryId: 2 })).toEqual([other.id]);
        expect(await ids({ repositoryId: 1, taskNumber: 7, since })).toEqual([hotfix.id]);
        letGo();
        expect(await ids({ repositoryId: 1, pullRequest: 12 })).toEqual([old.id]);
        expect(await ids({ repositoryId: 1, pullRequest: 2 })).toEqual([]);
        expect(await ids({ repositoryId: 2, pullRequest: 12 })).toEqual([]);
      });
    });

    test('what runs have cost is added up over all repositories, from a time on, live ones with what they cost so far', async () => {
      const end = deferred();
      const goesOn = specOf();
      const over = new Map<RunId, PromiseWithResolvers<void>>();
      const paid = deferred();
      await serve(async (claim) => {
        claim.describe({ costUsd: claim.run === goesOn.id ? '0.2' : '0.1', costComplete: claim.run !== goesOn.id });
        await claim.append([progress('paid')]);
        if (claim.run === goesOn.id) {
          paid.resolve();
          return end.promise;
        }
        await finishRun(claim, finished(), { costUsd: '40' });
        over.get(claim.run)?.resolve();
      });
      async function ended(repository: number): Promise<void> {
        const spec = specOf({ repository: repositoryOf(repository) });
        const done = deferred();
        over.set(spec.id, done);
        await journal.start(spec);
        await done.promise;
      }
      expect(await journal.costSince(0)).toBe(0);
      await ended(1);
      clock.advance(1_000);
      const since = clock.now();
      await ended(2);
      await journal.start(goesOn);
      await paid.promise;
      expect(await journal.costSince(since)).toBe(40.2);
      expect(await journal.costSince(since - 1_000)).toBe(80.2);
      expect(await journal.costSince(since + 1)).toBe(0);
      expect([await journal.unpricedSince(since), await journal.unpricedSince(since + 1)]).toEqual([1, 0]);
      expect((await journal.summary(goesOn.id))?.costComplete).toBe(false);
      const all = { costUsd: '80.2', complete: false, tokens: 0, runs: 3 };
      expect(await journal.spent({})).toEqual(all);
      expect(await journal.spent({ except: goesOn.id })).toEqual({ ...all, costUsd: '80', complete: true, runs: 2 });
      expect(await journal.spent({ repository: repositoryOf(2) })).toMatchObject({ costUsd: '40', runs: 1 });
      expect(await journal.spent({ repository: repositoryOf(2), taskNumber: 999 })).toMatchObject({ runs: 0 });
      end.resolve();
    });

    test('when the nth newest run was started: of a repository, of a person in any case of letters, of both, of all', async () => {
      const started = async (login: string, repository: number): Promise<number> => {
        clock.advance(1_000);
        const requester = { login, outsider: false };
        await journal.start(specOf({ requester, repository: repositoryOf(repository) }));
        return clock.now();
      };
      const first = await started('Ada', 1);
      const second = await started('ada', 2);
      const third = await started('bob', 2);
      const copy = specOf({ requester: { login: 'cleo', outsider: false } });
      const { repository, ...bare } = copy;
      clock.advance(1_000);
      await journal.start({ ...bare, host: 'cli' });
      const { owner, name } = repository ?? repositoryOf(1);
      expect([
        await journal.startedAt({ nth: 1 }),
        await journal.startedAt({ nth: 4 }),
        await journal.startedAt({ nth: 5 }),
        await journal.startedAt({ requester: 'ADA', nth: 1 }),
        await journal.startedAt({ requester: 'ada', nth: 2 }),
        await journal.startedAt({ requester: 'ada', nth: 3 }),
        await journal.startedAt({ repository: repositoryOf(2), nth: 1 }),
        await journal.startedAt({ repository: repositoryOf(2), nth: 2 }),
        await journal.startedAt({ repository: repositoryOf(2), requester: 'ada', nth: 2 }),
        // numbered repositories are known by their number, whatever they are called
        await journal.startedAt({ repository: { id: 9, owner, name }, nth: 1 }),
      ]).toEqual([clock.now(), first, undefined, second, first, undefined, third, second, undefined, undefined]);
    });

    describe('two processes', () => {
      test('the run of one that is silent for too long goes to the other, and what the first writes late is refused', async () => {
        const spec = specOf();
        await journal.start(spec);
        const stale = await claimed();
        await stale.claim.append([progress('mine')]);
        const awake = createManualClock(clock.now());
        const other = await opened.beside(awake);
        const taken = deferred<Claim>();
        const end = deferred();
        const one = await other.serve(
          async (claim) => {
            taken.resolve(claim);
            await end.promise;
          },
          { concurrency: 1 },
        );
        serving.push(one);
        await live(awake, afterEveryLease);
        const fresh = await taken.promise;
        expect(fresh.epoch).toBeGreaterThan(stale.claim.epoch);
        expect((await fresh.load()).map(({ type }) => type)).toEqual(['run.created', 'step.progress']);
        await fresh.append([progress('fresh')]);
        await expect(stale.claim.append([progress('late')])).rejects.toBeInstanceOf(ClaimLost);
        await expect(stale.claim.park(2, null, {})).rejects.toBeInstanceOf(ClaimLost);
        await expect(finishRun(stale.claim)).rejects.toBeInstanceOf(ClaimLost);
        expect(stale.claim.lost.reason).toBeInstanceOf(ClaimLost);
        expect((await journal.read(spec.id, 1)).map(({ data }) => data)).toEqual([{ text: 'mine' }, { text: 'fresh' }]);
        end.resolve();
        stale.letGo();
      });

      test('one that was silent is told with its next sign of life', async () => {
        await journal.start(specOf());
        const { claim, letGo } = await claimed();
        const awake = createManualClock(clock.now());
        const other = await opened.beside(awake);
        const end = deferred();
        serving.push(await other.serve(() => end.promise, { concurrency: 1 }));
        await live(awake, afterEveryLease);
        expect(claim.lost.aborted).toBe(false);
        await live(clock, afterEveryLease);
        expect(claim.lost.reason).toBeInstanceOf(ClaimLost);
        end.resolve();
        letGo();
      });

      test('one that lives keeps its run, however long it takes', async () => {
        const spec = specOf();
        await journal.start(spec);
        const { claim, letGo } = await claimed();
        const other = await opened.beside(clock);
        let drives = 0;
        const one = await other.serve(
          async () => {
            drives += 1;
          },
          { concurrency: 1 },
        );
        serving.push(one);
        await live(clock, 10 * afterEveryLease);
        expect(drives).toBe(0);
        await claim.append([progress('still mine')]);
        letGo();
      });

      test('one that stops leaves its runs to the other at once', async () => {
        const spec = specOf();
        await journal.start(spec);
        const first = await claimed();
        const other = await opened.beside(clock);
        await first.serving.stop(0);
        const taken = deferred<Claim>();
        serving.push(await other.serve(async (claim) => taken.resolve(claim), { concurrency: 1 }));
        expect((await taken.promise).run).toBe(spec.id);
        first.letGo();
      });
    });

    describe('restarting', () => {
      test('everything is there, and the run that was driven is driven again by whoever comes next', async () => {
        const spec = specOf();
        await journal.start(spec);
        const before = await claimed();
        await before.claim.append([progress('done before')]);
        before.letGo();
        serving.splice(0);
        journal = await opened.reopen();
        const after = await claimed();
        expect((await after.claim.load()).map(({ type }) => type)).toEqual(['run.created', 'step.progress']);
        expect(after.claim.spec).toEqual(spec);
        await after.claim.append([progress('done after')]);
        after.letGo();
      });
    });

    test('secrets are gone before anything is written', async () => {
      const guarded = await open({
        clock,
        // The function keeps the shape: it replaces text inside strings.
        redact: (json) => JSON.parse(JSON.stringify(json).replaceAll('hunter2', '***')) as Json,
      });
      const spec = specOf({ inputs: { word: 'hunter2' } });
      await guarded.journal.start(spec);
      expect((await guarded.journal.spec(spec.id))?.inputs).toEqual({ word: '***' });
      const written = deferred<RunEvent[]>();
      const one = await guarded.journal.serve(
        async (claim) => {
          written.resolve(await claim.append([progress('it is hunter2')]));
          await finishRun(claim, finished('failed', 'hunter2'), { reason: 'hunter2' });
        },
        { concurrency: 1 },
      );
      expect((await written.promise)[0]?.data).toEqual({ text: 'it is ***' });
      await one.stop(1_000);
      expect(await guarded.journal.summary(spec.id)).toMatchObject({ reason: '***' });
      await guarded.close();
    });
  });
}

const ada = { login: 'ada', from: 'comment' } as const;
