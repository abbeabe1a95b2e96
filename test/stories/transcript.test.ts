// What an agent did can be read afterwards: the check names the command, the command prints it, whatever became of the step.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readTranscript } from '../../src/personas/index.ts';
import { troupe } from '../support/cli.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import { goodAnswers } from '../support/story.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();
const root = resolve(import.meta.dirname, '../..');

/** A story whose only provider is the fake agent, started with these words. */
function tell(...words: readonly string[]): Promise<Story> {
  const command = [process.execPath, join(root, 'test/support/acp-agent-process.ts'), ...words];
  return stage({
    providers: { agent: { transport: 'acp', command, readable: [root] } },
    serverFile: { defaultProvider: 'agent' },
  });
}

/** The command in the check of a step. */
function commandIn(told: Story, name: string): readonly string[] {
  const check = told.repository.checkRuns().findLast((one) => one.name === name);
  const [, command = ''] = /`troupe (transcript [^`]+)`/.exec(check?.summary ?? '') ?? [];
  return command.split(' ');
}

test('the check of a step names the command that prints what the agent did', async () => {
  const told = await tell('persona', JSON.stringify(goodAnswers));
  await told.label();
  const run = await told.ended();
  expect(run.status).toBe('succeeded');
  const command = commandIn(told, 'troupe / project-loop / Implement');
  expect(command).toEqual(['transcript', run.id, 'implement']);
  const options = { env: { TROUPE_DATA_DIR: told.dataDir } };
  const { code, stdout, stderr } = await troupe(command, options);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`Attempt 1 · request ${run.id}:implement:1`);
  expect(stdout).toMatch(/▸ Troupe wrote\n +# Role/);
  expect(stdout).toMatch(/# Note\n +Started fake-agent 1\.2\.3/);
  expect(stdout).toMatch(/\? May edit \(edit src\/cart\.js\), because its persona may use edit/);
  expect(stdout).toMatch(/■ Result: pass\n/);
  const { rows, unreadable } = readTranscript((await troupe([...command, '--json'], options)).stdout);
  expect(unreadable).toBe(0);
  expect(rows.map(({ kind }) => kind)).toEqual(['message', 'note', 'message', 'permission', 'result']);
  const page = join(told.dir, 'page.html');
  expect((await troupe([...command, '--html', page], options)).stderr).toBe(`Wrote ${page} (5 entries)\n`);
  expect(readFileSync(page, 'utf8')).toContain('May edit (edit src/cart.js)');
  const missing = await troupe([...command, '--attempt', '2'], options);
  expect([missing.code, missing.stderr]).toEqual([
    2,
    'Nothing is kept of attempt 2 of step "implement"\n→ There is something of: 1.\n',
  ]);
  const none = await troupe(['transcript', run.id, 'prepare'], options);
  expect(none.stderr).toMatch(/^Nothing is kept of what was done in step "prepare"\n→ /);
});

test('a step that failed has told what was done until then, attempt by attempt', async () => {
  const failed = await tell('crash');
  await failed.label();
  const run = await failed.ended();
  const options = { env: { TROUPE_DATA_DIR: failed.dataDir } };
  const { stdout } = await troupe(commandIn(failed, 'troupe / project-loop / Plan'), options);
  expect(stdout).toMatch(/On its standard error, at the end:\n +panic: out of cheese\n/);
  expect(stdout).toMatch(/■ Result: error\n +transient: .* ended in the middle of its work: exit code 7/);
  const attempts = [...run.steps.values()].find(({ path }) => path === 'plan')?.attempts ?? 0;
  expect(stdout.match(/^Attempt /gm)).toHaveLength(attempts);
});

test('a step that is cancelled in the middle has told what was done until then', async () => {
  const told = await tell('hang');
  await told.label();
  const { id } = await told.until('the agent works', (run) =>
    [...run.steps.values()].some(({ progress }) => progress?.includes('Started') === true),
  );
  await told.github.as('writer').comment(told.fullName, told.issue, '/troupe cancel');
  await told.ended();
  const { stdout } = await troupe(['transcript', id, 'plan'], { env: { TROUPE_DATA_DIR: told.dataDir } });
  expect(stdout).toMatch(/# Note\n +Started fake-agent 1\.2\.3/);
  expect(stdout).toMatch(/■ Result: error\n +cancelled: /);
});
