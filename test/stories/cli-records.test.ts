import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { silentLogger, systemClock } from '../../src/support/index.ts';
import { persona, spec, workflow } from '../support/run-builder.ts';
import { makeWorkingCopy, troupe } from '../support/cli.ts';
import type { WorkingCopy } from '../support/cli.ts';
import { verifiedByNpm } from '../support/story.ts';

let workingCopy: WorkingCopy;
let run: string;
beforeAll(async () => {
  workingCopy = makeWorkingCopy(verifiedByNpm);
  const ended = await troupe(
    ['run', 'hotfix', '--task', 'Count quantities', '--answers', workingCopy.answers('a.yml'), '--json'],
    { cwd: workingCopy.path },
  );
  expect(ended.code).toBe(0);
  run = String((JSON.parse(ended.stdout) as { id: unknown }).id); // what `run --json` prints is a run
});
afterAll(() => workingCopy.remove());

test('a report tells the run in Markdown, with what Troupe itself ran', async () => {
  const { code, stdout } = await troupe(['report', run], { cwd: workingCopy.path });
  expect(code).toBe(0);
  expect(stdout).toContain('# hotfix: Count quantities');
  expect(stdout).toContain('- Troupe ran `npm test`: exit 0');
});

test('artifacts are listed and printed', async () => {
  const listed = await troupe(['artifacts', run, '--json'], { cwd: workingCopy.path });
  const { artifacts } = JSON.parse(listed.stdout) as { artifacts: { name: string }[] }; // what the command prints
  const prompt = artifacts.find(({ name }) => name.includes('prompt'))?.name ?? '';
  const printed = await troupe(['artifacts', run, '--print', prompt], { cwd: workingCopy.path });
  expect(printed.stdout).toContain('Count quantities');
  const unknown = await troupe(['artifacts', run, '--print', `${prompt}x`], { cwd: workingCopy.path });
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain(`did you mean "${prompt}"?\n→ It has kept: `);
});

test('a step is inspected: what it was given and what came of it', async () => {
  const { code, stdout } = await troupe(['inspect', run, '--step', 'qa'], { cwd: workingCopy.path });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    run,
    step: { path: 'qa', status: 'succeeded', result: { verdict: 'pass' } },
  });
  const unknown = await troupe(['inspect', run, '--step', 'qaa'], { cwd: workingCopy.path });
  expect(unknown).toMatchObject({ code: 2 });
  expect(unknown.stderr).toContain('did you mean "qa"?');
});

test('what cannot be shown is refused with a sentence, not guessed', async () => {
  const noStep = await troupe(['logs', run, '--step', 'qaa'], { cwd: workingCopy.path });
  expect([noStep.code, noStep.stdout]).toEqual([2, '']);
  expect(noStep.stderr).toMatch(/^The run has no step "qaa"; did you mean "qa"\?\n→ Its steps: /);
  for (const command of [
    ['runs', '--limit', '0'],
    ['inbox', 'list', '--limit', '-3'],
    ['explain', 'acme/shop#7', '--limit', '2.5'],
  ]) {
    const refused = await troupe(command, { cwd: workingCopy.path });
    expect([refused.code, refused.stderr]).toEqual([
      2,
      `"${command.at(-1)}" is no limit: \`--limit\` needs a whole number above 0\n`,
    ]);
  }
});

test('personas are listed with where they were found; one without a provider is said', async () => {
  const { stdout } = await troupe(['personas', '--json'], { cwd: workingCopy.path });
  const { personas } = JSON.parse(stdout) as { personas: { id: string; source: string }[] }; // what the command prints
  expect(personas).toContainEqual(expect.objectContaining({ id: 'qa-engineer', source: 'built-in' }));
  writeFileSync(join(workingCopy.path, 'mine.yml'), 'default_provider: robot\nproviders: {}\n');
  const checked = await troupe(['personas', '--check'], { cwd: workingCopy.path });
  expect(checked.code).toBe(2);
  expect(checked.stdout).toMatch(
    /^qa-engineer .*\(built-in; nobody\)\n.*\n {4}✗ Nobody names a provider, and no agent is ready/m,
  );
  expect(checked.stdout.match(/→ npm install -g/g)?.length ?? 0).toBeLessThanOrEqual(7);
  const named = await troupe(['personas', '--check', '--config', 'mine.yml'], { cwd: workingCopy.path });
  expect(named.code).toBe(2);
  expect(named.stdout).toContain('there is no provider "robot"');
});

