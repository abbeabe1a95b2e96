import { describe, expect, test } from 'vitest';
import {
  builtIn,
  done,
  failed,
  git,
  parallel,
  persona,
  scripted,
  spec,
  workflow,
} from '../../test/support/run-builder.ts';
import { playOn, setUpRun, stateOf, statuses, story } from '../../test/support/play-run.ts';
import type { Play } from '../../test/support/play-run.ts';
import { ClaimLost, driveRun } from './index.ts';
import type { StepContext, StepOutcome } from './index.ts';

const ada = { login: 'ada', from: 'comment' } as const;
const usage = { costUsd: '0.5', source: 'provider', complete: true } as const;

/** A step that works until it is told to stop; `outcome` is what it answers then. */
function untilAborted(outcome?: StepOutcome): {
  readonly begun: Promise<StepContext>;
  readonly reasons: string[];
  execute(context: StepContext): Promise<StepOutcome>;
} {
  const { promise, resolve } = Promise.withResolvers<StepContext>();
  const reasons: string[] = [];
  return {
    begun: promise,
    reasons,
    execute(context) {
      resolve(context);
      return new Promise((answer, refuse) => {
        context.signal.addEventListener('abort', () => {
          const reason = context.signal.reason as Error;
          reasons.push(reason.message);
          if (outcome === undefined) refuse(reason);
          else answer(outcome);
        });
      });
    },
  };
}

async function drive(play: Play): Promise<void> {
  return driveRun(await play.journal.claim(play.spec.id), play.deps);
}

describe('a timeout', () => {
  test('aborts the attempt, counts what it cost after all and changes nothing else', async () => {
    const slow = untilAborted(done({ usage, outputs: { late: true } }));
    const flow = workflow([persona('code', [], { timeout: 60_000 }), git('next', ['code'])]);
    const play = await setUpRun(spec(flow), scripted({ code: slow.execute }));
    const driven = drive(play);
    await slow.begun;
    play.clock.advance(60_000);
    await driven;
    const state = stateOf(play);
    expect(slow.reasons).toEqual(['The attempt took longer than 1 m 0 s']);
    expect(statuses(state)).toEqual({ code: 'timed_out', next: 'skipped' });
    expect(state).toMatchObject({ status: 'timed_out', usage: { costUsd: '0.5' } });
    expect(state.steps.get('code' as never)?.result).toBeUndefined();
    expect(story(play)).toContain('usage.recorded code#1');
  });

  test('is tried again when the file asks for retries', async () => {
    const slow = untilAborted();
    const flow = workflow([
      persona('code', [], {
        timeout: 60_000,
        retry: {
          limit: 1,
          transientLimit: 2,
          initialMs: 1_000,
          factor: 2,
          maxMs: 30_000,
          jitter: false,
          on: ['timeout'],
        },
      }),
    ]);
    const play = await setUpRun(
      spec(flow),
      scripted({ code: (context) => (context.attempt === 1 ? slow.execute(context) : done()) }),
    );
    const driven = drive(play);
    await slow.begun;
    play.clock.advance(60_000);
    await driven;
    expect((await playOn(play)).status).toBe('succeeded');
    expect(story(play).filter((line) => line.includes('code'))).toEqual([
      'step.started code#1',
      'step.retry_scheduled code#1',
      'step.started code#2',
      'step.succeeded code#2',
    ]);
  });

  test('does not count the time in which the step waited', async () => {
    let n = 0;
    const slow = untilAborted();
    const flow = workflow([git('poll', [], { timeout: 60_000 })]);
    const play = await setUpRun(
      spec(flow),
      scripted({
        poll: (context) => {
          n += 1;
          if (n === 1) {
            play.clock.advance(40_000);
            return { kind: 'waiting', for: 'ticket', until: null };
          }
          return slow.execute(context);
        },
      }),
    );
    await playOn(play);
    play.clock.advance(24 * 3_600_000);
    await play.journal.post(play.spec.id, { type: 'ticket.answered', step: 'poll' as never, data: { requestId: 'x' } });
    const driven = drive(play);
    await slow.begun;
    play.clock.advance(19_999);
    expect(slow.reasons).toEqual([]);
    play.clock.advance(1);
    await driven;
    expect(stateOf(play).status).toBe('timed_out');
  });
});

