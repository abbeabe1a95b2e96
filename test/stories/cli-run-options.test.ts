// What may be said to `troupe run` besides the task, and following a run from elsewhere.
import { defined } from '../../src/support/index.ts';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compileCache, makeWorkingCopy, ownNode, startTroupe, troupe, troupeBin } from '../support/cli.ts';
import type { CliEnd, WorkingCopy } from '../support/cli.ts';
import { hasNetworkNamespaces } from '../support/requirements.ts';
import { allowedMs } from '../support/patience.ts';

const two = `name: two
description: Two steps that need not wait for each other
branch: false
inputs:
  tone: { type: choice, options: [dry, warm], default: dry }
steps:
  - { id: one, type: persona-request, persona: code-reviewer }
  - { id: other, type: persona-request, persona: security-reviewer, dependencies: [one] }
outputs:
  word: "{{ inputs.tone }}: {{ steps.one.summary }}"
`;

let workingCopy: WorkingCopy;
beforeEach(() => {
  workingCopy = makeWorkingCopy({ '.github/troupe/workflows/two.yml': two });
});
afterEach(() => workingCopy.remove());

function run(argv: readonly string[], stdin?: string): Promise<CliEnd> {
  return troupe(['run', ...argv], { cwd: workingCopy.path, ...defined({ stdin }) });
}

test('--dry-run says what would be done, and leaves no trace', async () => {
  const ended = await run(['two', '--task', 'Look at it', '--input', 'tone=warm', '--dry-run']);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toMatchInlineSnapshot(`
    "This is what "two" would do. Nothing was started or written.
    task: Look at it
    branch: none
    · One: asks code-reviewer (claude-code)
    · Other: asks security-reviewer (claude-code)
    "
  `);
  expect(existsSync(join(workingCopy.path, '.troupe'))).toBe(false);
  expect(workingCopy.git('branch', '--list')).toBe('* main');
});

test('the task comes from standard input, one output goes to standard output, and the last line repeats it all', async () => {
  const answers = workingCopy.answers('a.yml', {
    'code-reviewer': { status: 'pass', summary: 'Good.', outputs: { risk: 'low' } },
  });
  const ended = await run(
    ['two', '--task', '-', '--answers', answers, '--input', 'tone=warm', '--output', 'word', '--offline'],
    "What's this?\n\nLook at it closely.\n",
  );
  expect(ended).toMatchObject({ code: 0, stdout: 'warm: Good.\n' });
  expect(ended.stderr.trimEnd().split('\n').at(-1)).toBe(
    `Again: troupe run two --task 'What'\\''s this?' --body 'Look at it closely.' --input tone=warm --answers ../a.yml`,
  );
});

test('--on-failure: the file says stop, the person says go on', async () => {
  const failing = { 'code-reviewer': { status: 'error', error: { class: 'failed', message: 'The disk is full' } } };
  const argv = ['two', '--task', 'x', '--answers', workingCopy.answers('f.yml', failing)];
  const stopped = await run(argv);
  expect(stopped.code).toBe(1);
  expect(stopped.stderr).toContain('– Other: skipped');
  const wentOn = await run([...argv, '--on-failure', 'continue']);
  expect(wentOn.stderr).toContain('▸ Other: started');
});

test.each([
  [['two', '--task', 'x', '--output', 'wrod'], 'has no output "wrod"; did you mean "word"?', '→ Its outputs: word.'],
  [['two', '--task', 'x', '--offline'], 'Cannot work offline: claude-code would be asked', '→ Give the answers'],
  [['two', '--task', 'x', '--provider', 'claud'], 'there is no provider "claud"', '→ Name one in a server file'],
  [['two', '--task', 'x', '--on-failure', 'ignore'], 'Allowed choices are stop, continue, retry', '--on-failure'],
  [['two', '--task', 'x', '--input', 'tne=dry'], 'Did you mean `tone`', 'tne'],
  [['two', '--task', '-'], 'There is no task', '→ Use --task'],
])('%j: exit code 2, what is wrong, what to do', async (argv, wrong, todo) => {
  const { code, stdout, stderr } = await run(argv);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(wrong);
  expect(stderr).toContain(todo);
});

test.runIf(hasNetworkNamespaces)('--offline works on a machine without a network', async () => {
  const argv = ['run', 'hotfix', '--task', 'Fix the sum', '--offline', '--answers', workingCopy.answers('good.yml')];
  const ended = spawnSync('unshare', ['--user', '--map-root-user', '--net', ownNode, troupeBin, ...argv], {
    cwd: workingCopy.path,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: join(workingCopy.path, '.no-home'), ...compileCache },
  });
  expect(ended).toMatchObject({ status: 0 });
  expect(ended.stdout).toContain('✓ succeeded');
});

test('a workflow is run by its file, wherever it lies, and the last line repeats it', async () => {
  const text = 'name: draft\nbranch: false\nsteps: [{ id: look, type: persona-request, persona: code-reviewer }]\n';
  const file = join(workingCopy.path, '../draft.yml');
  writeFileSync(file, text);
  const answers = workingCopy.answers('a.yml', {
    'code-reviewer': { status: 'pass', summary: 'Good.', outputs: { risk: 'low' } },
  });
  const ended = await run(['../draft.yml', '--task', 'Look', '--answers', answers]);
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain('Again: troupe run ../draft.yml --task Look --answers ../a.yml');
  writeFileSync(file, text.replace('code-reviewer', 'code-revewer'));
  const wrong = await run(['../draft.yml', '--task', 'Look', '--answers', answers]);
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toMatch(/^The workflow "draft" has mistakes.*\n\.\.\/draft\.yml:3:\d+ error: .*code-revewer/);
  expect((await run(['nowhere.yml', '--task', 'Look'])).stderr).toContain('nowhere.yml');
});

