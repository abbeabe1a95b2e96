// What a driver holds in memory while it drives on the real store is what the journal folds to, event by event.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  conditional,
  done,
  failed,
  parallel,
  persona,
  scripted,
  spec,
  workflow,
} from '../../test/support/run-builder.ts';
import { driveRun, foldRun } from '../engine/index.ts';
import type { RunState, StepExecutor } from '../engine/index.ts';
import { createRedactor, silentLogger, systemClock } from '../support/index.ts';
import type { StepPath } from '../support/index.ts';
import { openStore } from './index.ts';
import type { Store } from './index.ts';

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

async function open(): Promise<Store> {
  const dataDir = mkdtempSync(join(tmpdir(), 'troupe-driven-'));
  const store = await openStore({
    kind: 'embedded',
    directory: dataDir,
    clock: systemClock,
    log: silentLogger,
    owner: { what: 'test' },
    redact: createRedactor(['swordfish']).json,
  });
  undo.push(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return store;
}

const flow = workflow([
  persona('plan'),
  persona('build', ['plan'], {
    retry: { limit: 1, transientLimit: 2, initialMs: 1, factor: 1, maxMs: 1, jitter: false, on: ['transient'] },
  }),
  parallel('look', [persona('review'), persona('audit', [], { onFailure: 'continue' })], { dependencies: ['build'] }),
  conditional('ways', "steps.plan.status === 'succeeded'", {
    then: [persona('ship')],
    else: [persona('drop')],
    dependencies: ['look'],
  }),
]);

async function drive(store: Store, executor: StepExecutor): Promise<readonly RunState[]> {
  const run = spec(flow);
  const states: RunState[] = [];
  const ended = Promise.withResolvers<void>();
  await store.journal.start(run);
  const serving = await store.journal.serve(
    async (claim) => {
      const onEvents = (state: RunState): void => void states.push(state);
      await driveRun(claim, { executor, clock: systemClock, random: () => 0.5, log: silentLogger, onEvents });
      if (states.at(-1)?.finishedAt !== undefined) ended.resolve();
    },
    { concurrency: 1 },
  );
  await ended.promise;
  await serving.stop(0);
  const journal = await store.journal.read(run.id);
  expect(states.length).toBeGreaterThan(5);
  for (const state of states) expect(state).toEqual(foldRun(journal.slice(0, state.seq)));
  return states;
}

test('a run with retries, branches and a failure is in memory what its journal tells', async () => {
  const store = await open();
  const states = await drive(
    store,
    scripted({
      build: ({ attempt }) => (attempt === 1 ? failed('no answer', { class: 'transient' }) : done({ verdict: 'pass' })),
      audit: () => failed('nothing to audit'),
    }),
  );
  expect(states.at(-1)).toMatchObject({ status: 'degraded' });
});

test('what people send in the middle of a turn has its place', async () => {
  const store = await open();
  const states = await drive(
    store,
    scripted({
      async build({ run }) {
        const by = { login: 'ada', from: 'cli' } as const;
        await store.journal.post(run, { type: 'facts.changed', data: { branch: 'troupe/7-fix' } });
        // not waited for: it is written while the step's end is
        void store.journal.post(run, { type: 'run.paused', data: { by } });
        void store.journal.post(run, { type: 'run.resumed', data: { by } });
        return done();
      },
    }),
  );
  expect(states.at(-1)).toMatchObject({ status: 'succeeded', facts: { branch: 'troupe/7-fix' } });
});

test('a secret in an answer is as little in memory as in the journal', async () => {
  const store = await open();
  const states = await drive(store, scripted({ plan: () => done({ summary: 'the password is swordfish' }) }));
  const plan = states.at(-1)?.steps.get('plan' as StepPath); // a step id is a step path
  expect(plan?.result?.summary).toBe('the password is [redacted]');
});
