// The operator in control of runs from the machine: beside the running bot, and when no bot runs.
import { expect, test } from 'vitest';
import { makeWorkingCopy, troupe } from '../support/cli.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import { goodAnswers } from '../support/story.ts';
import type { Story } from '../support/story.ts';
import { allowedMs } from '../support/patience.ts';

const tell = storyPerTest();

async function cli(told: Story, ...argv: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return troupe([...argv, '--data-dir', told.dataDir], { cwd: told.dir });
}

const slowPlan = {
  'implementation-planner': { ...goodAnswers['implementation-planner'], delay: allowedMs(3_000) / 1_000 },
};

test('pause, resume and cancel reach the running bot', async () => {
  const told = await tell({ answers: slowPlan });
  await told.label();
  const { id } = await told.until(
    'a plan in the making',
    (run) => run.steps.get('plan' as never)?.status === 'running',
  );
  const paused = await cli(told, 'pause', id, '--json');
  expect(JSON.parse(paused.stdout)).toEqual({
    accepted: true,
    run: id,
    message: `Pausing ${id}: what runs now ends first. troupe resume ${id} lets it go on.`,
  });
  const held = await told.until('a paused run', (run) => run.status === 'paused');
  expect(held.paused).toMatchObject({ from: 'cli' });
  expect((await cli(told, 'resume', id)).stdout).toBe(`${id} goes on.\n`);
  await told.until('a run that goes on', (run) => run.paused === undefined);
  expect((await cli(told, 'cancel', id)).stdout).toBe(`Cancelling ${id}.\n`);
  expect((await told.ended()).status).toBe('cancelled');
  const late = await cli(told, 'pause', id);
  const fate = /^r\w{15} \(.+\) has ended: it was cancelled at [-\d]+ [:\d]+ UTC\. Cancelled by .+\. (.*)\n$/.exec(
    late.stderr,
  );
  expect([late.code, fate?.[1]]).toEqual([1, `troupe retry ${id} goes on from it.`]);
});

test('without a bot the command takes its place: what was asked for is done at the next start', async () => {
  const told = await tell({ answers: slowPlan });
  await told.label();
  const { id } = await told.until(
    'a plan in the making',
    (run) => run.steps.get('plan' as never)?.status === 'running',
  );
  await told.stopBot();
  const workingCopy = makeWorkingCopy();
  const atDesk = await troupe(['run', '--resume', id, '--data-dir', told.dataDir], { cwd: workingCopy.path });
  workingCopy.remove();
  expect([atDesk.code, atDesk.stderr]).toEqual([2, expect.stringContaining('is a run of the bot')]);
  expect((await cli(told, 'cancel', id)).stdout).toBe(`Cancelling ${id}.\n`);
  await told.startBot();
  expect((await told.ended()).status).toBe('cancelled');
});

test('explain and inbox tell what came and why it was decided so', async () => {
  const told = await tell();
  await told.github.as('triager').label(told.fullName, told.issue, 'troupe:project-loop');
  await told.github.until('a refusal', async () => (told.comments().length > 0 ? true : undefined));
  await told.github.settled();
  const explained = await told.github.until('a decision', async () => {
    const { stdout } = await cli(told, 'explain', `${told.fullName}#${told.issue}`);
    return stdout.includes('triager has triage permission, write is needed') ? stdout : undefined;
  });
  expect(explained).toMatch(/issues\.labeled: done, triager has triage permission, write is needed/);
  expect(explained).toContain('✓ workflow project-loop: matches by name');
  expect(explained.split('\n').flatMap((line) => (line.includes(' rule ') ? [line.trim()] : []))).toEqual([
    '✓ rule match: a workflow answers to it',
    '✓ rule still-true: what happened still counts',
    '✓ rule listed-bot: a person asks',
    '✗ rule permission: triager has triage permission, write is needed',
  ]);
  expect((await cli(told, 'inbox', 'list')).stderr).toBe('There is no delivery that is dead\n');
  const { deliveries } = JSON.parse((await cli(told, 'inbox', 'list', '--state', 'done', '--json')).stdout) as {
    deliveries: { id: string }[];
  };
  const { stdout, code } = await cli(told, 'inbox', 'retry', deliveries[0]?.id ?? '', '--json');
  expect([code, JSON.parse(stdout)]).toEqual([1, { retried: false }]);
});

test('a run that nobody knows, and a control without data', async () => {
  const told = await tell();
  const unknown = await cli(told, 'cancel', 'raaaaaaaaaaaaaaa');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('There is no run')]);
});
