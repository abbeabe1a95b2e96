// What everybody who is told of appends keeps to: a name, and that being told holds nothing up and changes nothing.
import { expect, test } from 'vitest';
import type { Observer } from '../../src/host/index.ts';
import { setUpRun, playOn, stateOf } from '../support/play-run.ts';
import { done, persona, spec, workflow } from '../support/run-builder.ts';

/** Registers the contract's tests for one observer. `make`: one that has seen nothing. */
export function observerContract(name: string, make: () => Observer): void {
  test(`the observer ${name} has that name, is told of a whole run, and changes nothing of it`, async () => {
    const observer = make();
    expect(observer.name).toBe(name);
    const play = await setUpRun(spec(workflow([persona('look')])), { execute: async () => done() });
    await playOn(play);
    const state = stateOf(play);
    const before = JSON.stringify([state, [...state.steps]]);
    const events = await play.journal.read(play.spec.id);
    for (const event of events) await observer.changed(state, [event]);
    await observer.changed(state, events);
    expect(JSON.stringify([state, [...state.steps]])).toBe(before);
    await observer.close?.();
  });
}
