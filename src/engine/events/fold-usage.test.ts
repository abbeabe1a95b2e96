// What requests took: each once, whoever tells it; unknown where nobody does; nothing where nobody was asked.
import { defined } from '../../support/index.ts';
import { describe, expect, test } from 'vitest';
import { persona, spec, workflow } from '../../../test/support/run-builder.ts';
import { foldRun } from './fold.ts';
import type { StepPath } from '../../support/index.ts';
import type { NewEvent, RunEvent } from './types.ts';
import type { Usage } from '../model/types.ts';

const run = spec(workflow([persona('a'), persona('b')]));
const failure = { class: 'transient', code: 'x/y', message: 'Broke' } as const;

function total(...events: readonly NewEvent[]) {
  const all: NewEvent[] = [{ type: 'run.created', data: { spec: run } }, { type: 'run.started', data: {} }, ...events];
  // numbered as a journal does
  return foldRun(all.map((event, index) => ({ ...event, run: run.id, seq: index + 1, at: index }) as RunEvent)).usage;
}

const at = (attempt = 1, step = 'a') => ({ step: step as StepPath, attempt });
const started = (attempt = 1, step = 'a'): NewEvent => ({
  type: 'step.started',
  ...at(attempt, step),
  data: { input: {}, inputHash: 'h' },
});
const asked = (attempt = 1, more: { n?: string; isFree?: boolean; step?: string } = {}): NewEvent => ({
  type: 'step.checkpoint',
  ...at(attempt, more.step),
  data: {
    data: {
      phase: 'asked',
      ticket: { requestId: `${more.step ?? 'a'}:${attempt}${more.n ?? ''}` },
      ...defined({ isFree: more.isFree }),
    },
  },
});
const paid = (costUsd: string, request: string): Usage => ({
  request,
  costUsd,
  inputTokens: 10,
  outputTokens: 1,
  source: 'provider',
  complete: true,
});
const answered = (usage: Usage, attempt = 1): NewEvent => ({
  type: 'step.checkpoint',
  ...at(attempt),
  data: { data: { phase: 'answered', usage: { ...usage } } },
});
const succeeded = (usage: Usage | undefined, attempt = 1): NewEvent => ({
  type: 'step.succeeded',
  ...at(attempt),
  data: { result: { outputs: {}, ...defined({ usage }) } },
});
const failed = (usage?: Usage, attempt = 1): NewEvent => ({
  type: 'step.failed',
  ...at(attempt),
  data: { error: failure, ...defined({ usage }) },
});
const again = (attempt = 1): NewEvent => ({
  type: 'step.retry_scheduled',
  ...at(attempt),
  data: { at: 9, reason: 'x', countsAsAttempt: true, error: failure },
});
const cancelled = (reason: 'cancelled' | 'superseded' | 'timed_out', attempt = 1): NewEvent => ({
  type: 'step.cancelled',
  ...at(attempt),
  data: { reason },
});
const late = (usage: Usage, attempt = 1): NewEvent => ({
  type: 'usage.recorded',
  ...at(attempt),
  data: { usage, provider: 'agent', late: true },
});
const nothing: Usage = { request: 'a:1', source: 'none', complete: false };

describe('who was asked and told nothing has a cost that nobody knows', () => {
  test.each<[string, NewEvent]>([
    ['failed', failed()],
    ['is tried again', again()],
    ['timed out', cancelled('timed_out')],
    ['was cancelled', cancelled('cancelled')],
    ['lost against another', cancelled('superseded')],
    ['died, and is asked again', started(2)],
  ])('%s', (_how, end) => {
    expect(total(started(), asked(), end)).toMatchObject({ costUsd: '0', complete: false, tokensUnknown: true });
  });

  test.each<[string, NewEvent]>([
    ['what it told late takes the place of that', late(paid('0.77', 'a:1'))],
    ['a late end does, too', failed(paid('0.77', 'a:1'))],
  ])('%s', (_how, told) => {
    const usage = total(started(), asked(), cancelled('timed_out'), told);
    expect(usage).toEqual({ personaRuns: 1, inputTokens: 10, outputTokens: 1, costUsd: '0.77', complete: true });
  });

  test('late and still nothing is still unknown, once', () => {
    const usage = total(started(), asked(), cancelled('cancelled'), late(nothing), late(nothing));
    expect(usage).toMatchObject({ costUsd: '0', complete: false });
    expect(total(started(), asked(), cancelled('cancelled'), late(nothing), late(paid('1', 'a:1')))).toMatchObject({
      costUsd: '1',
      complete: true,
    });
  });

  test('a person and a script take no money', () => {
    expect(total(started(), asked(1, { isFree: true }), cancelled('cancelled'))).toMatchObject({
      personaRuns: 1,
      costUsd: '0',
      complete: true,
    });
  });
});

