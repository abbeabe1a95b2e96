// Work that was done in another copy, through every way an answer arrives: committed here once, whatever dies meanwhile.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunSpec } from '../../src/engine/index.ts';
import type { RunId, StepPath } from '../../src/support/index.ts';
import { allPoints, crashSeed, everyDeath, someDeaths } from '../support/crash-sample.ts';
import { sentFrom } from '../support/elsewhere.ts';
import { createOtherSide } from '../support/other-sides.ts';
import type { OtherSide } from '../support/other-sides.ts';
import { builtIn, persona, workflow } from '../support/run-builder.ts';
import { makeWaitingWorld } from '../support/waiting-world.ts';
import type { Life, WaitingWorld } from '../support/waiting-world.ts';

const ask = 'ask' as StepPath; // an id outside loops
const usage = { input_tokens: 10, output_tokens: 2, cost_usd: 0.4 };
const steps = [builtIn('prepare'), persona('ask', ['prepare'], { persona: 'lead-engineer' })];

// now: who has to end it must know what it played
console.log(`TROUPE_SEED=${crashSeed}`);
let side: OtherSide;
let world: WaitingWorld;
let lives: Life[];
afterEach(async () => {
  for (const life of lives) await life.stop();
  await world.remove();
});

async function makeWorld(kind: 'immediate' | 'poll' | 'callback' | 'stream'): Promise<void> {
  side = createOtherSide(kind);
  lives = [];
  world = await makeWaitingWorld(side.client, (life) => {
    lives.push(life);
    side.process = life;
  });
}

function start(): Promise<RunId> {
  // what else belongs to a run is the world's
  const more: Partial<RunSpec> = { workflow: workflow(steps, { branch: {} }) };
  return world.start(steps, more);
}

async function end(life: Life): Promise<void> {
  side.process = undefined;
  lives = lives.filter((one) => one !== life);
  await life.stop();
}

/** A run whose first process dies at this point; the second one goes on to the end. */
async function played(dieAt: number) {
  const run = await start();
  const life = await world.live(dieAt);
  const nudge = setInterval(() => void side.settle(), 50);
  const isDead = await life.over(run);
  let last = life;
  if (isDead) {
    await end(life);
    last = await world.live();
    await last.over(run);
  }
  clearInterval(nudge);
  const state = await last.state(run);
  const tickets = await last.store.tickets.of(run);
  await end(last);
  return { state, run, points: life.points, tickets };
}

/** Commits of the run's branch that are not on `main`, newest first: who made them, and the files in them. */
function made(branch: string | undefined): readonly string[] {
  return world.git.git('log', '--format=%an', '--name-only', `main..${branch ?? ''}`).split(/\n+/);
}

describe.each(['immediate', 'poll', 'callback', 'stream'] as const)('by %s', (kind) => {
  beforeEach(() => makeWorld(kind));

  test('a patch is committed once, wherever the process dies', async () => {
    const { patch } = sentFrom(world.git, { 'src/new.js': 'new\n' });
    side.work = () => JSON.stringify({ status: 'pass', summary: 'Sent', usage, changes: { patch } });
    const whole = await played(0);
    const choose = allPoints ? everyDeath : someDeaths(2, `${crashSeed} ${kind} sent`);
    for (const [dieAt = 0] of [[0], ...choose(whole.points.length)]) {
      const { state, run, points, tickets } = dieAt === 0 ? whole : await played(dieAt);
      const about = `${kind} died ${points[dieAt - 1] ?? ''} (seed ${crashSeed}, point ${dieAt})`;
      expect(state.steps.get(ask)?.error, about).toBeUndefined();
      expect(state.steps.get(ask)?.result, about).toMatchObject({ verdict: 'pass', filesChanged: ['src/new.js'] });
      expect(made(state.facts.branch), about).toEqual(['troupe', 'src/new.js', 'troupe']);
      const sent = side.sends.filter((id) => id.startsWith(run));
      if (kind !== 'immediate') expect(new Set(sent).size, about).toBe(1);
      expect(
        tickets.filter((row) => row.state !== 'over'),
        about,
      ).toEqual([]);
      // the next run finds the name free: there are only so many
      world.git.git('update-ref', '-d', `refs/heads/${state.facts.branch ?? ''}`);
    }
  });
});