test('one persona is looked up by its id, and a wrong id gets the nearest', async () => {
  const one = await troupe(['personas', 'qa-engineer'], { cwd: workingCopy.path });
  expect(one.stdout.split('\n\n')[0]?.match(/^\S/gm)).toHaveLength(1);
  const wrong = await troupe(['personas', 'qa-enginer'], { cwd: workingCopy.path });
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain('There is no persona "qa-enginer"; did you mean "qa-engineer"?');
});

test('the queue tells who goes first and what each run waits for', async () => {
  const dataDir = join(workingCopy.path, 'of-the-bot');
  mkdirSync(dataDir);
  const store = await openStore({
    kind: 'embedded',
    directory: dataDir,
    clock: systemClock,
    log: silentLogger,
    owner: { what: 'a test' },
  });
  const add = (id: string, title: string, more: { lockKey?: string; priority?: number }): Promise<unknown> =>
    store.journal.start({
      ...spec(workflow([persona('ask')], { id })),
      task: { kind: 'issue', number: title.length, title, body: '', labels: [], slug: 'x', fields: {} },
      ...more,
    });
  await add('first', 'Old', { lockKey: 'one' });
  await add('second', 'Newer', { lockKey: 'one' });
  await add('urgent', 'Newest!', { priority: 4 });
  await store.close();
  const { code, stdout } = await troupe(['queue', '--data-dir', 'of-the-bot'], { cwd: workingCopy.path });
  expect(code).toBe(0);
  const plain = stdout.replaceAll(/\br[a-z2-7]{15}\b/g, '<run>').replaceAll(/\d{4}-\S+( \S+)?Z/g, '<time>');
  expect(plain).toMatchInlineSnapshot(`
    "· <run>  queued     <time>  urgent          #7 Newest!
        nothing is before it: it begins as soon as a process that drives runs takes it
    · <run>  queued     <time>  first           #3 Old
        nothing is before it: it begins as soon as a process that drives runs takes it
    · <run>  queued     <time>  second          #5 Newer
        number 1 in line: after <run> (#3), one run of its group at a time
    "
  `);
  const none = await troupe(['queue'], { cwd: workingCopy.path });
  expect([none.code, none.stdout, none.stderr]).toEqual([
    0,
    '',
    `Nothing waits and nothing is at work in ${join(workingCopy.path, '.troupe')}.\n`,
  ]);
});

test('the list of workflows tells how their runs went', async () => {
  const { code, stdout } = await troupe(['workflows'], { cwd: workingCopy.path });
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^hotfix .*\(built in\)\n {4}troupe:hotfix\n {4}1 run, 1 succeeded · the last one succeeded \d{4}-.* on average\n/m,
  );
  expect(stdout.match(/ succeeded · /g)).toHaveLength(1);
});

test('a workflow is analyzed: its longest chain, what may go wrong, how its steps went', async () => {
  const { code, stdout } = await troupe(['analyze', 'hotfix', '--history'], { cwd: workingCopy.path });
  expect(code).toBe(0);
  const [head, chain] = stdout.split('\n');
  expect(head).toMatch(/^hotfix: \d steps, \d one after the other, about \d side by side$/);
  expect(chain).toBe('longest chain: fix → qa → code-review → finish');
  expect(stdout).toContain('! Nothing in the file limits what a run costs');
  expect(stdout).toMatch(/^history of 1 run:\n {4}prepare .*ran in 1 · .* as a rule\n/m);
});

test('a shell completes every command', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await troupe(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain('validate');
  }
  expect(await troupe(['completion', 'csh'])).toMatchObject({ code: 2 });
});

test.each([
  ['troupe inb', 'inbox'],
  ['troupe inbox re', 'retry'],
  ['troupe run --off', '--offline'],
])('bash completes `%s` to %s', async (typed, completed) => {
  const { stdout: script } = await troupe(['completion', 'bash']);
  const words = typed.split(' ');
  const asked = `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _troupe; echo "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync('bash', ['-c', `${script}\n${asked}`], { encoding: 'utf8' });
  expect(stdout).toBe(`${completed}\n`);
});
