// What every provider whose answer may come later must do, through the real engine, store, steps and server. Whatever dies meanwhile.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isRunOver } from '../../src/engine/index.ts';
import type { ExternalEvent, RunEvent, RunState, Step, StepResult } from '../../src/engine/index.ts';
import type { RunId, StepPath } from '../../src/support/index.ts';
import { sha256 } from '../../src/support/index.ts';
import { allPoints, crashSeed, everyDeath, someDeaths } from '../support/crash-sample.ts';
import { createOtherSide } from '../support/other-sides.ts';
import type { Kind, OtherSide } from '../support/other-sides.ts';
import { eventually } from '../support/patience.ts';
import { createPerson } from '../support/person-side.ts';
import { parallel, persona, step } from '../support/run-builder.ts';
import { makeWaitingWorld } from '../support/waiting-world.ts';
import type { Life, WaitingWorld } from '../support/waiting-world.ts';

const ask = 'ask' as StepPath; // an id outside loops
const usage = { input_tokens: 10, output_tokens: 2, cost_usd: 0.4 };
const pass = JSON.stringify({ status: 'pass', summary: 'Fine', outputs: { risk: 'low' }, usage });
const by = { login: 'ada', from: 'comment' } as const;

/** The stand-in of a kind, in memory. */
function inMemory(kind: Kind): OtherSide {
  return kind === 'person' ? createPerson() : createOtherSide(kind);
}