describe('who asked nobody cost nothing and is no request', () => {
  test.each<[string, NewEvent]>([
    ['failed in its setup', failed()],
    ['is tried again after its setup failed', again()],
    ['was cancelled before it asked', cancelled('cancelled')],
  ])('%s', (_how, end) => {
    expect(total(started(), end)).toEqual({
      personaRuns: 0,
      inputTokens: 0,
      outputTokens: 0,
      costUsd: '0',
      complete: true,
    });
  });

  test('a second attempt that failed before it asked', () => {
    expect(total(started(), asked(), failed(paid('0.1', 'a:1')))).toMatchObject({ personaRuns: 1 });
    const events = [started(), asked(), again(), late(paid('0.1', 'a:1')), started(2), failed(undefined, 2)];
    expect(total(...events)).toMatchObject({ personaRuns: 1, costUsd: '0.1', complete: true });
  });

  test('a process that died before it asked is no request of its own', () => {
    expect(total(started(), started(2), asked(2), succeeded(paid('0.1', 'a:2'), 2))).toMatchObject({
      personaRuns: 1,
      costUsd: '0.1',
      complete: true,
    });
  });
});

describe('an answer counts when it is there, and once', () => {
  const usage = paid('0.77', 'a:1');

  test('told by the checkpoint and again by the result', () => {
    expect(total(started(), asked(), answered(usage), succeeded(usage))).toMatchObject({
      personaRuns: 1,
      costUsd: '0.77',
    });
  });

  test('though its push fails, and the next attempt only pushes', () => {
    const events = [started(), asked(), answered(usage), again(), started(2), succeeded(usage, 2)];
    expect(total(...events)).toMatchObject({ personaRuns: 1, costUsd: '0.77', complete: true });
  });

  test('though the run is cancelled while its tests run', () => {
    expect(total(started(), asked(), answered(usage), cancelled('cancelled'))).toMatchObject({
      costUsd: '0.77',
      complete: true,
    });
  });

  test('an answer that is a question, and the request after people answered it', () => {
    const waiting: NewEvent = { type: 'step.waiting', ...at(), data: { for: 'answer', until: null } };
    const goOn = [started(), asked(), answered(usage), waiting, started(), asked(1, { n: '.1' })];
    expect(total(...goOn, succeeded(paid('0.2', 'a:1.1')))).toMatchObject({ personaRuns: 2, costUsd: '0.97' });
    expect(total(...goOn, cancelled('cancelled'))).toMatchObject({ personaRuns: 2, costUsd: '0.77', complete: false });
  });
});

test('whoever tells it, in whichever order and however often: each request counts once', () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  const random = seeded(seed);
  for (let round = 0; round < 200; round += 1) {
    const requests = Array.from({ length: 1 + Math.floor(random() * 5) }, (_, index) => `a:${index + 1}`);
    const price = new Map(requests.map((request) => [request, String(Math.ceil(random() * 100) / 1_000)]));
    const told = requests.flatMap((request) => {
      const usage = paid(price.get(request) ?? '', request);
      return Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
        random() < 0.5 ? late(usage) : answered(usage),
      );
    });
    const shuffled = told.map((event) => ({ event, at: random() })).toSorted((a, b) => a.at - b.at);
    const usage = total(started(), asked(), ...shuffled.map(({ event }) => event));
    const sum = [...price.values()].reduce((all, one) => Math.round(all + Number(one) * 1_000), 0) / 1_000;
    expect(usage, `seed ${seed}, round ${round}`).toMatchObject({
      costUsd: String(sum),
      inputTokens: 10 * requests.length,
      outputTokens: requests.length,
      complete: true,
    });
  }
});

/** The same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

test('records of before, which name no request, are added up as they were', () => {
  const { request: _request, ...old } = paid('0.1', '');
  expect(total(started(), failed(old), started(1, 'b'), late(old))).toMatchObject({ costUsd: '0.2', complete: true });
});
