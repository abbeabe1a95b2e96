// What every backend of tickets must do, whatever holds them. Run by each backend's own test.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../support/manual-clock.ts';
import type { TicketReply, TicketRow, Tickets } from '../../src/engine/index.ts';
import type { Clock, StepPath } from '../../src/support/index.ts';
import { newRunId } from './journal-fixtures.ts';

/** A backend under test. */
export interface TicketsBackend {
  readonly tickets: Tickets;
  /** The same rows as another process finds them; undefined where they live in this process alone. */
  reopen?(): Promise<Tickets>;
  close(): Promise<void>;
}

const run = newRunId();
const reply: TicketReply = { sha256: 'a'.repeat(64), bytes: 12, mediaType: 'application/json', at: 5 };

function sent(requestId: string, change: Partial<TicketRow> = {}): Parameters<Tickets['open']>[0] {
  return {
    requestId,
    run,
    // a step id is a step path
    step: 'review' as StepPath,
    attempt: 1,
    provider: 'service',
    strategy: 'callback',
    data: { baseSha: 'b'.repeat(40) },
    secret: 'whsec_c2VjcmV0',
    nextAt: null,
    deadline: 9_000,
    ...change,
  };
}

/** Registers the suite for one backend. */
export function ticketsConformance(name: string, open: (clock: Clock) => Promise<TicketsBackend>): void {
  describe(`tickets in ${name}`, () => {
    const clock = createManualClock(1_000);
    let backend: TicketsBackend;
    let tickets: Tickets;
    beforeEach(async () => {
      backend = await open(clock);
      tickets = backend.tickets;
    });
    afterEach(() => backend.close());

    test('a row comes back as it was stored, as sending', async () => {
      const opened = await tickets.open(sent('r:review:1'));
      expect(opened).toEqual({
        ...sent('r:review:1'),
        state: 'sending',
        failures: 0,
        reply: null,
        createdAt: clock.now(),
        updatedAt: clock.now(),
      });
      expect(await tickets.get('r:review:1')).toEqual(opened);
      expect(await tickets.get('r:review:2')).toBeUndefined();
    });

    test('the same request stored again changes nothing and tells what is there', async () => {
      await tickets.open(sent('r:review:1'));
      await tickets.move('r:review:1', ['sending'], { state: 'answered', reply });
      const again = await tickets.open(sent('r:review:1', { secret: 'whsec_b3RoZXI=', deadline: 1 }));
      expect(again).toMatchObject({ state: 'answered', reply, secret: 'whsec_c2VjcmV0', deadline: 9_000 });
    });

    test('only a row in the expected state moves, and what is not named stays', async () => {
      await tickets.open(sent('r:review:1'));
      clock.advance(5);
      const moved = await tickets.move('r:review:1', ['sending', 'waiting'], { state: 'waiting', nextAt: 70 });
      expect(moved).toMatchObject({ state: 'waiting', nextAt: 70, secret: 'whsec_c2VjcmV0', updatedAt: clock.now() });
      expect(moved?.data).toEqual(sent('').data);
      expect(await tickets.move('r:review:1', ['sending'], { state: 'over' })).toBeUndefined();
      expect(await tickets.move('r:review:2', ['sending', 'waiting'], { state: 'over' })).toBeUndefined();
      expect(await tickets.get('r:review:1')).toEqual(moved);
      const emptied = await tickets.move('r:review:1', ['waiting'], { nextAt: null, secret: null, failures: 2 });
      expect(emptied).toMatchObject({ nextAt: null, secret: null, failures: 2, state: 'waiting' });
    });

    test('of two replies at the same time one is kept', async () => {
      await tickets.open(sent('r:review:1'));
      const other = { ...reply, sha256: 'f'.repeat(64) };
      const kept = await Promise.all(
        [reply, other].map((one) =>
          tickets.move('r:review:1', ['sending', 'waiting'], { state: 'answered', reply: one }),
        ),
      );
      const [winner, ...more] = kept.filter((row) => row !== undefined);
      expect(more).toEqual([]);
      expect(winner?.reply).not.toBeNull();
      expect((await tickets.get('r:review:1'))?.reply).toEqual(winner?.reply);
    });

    test('a reply that was none is forgotten', async () => {
      await tickets.open(sent('r:review:1'));
      await tickets.move('r:review:1', ['sending'], { state: 'answered', reply });
      const again = await tickets.move('r:review:1', ['answered'], { state: 'waiting', reply: null });
      expect(again).toMatchObject({ state: 'waiting', reply: null });
    });

    test('the rows of a run come oldest first, those of others do not', async () => {
      await tickets.open(sent('r:review:1'));
      await tickets.open(sent('r:plan:1'));
      await tickets.open(sent('s:plan:1', { run: newRunId() }));
      expect((await tickets.of(run)).map(({ requestId }) => requestId)).toEqual(['r:review:1', 'r:plan:1']);
    });

    test('due rows are taken once, the longest due first, and again when their time is over', async () => {
      await tickets.open(sent('late', { nextAt: 30 }));
      await tickets.open(sent('early', { nextAt: 10 }));
      await tickets.open(sent('future', { nextAt: 500 }));
      await tickets.open(sent('never'));
      await tickets.open(sent('over', { nextAt: 1 }));
      await tickets.move('over', ['sending'], { state: 'over' });
      expect(await tickets.nextAt()).toBe(10);
      const first = await tickets.take(100, 200, 1);
      expect(first.map(({ requestId, nextAt }) => [requestId, nextAt])).toEqual([['early', 200]]);
      expect((await tickets.take(100, 200, 9)).map(({ requestId }) => requestId)).toEqual(['late']);
      expect(await tickets.take(100, 200, 9)).toEqual([]);
      expect(await tickets.nextAt()).toBe(200);
      // whoever took them died: when the lease is over the next one does it
      const again = await tickets.take(200, 300, 9);
      expect(again.map(({ requestId }) => requestId).toSorted()).toEqual(['early', 'late']);
    });

    test('two who take at the same time share the rows', async () => {
      for (const id of ['a', 'b', 'c', 'd']) await tickets.open(sent(id, { nextAt: 1 }));
      const [one, two] = await Promise.all([tickets.take(5, 50, 3), tickets.take(5, 50, 3)]);
      expect([...one, ...two].map(({ requestId }) => requestId).toSorted()).toEqual(['a', 'b', 'c', 'd']);
    });

    test('runs with something open are listed once', async () => {
      const other = newRunId();
      await tickets.open(sent('a'));
      await tickets.open(sent('b'));
      await tickets.open(sent('c', { run: other }));
      await tickets.move('c', ['sending'], { state: 'over' });
      expect(await tickets.runs()).toEqual([run]);
      expect(await tickets.nextAt()).toBeUndefined();
    });

    test('who listens hears of a new row and of a change, until he stops', async () => {
      let heard = 0;
      const stop = tickets.onChange(() => {
        heard += 1;
      });
      await tickets.open(sent('a'));
      await tickets.move('a', ['sending'], { nextAt: 5 });
      expect(heard).toBe(2);
      stop();
      await tickets.move('a', ['sending'], { state: 'over' });
      expect(heard).toBe(2);
    });

    test('rows outlive their process', async () => {
      if (backend.reopen === undefined) return;
      await tickets.open(sent('a', { nextAt: 7 }));
      const answered = await tickets.move('a', ['sending'], { state: 'answered', reply });
      const later = await backend.reopen();
      expect(await later.get('a')).toEqual(answered);
      expect(await later.nextAt()).toBe(7);
    });
  });
}
