// People stop and hold runs while a persona works: nothing is left behind, nothing is done twice.
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/engine/index.ts';
import { idle } from '../support/idle.ts';
import { processesOf } from '../support/processes.ts';
import { hasBoundary, hasOtherUsers } from '../support/requirements.ts';
import { shellProviders, writePersona } from '../support/shell-persona.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import { goodAnswers } from '../support/story.ts';
import type { Story } from '../support/story.ts';
import { allowedMs } from '../support/patience.ts';

const stage = storyPerTest();

const small = `name: Small
trigger: { labels: ["troupe:small"] }
steps:
  - { id: plan, type: persona-request, persona: implementation-planner }
  - { id: fix, type: persona-request, persona: lead-engineer, dependencies: [plan], retry: { limit: 3 } }
`;
const files = { '.github/troupe.yml': 'verify: []\n', '.github/troupe/workflows/small.yml': small };

const sleepers = (seconds: string): number[] => processesOf('sleep', seconds);

/** Requests that change something. */
function writes({ github }: Story): number {
  return github.requests.filter(({ route }) => !/^GET |access_tokens|git-upload-pack/.test(route ?? 'GET ')).length;
}

/** Without a boundary every process of a persona is found by its marks alone: there is no promise to hold. */
const tiers = (['auto', 'off'] as const).filter((tier) => (tier === 'auto' ? hasBoundary : hasOtherUsers));

describe.each(tiers)('cancel while a persona works, with `sandbox: %s`', (sandbox) => {
  test('ends every process within two seconds; nothing is tried again, nothing is written later', async () => {
    const seconds = sandbox === 'auto' ? '7531.1' : '7531.2';
    const told = await stage({
      files,
      providers: shellProviders(),
      serverFile: { defaultProvider: 'program', sandbox },
    });
    writePersona(told.dir, {
      'lead-engineer': `
        sh('env -i setsid sh -c "cd /; exec sleep ${seconds}" >/dev/null 2>&1 &');
        fs.writeFileSync('late.txt', 'half done');
        sh('sleep ${seconds}');
      `,
    });
    await told.label('troupe:small');
    await told.until('a fix in the making', (run) => run.steps.get('fix' as never)?.status === 'running');
    await expect.poll(() => sleepers(seconds).length).toBeGreaterThan(1);

    await told.github.as('writer').comment(told.fullName, told.issue, '/troupe cancel');
    const run = await told.ended();
    expect(sleepers(seconds)).toEqual([]);
    expect(run.status).toBe('cancelled');
    const events = await told.bot().store.journal.read(run.id);
    const at = (is: (event: RunEvent) => boolean): number => events.find(is)?.at ?? Number.NaN;
    const asked = at(({ type }) => type === 'run.cancel_requested');
    const ended = at(({ type, step }) => type.startsWith('step.') && type !== 'step.started' && step === 'fix');
    expect(ended - asked).toBeLessThan(allowedMs(2_000));
    expect((await told.started(run.id)).filter((step) => step === 'fix')).toHaveLength(1);

    await idle(told);
    const pull = await told.pull();
    const checks = told.checks(pull?.headSha ?? '');
    expect(checks.get('troupe / small')?.conclusion).toBe('cancelled');
    expect(checks.get('troupe / small / Fix')?.conclusion).toBe('cancelled');
    expect(await told.repository.diff('main', pull?.headSha ?? '')).toEqual([]);
    const before = writes(told);
    await told.bot().sweep();
    await idle(told);
    expect(writes(told)).toBe(before);
  });
});

test('a paused run starts nothing new; resumed after a restart it does not do again what is done', async () => {
  const told = await stage({
    files,
    answers: { 'implementation-planner': { ...goodAnswers['implementation-planner'], delay: '3s' } },
  });
  await told.label('troupe:small');
  await told.until('a plan in the making', (run) => run.steps.get('plan' as never)?.status === 'running');
  await told.github.as('writer').comment(told.fullName, told.issue, '/troupe pause');
  const held = await told.until(
    'a paused run whose plan is there',
    (run) => run.status === 'paused' && run.steps.get('plan' as never)?.status === 'succeeded',
  );
  expect(await told.started(held.id)).toEqual(['prepare', 'plan']);

  await idle(told);
  await told.stopBot();
  await told.startBot();
  await told.bot().sweep();
  expect((await told.state(held.id)).status).toBe('paused');
  expect(await told.started(held.id)).toEqual(['prepare', 'plan']);

  await told.github.as('writer').comment(told.fullName, told.issue, '/troupe resume');
  const run = await told.ended();
  expect(run.status).toBe('succeeded');
  expect(run.usage.personaRuns).toBe(2);
  expect(await told.started(run.id)).toEqual(['prepare', 'plan', 'fix', 'settle']);
});
