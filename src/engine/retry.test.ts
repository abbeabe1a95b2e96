import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { done, failed, git, persona, scripted, spec, workflow } from '../../test/support/run-builder.ts';
import { playOn, playRun, setUpRun, statuses, story } from '../../test/support/play-run.ts';
import { retryDelay } from './retry.ts';
import type { StepOutcome } from './index.ts';

const policy = {
  limit: 3,
  transientLimit: 2,
  initialMs: 1_000,
  factor: 2,
  maxMs: 30_000,
  jitter: true,
  on: ['transient', 'rate_limit', 'timeout', 'contract'],
} as const;

/** Answers one after the other; the last one again and again. */
function inTurn(...outcomes: StepOutcome[]): () => StepOutcome {
  let n = 0;
  return () => outcomes[Math.min(n++, outcomes.length - 1)] ?? done();
}

describe('another try', () => {
  test('comes after a delay that doubles, with a quarter of chance around it', () => {
    expect([1, 2, 3, 4, 5, 6].map((n) => retryDelay(policy, n, 0.5))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000,
    ]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (n, random) => {
          const middle = Math.min(30_000, 1_000 * 2 ** (n - 1));
          const delay = retryDelay(policy, n, random);
          expect(delay).toBeGreaterThanOrEqual(Math.floor(middle * 0.75));
          expect(delay).toBeLessThanOrEqual(Math.ceil(middle * 1.25));
        },
      ),
    );
  });

  test('is made twice for what passes by itself, though the file asks for none', async () => {
    const executor = scripted({ a: () => failed('socket hang up', { class: 'transient' }) });
    const play = await setUpRun(spec(workflow([git('a')])), executor);
    const began = play.clock.now();
    const state = await playOn(play);
    expect(executor.calls).toEqual(['a#1', 'a#2', 'a#3']);
    expect(play.clock.now() - began).toBe(3_000);
    expect(state).toMatchObject({ status: 'failed', reason: 'Step "a" failed: socket hang up' });
  });

  test('is made as often as the file says, and is told what went wrong before', async () => {
    const told: (string | undefined)[] = [];
    let n = 0;
    const executor = scripted({
      a: ({ lastError }) => {
        told.push(lastError?.message);
        n += 1;
        return n < 4 ? failed(`answer ${n} is no JSON`, { class: 'contract' }) : done();
      },
    });
    const state = await playRun(spec(workflow([persona('a', [], { retry: policy })])), executor);
    expect(told).toEqual([undefined, 'answer 1 is no JSON', 'answer 2 is no JSON', 'answer 3 is no JSON']);
    expect(state.status).toBe('succeeded');
  });

  test('is not made when an answer is wrong in the same way twice', async () => {
    const executor = scripted({ a: () => failed('no JSON', { class: 'contract' }) });
    await playRun(spec(workflow([persona('a', [], { retry: policy })])), executor);
    expect(executor.calls).toEqual(['a#1', 'a#2']);
  });

  describe('of an error that was paid for', () => {
    const paid = { usage: { inputTokens: 900, source: 'provider', complete: true } } as const;
    const fails = (message: string, more: object = paid): StepOutcome => ({
      kind: 'failed',
      error: { class: 'transient', code: 'persona/transient', message },
      ...more,
    });

    test('is not made a third time when the words are the same but for numbers, and says so', async () => {
      const executor = scripted({
        a: inTurn(fails('Stream 8f3a21 broke at 10:04'), fails('stream 77c01b broke at 10:09')),
      });
      const state = await playRun(spec(workflow([persona('a', [], { retry: policy })])), executor);
      expect(executor.calls).toEqual(['a#1', 'a#2']);
      expect(state.steps.get('a' as never)?.error?.hint).toBe(
        'The same error came twice, so it is not paid for a third time.',
      );
    });

    test.each([
      ['says something else', fails('Stream broke'), fails('Model overloaded'), paid],
      ['cost nothing', fails('Stream broke', {}), fails('Stream broke', {}), {}],
      ['was paid for only once', fails('Stream broke', {}), fails('Stream broke'), {}],
    ])('is made when it %s', async (_why, first, second, more) => {
      const executor = scripted({ a: inTurn(first, second, fails('Something new', more), done()) });
      expect((await playRun(spec(workflow([persona('a', [], { retry: policy })])), executor)).status).toBe('succeeded');
      expect(executor.calls).toEqual(['a#1', 'a#2', 'a#3', 'a#4']);
    });

    test('is not made of a verdict that says the same twice either', async () => {
      const qa = persona('qa', [], { onFailure: 'retry', retry: policy });
      const executor = scripted({ qa: () => done({ verdict: 'fail', summary: 'two tests are red', ...paid }) });
      await playRun(spec(workflow([qa])), executor);
      expect(executor.calls).toEqual(['qa#1', 'qa#2']);
    });

    test('asks somebody else at once where there is one, and costs no attempt', async () => {
      const refused = failed('401', { class: 'auth', instead: 'codex' });
      const state = await playRun(spec(workflow([persona('a')])), scripted({ a: inTurn(refused, done()) }));
      expect(state.steps.get('a' as never)).toMatchObject({ status: 'succeeded', attempts: 2, rateLimits: 1 });
    });
  });

  test.each(['auth', 'config', 'budget', 'cancelled', 'failed'] as const)(
    'is never made for class %s',
    async (errorClass) => {
      const executor = scripted({ a: () => failed('no', { class: errorClass }) });
      await playRun(spec(workflow([git('a', [], { retry: policy })])), executor);
      expect(executor.calls).toEqual(['a#1']);
    },
  );

  test('after a rate limit costs no attempt and comes when the provider said', async () => {
    const limited = failed('429', { class: 'rate_limit', retryAfterMs: 90_000 });
    const executor = scripted({ a: inTurn(limited, limited, limited, limited, done()) });
    const play = await setUpRun(spec(workflow([persona('a')])), executor);
    const began = play.clock.now();
    const state = await playOn(play);
    expect(state.status).toBe('succeeded');
    expect(play.clock.now() - began).toBe(4 * 90_000);
    expect(state.steps.get('a' as never)).toMatchObject({ rateLimits: 4, attempts: 5 });
    expect(state.steps.get('a' as never)?.failures).toBeUndefined();
  });

  test('after a rate limit is not made when the run has no minutes left for it', async () => {
    const limited = failed('429', { class: 'rate_limit', retryAfterMs: 3_600_000 });
    const state = await playRun(
      spec(workflow([persona('a')], { budget: { minutes: 30 } })),
      scripted({ a: () => limited }),
    );
    expect(state.reason).toBe('Step "a" failed: 429');
  });

  test('follows a fail verdict when the file says on_failure: retry; the last verdict stands', async () => {
    const executor = scripted({ qa: () => done({ verdict: 'fail', summary: 'two tests are red' }) });
    const qa = persona('qa', [], { onFailure: 'retry', retry: { ...policy, limit: 1 } });
    const state = await playRun(spec(workflow([qa])), executor);
    expect(executor.calls).toEqual(['qa#1', 'qa#2']);
    expect(statuses(state)).toEqual({ qa: 'succeeded' });
    expect(state.reason).toBe('Step "qa" says fail: two tests are red');
  });

  test('keeps what a persona answered when only the push failed, and asks it again when the answer was no good', async () => {
    const resumed: unknown[] = [];
    const executor = scripted({
      push: async (context) => {
        resumed.push(context.resumed);
        if (context.attempt === 1) {
          await context.checkpoint({ sha: 'abc' });
          return failed('502', { class: 'transient' });
        }
        return context.attempt === 2 ? failed('not what was asked', { class: 'contract' }) : done();
      },
    });
    await playRun(spec(workflow([persona('push', [], { retry: policy })])), executor);
    expect(resumed).toEqual([undefined, { sha: 'abc' }, undefined]);
  });

  test('counts what every attempt cost', async () => {
    const usage = { costUsd: '0.1', inputTokens: 10, outputTokens: 1, source: 'provider', complete: true } as const;
    const executor = scripted({
      a: inTurn(
        { kind: 'failed', error: { class: 'contract', code: 'x', message: 'no' }, usage },
        done({ usage: { ...usage, costUsd: '0.2' } }),
      ),
    });
    const state = await playRun(spec(workflow([persona('a', [], { retry: policy })])), executor);
    expect(state.usage).toEqual({ personaRuns: 2, inputTokens: 20, outputTokens: 2, costUsd: '0.3', complete: true });
  });
});

