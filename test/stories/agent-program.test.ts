// The whole product with an agent program in place of scripts: the fake one of test/support, over the real protocol, in the real sandbox.
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
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

test('a label becomes a reviewed pull request by an agent that asks before it edits', async () => {
  const told = await tell('persona', JSON.stringify(goodAnswers));
  await told.label();
  const run = await told.ended();
  expect(run.status).toBe('succeeded');
  const pull = await told.pull();
  expect(pull).toMatchObject({ state: 'open', draft: false });
  expect(await told.repository.file(pull?.headRef ?? '', 'src/cart.js')).toContain('item.price * item.quantity');
  // who did it stands in the run, in its commit and in the check
  expect([...run.steps.values()].find(({ path }) => path === 'implement')?.result?.agent).toBe('fake-agent 1.2.3');
  const commits = await told.repository.log(pull?.headRef ?? '');
  expect(commits.map(({ message }) => message).join('\n')).toMatch(/^Troupe-Agent: fake-agent 1\.2\.3$/m);
  const check = told.repository.checkRuns().findLast(({ name }) => name === 'troupe / project-loop / Implement');
  expect(check?.summary).toContain('`agent` `fake-agent 1.2.3`');
  const events = await told.bot().store.journal.read(run.id);
  const kept = events.flatMap((event) => (event.type === 'artifact.added' ? [event.data.name] : []));
  expect(kept).toContain('implement.1.answer');
});

test('an agent that says that all is well and does nothing makes nothing green', async () => {
  const told = await tell('lying');
  await told.label();
  const run = await told.ended();
  expect(run.status).toBe('failed');
  const checks = Object.fromEntries(told.repository.checkRuns().map(({ name, conclusion }) => [name, conclusion]));
  expect(checks).toMatchObject({ 'troupe / project-loop': 'failure', 'troupe / project-loop / Plan': 'failure' });
  expect(Object.values(checks)).not.toContain('success');
});
