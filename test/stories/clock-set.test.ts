// Somebody sets the clock of the machine while the bot is at work: by hours, a day, at every request. Nothing ends sooner or later for it, nothing is lost or doubled.
import { expect, test } from 'vitest';
import type { StepPath } from '../../src/support/index.ts';
import { createMovedClock } from '../support/moved-clock.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();
const hour = 3_600_000;
const jumps = [3 * hour, -3 * hour, 24 * hour, -24 * hour];

/** Waits of every kind: for a timer, for a person with a time limit, for a provider that is limited. */
const workflow = `name: Release
trigger: { labels: ["troupe:release"] }
steps:
  - { id: pause, type: delay, duration: 1s }
  - { id: implement, type: persona-request, persona: lead-engineer, timeout: 20m, dependencies: [pause] }
  - id: ship
    type: git-operation
    operation: finalize
    merge: true
    dependencies: [implement]
    approval: { by: [ada], timeout: 30m }
`;
const ship = 'ship' as StepPath; // an id outside loops

function releasing(more: Parameters<typeof stage>[0]): Promise<Story> {
  return stage({
    ...more,
    files: { '.github/troupe/workflows/release.yml': workflow, '.github/troupe.yml': 'verify: []\n' },
  });
}

async function untilAsked(told: Story): Promise<void> {
  await told.until('a run that waits for approval', (run) => run.steps.get(ship)?.waitingFor?.for === 'approval');
}

async function approved(told: Story): Promise<void> {
  const [run] = await told.runs();
  if (run === undefined) throw new Error('there is no run');
  const data = { approved: true, by: { login: 'ada', from: 'comment' } } as const;
  await told.bot().store.journal.post(run.id, { type: 'approval.decided', step: ship, data });
}

/** One of everything, and a merged pull request. */
async function ended(told: Story): Promise<void> {
  const run = await told.ended();
  expect(run).toMatchObject({ status: 'succeeded' });
  expect(await told.runs()).toHaveLength(1);
  expect((await told.started(run.id)).filter((step) => step === 'implement')).toHaveLength(1);
  expect(await told.pull()).toMatchObject({ merged: true });
  const sticky = told.comments().filter(({ body }) => /<!-- troupe:run=\w+ -->/.test(body));
  expect(sticky).toHaveLength(1);
}

test('at every request, with outages and limits on the way: a label becomes one merged pull request', async () => {
  const clock = createMovedClock();
  let count = 0;
  const told = await releasing({
    bot: {
      clock,
      requestLog() {
        clock.set(jumps[count % jumps.length] ?? 0);
        count += 1;
      },
    },
  });
  const once = { when: 'before' } as const;
  const limited = { status: 429, message: 'You have exceeded a secondary rate limit', headers: { 'retry-after': '1' } };
  told.github.faults.answer({
    route: 'POST /app/installations/{installation_id}/access_tokens',
    ...once,
    answer: { status: 503 },
  });
  told.github.faults.answer({ route: 'POST /repos/{owner}/{repo}/pulls', ...once, answer: limited });
  told.github.faults.answer({
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}',
    ...once,
    answer: { status: 502 },
  });
  await told.label('troupe:release');
  await untilAsked(told);
  await told.bot().sweep();
  await approved(told);
  await ended(told);
  expect(count).toBeGreaterThan(jumps.length);
});

test.each(jumps.slice(0, 2).map((jump) => [jump / hour, jump] as const))(
  'by %i h between two processes: a gate waits on, and opens once',
  async (_hours, jump) => {
    const clock = createMovedClock();
    const told = await releasing({ bot: { clock } });
    await told.label('troupe:release');
    await untilAsked(told);
    await told.stopBot();
    clock.set(jump);
    await told.startBot();
    if (jump < 0) {
      // the time limit of the gate is no further away than it was
      const [run] = await told.runs();
      const state = run === undefined ? undefined : await told.state(run.id);
      expect(state?.steps.get(ship)?.approval).toBeDefined();
      await approved(told);
      return ended(told);
    }
    // nobody can tell it from three hours in which the machine was off
    expect((await told.ended()).status).not.toBe('succeeded');
    expect(await told.runs()).toHaveLength(1);
  },
);

test('a clock that is wrong from the start loses no label whose delivery never came', async () => {
  for (const jump of [3 * hour, -3 * hour]) {
    const told = await releasing({ later: true });
    told.github.setWebhook(told.app.slug, { url: 'http://127.0.0.1:9/', secret: told.secret });
    await told.label('troupe:release');
    await told.github.settled();
    await told.startBot({ clock: createMovedClock(jump) });
    await told.bot().sweep();
    await untilAsked(told);
    await approved(told);
    await ended(told);
    await told.stopBot();
  }
});
