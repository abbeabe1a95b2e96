// What every backend of provider states must do, whatever holds them. Run by each backend's own test.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshProviderState } from '../../src/engine/index.ts';
import type { ProviderState, ProviderStates } from '../../src/engine/index.ts';
import type { StepPath } from '../../src/support/index.ts';
import { newRunId } from './journal-fixtures.ts';

/** A backend under test. */
export interface ProviderStatesBackend {
  readonly states: ProviderStates;
  /** The same states after every process died; undefined where they live in this process alone. */
  reopen?(): Promise<ProviderStates>;
  close(): Promise<void>;
}

const run = newRunId();
// a step id is a step path
const waiting = { request: 'r:b:1', run, step: 'b' as StepPath, attempt: 1, since: 5 };
const closed = { until: 9_000, why: 'limit', since: 1, said: 'resets at 2pm' } as const;

function changed(change: Partial<ProviderState>) {
  return (state: ProviderState) => ({ state: { ...state, ...change }, result: undefined });
}

/** Registers the suite for one backend. */
export function providerStatesConformance(name: string, open: () => Promise<ProviderStatesBackend>): void {
  describe(`provider states in ${name}`, () => {
    let backend: ProviderStatesBackend;
    beforeEach(async () => {
      backend = await open();
    });
    afterEach(() => backend.close());

    test('of an account that nobody has heard of nothing happened', async () => {
      expect(await backend.states.get('claude')).toEqual(freshProviderState('claude'));
      expect(await backend.states.all()).toEqual([]);
    });

    test('what is decided is there, with its result, and only for its account', async () => {
      const { states } = backend;
      const result = await states.change('claude', (state) => ({ state: { ...state, inRow: 2 }, result: state.inRow }));
      expect(result).toBe(0);
      expect((await states.get('claude')).inRow).toBe(2);
      expect((await states.get('codex')).inRow).toBe(0);
      expect((await states.all()).map(({ account }) => account)).toEqual(['claude']);
    });

    test('many at once lose nothing', async () => {
      const { states } = backend;
      const counts = Array.from({ length: 20 }, () =>
        states.change('claude', (state) => ({ state: { ...state, inRow: state.inRow + 1 }, result: state.inRow })),
      );
      expect((await Promise.all(counts)).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
      expect((await states.get('claude')).inRow).toBe(20);
    });

    test('a state in which nothing is known any more is forgotten', async () => {
      await backend.states.change('claude', changed({ inRow: 1 }));
      await backend.states.change('claude', changed({ inRow: 0 }));
      expect(await backend.states.all()).toEqual([]);
    });

    test('what throws changes nothing', async () => {
      const failing = backend.states.change('claude', () => {
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await backend.states.all()).toEqual([]);
    });

    test('outlives its processes: who waits still does, nobody works, and a limit stands', async () => {
      const { reopen } = backend;
      if (reopen === undefined) return;
      const working = [{ request: 'r:a:1', run, until: 9_000 }];
      const probe = { request: 'r:a:1', until: 9_000 };
      await backend.states.change(
        'claude',
        changed({ working, probe, closed, waiting: [{ ...waiting, calledAt: 7 }], slots: 1 }),
      );
      const states = await reopen();
      expect(await states.get('claude')).toEqual({
        ...freshProviderState('claude'),
        closed,
        waiting: [waiting],
        slots: 1,
      });
    });
  });
}
