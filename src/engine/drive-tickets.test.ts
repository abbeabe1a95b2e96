// Requests that are answered later: the executor hears which ones are still waited for, whatever ends the waiting.
import { describe, expect, test } from 'vitest';
import { done, git, parallel, persona, scripted, spec, workflow } from '../../test/support/run-builder.ts';
import { playOn, setUpRun, stateOf, statuses, story } from '../../test/support/play-run.ts';
import type { Play } from '../../test/support/play-run.ts';
import type { StepPath } from '../support/index.ts';
import { toJson } from '../support/index.ts';
import { driveRun } from './index.ts';
import type { StepContext, StepExecutor, StepOutcome } from './index.ts';

const ada = { login: 'ada', from: 'comment' } as const;

/** Asks once and waits; goes on when the answer is there. */
async function service(context: StepContext): Promise<StepOutcome> {
  const arrivals = context.state.steps.get(context.path)?.arrivals ?? [];
  if (arrivals.some(({ type }) => type === 'ticket.answered')) return done();
  const ticket = { requestId: context.requestId, strategy: 'callback', provider: 'service' };
  await context.checkpoint({ phase: 'asked', ticket }, { type: 'ticket.sent', data: { ticket: toJson(ticket) } });
  return { kind: 'waiting', for: 'ticket', until: null };
}

interface Kept extends StepExecutor {
  /** What was wanted at each call, one line per call. */
  readonly told: string[];
}

function keeping(script: Parameters<typeof scripted>[0]): Kept {
  const told: string[] = [];
  const executor = scripted(script);
  return {
    ...executor,
    told,
    async keepTickets(_run, wanted) {
      told.push(
        wanted()
          .map(({ step, attempt, isWaiting }) => `${step}#${attempt}${isWaiting ? ' waits' : ''}`)
          .join(', '),
      );
    },
  };
}

async function waiting(executor: Kept, flow = workflow([persona('ask')])): Promise<Play> {
  const play = await setUpRun(spec(flow), executor);
  await playOn(play);
  return play;
}

describe('the executor is told which tickets are wanted', () => {
  test('when a claim begins: a process may have died before it could tell', async () => {
    const executor = keeping({ ask: service });
    const play = await waiting(executor);
    const before = executor.told.length;
    await playOn(play);
    expect(executor.told.slice(before)).toEqual(['ask#1 waits']);
  });

  test('when the answer was taken and the step went on', async () => {
    const executor = keeping({ ask: service });
    const play = await waiting(executor);
    const data = { requestId: `${play.spec.id}:ask:1` };
    await play.journal.post(play.spec.id, { type: 'ticket.answered', step: 'ask' as StepPath, data });
    await playOn(play);
    expect(stateOf(play).status).toBe('succeeded');
    expect(executor.told.at(-1)).toBe('');
  });

  test('when the run is cancelled, before it ends', async () => {
    const executor = keeping({ ask: service });
    const play = await waiting(executor);
    await play.journal.post(play.spec.id, { type: 'run.cancel_requested', data: { by: ada } });
    await playOn(play);
    expect(stateOf(play).status).toBe('cancelled');
    expect(executor.told.at(-1)).toBe('');
  });

  test('when another child of `any` was faster', async () => {
    const executor = keeping({ slow: service });
    const flow = workflow([parallel('both', [persona('slow'), git('fast')], { waitFor: 'any' })]);
    const play = await waiting(executor, flow);
    expect(statuses(stateOf(play))).toMatchObject({ slow: 'cancelled', fast: 'succeeded' });
    expect(executor.told.at(-1)).toBe('');
  });

  test('when the attempt timed out, and the next one sends a request of its own', async () => {
    const executor = keeping({
      async ask(context) {
        if (context.attempt > 1 && context.resumed === undefined) return done();
        const requestId = context.requestId;
        await service(context);
        await context.record?.({ type: 'ticket.expired', data: { requestId } });
        return { kind: 'failed', error: { class: 'timeout', code: 'persona/timeout', message: 'No answer' } };
      },
    });
    const flow = workflow([persona('ask', [], { retry: { ...retryOf(), limit: 1 } })]);
    const play = await waiting(executor, flow);
    expect(story(play).filter((line) => line.startsWith('step.'))).toEqual([
      'step.started ask#1',
      'step.checkpoint ask#1',
      'step.retry_scheduled ask#1',
      'step.started ask#2',
      'step.succeeded ask#2',
    ]);
    expect(executor.told.every((line) => line === '')).toBe(true);
    expect(executor.told).not.toEqual([]);
  });

  test('and a failure to do so holds nobody up', async () => {
    const executor: StepExecutor = {
      ...scripted({ ask: service }),
      keepTickets: () => Promise.reject(new Error('the disk is full')),
    };
    const play = await setUpRun(spec(workflow([persona('ask')])), executor);
    await playOn(play);
    await play.journal.post(play.spec.id, { type: 'run.cancel_requested', data: { by: ada } });
    await playOn(play);
    expect(stateOf(play).status).toBe('cancelled');
  });
});

test('runs that ask nobody later never call it', async () => {
  const executor = keeping({});
  await waiting(executor);
  expect(executor.told).toEqual([]);
});

test('an answer that comes while the executor is told is not slept through', async () => {
  const executor = keeping({ ask: service });
  const play = await setUpRun(spec(workflow([persona('ask')])), {
    ...executor,
    async keepTickets(run, wanted) {
      const [open] = wanted();
      if (open === undefined || executor.told.length > 0) return;
      await executor.keepTickets?.(run, wanted);
      const data = { requestId: open.requestId };
      await play.journal.post(run, { type: 'ticket.answered', step: open.step, data });
    },
  });
  await playOn(play);
  expect(executor.told).toEqual(['ask#1 waits']);
  expect(stateOf(play).status).toBe('succeeded');
});

test('an attempt that died goes on with the request that was sent: one request, counted once', async () => {
  const executor = keeping({
    async ask(context) {
      if (context.resumed === undefined) return service(context);
      await context.checkpoint(context.resumed);
      return done({ usage: { request: `${context.run}:ask:1`, costUsd: '0.4', source: 'provider', complete: true } });
    },
  });
  const play = await setUpRun(spec(workflow([persona('ask')])), executor);
  await driveRun(await play.journal.claim(play.spec.id), { ...play.deps, executor: dyingAfterAsking(play, executor) });
  await playOn(play);
  expect(stateOf(play).usage).toMatchObject({ personaRuns: 1, costUsd: '0.4', complete: true });
  expect(stateOf(play).personaAttempts).toBe(1);
});

/** The claim is gone right after the request was recorded. */
function dyingAfterAsking(play: Play, executor: StepExecutor): StepExecutor {
  return {
    ...executor,
    async execute(context) {
      await service(context);
      play.journal.crash();
      return done();
    },
  };
}

function retryOf() {
  const [step] = workflow([persona('x')]).steps;
  if (step === undefined) throw new Error('a workflow has its steps');
  return step.retry;
}
