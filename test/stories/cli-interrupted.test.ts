// A run at a desk that is killed, cancelled or started twice: nothing paid is lost, nothing is done twice.
import { afterEach, expect, test } from 'vitest';
import { makeWorkingCopy, startTroupe, troupe } from '../support/cli.ts';
import type { CliProcess, WorkingCopy } from '../support/cli.ts';

let workingCopy: WorkingCopy | undefined;
let process: CliProcess | undefined;
afterEach(async () => {
  process?.child.kill('SIGKILL');
  await process?.ended;
  workingCopy?.remove();
  workingCopy = undefined;
  process = undefined;
});

/** A run whose QA takes its time, up to the moment where QA works. */
async function runUntilQa(): Promise<{
  readonly workingCopy: WorkingCopy;
  readonly process: CliProcess;
  readonly run: string;
}> {
  workingCopy = makeWorkingCopy();
  const slow = workingCopy.answers('slow.yml', {
    'qa-engineer': { status: 'pass', summary: 'All tests pass.', delay: '10m' },
  });
  process = startTroupe(['run', 'hotfix', '--task', 'Fix the sum', '--answers', slow], { cwd: workingCopy.path });
  await process.said('QA: started');
  const { stdout } = await troupe(['runs', '--json'], { cwd: workingCopy.path });
  // `runs --json` has this shape: cli-run.test.ts looks at it
  const { runs } = JSON.parse(stdout) as { runs: { id: string; status: string }[] };
  expect(runs.map(({ status }) => status)).toEqual(['running']);
  return { workingCopy, process, run: runs[0]?.id ?? '' };
}

/** Step → how often it was started. */
async function starts(path: string, run: string): Promise<Record<string, number>> {
  const { stdout } = await troupe(['logs', run, '--json'], { cwd: path });
  const counted: Record<string, number> = {};
  for (const line of stdout.trimEnd().split('\n')) {
    // each line is an event
    const { type, step = '' } = JSON.parse(line) as { type: string; step?: string };
    if (type === 'step.started') counted[step] = (counted[step] ?? 0) + 1;
  }
  return counted;
}

test('killed in the middle, a run goes on where it was, and what was finished is not done again', async () => {
  const { workingCopy: here, process: killed, run } = await runUntilQa();
  const commits = here.git('rev-list', '--count', `troupe/fix-the-sum-${run}`);
  killed.child.kill('SIGKILL');
  expect((await killed.ended).signal).toBe('SIGKILL');
  expect((await troupe(['show', run], { cwd: here.path })).stdout).toContain('▸ QA: running');

  const resumed = await troupe(['run', '--resume', run, '--answers', here.answers('good.yml')], { cwd: here.path });
  expect(resumed.code).toBe(0);
  expect(resumed.stderr).toContain(`run ${run} of hotfix`);
  expect(resumed.stderr).not.toContain('▸ Fix: started');
  expect(resumed.stderr).toContain('✓ QA: succeeded (pass)');
  expect(await starts(here.path, run)).toEqual({
    prepare: 1,
    fix: 1,
    qa: 2,
    'code-review': 1,
    finish: 1,
    settle: 1,
  });
  expect(here.git('rev-list', '--count', `troupe/fix-the-sum-${run}`)).toBe(commits);
  expect(here.git('status', '--porcelain')).toBe('');

  const again = await troupe(['run', '--resume', run], { cwd: here.path });
  expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 0, stdout: resumed.stdout });
});

test('Ctrl-C leaves a run as it is: exit code 130, and `troupe cancel` ends it for good', async () => {
  const { workingCopy: here, process: left, run } = await runUntilQa();
  left.child.kill('SIGINT');
  const { code, stdout, stderr } = await left.ended;
  expect(code).toBe(130);
  expect(stderr).toContain(`Nothing recorded is lost: \`troupe resume ${run}\` goes on.`);
  expect(stdout).toContain('▸ running');
  expect(here.git('show', `troupe/fix-the-sum-${run}:src/cart.js`)).toContain('item.price * item.quantity');

  // another run beside it drives only itself
  const other = await troupe(['run', 'hotfix', '--task', 'Another', '--answers', here.answers('good.yml')], {
    cwd: here.path,
  });
  expect(other.code).toBe(0);
  expect(await starts(here.path, run)).toMatchObject({ fix: 1, qa: 1 });

  expect((await troupe(['cancel', run], { cwd: here.path })).stdout).toBe(`Cancelling ${run}.\n`);
  const ended = await troupe(['resume', run, '--json'], { cwd: here.path });
  expect([ended.code, JSON.parse(ended.stdout)]).toEqual([130, expect.objectContaining({ status: 'cancelled' })]);
});

test('a second run beside the first is refused and told who holds the folder', async () => {
  const { workingCopy: here, process: first } = await runUntilQa();
  const argv = ['run', 'hotfix', '--task', 'Another', '--answers', here.answers('good.yml')];
  const second = await troupe(argv, { cwd: here.path });
  expect({ code: second.code, stdout: second.stdout }).toEqual({ code: 2, stdout: '' });
  expect(second.stderr).toContain(`process ${first.child.pid}`);
});