describe('cancel', () => {
  test('is now: what runs is aborted, handlers do not run, the pull request is settled', async () => {
    const slow = untilAborted(done({ usage }));
    const flow = workflow([persona('code'), git('next', ['code'])], {
      onFailure: [git('tell')],
      finally: [git('tidy'), builtIn('settle', ['tidy'])],
    });
    const executor = scripted({ code: slow.execute });
    const play = await setUpRun(spec(flow), executor);
    const driven = drive(play);
    await slow.begun;
    await play.journal.post(play.spec.id, {
      type: 'run.cancel_requested',
      data: { by: { ...ada, reason: 'wrong issue' } },
    });
    await driven;
    const state = stateOf(play);
    expect(slow.reasons).toEqual(['The attempt was cancelled']);
    expect(statuses(state)).toEqual({
      code: 'cancelled',
      next: 'cancelled',
      tell: 'cancelled',
      tidy: 'cancelled',
      settle: 'succeeded',
    });
    expect(executor.calls).toEqual(['code#1', 'settle#1']);
    expect(state).toMatchObject({
      status: 'cancelled',
      reason: 'Cancelled by ada: wrong issue',
      usage: { costUsd: '0.5' },
    });
  });

  test('before the start ends a run of which nothing happened', async () => {
    const executor = scripted();
    const play = await setUpRun(spec(workflow([git('a')], { finally: [builtIn('settle')] })), executor);
    await play.journal.post(play.spec.id, { type: 'run.cancel_requested', data: { by: ada } });
    expect((await playOn(play)).status).toBe('cancelled');
    expect(executor.calls).toEqual([]);
  });

  test('lets no later effect happen', async () => {
    const { promise: goOn, resolve } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const applied: string[] = [];
    const refused: string[] = [];
    const play = await setUpRun(
      spec(workflow([git('push')])),
      scripted({
        push: async (context) => {
          begin();
          await goOn;
          await context
            .effect({
              key: 'push',
              what: 'push',
              lookUp: async () => undefined,
              apply: async () => applied.push('push'),
            })
            .catch((error: Error) => refused.push(error.message));
          return done();
        },
      }),
    );
    const driven = drive(play);
    await begun;
    await play.journal.post(play.spec.id, { type: 'run.cancel_requested', data: { by: ada } });
    for await (const event of play.journal.events(play.spec.id)) if (event.type === 'step.cancelled') break;
    resolve();
    await driven;
    expect(applied).toEqual([]);
    expect(refused).toEqual(['The attempt was cancelled']);
  });
});

describe('pause', () => {
  test('lets the running step end, starts nothing and goes on after resume', async () => {
    const executor = scripted({
      a: async () => {
        await play.journal.post(play.spec.id, { type: 'run.paused', data: { by: ada } });
        return done();
      },
    });
    const play = await setUpRun(spec(workflow([git('a'), git('b', ['a'])])), executor);
    const paused = await playOn(play);
    expect(paused.status).toBe('paused');
    expect(statuses(paused)).toEqual({ a: 'succeeded', b: 'pending' });
    await play.journal.post(play.spec.id, { type: 'run.resumed', data: { by: ada } });
    expect((await playOn(play)).status).toBe('succeeded');
  });
});

test('a paused run makes no other try, however long it is paused', async () => {
  const executor = scripted({
    a: async ({ attempt }) => {
      if (attempt > 1) return done();
      await play.journal.post(play.spec.id, { type: 'run.paused', data: { by: ada } });
      return failed('busy', { class: 'transient' });
    },
  });
  const play = await setUpRun(spec(workflow([git('a')])), executor);
  await playOn(play);
  expect(play.journal.wakeAt(play.spec.id)).toBeNull();
  play.clock.advance(3_600_000);
  expect((await playOn(play)).status).toBe('paused');
  expect(executor.calls).toEqual(['a#1']);
  await play.journal.post(play.spec.id, { type: 'run.resumed', data: { by: ada } });
  expect((await playOn(play)).status).toBe('succeeded');
});

