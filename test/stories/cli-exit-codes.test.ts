// How `troupe run` ends where nobody sits at a terminal: its exit code, and how to go on. Nothing that waits for people or for long keeps it.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeWorkingCopy, startTroupe, troupe } from '../support/cli.ts';
import type { CliEnd, WorkingCopy } from '../support/cli.ts';

let workingCopy: WorkingCopy;
beforeEach(() => {
  workingCopy = makeWorkingCopy();
});
afterEach(() => workingCopy.remove());

const ask = '{ id: look, type: persona-request, persona: code-reviewer }';
const good = { 'code-reviewer': { status: 'pass', summary: 'Good.', outputs: { risk: 'low' } } };

function arguments_(steps: readonly string[], answers: object): readonly string[] {
  writeFileSync(
    join(workingCopy.path, 'it.yml'),
    `branch: false\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`,
  );
  return ['run', './it.yml', '--task', 'Look', '--answers', workingCopy.answers('a.yml', { ...good, ...answers })];
}

function run(steps: readonly string[], answers: object = {}, more: readonly string[] = []): Promise<CliEnd> {
  return troupe([...arguments_(steps, answers), ...more], { cwd: workingCopy.path });
}

function runId(): string {
  return readdirSync(join(workingCopy.path, '.troupe', 'desk'))[0]?.replace('.json', '') ?? '';
}

const gate = (more = '') => `{ id: may, type: approval, message: "Go on?"${more} }`;
const slow = {
  'code-reviewer': { status: 'error', error: { class: 'rate_limit', message: 'Slow', retryAfterMs: 7_200_000 } },
};
const short = {
  'code-reviewer': [{ status: 'error', error: { class: 'transient', message: 'Busy' } }, good['code-reviewer']],
};
const howToApprove = '`troupe approve RUN may` or `troupe reject RUN may`';
const howToResume = '`troupe resume RUN` goes on';

test.each<[what: string, code: number, steps: readonly string[], says: readonly string[], answers?: object]>([
  ['what passes', 0, [ask], ['succeeded']],
  ['what passes after a short `delay`', 0, ['{ id: wait, type: delay, duration: 1 }'], ['succeeded']],
  [
    'what passes at the second try',
    0,
    [`{ id: look, type: persona-request, persona: code-reviewer, retry: { initial: 0.1 } }`],
    ['succeeded'],
    short,
  ],
  ['what fails', 1, [ask], ['failed'], { 'code-reviewer': { status: 'fail', summary: 'No.' } }],
  ['what is no workflow', 2, ['{ id: look, type: persona-requst }'], ['Did you mean `persona-request`?']],
  ['an approval', 3, [gate()], [howToApprove, howToResume]],
  ['an approval that has two days', 3, [gate(', timeout: 2d')], [howToApprove, howToResume]],
  [
    'an approval that approves itself in a minute',
    3,
    [gate(', timeout: 1m, on_timeout: approve')],
    [howToApprove, howToResume],
  ],
  [
    'an approval before a step',
    3,
    ['{ id: may, type: persona-request, persona: code-reviewer, approval: { timeout: 1h } }'],
    [howToApprove],
  ],
  [
    'a question',
    3,
    ['{ id: asked, type: question, questions: ["Which?"] }'],
    ['`troupe answer RUN --step asked …`', howToResume],
  ],
  [
    'a persona that asks',
    3,
    [ask],
    ['`troupe answer RUN --step look …`'],
    { 'code-reviewer': { status: 'unknown', next: { action: 'ask', questions: ['Which?'] } } },
  ],
  ['a long `delay`', 3, ['{ id: wait, type: delay, duration: 2h }'], ['"Wait" waits until 20', howToResume]],
  [
    'a time that is long to come',
    3,
    ['{ id: wait, type: delay, until: "2199-01-01T00:00:00Z" }'],
    ['"Wait" waits until 2199-01-01', howToResume],
  ],
  ['a rate limit of two hours', 3, [ask], ['"Look" waits until 20', howToResume], slow],
])('%s: %i', async (_what, code, steps, says, answers = {}) => {
  const ended = await run(steps, answers);
  const said = `${ended.stdout}${ended.stderr}`.replaceAll(code === 2 ? '\0' : runId(), 'RUN');
  for (const sentence of says) expect(said).toContain(sentence);
  expect(ended.code).toBe(code);
});

test('Ctrl-C: 130, and a short timer does not keep it', async () => {
  const going = startTroupe(arguments_(['{ id: wait, type: delay, duration: 10m }'], {}), { cwd: workingCopy.path });
  await going.said('Wait: waiting');
  going.child.kill('SIGINT');
  const ended = await going.ended;
  expect(ended.code).toBe(130);
  expect(ended.stderr).toContain('goes on');
});

test('a decision whose time ran out meanwhile is made when one goes on with the run', async () => {
  const waits = await run([
    gate(', timeout: 1s, on_timeout: approve'),
    `${ask.replace(' }', ', dependencies: [may] }')}`,
  ]);
  expect(waits.code).toBe(3);
  const goOn = () => troupe(['resume', runId()], { cwd: workingCopy.path });
  let goesOn = await goOn();
  while (goesOn.code === 3) goesOn = await goOn();
  expect(goesOn.stdout).toContain('succeeded');
  expect(goesOn.code).toBe(0);
});

test('--auto-approve gives every approval in its own name, and answers no question', async () => {
  const steps = [
    gate(', timeout: 2d, by: [somebody-else]'),
    '{ id: look, type: persona-request, persona: code-reviewer, dependencies: [may], approval: required }',
    '{ id: asked, type: question, questions: ["Which?"], dependencies: [look] }',
  ];
  const ended = await run(steps, {}, ['--auto-approve']);
  expect(ended.stderr).toContain('✓ May: approved by --auto-approve (Go on?)');
  expect(ended.stderr).toContain('✓ Look: approved by --auto-approve');
  expect(ended.stderr).toContain('waits for an answer');
  expect(ended.code).toBe(3);
  const shown = await troupe(['show', runId()], { cwd: workingCopy.path });
  expect(shown.stdout).toContain('Approved by --auto-approve');
  const logs = await troupe(['logs', runId(), '--json'], { cwd: workingCopy.path });
  expect(logs.stdout).toContain('"by":{"login":"--auto-approve","from":"troupe"}');
});

test('the commands that it prints find the run, wherever its records are', async () => {
  const records = join(workingCopy.path, 'my records');
  const waits = await run([gate(), '{ id: then, type: approval, message: "Really?", dependencies: [may] }'], {}, [
    '--data-dir',
    records,
  ]);
  expect(waits.code).toBe(3);
  const [first, , resume] = printed(waits);
  const approved = await typed(first);
  expect(approved.code).toBe(0);
  const resumed = await typed(resume);
  expect(resumed.code).toBe(3);
  expect(printed(approved)).toEqual([resume]);
  const [second] = printed(resumed);
  expect((await typed(second)).code).toBe(0);
  const ended = await typed(resume);
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain("--data-dir 'my records'");
});

/** The commands in backticks, in order. */
function printed({ stderr }: CliEnd): readonly string[] {
  return [...stderr.matchAll(/`troupe ([^`]+)`/g)].map(([, line = '']) => line);
}

/** Runs a printed command as a shell reads it. */
function typed(line = ''): Promise<CliEnd> {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  return troupe(words, { cwd: workingCopy.path });
}