describe('whatever the way', () => {
  beforeEach(() => makeWorld('callback'));

  test('a bundle that was made before the branch went on is merged; its bytes lie in a blob, and in no event', async () => {
    const { bundle, base } = sentFrom(world.git, { 'src/new.js': 'new\n' });
    side.work = () => JSON.stringify({ status: 'pass', summary: 'Sent', usage, changes: { bundle, base } });
    const run = await start();
    const life = await world.live();
    const nudge = setInterval(() => void side.settle(), 50);
    await life.over(run);
    clearInterval(nudge);
    const state = await life.state(run);
    expect(made(state.facts.branch)).toEqual(['troupe', 'src/new.js', 'troupe']);
    const events = await life.events(run);
    expect(JSON.stringify(events)).not.toContain(bundle.slice(0, 60));
    const kept = events.flatMap((event) =>
      event.type === 'step.checkpoint' ? [(event.data as { data?: { sent?: { sha256: string } } }).data?.sent] : [],
    );
    const sha = kept.findLast((one) => one !== undefined)?.sha256 ?? '';
    expect(Buffer.from((await life.store.blobs.get(sha)) ?? []).toString('base64')).toBe(bundle);
  });

  test('one that cannot be taken in is asked for again, as another request, and both are paid', async () => {
    const { patch } = sentFrom(world.git, { 'src/new.js': 'new\n' });
    const answer = (sent: string): string =>
      JSON.stringify({ status: 'pass', summary: 'Sent', usage, changes: { patch: sent } });
    side.work = (id) => answer(id.endsWith(':1') ? 'no patch' : patch);
    const again = persona('ask', ['prepare'], { persona: 'lead-engineer' });
    const retrying = [steps[0], { ...again, retry: { ...again.retry, limit: 1, initialMs: 1 } }] as typeof steps;
    const run = await world.start(retrying, { workflow: workflow(retrying, { branch: {} }) });
    const life = await world.live();
    const nudge = setInterval(() => void side.settle(), 50);
    await life.over(run);
    clearInterval(nudge);
    const state = await life.state(run);
    expect(side.sends).toEqual([`${run}:ask:1`, `${run}:ask:2`]);
    expect(state.status).toBe('succeeded');
    expect(state.usage).toMatchObject({ personaRuns: 2, costUsd: '0.8' });
    const failed = (await life.events(run)).find(
      ({ type }) => type === 'step.retry_scheduled' || type === 'step.failed',
    );
    expect(JSON.stringify(failed)).toContain('they are no patch that git can read');
  });

  test('protected paths fail the step, which says which; nothing is pushed', async () => {
    const { patch } = sentFrom(world.git, { '.github/workflows/evil.yml': 'on: push\n', 'src/new.js': 'new\n' });
    side.work = () => JSON.stringify({ status: 'pass', summary: 'Sent', usage, changes: { patch } });
    const { state } = await played(0);
    expect(state.status).toBe('failed');
    expect(state.steps.get(ask)?.error).toMatchObject({
      code: 'git/path-refused',
      class: 'failed',
      message:
        'Cannot take in what was sent for "ask": ".github/workflows/evil.yml" is protected: it decides what runs or who may do what',
    });
    expect(state.usage.costUsd).toBe('0.4');
    expect(made(state.facts.branch)).toEqual(['troupe']);
  });

  test('who may not edit may not send either: it is thrown away, and said', async () => {
    const { patch } = sentFrom(world.git, { 'src/new.js': 'new\n' });
    const outputs = { risk: 'low' };
    side.work = () => JSON.stringify({ status: 'pass', summary: 'Sent', usage, outputs, changes: { patch } });
    const review = [builtIn('prepare'), persona('ask', ['prepare'], { persona: 'code-reviewer' })];
    const run = await world.start(review, { workflow: workflow(review, { branch: {} }) });
    const life = await world.live();
    const nudge = setInterval(() => void side.settle(), 50);
    await life.over(run);
    clearInterval(nudge);
    expect((await life.state(run)).steps.get(ask)?.result).toMatchObject({
      filesChanged: [],
      warnings: ['Persona "code-reviewer" may not edit: the patch that it sent was thrown away'],
    });
  });
});