/** Registers the contract for one kind; `through` tells it apart from others of it, and `make` makes who is asked. */
export function waitingProviderContract(
  kind: Kind,
  { through = '', make = () => inMemory(kind) }: { through?: string; make?: () => OtherSide | Promise<OtherSide> } = {},
): void {
  // now: who has to end it must know what it played
  console.log(`TROUPE_SEED=${crashSeed}`);
  let side: OtherSide;
  let world: WaitingWorld;
  let lives: Life[];
  beforeEach(async () => {
    side = await make();
    lives = [];
    world = await makeWaitingWorld(side.client, (life) => {
      lives.push(life);
      side.process = life;
    });
  });
  afterEach(async () => {
    for (const life of lives) await life.stop();
    await world.remove();
    await side.close?.();
  });

  const reviewing = persona('ask', [], { persona: 'code-reviewer' });

  async function end(life: Life): Promise<void> {
    side.process = undefined;
    lives = lives.filter((one) => one !== life);
    await life.stop();
  }

  /** Until it has asked and waits, and nobody drives the run. */
  async function waiting(life: Life, run: RunId): Promise<string> {
    return eventually(async () => {
      const state = await life.state(run);
      expect(state.steps.get(ask)?.waitingFor?.for).toBe(side.waitsFor);
      expect(state.parkedSince).toBeDefined();
      // a worker takes it in its own time
      expect(side.sends.length).toBeGreaterThan(0);
      return side.sends[0] ?? '';
    });
  }

  /** What the step says of an answer. */
  function said(summary: string): string {
    return side.login === undefined ? summary : `${summary} (${side.login})`;
  }

  async function ended(life: Life, run: RunId): Promise<RunState> {
    // a caller back that nobody answered tries again
    const nudge = setInterval(() => void side.settle(), 50);
    await life.over(run);
    clearInterval(nudge);
    return life.state(run);
  }

  function resultOf(state: RunState): StepResult | undefined {
    return state.steps.get(ask)?.result;
  }

  /** A person has no deadline, is asked again within one request, and what they say stands in the journal itself: see theirs below. */
  const unlessPerson: (story: string, play: () => Promise<void>) => void = kind === 'person' ? () => undefined : test;

  describe(`a provider that answers by ${kind}${through}`, () => {
    test('an answer ends the step, and what it took counts', async () => {
      side.work = () => pass;
      const run = await world.start([reviewing]);
      const life = await world.live();
      const state = await ended(life, run);
      expect(state.status).toBe('succeeded');
      expect(resultOf(state)).toMatchObject({ verdict: 'pass', summary: said('Fine'), outputs: { risk: 'low' } });
      expect(state.usage).toMatchObject({ personaRuns: 1, costUsd: side.costUsd, complete: true });
      expect(side.sends).toEqual([`${run}:ask:1`]);
    });

    unlessPerson('an answer that is none is asked for again, as another request', async () => {
      side.work = (id) => (id.endsWith(':1') ? '{"summary":"no verdict"}' : pass);
      const run = await world.start([{ ...reviewing, retry: { ...reviewing.retry, limit: 1, initialMs: 1 } }]);
      const life = await world.live();
      const state = await ended(life, run);
      expect(state.status).toBe('succeeded');
      expect(side.sends).toEqual([`${run}:ask:1`, `${run}:ask:2`]);
    });

    test('wherever the process dies, the request is worked on once', async () => {
      side.work = () => pass;
      const whole = await played(0);
      const choose = allPoints ? everyDeath : someDeaths(4, `${crashSeed} ${kind}`);
      for (const [dieAt = 0] of choose(whole.points.length)) {
        const { state, run, points, events } = await played(dieAt);
        const about = `${kind} died ${points[dieAt - 1] ?? ''} (seed ${crashSeed}, point ${dieAt})`;
        expect(state.status, about).toBe('succeeded');
        expect(resultOf(state), about).toMatchObject({ verdict: 'pass', summary: said('Fine') });
        const sent = side.sends.filter((id) => id.startsWith(run));
        if (kind === 'immediate') {
          // interrupted, it is asked anew: each request once
          expect(new Set(sent).size, about).toBe(sent.length);
          continue;
        }
        // sent twice only where nobody could know that it was: under one id, which the other side takes once
        expect(new Set(sent).size, about).toBe(1);
        expect(state.usage, about).toMatchObject({ personaRuns: 1, costUsd: side.costUsd, complete: true });
        expect(sentEvents(events), about).toBe(1);
      }
    });

    /** One run whose first process dies at this point; the second one goes on to the end. */
    async function played(dieAt: number) {
      const run = await world.start([reviewing]);
      const life = await world.live(dieAt);
      const nudge = setInterval(() => void side.settle(), 50);
      const isDead = await life.over(run);
      const { points } = life;
      let last = life;
      if (isDead) {
        await end(life);
        last = await world.live();
        await last.over(run);
      }
      clearInterval(nudge);
      const events = await last.events(run);
      const state = await last.state(run);
      await eventually(async () => expect(await open(last, run)).toEqual([]));
      await end(last);
      return { state, run, points, events };
    }
  });

  if (kind === 'immediate') return;

  describe(`while ${kind}${through} is waited for`, () => {
    test('nothing grows: no attempt, no worktree, no prompt, no event, however often somebody looks', async () => {
      const run = await world.start([reviewing]);
      let life = await world.live();
      const id = await waiting(life, run);
      const before = await life.events(run);
      expect(before.at(-1)?.type).toBe('run.parked');
      const trees = world.worktrees();
      if (kind === 'poll') await eventually(() => expect(side.looks()).toBeGreaterThan(side.manyLooks));
      await end(life);
      life = await world.live();
      if (kind === 'poll') await eventually(() => expect(side.looks()).toBeGreaterThan(2 * side.manyLooks));
      expect(await life.events(run)).toEqual(before);
      expect(world.worktrees()).toBe(trees);
      side.finish(id, pass);
      expect((await ended(life, run)).status).toBe('succeeded');
      expect((await life.events(run)).filter(({ type }) => type === 'step.started').length).toBe(2);
    });

    unlessPerson('the reply is kept as it came, and the journal says where', async () => {
      const body = ` ${pass}\n`;
      side.work = () => body;
      const run = await world.start([reviewing]);
      const life = await world.live();
      await ended(life, run);
      const events = await life.events(run);
      const kept = events.find((event) => event.type === 'ticket.answered');
      expect(kept?.data).toEqual({
        requestId: `${run}:ask:1`,
        reply: { sha256: sha256(body), bytes: body.length, mediaType: 'application/json' },
      });
      const blob = await life.store.blobs.get(sha256(body));
      expect(Buffer.from(blob ?? []).toString('utf8')).toBe(body);
    });

    test('a cancelled run tells the other side, once the process is back at the latest', async () => {
      const run = await world.start([reviewing]);
      let life = await world.live();
      const id = await waiting(life, run);
      await end(life);
      life = await world.live(1);
      await life.store.journal.post(run, { type: 'run.cancel_requested', data: { by } });
      await life.over(run);
      await end(life);
      life = await world.live();
      await life.over(run);
      await eventually(async () => expect(await open(life, run)).toEqual([]));
      expect((await life.state(run)).status).toBe('cancelled');
      expect(new Set(side.released)).toEqual(new Set([id]));
    });

    test('wherever the process dies while it lets go, the other side is told', async () => {
      const whole = await letGo(0);
      const choose = allPoints ? everyDeath : someDeaths(2, `${crashSeed} ${kind} released`);
      for (const [dieAt = 0] of choose(whole.length)) await letGo(dieAt);
    });

    /** Cancelled in a process that dies at this point. Its points. */
    async function letGo(dieAt: number): Promise<readonly string[]> {
      const run = await world.start([reviewing]);
      let life = await world.live();
      await eventually(async () => expect((await life.state(run)).steps.get(ask)?.waitingFor?.for).toBe(side.waitsFor));
      await life.store.journal.post(run, { type: 'run.paused', data: { by } });
      await eventually(async () => expect((await life.state(run)).status).toBe('paused'));
      await end(life);
      const before = await world.live();
      await before.store.journal.post(run, { type: 'run.cancel_requested', data: { by } });
      await end(before);
      life = await world.live(dieAt);
      await life.over(run);
      // it may die when the run is over and the other side is not told yet
      await eventually(async () => expect(life.isDead() || (await open(life, run)).length === 0).toBe(true));
      const { points } = life;
      if (life.isDead()) {
        await end(life);
        life = await world.live();
        await life.over(run);
      }
      await eventually(async () => expect(await open(life, run)).toEqual([]));
      expect((await life.state(run)).status).toBe('cancelled');
      expect(side.released, `died ${points[dieAt - 1] ?? ''}`).toContain(`${run}:ask:1`);
      await end(life);
      return points;
    }

    test('another that is faster lets it go, and what it answers late counts and changes nothing', async () => {
      const later = step('later', { type: 'question', config: { questions: ['Go on?'] }, dependencies: ['race'] });
      const fast = step('fast', { type: 'question', config: { questions: ['Already?'] } });
      const run = await world.start([parallel('race', [reviewing, fast], { waitFor: 'any' }), later]);
      const life = await world.live();
      const id = await waiting(life, run);
      const answer = { answer: 'Yes', by } as const;
      await life.store.journal.post(run, { type: 'question.answered', step: 'fast' as StepPath, data: answer });
      await eventually(async () => expect((await life.state(run)).steps.get(ask)?.status).toBe('cancelled'));
      await eventually(() => expect(side.released).toEqual([id]));
      const reply = { body: Buffer.from(pass), mediaType: 'application/json' };
      if (kind === 'callback') expect(await side.callBack(id, pass)).toBe(410);
      else if (kind === 'stream' || kind === 'person') side.finish(id, pass);
      else await life.receive(id, reply);
      await eventually(async () => expect((await life.state(run)).usage.costUsd).toBe(side.costUsd));
      await side.settle();
      const state = await life.state(run);
      expect(state.steps.get(ask)).toMatchObject({ status: 'cancelled', cancelledBecause: 'superseded' });
      expect(state.usage).toMatchObject({ personaRuns: 1, complete: true });
      const told = (await life.events(run)).filter(({ step: path }) => path === ask).map(({ type }) => type);
      expect(told).not.toContain('ticket.answered');
      expect(told).not.toContain('question.answered');
    });

    unlessPerson('wherever the process dies while a late answer comes, what it took counts once', async () => {
      const whole = await lateIn(0);
      expect(whole).toContain('after journal.post usage.recorded');
      const choose = allPoints ? everyDeath : someDeaths(3, `${crashSeed} ${kind} late`);
      for (const [dieAt = 0] of choose(whole.length)) await lateIn(dieAt);
    });

    /** The answer of a request that was overtaken, to a process that dies at this point; it is sent again to the next one. Its points. */
    async function lateIn(dieAt: number): Promise<readonly string[]> {
      const later = step('later', { type: 'question', config: { questions: ['Go on?'] }, dependencies: ['race'] });
      const fast = step('fast', { type: 'question', config: { questions: ['Already?'] } });
      const run = await world.start([parallel('race', [reviewing, fast], { waitFor: 'any' }), later]);
      let life = await world.live();
      await waiting(life, run);
      const answer = { answer: 'Yes', by } as const;
      await life.store.journal.post(run, { type: 'question.answered', step: 'fast' as StepPath, data: answer });
      await eventually(async () => expect(await open(life, run)).toEqual([]));
      await end(life);
      life = await world.live(dieAt);
      const reply = { body: Buffer.from(pass), mediaType: 'application/json' };
      await life.receive(`${run}:ask:1`, reply).catch(() => undefined);
      const { points } = life;
      if (life.isDead()) {
        await end(life);
        life = await world.live();
        await life.receive(`${run}:ask:1`, reply);
      }
      const { usage: counted } = await life.state(run);
      expect(counted, `died ${points[dieAt - 1] ?? ''}`).toMatchObject({ personaRuns: 1, costUsd: '0.4' });
      await end(life);
      return points;
    }

    const optional = { ...reviewing, advisory: true };
    const beside = step('beside', { type: 'question', config: { questions: ['Go on?'] } });
    const failing = persona('broken', ['beside'], { persona: 'nobody' });
    const requested = (verb: 'skip' | 'rerun' | 'stop'): ExternalEvent => ({
      type: 'control.requested',
      data: { verb, ...(verb === 'stop' ? {} : { step: ask }), by },
    });
    test.each<[how: string, steps: readonly Step[], event: ExternalEvent]>([
      ['is skipped', [optional], requested('skip')],
      ['starts over', [reviewing], requested('rerun')],
      ['is stopped with its run', [reviewing], requested('stop')],
      [
        'ends with a run that failed elsewhere',
        [reviewing, beside, failing],
        { type: 'question.answered', step: 'beside' as StepPath, data: { answer: 'Yes', by } },
      ],
    ])('a step that %s lets it go', async (how, steps, event) => {
      const run = await world.start(steps);
      const life = await world.live();
      const id = await waiting(life, run);
      await life.store.journal.post(run, event);
      if (how === 'starts over') {
        await eventually(() => expect(side.sends).toEqual([id, `${run}:ask:2`]));
        side.finish(`${run}:ask:2`, pass);
      }
      const state = await ended(life, run);
      await eventually(async () => expect(await open(life, run)).toEqual([]));
      expect(side.released).toEqual([id]);
      expect(isRunOver(state.status)).toBe(true);
      expect(state.steps.get(ask)?.status).toBe(
        { 'is skipped': 'skipped', 'starts over': 'succeeded' }[how] ?? 'cancelled',
      );
    });

    unlessPerson('what an answer took that comes when its run has ended counts, and nothing else changes', async () => {
      const run = await world.start([reviewing]);
      let life = await world.live();
      await waiting(life, run);
      await life.store.journal.post(run, { type: 'run.cancel_requested', data: { by } });
      await life.over(run);
      await eventually(async () => expect(await open(life, run)).toEqual([]));
      const before = await life.state(run);
      expect(before.usage).toMatchObject({ costUsd: '0', complete: false });
      const reply = { body: Buffer.from(pass), mediaType: 'application/json' };
      if (kind === 'callback') expect(await side.callBack(`${run}:ask:1`, pass)).toBe(410);
      else expect(await life.receive(`${run}:ask:1`, reply)).toBe('over');
      await end(life);
      life = await world.live();
      // told again after a restart, it was known
      expect(await life.receive(`${run}:ask:1`, reply)).toBe('known');
      const { usage: counted, ...rest } = await life.state(run);
      expect(counted).toMatchObject({ personaRuns: 1, costUsd: '0.4', complete: true });
      expect({ status: rest.status, reason: rest.reason, finishedAt: rest.finishedAt }).toEqual({
        status: 'cancelled',
        reason: before.reason,
        finishedAt: before.finishedAt,
      });
      expect(await life.store.journal.summary(run)).toMatchObject({
        status: 'cancelled',
        costUsd: '0.4',
        costComplete: true,
      });
      expect(world.told.at(-1)).toMatchObject({ id: run, usage: { costUsd: '0.4' } });
    });

    unlessPerson('an answer that came and was not read when its run was cancelled counts', async () => {
      const run = await world.start([reviewing]);
      const life = await world.live();
      const id = await waiting(life, run);
      await life.store.journal.post(run, { type: 'run.paused', data: { by } });
      await eventually(async () => expect((await life.state(run)).status).toBe('paused'));
      const reply = { body: Buffer.from(pass), mediaType: 'application/json' };
      expect(await life.receive(id, reply)).toBe('kept');
      await life.store.journal.post(run, { type: 'run.cancel_requested', data: { by } });
      await life.over(run);
      await eventually(async () => expect(await open(life, run)).toEqual([]));
      const state = await life.state(run);
      expect(state.steps.get(ask)?.status).toBe('cancelled');
      expect(state.usage).toMatchObject({ personaRuns: 1, costUsd: '0.4', complete: true });
      expect(side.released).toEqual([]);
    });

    unlessPerson('an answer that was kept and is gone is looked for again, or fails the step at once', async () => {
      const run = await world.start([reviewing]);
      let life = await world.live();
      const id = await waiting(life, run);
      await life.store.journal.post(run, { type: 'run.paused', data: { by } });
      await eventually(async () => expect((await life.state(run)).status).toBe('paused'));
      // somebody who looks finds it there once more
      side.finish(id, pass);
      await eventually(async () => {
        await side.settle();
        expect(await open(life, run)).toEqual(['answered']);
      });
      await end(life);
      world.loseBlob(sha256(pass));
      life = await world.live();
      await life.store.journal.post(run, { type: 'run.resumed', data: { by } });
      const state = await ended(life, run);
      expect(side.sends).toEqual([id]);
      if (side.keepsAnswers === true) {
        expect(resultOf(state)).toMatchObject({ verdict: 'pass' });
        expect(state.usage).toMatchObject({ personaRuns: 1, costUsd: '0.4', complete: true });
        return;
      }
      expect(state.status).toBe('failed');
      expect(state.steps.get(ask)?.error).toMatchObject({
        class: 'failed',
        code: 'persona/reply-lost',
        message: 'The answer of other was kept and is not there any more',
      });
      // it was paid, and nobody knows how much
      expect(state.usage).toMatchObject({ personaRuns: 1, costUsd: '0', complete: false });
    });

    unlessPerson('an answer to a request that nobody sent, and one that comes twice, change nothing', async () => {
      const run = await world.start([reviewing]);
      const life = await world.live();
      const id = await waiting(life, run);
      const before = await life.events(run);
      const reply = { body: Buffer.from(pass), mediaType: 'application/json' };
      for (const forged of [`${run}:ask:2`, `${run}:other:1`, 'rother:ask:1', ''])
        expect(await life.receive(forged, reply)).toBe('unknown');
      expect(await life.events(run)).toEqual(before);
      expect(await life.receive(id, reply)).toBe('kept');
      expect(await life.receive(id, reply)).toBe('known');
      expect(await life.receive(id, { ...reply, body: Buffer.from('{"status":"fail","summary":"No"}') })).toBe('over');
      const state = await ended(life, run);
      expect(resultOf(state)).toMatchObject({ verdict: 'pass', summary: said('Fine') });
      expect((await life.events(run)).filter(({ type }) => type === 'ticket.answered').length).toBe(1);
      expect(state.usage).toMatchObject({ personaRuns: 1, costUsd: '0.4' });
    });

    unlessPerson('who does not answer in time is let go, and the step has timed out', async () => {
      const run = await world.start([{ ...reviewing, timeout: 60_000, retry: { ...reviewing.retry, on: [] } }]);
      let life = await world.live();
      await waiting(life, run);
      await end(life);
      // a process later its time is over
      life = await world.live();
      const state = await ended(life, run);
      expect(state.status).toBe('timed_out');
      expect(state.steps.get(ask)?.error).toMatchObject({ class: 'timeout', message: 'other did not answer in time' });
      await eventually(() => expect(side.released).toEqual([`${run}:ask:1`]));
      expect((await life.events(run)).filter(({ type }) => type === 'ticket.expired').length).toBe(1);
    });
  });

  if (kind === 'person') {
    test('words that are no verdict are asked about again, of the same request', async () => {
      const words = ['Looks good to me', pass];
      side.work = () => words.shift();
      const run = await world.start([reviewing]);
      const life = await world.live();
      const state = await ended(life, run);
      expect(resultOf(state)).toMatchObject({ verdict: 'pass', summary: said('Fine') });
      expect(state.usage).toMatchObject({ personaRuns: 1, costUsd: '0', complete: true });
      expect(side.sends).toEqual([`${run}:ask:1`]);
      const events = await life.events(run);
      expect(events.filter(({ type }) => type === 'question.asked').length).toBe(2);
      const answers = events.filter((event) => event.type === 'question.answered');
      expect(answers.map(({ data }) => data.answer)).toEqual(['Looks good to me', JSON.parse(pass)]);
    });

    test('they take the time that they take, over the timeout of the step', async () => {
      const run = await world.start([{ ...reviewing, timeout: 60_000 }]);
      let life = await world.live();
      const id = await waiting(life, run);
      const before = await life.events(run);
      for (let more = 0; more < 3; more += 1) {
        await end(life);
        life = await world.live();
      }
      expect(await life.events(run)).toEqual(before);
      side.finish(id, pass);
      expect((await ended(life, run)).status).toBe('succeeded');
    });
  }

  if (kind !== 'callback') return;

  test('a forged answer changes nothing, a repeated one neither, another one after it is too late', async () => {
    const run = await world.start([reviewing]);
    const life = await world.live();
    const id = await waiting(life, run);
    const before = await life.events(run);
    const forged = `whsec_${Buffer.from('a guess').toString('base64')}`;
    expect(await side.callBack(id, pass, forged)).toBe(401);
    expect(await life.events(run)).toEqual(before);
    expect(await side.callBack(id, pass)).toBe(202);
    expect(await side.callBack(id, pass)).toBe(410);
    expect(await side.callBack(id, '{"status":"fail","summary":"No"}')).toBe(410);
    const state = await ended(life, run);
    expect(resultOf(state)).toMatchObject({ verdict: 'pass' });
    expect(await side.callBack(id, pass)).toBe(410);
    expect((await life.events(run)).filter(({ type }) => type === 'ticket.answered').length).toBe(1);
    expect(state.usage).toMatchObject({ personaRuns: 1, costUsd: '0.4' });
  });

  test('the secret of a request is in no event', async () => {
    const run = await world.start([reviewing]);
    const life = await world.live();
    const id = await waiting(life, run);
    const secret = (await life.store.tickets.get(id))?.secret ?? '';
    expect(secret).toMatch(/^whsec_/);
    expect(JSON.stringify(await life.events(run))).not.toContain(secret.slice(6));
  });
}

/** What is not over of a run. */
async function open(life: Life, run: RunId): Promise<readonly string[]> {
  return (await life.store.tickets.of(run)).filter(({ state }) => state !== 'over').map(({ state }) => state);
}

function sentEvents(events: readonly RunEvent[]): number {
  return events.filter(({ type }) => type === 'ticket.sent').length;
}