describe('waiting', () => {
  test('parks the run; a signal runs the same attempt again and is there to read', async () => {
    const seen: unknown[] = [];
    const play = await setUpRun(
      spec(workflow([git('gate'), git('next', ['gate'])])),
      scripted({
        gate: async (context) => {
          const { arrivals = [] } = context.state.steps.get(context.path) ?? {};
          seen.push(
            context.attempt,
            context.resumed,
            arrivals.map(({ data }) => data),
          );
          if (arrivals.length > 0) return done();
          await context.checkpoint({ asked: true });
          return { kind: 'waiting', for: 'answer', until: null, message: 'Go?' };
        },
      }),
    );
    const waiting = await playOn(play);
    expect(waiting).toMatchObject({ status: 'waiting' });
    expect(waiting.steps.get('gate' as never)?.waitingFor?.message).toBe('Go?');
    const data = { name: 'go', data: 1, by: ada };
    await play.journal.post(play.spec.id, { type: 'signal.received', step: 'gate' as never, data });
    expect((await playOn(play)).status).toBe('succeeded');
    expect(seen).toEqual([1, undefined, [], 1, { asked: true }, [data]]);
  });

  test('loses no signal that comes while the step is about to wait', async () => {
    let n = 0;
    const play = await setUpRun(
      spec(workflow([git('gate')])),
      scripted({
        gate: async () => {
          n += 1;
          if (n > 1) return done();
          await play.journal.post(play.spec.id, { type: 'signal.received', data: { name: 'go', data: null, by: ada } });
          return { kind: 'waiting', for: 'answer', until: null };
        },
      }),
    );
    expect((await playOn(play)).status).toBe('succeeded');
  });

  test('for a timer wakes when it is due, also beside a step that works', async () => {
    let n = 0;
    const slow = Promise.withResolvers<StepOutcome>();
    const play = await setUpRun(
      spec(workflow([git('delay'), git('slow')])),
      scripted({
        delay: () => {
          n += 1;
          return n > 1 ? done() : { kind: 'waiting', for: 'timer', until: play.clock.now() + 5_000 };
        },
        slow: () => slow.promise,
      }),
    );
    const driven = drive(play);
    for await (const event of play.journal.events(play.spec.id)) if (event.type === 'step.waiting') break;
    await Promise.resolve();
    while (n < 2) {
      play.clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    slow.resolve(done());
    await driven;
    expect(stateOf(play).status).toBe('succeeded');
  });
});

describe('a driver that loses its claim', () => {
  test('aborts at once, records nothing more and leaves the run to the next one', async () => {
    const slow = untilAborted(done());
    const play = await setUpRun(
      spec(workflow([git('a')])),
      scripted({ a: (context) => (context.attempt === 1 ? slow.execute(context) : done()) }),
    );
    const driven = drive(play);
    const context = await slow.begun;
    const next = playOn(play);
    await driven;
    expect((await next).status).toBe('succeeded');
    await expect(context.fence()).rejects.toThrow(ClaimLost);
    expect(story(play).filter((line) => line.startsWith('step'))).toEqual([
      'step.started a#1',
      'step.started a#2',
      'step.succeeded a#2',
    ]);
  });

  test('on a stop of the host lets the step end within its grace and starts no other', async () => {
    const slow = Promise.withResolvers<StepOutcome>();
    const begun = Promise.withResolvers<void>();
    const executor = scripted({
      a: () => {
        begun.resolve();
        return slow.promise;
      },
    });
    const play = await setUpRun(spec(workflow([git('a'), git('b', ['a'])])), executor);
    const serving = await play.journal.serve((claim) => driveRun(claim, play.deps), { concurrency: 1 });
    await begun.promise;
    const stopped = serving.stop(10_000);
    slow.resolve(done());
    await stopped;
    expect(executor.calls).toEqual(['a#1']);
    expect(statuses(stateOf(play))).toEqual({ a: 'succeeded', b: 'pending' });
  });

  test('gives a step that does not end up after the grace, without an entry in the journal', async () => {
    const slow = untilAborted();
    const play = await setUpRun(spec(workflow([git('a')])), scripted({ a: slow.execute }));
    const serving = await play.journal.serve((claim) => driveRun(claim, play.deps), { concurrency: 1 });
    await slow.begun;
    const stopped = serving.stop(10_000);
    while (slow.reasons.length === 0) {
      play.clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await stopped;
    expect(story(play)).toEqual(['run.created', 'run.started', 'step.started a#1']);
  });
});

describe('an attempt that was aborted', () => {
  /** A run of which a step is aborted while another one works on, until all grace is over. */
  async function warnings(aborted: (context: StepContext) => Promise<StepOutcome>): Promise<readonly string[]> {
    const other = Promise.withResolvers<StepOutcome>();
    const flow = workflow([persona('code', [], { timeout: 60_000 }), git('other')]);
    const play = await setUpRun(spec(flow), scripted({ code: aborted, other: () => other.promise }));
    const said: string[] = [];
    const log = { ...play.deps.log, warn: (_fields: object, message: string) => void said.push(message) };
    const driven = driveRun(await play.journal.claim(play.spec.id), { ...play.deps, log });
    const until = async (is: () => boolean): Promise<void> => {
      while (!is()) await new Promise((resolve) => setImmediate(resolve));
    };
    await until(() => story(play).some((line) => line.includes('code#1')));
    play.clock.advance(60_000);
    await until(() => statuses(stateOf(play))['code'] === 'timed_out');
    // what the abort sets off is done
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    play.clock.advance(10_000);
    other.resolve(done());
    await driven;
    return said;
  }

  test('is warned of when it does not end, and only then', async () => {
    const slow = untilAborted();
    expect(await warnings(slow.execute)).toEqual([]);
    expect(await warnings(() => new Promise(() => {}))).toEqual(['an aborted attempt does not end']);
  });
});

describe('effects', () => {
  test('that were planned before a crash are looked up, not repeated', async () => {
    const applied: number[] = [];
    const play = await setUpRun(
      spec(workflow([git('push')])),
      scripted({
        push: async (context) => {
          const sha = await context.effect({
            key: 'push:abc',
            what: 'push abc',
            lookUp: async () => (applied.length > 0 ? 'found' : undefined),
            apply: async () => {
              applied.push(context.attempt);
              if (context.attempt === 1) play.journal.crash();
              return 'pushed';
            },
          });
          return done({ outputs: { sha } });
        },
      }),
    );
    await drive(play);
    const state = await playOn(play);
    expect(applied).toEqual([1]);
    expect(state.steps.get('push' as never)?.result?.outputs).toEqual({ sha: 'found' });
    expect(state.status).toBe('succeeded');
  });

  test('that are recorded give their result to the next attempt', async () => {
    let n = 0;
    const play = await setUpRun(
      spec(workflow([git('push')])),
      scripted({
        push: async (context) => {
          const result = await context.effect({
            key: 'k',
            what: 'k',
            lookUp: async () => undefined,
            apply: async () => ++n,
          });
          return context.attempt === 1 ? failed('502', { class: 'transient' }) : done({ outputs: { result } });
        },
      }),
    );
    const state = await playOn(play);
    expect(n).toBe(1);
    expect(state.steps.get('push' as never)?.result?.outputs).toEqual({ result: 1 });
  });
});

test('a step that takes its process down every time is given up', async () => {
  const executor = scripted({
    bomb: () => {
      play.journal.crash();
      return done();
    },
  });
  const play = await setUpRun(spec(workflow([git('bomb')])), executor);
  for (let n = 0; n < 5; n += 1) await drive(play);
  await drive(play);
  expect(executor.calls).toHaveLength(5);
  expect(stateOf(play).reason).toContain('started 5 times');
});

test('progress is written at most once in two seconds, the newest line of it', async () => {
  const begun = Promise.withResolvers<StepContext>();
  const end = Promise.withResolvers<StepOutcome>();
  const play = await setUpRun(
    spec(workflow([git('a')])),
    scripted({
      a: (context) => {
        begun.resolve(context);
        return end.promise;
      },
    }),
  );
  const driven = drive(play);
  const context = await begun.promise;
  for (const line of ['one', 'two', 'three']) context.progress(line);
  play.clock.advance(2_000);
  for await (const event of play.journal.events(play.spec.id))
    if (event.type === 'step.progress' && event.data.text === 'three') break;
  end.resolve(done());
  await driven;
  const lines = (await play.journal.read(play.spec.id)).flatMap((event) =>
    event.type === 'step.progress' ? event.data.text : [],
  );
  expect(lines).toEqual(['one', 'three']);
});

test('steps that may work at the same time are told that they overlap', async () => {
  const overlaps: Record<string, boolean> = {};
  const note = (context: StepContext): StepOutcome => {
    overlaps[context.path] = context.overlaps;
    return done();
  };
  const flow = workflow([git('a'), parallel('p', [git('x'), git('y')], { dependencies: ['a'] }), git('z', ['p'])]);
  const play = await setUpRun(spec(flow), scripted({ a: note, x: note, y: note, z: note }));
  await playOn(play);
  expect(overlaps).toEqual({ a: false, x: true, y: true, z: false });
});