test('one step is run alone, as a workflow of that step would', async () => {
  const answers = workingCopy.answers('a.yml', {
    'code-reviewer': { status: 'pass', summary: 'Good.', outputs: { risk: 'low' } },
  });
  const step = ['step', 'run', 'persona-request', '--with', 'persona=code-reviewer', '--with', 'expect=[outputs]'];
  const cwd = { cwd: workingCopy.path };
  const ended = await troupe([...step, '--task', 'Look', '--answers', answers], cwd);
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain('✓ Step: succeeded (pass)');
  expect(ended.stderr).toContain(
    "Again: troupe step run persona-request --with persona=code-reviewer --with 'expect=[outputs]' --task Look --answers ../a.yml",
  );
  const planned = await troupe([...step, '--task', 'Look', '--dry-run'], cwd);
  expect(planned.stdout).toContain('· Step: asks code-reviewer (claude-code)');
  for (const [argv, said] of [
    [['persona-request', '--with', 'persona=code-revewer'], 'code-revewer'],
    [['persona-reqest'], 'This step has mistakes:\n'],
    [['persona-reqest'], '\n--with type: `type` cannot be "persona-reqest"'],
    [['persona-reqest'], 'Did you mean `persona-request`?'],
    [['delay', '--with', 'duration'], '"duration" is no key of a step'],
    [['delay', '--with', 'duration=[1'], 'The value of --with duration=[1 cannot be read'],
  ] as const) {
    const refused = await troupe(['step', 'run', ...argv, '--task', 'x', '--answers', answers], cwd);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(said);
  }
});

test('only providers that are asked have to be there, and a persona’s own counts', async () => {
  const cwd = { cwd: workingCopy.path };
  const delay = ['step', 'run', 'delay', '--with', 'duration=10ms', '--task', 'Wait'];
  expect(await troupe(delay, cwd)).toMatchObject({ code: 0 });
  mkdirSync(join(workingCopy.path, '.github/troupe/personas'), { recursive: true });
  const file = '---\ndescription: Far away\ntools: [read]\nx-troupe: { provider: moon }\n---\nLook.\n';
  writeFileSync(join(workingCopy.path, '.github/troupe/personas/far.md'), file);
  const far = ['step', 'run', 'persona-request', '--with', 'persona=far', '--task', 'Look'];
  expect(await troupe(far, cwd)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('asks for the provider `moon`'),
  });
  const config = join(workingCopy.path, '../moon.yml');
  writeFileSync(config, 'providers: { moon: { transport: shell, command: [sh, -c, "true"] } }\n');
  const offline = await troupe([...far, '--offline', '--config', config], cwd);
  expect(offline).toMatchObject({ code: 2, stderr: expect.stringContaining('moon would be asked') });
});

test('a script that the server file names answers under its own name, offline too', async () => {
  const answers = workingCopy.answers('a.yml', {
    'code-reviewer': { status: 'pass', summary: 'Good.', outputs: { risk: 'low' } },
  });
  const file = join(workingCopy.path, '../canned.yml');
  writeFileSync(
    file,
    `default_provider: canned\nproviders: { canned: { transport: scripted, answers: ${answers} } }\n`,
  );
  const step = ['step', 'run', 'persona-request', '--with', 'persona=code-reviewer', '--task', 'Look', '--offline'];
  const ended = await troupe([...step, '--config', file], { cwd: workingCopy.path });
  expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining('✓ Step: succeeded (pass)') });
});

test('`logs -f` follows a run from another process until it ends', async () => {
  const slow = {
    'code-reviewer': { status: 'pass', summary: 'Good.', outputs: { risk: 'low' }, delay: allowedMs(1_000) / 1_000 },
  };
  const working = startTroupe(['run', 'two', '--task', 'x', '--answers', workingCopy.answers('s.yml', slow)], {
    cwd: workingCopy.path,
  });
  await working.said('▸ One: started');
  const { stdout } = await troupe(['runs', '--json'], { cwd: workingCopy.path });
  // its schema: schema/cli/runs.schema.json
  const id = (JSON.parse(stdout) as { runs: { id: string }[] }).runs[0]?.id ?? '';
  const followed = await troupe(['logs', id, '--follow'], { cwd: workingCopy.path });
  expect(followed.code).toBe(0);
  expect(followed.stdout.trimEnd().split('\n').at(-1)).toContain('run.finished  succeeded');
  expect((await working.ended).code).toBe(0);
  const near = `${id.slice(0, -1)}${id.endsWith('a') ? 'b' : 'a'}`;
  expect((await troupe(['show', near], { cwd: workingCopy.path })).stderr).toContain(`did you mean "${id}"?`);
});

test('a workflow of the repository is described and drawn by its id', async () => {
  const described = await troupe(['describe', 'two'], { cwd: workingCopy.path });
  expect(described.stdout).toContain('Two steps that need not wait for each other');
  const wrong = await troupe(['graph', 'tow'], { cwd: workingCopy.path });
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain('did you mean "two"?');
});

test('run --json holds what each step put out once', async () => {
  const answers = workingCopy.answers('once.yml', {
    'code-reviewer': { status: 'pass', summary: 'Said exactly once.', outputs: { risk: 'low', note: 'put out once' } },
  });
  const ended = await run(['two', '--task', 'x', '--answers', answers, '--json']);
  expect(ended.code).toBe(0);
  const times = (word: string): number => ended.stdout.split(word).length - 1;
  // the summary is part of the workflow's own output too
  expect([times('put out once'), times('"Said exactly once."'), times('Said exactly once.')]).toEqual([1, 1, 2]);
});
