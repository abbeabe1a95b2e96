// `troupe run` on a person's working copy, and what `runs`, `show` and `logs` tell about it afterwards.
import { afterEach, expect, test } from 'vitest';
import { makeWorkingCopy, troupe } from '../support/cli.ts';
import type { CliEnd, WorkingCopy } from '../support/cli.ts';

let workingCopy: WorkingCopy | undefined;
afterEach(() => {
  workingCopy?.remove();
  workingCopy = undefined;
});

/** Escape, and every other control character but the end of a line. */
const controlCodes = /[^\P{Cc}\n]/u;

function sit(): WorkingCopy {
  workingCopy = makeWorkingCopy();
  return workingCopy;
}

function runOf({ stderr }: CliEnd): string {
  return /run (r[a-z2-7]{15}) of/.exec(stderr)?.[1] ?? '';
}

/** What was said, with what differs from run to run taken out. */
function plain(text: string): string {
  return text
    .replaceAll(/r[a-z2-7]{15}/g, '<run>')
    .replaceAll(/\b[0-9a-f]{7,10}\b/g, '<sha>')
    .replaceAll(/ {2}(\d+ m )?[\d.]+ m?s( —|$)/gm, '  <time>$2')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<at>');
}

test('a task becomes a commit on a branch, and the files of the person stay as they are', async () => {
  const { path, git, answers } = sit();
  const ended = await troupe(['run', 'hotfix', '--task', 'Fix the sum', '--answers', answers('good.yml')], {
    cwd: path,
  });
  expect(ended.code).toBe(0);
  expect(plain(ended.stdout)).toMatchInlineSnapshot(`
    "✓ succeeded: All steps are done
      branch        troupe/fix-the-sum-<run> at <sha>
      agent runs    3
    "
  `);
  expect(plain(ended.stderr)).toMatchInlineSnapshot(`
    "Rehearsal: every answer comes from a script.
    run <run> of hotfix
    ▸ Prepare branch and pull request: started
    ✓ Prepare branch and pull request: succeeded  <time> — Branch \`troupe/fix-the-sum-<run>\` from \`main\` at <sha>
    ▸ Fix: started
    ✓ Fix: succeeded (pass)  <time> — Multiplied by the quantity.
    ▸ QA: started
    ✓ QA: succeeded (pass)  <time> — All tests pass.
    ▸ Code review: started
    ✓ Code review: succeeded (pass)  <time> — Small and right.
    ▸ Open the pull request: started
    ✓ Open the pull request: succeeded  <time> — The work is on \`troupe/fix-the-sum-<run>\`
    ▸ Settle the pull request: started
    ✓ Settle the pull request: succeeded  <time> — The work is on \`troupe/fix-the-sum-<run>\`
    Again: troupe run hotfix --task 'Fix the sum' --answers ../good.yml
    "
  `);
  expect(ended.stdout + ended.stderr).not.toMatch(controlCodes);
  const run = runOf(ended);
  const branch = `troupe/fix-the-sum-${run}`;
  expect(git('status', '--porcelain')).toBe('');
  expect(git('branch', '--show-current')).toBe('main');
  expect(git('show', `${branch}:src/cart.js`)).toContain('item.price * item.quantity');
  expect(git('show', 'main:src/cart.js')).not.toContain('item.price * item.quantity');
  expect(git('diff', '--stat', `main...${branch}`)).toContain('1 file changed');

  const runs = await troupe(['runs'], { cwd: path });
  expect(plain(runs.stdout)).toBe('✓ <run>  succeeded  <at>  hotfix          Fix the sum\n');
  const show = await troupe(['show', run], { cwd: path });
  expect(plain(show.stdout).replace(path, '<here>')).toMatchInlineSnapshot(`
    "<run>  hotfix  <here>
    task: Fix the sum
    started: <at>

    ✓ Prepare branch and pull request: succeeded  <time> — Branch \`troupe/fix-the-sum-<run>\` from \`main\` at <sha>
    ✓ Fix: succeeded (pass)  <time> — Multiplied by the quantity.
    ✓ QA: succeeded (pass)  <time> — All tests pass.
    ✓ Code review: succeeded (pass)  <time> — Small and right.
    ✓ Open the pull request: succeeded  <time> — The work is on \`troupe/fix-the-sum-<run>\`
    ✓ Settle the pull request: succeeded  <time> — The work is on \`troupe/fix-the-sum-<run>\`

    ✓ succeeded: All steps are done
      branch        troupe/fix-the-sum-<run> at <sha>
      agent runs    3
    "
  `);
  const logs = await troupe(['logs', run, '--step', 'qa'], { cwd: path });
  // what goes on is told, and its transcript kept, when it takes a while: how often depends on the machine
  const told = plain(logs.stdout)
    .replaceAll(/^.* step\.progress .*\n/gm, '')
    .replaceAll(/(?:^.* artifact\.added qa#1\n)+/gm, '<at> artifact.added qa#1\n');
  expect(told.replaceAll(/> +\d+ /g, '> ')).toMatchInlineSnapshot(`
    "<at> step.started qa#1
    <at> artifact.added qa#1
    <at> step.checkpoint qa#1
    <at> ticket.sent qa#1
    <at> step.checkpoint qa#1
    <at> artifact.added qa#1
    <at> step.checkpoint qa#1
    <at> step.succeeded qa#1  pass — All tests pass.
    "
  `);
  expect([runs, show, logs].map(({ code, stderr }) => `${code}${stderr}`)).toEqual(['0', '0', '0']);
});

test('--json prints one document and nothing else', async () => {
  const { path, answers } = sit();
  const argv = ['run', 'hotfix', '--json', '--issue', '-', '--answers', answers('good.yml')];
  const issue = JSON.stringify({ number: 7, title: 'Mugs are free', body: 'All but one.', labels: [{ name: 'bug' }] });
  const ended = await troupe(argv, { cwd: path, stdin: issue });
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
  const run: unknown = JSON.parse(ended.stdout);
  expect(run).toMatchObject({
    status: 'succeeded',
    workflow: { id: 'hotfix' },
    task: { number: 7, title: 'Mugs are free', body: 'All but one.', labels: ['bug'] },
    requester: 'Ada',
    repository: path,
    facts: { branch: 'troupe/7-mugs-are-free' },
  });

  const runs: unknown = JSON.parse((await troupe(['runs', '--json'], { cwd: path })).stdout);
  expect(runs).toMatchObject({ runs: [{ status: 'succeeded', workflow: 'hotfix', taskNumber: 7 }], next: null });
  // what was asserted above
  const { id } = run as { id: string };
  expect(JSON.parse((await troupe(['show', id, '--json'], { cwd: path })).stdout)).toEqual(run);
  const lines = (await troupe(['logs', id, '--json'], { cwd: path })).stdout.trimEnd().split('\n');
  // each line is an event
  const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
  expect([types[0], types.at(-1)]).toEqual(['run.created', 'run.finished']);
});

test('QA says fail: exit code 1, with the reason, and no tick where nothing passed', async () => {
  const { path, answers } = sit();
  const failing = answers('fail.yml', { 'qa-engineer': { status: 'fail', summary: 'Empty carts cost 3.' } });
  const ended = await troupe(['run', 'hotfix', '--task', 'Fix the sum', '--answers', failing], { cwd: path });
  expect(ended.code).toBe(1);
  expect(plain(ended.stdout)).toMatchInlineSnapshot(`
    "✗ failed: Step "QA" says fail: Empty carts cost 3.
      branch        troupe/fix-the-sum-<run> at <sha>
      agent runs    2
    "
  `);
  expect(plain(ended.stderr)).toMatchInlineSnapshot(`
    "Rehearsal: every answer comes from a script.
    run <run> of hotfix
    ▸ Prepare branch and pull request: started
    ✓ Prepare branch and pull request: succeeded  <time> — Branch \`troupe/fix-the-sum-<run>\` from \`main\` at <sha>
    ▸ Fix: started
    ✓ Fix: succeeded (pass)  <time> — Multiplied by the quantity.
    ▸ QA: started
    ✗ QA: verdict fail  <time> — Empty carts cost 3.
    – Code review: skipped — its condition is false
    – Open the pull request: skipped — "code-review" is skipped
    ▸ Settle the pull request: started
    ✓ Settle the pull request: succeeded  <time> — The work so far stays on \`troupe/fix-the-sum-<run>\`
    Again: troupe run hotfix --task 'Fix the sum' --answers ../fail.yml
    "
  `);
});

test('nothing to do: the branch is gone, and is not shown', async () => {
  const { path, git, answers } = sit();
  const idle = answers('noop.yml', {
    'hotfix-specialist': { status: 'pass', summary: 'It was fixed last week.', noop: 'fixed last week' },
  });
  const ended = await troupe(['run', 'hotfix', '--task', 'Fix the sum', '--answers', idle], { cwd: path });
  expect(git('branch', '--list', 'troupe/*')).toBe('');
  expect(ended.stdout).not.toContain('troupe/fix-the-sum');
  expect(ended.stderr).toContain('○ Fix: succeeded (pass)');
});

test.each([
  [['run', 'hotfix'], 'There is no task: say what is to be done', '→ Use --task "Fix the rounding"'],
  [['run', 'hotfx', '--task', 'x'], 'did you mean "hotfix"?', '→ Workflows here: feature, hotfix, project-loop.'],
  [['run', 'hotfix', '--task', 'x'], 'No agent ', '→ `troupe doctor` looks at every agent'],
  [['run', '--issue', 'no.json'], 'There is no file', 'no.json'],
  [['run', 'hotfix', '--task', 'x', '--answers', 'no.yml'], 'There is no answers file at', 'no.yml'],
  [['run', 'hotfix', '--task', 'x', '--input', 'docs'], 'is not an input', 'write --input name=value'],
  [['run', '--resume', 'r1'], '"r1" is not a run id', '→ List the runs with `troupe runs`'],
  [['run', '--resume', 'raaaaaaaaaaaaaaa'], 'There are no runs yet in', '→ Start one with `troupe run`'],
  [['runs'], 'There are no runs yet in', '→ Start one with `troupe run`'],
  [['show', 'raaaaaaaaaaaaaaa'], 'There are no runs yet in', '→ Start one with `troupe run`'],
  [['rum'], "unknown command 'rum'", '(Did you mean run?)'],
  [['run', '--tsk', 'x'], "unknown option '--tsk'", '(Did you mean --task?)'],
])('%j: exit code 2, what is wrong, what to do', async (argv, wrong, todo) => {
  const { path } = sit();
  const { code, stdout, stderr } = await troupe(argv, { cwd: path });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(wrong);
  expect(stderr).toContain(todo);
});

test('outside a repository: exit code 2 and a sentence', async () => {
  const { path, answers } = sit();
  const argv = ['run', 'hotfix', '--task', 'x', '--answers', answers('good.yml')];
  const { code, stderr } = await troupe(argv, { cwd: `${path}/..` });
  expect(code).toBe(2);
  expect(stderr.replace(/"?\/\S+"?/g, '<folder>')).toMatchInlineSnapshot(`
    "Cannot work in <folder> it is not in a git working copy
    → Go to a repository with at least one commit.
    "
  `);
});

test('a workflow of the repository with a mistake is refused with line and column', async () => {
  workingCopy = makeWorkingCopy({
    '.github/troupe/workflows/fix.yml':
      'name: fix\nsteps:\n  - { id: a, type: persona-request, persona: lead-enginer }\n',
  });
  const argv = ['run', 'fix', '--task', 'x', '--answers', workingCopy.answers('good.yml')];
  const { code, stdout, stderr } = await troupe(argv, { cwd: workingCopy.path });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatchInlineSnapshot(`
    "The workflow "fix" has mistakes:
    .github/troupe/workflows/fix.yml:3:46 error: There is no persona \`lead-enginer\` [references/unknown-persona]
        → Did you mean \`lead-engineer\`?
    "
  `);
});