describe('a budget', () => {
  const usage = { costUsd: '0.6', source: 'provider', complete: true } as const;

  test('forbids the next persona request, keeps the work, and still tells and tidies', async () => {
    const executor = scripted({ a: () => done({ usage }), b: () => done({ usage }) });
    const flow = workflow([persona('a'), persona('b', ['a']), git('push', ['b']), persona('c', ['push'])], {
      budget: { costUsd: 5 },
      onFailure: [git('tell')],
      finally: [git('tidy')],
    });
    const run = spec(flow);
    const play = await setUpRun({ ...run, settings: { ...run.settings, budget: { costUsd: 1 } } }, executor);
    const state = await playOn(play);
    expect(executor.calls).toEqual(['a#1', 'b#1', 'push#1', 'tell#1', 'tidy#1']);
    expect(state).toMatchObject({ status: 'failed', reason: 'Budget reached: cost_usd 1.2 of 1' });
    expect(story(play)).toContain('budget.exceeded');
  });

  test('of attempts counts every persona request', async () => {
    const executor = scripted({ a: () => failed('x', { class: 'transient' }) });
    const state = await playRun(spec(workflow([persona('a')], { budget: { attempts: 2 } })), executor);
    expect(executor.calls).toEqual(['a#1', 'a#2']);
    expect(state.reason).toBe('Budget reached: attempts 2 of 2');
  });

  test('of minutes leaves out the time the run waited for people', async () => {
    let asked = false;
    const executor = scripted({
      ask: () => {
        if (asked) return done();
        asked = true;
        return { kind: 'waiting', for: 'approval', until: null };
      },
    });
    const play = await setUpRun(
      spec(workflow([git('ask'), persona('code', ['ask'])], { budget: { minutes: 10 } })),
      executor,
    );
    await playOn(play);
    play.clock.advance(3 * 24 * 3_600_000);
    await play.journal.post(play.spec.id, {
      type: 'approval.decided',
      data: { approved: true, by: { login: 'ada', from: 'comment' } },
    });
    expect((await playOn(play)).status).toBe('succeeded');
  });
});
