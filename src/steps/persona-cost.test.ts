// What persona steps cost, with real processes that are really ended: what they told counts, what they did not is unknown.
import { afterEach, expect, test } from 'vitest';
import { errorOf, makePersonaWorld, resultOf } from '../../test/support/persona-world.ts';
import type { PersonaWorld } from '../../test/support/persona-world.ts';
import { playRun } from '../../test/support/play-run.ts';
import { parallel, persona } from '../../test/support/run-builder.ts';
import { toJson } from '../support/index.ts';
import type { StepPath } from '../support/index.ts';

let world: PersonaWorld;
afterEach(() => world.remove());

async function make(script: string): Promise<void> {
  world = await makePersonaWorld({ script });
}

/** A line of an agent that streams what it does. */
const told = (costUsd: number) =>
  `echo '{"type":"result","session_id":"'$TROUPE_STEP'","total_cost_usd":${costUsd},"usage":{"input_tokens":10,"output_tokens":2}}'`;
const pass = (more = '') =>
  `echo '{"status":"pass","summary":"Done","noop":"Nothing to do","outputs":{"risk":"low"}${more}}'`;
const review = { persona: 'code-reviewer' } as const;

test('of two that race both are paid: what the loser told by then, and that nobody knows the rest', async () => {
  await make(
    `if [ "$TROUPE_STEP" = slow ]; then ${told(0.77)}; touch seen; sleep 60; else sleep 1; ${pass(',"usage":{"costUsd":"0.1"}')}; fi`,
  );
  const race = parallel('race', [persona('fast', [], review), persona('slow', [], review)], { waitFor: 'any' });
  const state = await playRun(await world.specOf([race]), world.executor);
  expect(errorOf(state, 'fast')).toBeUndefined();
  expect(state.steps.get('slow' as StepPath)).toMatchObject({ status: 'cancelled', cancelledBecause: 'superseded' });
  expect(state.usage).toMatchObject({ personaRuns: 2, costUsd: '0.87', complete: false });
});

test('an attempt that its program ended badly, and the one after it: both count', async () => {
  await make(`${told(0.2)}; if [ "$TROUPE_ATTEMPT" = 1 ]; then kill -9 $$; fi; ${pass()}`);
  const retry = { ...persona('x').retry, initialMs: 1, maxMs: 1 };
  const state = await playRun(await world.specOf([persona('look', [], { ...review, retry })]), world.executor);
  expect(resultOf(state, 'look')).toMatchObject({ verdict: 'pass', usage: { costUsd: '0.2', complete: true } });
  expect(state.usage).toMatchObject({ personaRuns: 2, costUsd: '0.4', complete: false, inputTokens: 20 });
});

test('an answer whose changes may not be used was paid all the same', async () => {
  await make(
    `mkdir -p .github/workflows; echo x > .github/workflows/x.yml; ${told(0.3)}; ${pass().replace(',"noop":"Nothing to do"', '')}`,
  );
  const state = await playRun(await world.specOf([persona('code')]), world.executor);
  expect(errorOf(state, 'code')?.message).toContain('is protected');
  expect(state.usage).toMatchObject({ personaRuns: 1, costUsd: '0.3', complete: true });
});

test('a command that is not there asked nobody anything, and cost nothing', async () => {
  await make('exec no-such-agent-anywhere');
  const state = await playRun(await world.specOf([persona('look', [], review)]), world.executor);
  expect(errorOf(state, 'look')).toMatchObject({ code: 'persona/command' });
  expect(state.usage).toMatchObject({ costUsd: '0', complete: true });
});

test('a setup that fails comes before any request', async () => {
  await make(pass());
  const made = await world.specOf([persona('code')]);
  const setup = { run: [['false']], timeoutMs: 5_000, cache: [], key: [], trusted: true };
  const spec = { ...made, settings: { ...made.settings, setup, trusted: true } };
  const state = await playRun(spec, world.executor);
  expect(errorOf(state, 'code')).toMatchObject({ code: 'setup/failed' });
  expect(state.usage).toMatchObject({ personaRuns: 0, costUsd: '0', complete: true });
});

test('the step’s timeout stands above the persona’s, and both above the hour that is usual', async () => {
  await make(pass());
  const made = await world.specOf([persona('look', [], review)]);
  const { timeoutMs: _own, ...own } = (made.personas as Record<string, Record<string, unknown>>)['code-reviewer'] ?? {};
  const deadlineOf = async (step: object, file: object): Promise<number> => {
    const spec = await world.specOf([persona('look', [], { ...review, ...step })], {
      personas: toJson({ 'code-reviewer': { ...own, ...file } }),
    });
    const before = world.services.clock.now();
    const state = await playRun(spec, world.executor);
    const sent = state.steps.get('look' as StepPath)?.asked;
    expect(sent).toBeDefined();
    return Math.round((deadlines.get(spec.id) ?? 0) - before);
  };
  const deadlines = new Map<string, number>();
  const provider = world.services.provider('shell');
  if (provider === undefined) throw new Error('the world has a shell');
  const start = provider.start.bind(provider);
  Object.assign(provider, {
    start: (...[task, ticket, context]: Parameters<typeof start>) => {
      deadlines.set(task.requestId.split(':')[0] ?? '', ticket.deadline ?? 0);
      return start(task, ticket, context);
    },
  });
  const minutes = async (step: object, file: object) => Math.round((await deadlineOf(step, file)) / 60_000);
  expect(await minutes({ timeout: 120_000 }, { timeoutMs: 300_000 })).toBe(2);
  expect(await minutes({ timeout: '{{60 * 3}}' }, { timeoutMs: 300_000 })).toBe(3);
  expect(await minutes({}, { timeoutMs: 300_000 })).toBe(5);
  expect(await minutes({}, {})).toBe(60);
});

test('what a request may take at most is the least that is left of all its limits, and programs are told', async () => {
  await make(`${pass(',"usage":{"costUsd":"0.1","inputTokens":30,"outputTokens":10}')}`);
  const allowances: unknown[] = [];
  const provider = world.services.provider('shell');
  if (provider === undefined) throw new Error('the world has a shell');
  const start = provider.start.bind(provider);
  Object.assign(provider, {
    start: (...[task, ticket, context]: Parameters<typeof start>) => {
      allowances.push(context.allowance);
      return start(task, ticket, context);
    },
  });
  Object.assign(world.services, {
    sharedLimits: () =>
      Promise.resolve([
        { which: 'cost_usd_per_task', limit: 2, used: 1.7 },
        { which: 'tokens_per_task', limit: 5_000, used: 4_000 },
      ]),
  });
  const steps = [persona('one', [], review), persona('two', ['one'], review)];
  const made = await world.specOf(steps);
  const budget = { costUsd: 0.35, tokens: 90_000 };
  const file = { ...(made.personas as Record<string, object>)['code-reviewer'], maxCostUsd: 0.28 };
  const personas = toJson({ 'code-reviewer': file });
  const state = await playRun({ ...made, personas, settings: { ...made.settings, budget } }, world.executor);
  expect(state.status).toBe('succeeded');
  expect(allowances).toEqual([
    { costUsd: '0.28', tokens: 1_000 },
    { costUsd: '0.25', tokens: 1_000 },
  ]);
});
