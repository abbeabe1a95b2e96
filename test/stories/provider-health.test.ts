// Providers that are busy, out for a while or out for hours: nobody asks them meanwhile, everybody goes on, over restarts too.
import { afterEach, expect, test } from 'vitest';
import type { RunState } from '../../src/engine/index.ts';
import type { PersonaResult } from '../../src/personas/index.ts';
import type { StepPath } from '../../src/support/index.ts';
import { parallel, persona } from '../support/run-builder.ts';
import { makeProviderWorld } from '../support/provider-world.ts';
import type { FakeProvider, ProviderWorld } from '../support/provider-world.ts';

let world: ProviderWorld | undefined;
afterEach(async () => {
  await world?.remove();
  world = undefined;
});

async function worldOf(...providers: readonly FakeProvider[]): Promise<ProviderWorld> {
  world = await makeProviderWorld(providers);
  return world;
}

const review = (id: string, after: readonly string[] = []) => persona(id, [...after], { persona: 'code-reviewer' });
const stepOf = (state: RunState, path = 'review') => state.steps.get(path as StepPath);
const waitsFor = (state: RunState, path = 'review') => stepOf(state, path)?.waitingFor?.message;
const error = (kind: NonNullable<PersonaResult['error']>['class'], message: string): Partial<PersonaResult> => ({
  status: 'error',
  error: { class: kind, message },
  usage: { source: 'none', complete: true },
});
const hour = 3_600_000;

test('one limit of one account: no request of any run before it resets, over a restart, then all go on', async () => {
  const { clock, asked, start, until, ended, restart } = await worldOf({
    name: 'claude-code',
    answer: (_task, nth) =>
      nth === 1 ? error('rate_limit', `You've hit your limit · resets in 3 hours`) : { summary: 'Fine' },
  });
  clock.hold();
  const first = await start([review('review')]);
  await until(first, (state) => stepOf(state)?.retryAt !== undefined);
  const resets = (asked[0]?.at ?? 0) + 3 * hour;
  const second = await start([review('review')]);
  const time = new Date(resets).toISOString().slice(11, 16);
  const told = await until(second, (state) => stepOf(state)?.status === 'waiting');
  expect(waitsFor(told)).toContain(`${time} UTC: nobody asks it before.`);
  expect(waitsFor(told)).toMatch(/^The limit of claude-code resets at /);
  await restart();
  expect(asked).toHaveLength(1);
  clock.resume();
  const states = [await ended(first), await ended(second)];
  expect(states.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  expect(asked).toHaveLength(3);
  for (const { at } of asked.slice(1)) expect(at).toBeGreaterThanOrEqual(resets - 1_000);
  // nothing of it was an attempt that counts
  expect(states.map((state) => stepOf(state)?.failures)).toEqual([undefined, undefined]);
});

test('the operator may have a long limit fail the step at once, with the words', async () => {
  const { start, ended, asked } = await worldOf({
    name: 'claude-code',
    onLimit: 'fail',
    answer: () => error('rate_limit', `You've hit your limit · resets in 3 hours`),
  });
  const first = await ended(await start([review('review')]));
  expect(stepOf(first)?.error).toMatchObject({
    code: 'persona/usage-limit',
    message: expect.stringMatching(
      /^The limit of claude-code resets at .* UTC, and it is not waited for\. Persona "code-reviewer": You've hit/,
    ),
  });
  // the next run asks nobody
  expect(stepOf(await ended(await start([review('review')])))?.error?.code).toBe('persona/usage-limit');
  expect(asked).toHaveLength(1);
});

test('a limit that resets after the minutes of the run are over is not waited for', async () => {
  const { start, ended } = await worldOf({
    name: 'claude-code',
    answer: () => error('rate_limit', `You've hit your limit · resets in 3 hours`),
  });
  const state = await ended(await start([review('review')], { budget: { minutes: 30 } }));
  expect(state).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('The limit of claude-code resets at'),
  });
});

test('one slot: the second run waits with the reason and goes on when the first is done', async () => {
  const gate = Promise.withResolvers<void>();
  const { start, until, ended, asked } = await worldOf({
    name: 'claude-code',
    concurrency: 1,
    answer: async (_task, nth) => {
      if (nth === 1) await gate.promise;
      return {};
    },
  });
  const first = await start([review('review')]);
  await until(first, (state) => stepOf(state)?.checkpoint !== undefined);
  const second = await start([review('review')]);
  const waiting = await until(second, (state) => state.parkedSince !== undefined);
  expect(waitsFor(waiting)).toBe('Waits for a slot of claude-code: 1 of 1 are busy');
  expect(asked).toHaveLength(1);
  gate.resolve();
  expect((await ended(first)).status).toBe('succeeded');
  const state = await ended(second);
  expect(state.status).toBe('succeeded');
  expect(stepOf(state)?.attempts).toBe(1);
});

