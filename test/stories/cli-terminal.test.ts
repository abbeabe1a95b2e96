// A run at a terminal: it is watched, held, asked about, left and gone on with.
import { afterEach, expect, test } from 'vitest';
import { makeWorkingCopy, troupe } from '../support/cli.ts';
import type { WorkingCopy } from '../support/cli.ts';
import { troupeAtTerminal } from '../support/pty.ts';
import { hasPty } from '../support/requirements.ts';
import type { PtyProcess } from '../support/pty.ts';
import { allowedMs } from '../support/patience.ts';

let workingCopy: WorkingCopy | undefined;
const open: PtyProcess[] = [];
afterEach(async () => {
  for (const process of open.splice(0)) await process.hangUp();
  workingCopy?.remove();
  workingCopy = undefined;
});

function sit(files: Readonly<Record<string, string>> = {}): WorkingCopy {
  workingCopy = makeWorkingCopy(files);
  return workingCopy;
}

function at({ path }: WorkingCopy, ...argv: readonly string[]): PtyProcess {
  const started = troupeAtTerminal(argv, path);
  open.push(started);
  return started;
}

function runOf(process: PtyProcess): string {
  return /run (r[a-z2-7]{15}) of/.exec(process.shown())?.[1] ?? '';
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

const slowQa = { 'qa-engineer': { status: 'pass', summary: 'All tests pass.', delay: '10m' } };

test.runIf(hasPty)(
  'left by Ctrl-C, killed, and without its terminal, a run goes on with `troupe resume` and repeats nothing that was done',
  async () => {
    const here = sit();
    const answers = here.answers('answers.yml', slowQa);
    const first = at(here, 'run', 'hotfix', '--task', 'Fix the sum', '--answers', answers);
    await first.said('▸ QA: running');
    first.type('\u0003');
    expect(await first.ended).toBe(130);
    const run = runOf(first);
    expect(first.shown()).toContain(`Nothing recorded is lost: \`troupe resume ${run}\` goes on.`);

    const second = at(here, 'resume', run);
    await second.said('▸ QA: running');
    await second.kill();

    const third = at(here, 'resume', run);
    await third.said('▸ QA: running');
    await third.hangUp();

    here.answers('answers.yml');
    const last = at(here, 'resume', run);
    expect(await last.ended).toBe(0);
    expect(last.shown()).toContain('✓ succeeded: All steps are done');
    const { qa, ...others } = await starts(here.path, run);
    expect(others).toEqual({ prepare: 1, fix: 1, 'code-review': 1, finish: 1, settle: 1 });
    expect(qa).toBeGreaterThan(1);
    expect(here.git('rev-list', '--count', `main..troupe/fix-the-sum-${run}`)).toBe('2');
    expect(here.git('status', '--porcelain')).toBe('');
  },
);

test.runIf(hasPty)('`p` holds a run and lets it go on; `c` asks once, then cancels', async () => {
  const here = sit();
  const fix = { status: 'pass', summary: 'Multiplied.', edits: { 'src/cart.js': 'export const total = 1;\n' } };
  const answers = here.answers('answers.yml', {
    ...slowQa,
    'hotfix-specialist': { ...fix, delay: allowedMs(1_000) / 1_000 },
  });
  const run = at(here, 'run', 'hotfix', '--task', 'Fix the sum', '--answers', answers);
  await run.said('▸ Fix: running');
  run.type('p');
  await run.said('p go on');
  await run.said('✓ Fix: succeeded');
  run.type('p');
  await run.said('▸ QA: running');
  run.type('c');
  await run.said('Cancel this run for good? y/n');
  run.type('n');
  await run.said('p pause · c cancel');
  run.type('c');
  await run.said('Cancel this run for good? y/n');
  run.type('y');
  expect(await run.ended).toBe(130);
  expect(run.shown()).toContain('⊘ cancelled: Cancelled by Ada');
});

const release = `name: release
description: Asks, then waits for a person
branch: false
steps:
  - { id: which, name: Which version, type: question, questions: ["Which version?"] }
  - { id: gate, name: Release gate, type: approval, message: Release it?, dependencies: [which] }
outputs:
  version: "{{ steps.which.outputs.answer }}"
`;

test.runIf(hasPty)('a question and an approval are answered where they are asked', async () => {
  const here = sit({ '.github/troupe/workflows/release.yml': release });
  const answers = here.answers('answers.yml');
  const run = at(here, 'run', 'release', '--task', 'Release', '--answers', answers, '--output', 'version');
  await run.said('Which version: Which version?');
  run.type('2.1\r');
  await run.said('Release gate: Release it?');
  run.type('\r');
  expect(await run.ended).toBe(0);
  expect(run.shown()).toContain('✓ succeeded: All steps are done');
  expect(run.shown()).toMatch(/^2\.1$/m);
});

test.runIf(hasPty)('what is not decided now waits: the command says how to go on, and goes on there', async () => {
  const here = sit({ '.github/troupe/workflows/release.yml': release });
  const argv = ['run', 'release', '--task', 'Release', '--answers', here.answers('answers.yml')];
  const run = at(here, ...argv);
  await run.said('Which version: Which version?');
  run.type('\u0003');
  expect(await run.ended).toBe(3);
  const id = runOf(run);
  expect(run.shown()).toContain(`\`troupe answer ${id} --step which …\``);

  const answered = await troupe(['answer', id, '2.1'], { cwd: here.path });
  expect(answered.stdout).toBe(`Answered which of ${id}.\n`);
  expect(answered.stderr).toBe(`Nobody drives it here now: \`troupe resume ${id}\` goes on with it.\n`);
  const resumed = at(here, 'resume', id);
  await resumed.said('Release gate: Release it?');
  // down to "Reject", then why
  resumed.type('\u001b[B\r');
  await resumed.said('Why?');
  resumed.type('Too early\r');
  expect(await resumed.ended).toBe(1);
  expect(resumed.shown()).toContain('Too early');
});