test('a slot of a process that died is free for the next one', async () => {
  const { start, until, ended, restart } = await worldOf({
    name: 'claude-code',
    concurrency: 1,
    answer: (_task, nth) => (nth === 1 ? new Promise(() => undefined) : {}),
  });
  const first = await start([review('review')]);
  await until(first, (state) => stepOf(state)?.checkpoint !== undefined);
  const second = await start([review('review')]);
  await until(second, (state) => stepOf(state)?.status === 'waiting');
  await restart();
  expect([(await ended(first)).status, (await ended(second)).status]).toEqual(['succeeded', 'succeeded']);
});

test('never more at once than there are slots, however many steps and runs want one', async () => {
  let now = 0;
  let most = 0;
  const both = Promise.withResolvers<void>();
  const { start, ended } = await worldOf({
    name: 'claude-code',
    concurrency: 2,
    answer: async () => {
      now += 1;
      most = Math.max(most, now);
      if (now === 2) both.resolve();
      await both.promise;
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return {};
    },
  });
  const steps = () => [
    parallel(
      'all',
      ['a', 'b', 'c'].map((id) => review(id)),
    ),
  ];
  const runs = [await start(steps()), await start(steps())];
  for (const run of runs) expect((await ended(run)).status).toBe('succeeded');
  expect(most).toBe(2);
});

test('the second of a list is asked where the first has reached its limit, and the step says so', async () => {
  const { start, ended, asked } = await worldOf(
    { name: 'claude-code', answer: () => error('rate_limit', `You've hit your limit · resets in 3 hours`) },
    { name: 'codex', answer: () => ({ summary: 'Looked' }) },
  );
  const list = { otherProviders: ['codex'] };
  const state = await ended(await start([review('review'), review('again', ['review'])], list));
  expect(state.status).toBe('succeeded');
  expect(asked.map(({ provider }) => provider)).toEqual(['claude-code', 'codex', 'codex']);
  expect(stepOf(state)).toMatchObject({ attempts: 2, rateLimits: 1 });
  for (const path of ['review', 'again'])
    expect(stepOf(state, path)?.result).toMatchObject({
      provider: 'codex',
      warnings: [expect.stringMatching(/^codex instead of claude-code: the limit of claude-code resets at .* UTC$/)],
    });
});

test.each([
  ['its key is refused', { answer: () => error('auth', '401') }, 'the key of claude-code was refused', 2],
  [
    'its program is not there',
    {
      answer: () => ({}),
      check: async () => [{ severity: 'error' as const, message: 'There is no program "claude"' }],
    },
    'There is no program "claude"',
    1,
  ],
] as const)('the second of a list is asked where %s', async (_why, first, words, attempts) => {
  const { start, ended } = await worldOf({ name: 'claude-code', ...first }, { name: 'codex', answer: () => ({}) });
  const list = persona('review', [], { persona: 'code-reviewer', providers: ['claude-code', 'codex'] });
  const state = await ended(await start([list]));
  expect(stepOf(state)).toMatchObject({
    attempts,
    result: { provider: 'codex', warnings: [`codex instead of claude-code: ${words}`] },
  });
});

test('where the whole list is out, the one that is back first is waited for', async () => {
  const limited = (hours: number) => (_task: unknown, nth: number) =>
    nth === 1 ? error('rate_limit', `You've hit your limit · resets in ${hours} hours`) : {};
  const { start, ended, asked } = await worldOf(
    { name: 'claude-code', answer: limited(5) },
    { name: 'codex', answer: limited(2) },
  );
  const state = await ended(await start([review('review')], { otherProviders: ['codex'] }));
  expect(stepOf(state)?.result?.provider).toBe('codex');
  expect(asked.map(({ provider }) => provider)).toEqual(['claude-code', 'codex', 'codex']);
});

test('an answer that failed in its own way is not repeated elsewhere', async () => {
  const { start, ended, asked } = await worldOf(
    { name: 'claude-code', answer: () => error('contract', 'no result') },
    { name: 'codex', answer: () => ({}) },
  );
  await ended(await start([review('review')], { otherProviders: ['codex'] }));
  expect(asked.map(({ provider }) => provider)).toEqual(['claude-code']);
});

test('a circuit stays open over a restart, and one request of all runs finds out', async () => {
  let works = false;
  const { clock, start, ended, until, restart, asked } = await worldOf({
    name: 'claude-code',
    answer: () => (works ? {} : error('transient', '500')),
  });
  // three attempts each
  for (const _ of [1, 2]) expect((await ended(await start([review('review')]))).status).toBe('failed');
  clock.hold();
  expect(asked).toHaveLength(6);
  const third = await start([review('review')]);
  const waiting = await until(third, (state) => stepOf(state)?.status === 'waiting');
  expect(waitsFor(waiting)).toMatch(
    /^claude-code keeps failing: it is left alone until .* UTC, then one request finds out/,
  );
  await restart();
  works = true;
  const fourth = await start([review('review')]);
  await until(fourth, (state) => stepOf(state)?.status === 'waiting');
  expect(asked).toHaveLength(6);
  clock.resume();
  expect([(await ended(third)).status, (await ended(fourth)).status]).toEqual(['succeeded', 'succeeded']);
});
