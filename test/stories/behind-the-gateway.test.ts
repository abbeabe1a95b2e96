// The whole product with an agent behind the gateway: the fake one of test/support, in real bubblewrap, whose model is a real host over HTTP.
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunState } from '../../src/engine/index.ts';
import { defaultServerFile, hostProviders } from '../../src/host/index.ts';
import type { ServerFile } from '../../src/host/index.ts';
import { machineEnvironment } from '../../src/personas/index.ts';
import { ownRepositories } from '../support/insiders.ts';
import { modelUpstream } from '../support/model-upstream.ts';
import type { ModelUpstream } from '../support/model-upstream.ts';
import { hasBubblewrap } from '../support/requirements.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import { goodAnswers } from '../support/story.ts';
import type { Story, StoryOptions } from '../support/story.ts';

const stage = storyPerTest();
const errorOf = (run: RunState) => [...run.steps.values()].find(({ error }) => error !== undefined)?.error;
const root = resolve(import.meta.dirname, '../..');
const key = 'sk-ant-the-key-of-the-operator';

let upstream: ModelUpstream;
beforeEach(async () => {
  upstream = await modelUpstream();
});
afterEach(() => upstream.close());

/** A story whose only provider is the fake agent with a model. */
function tell(words: readonly string[], gateway: ServerFile['gateway'], options: StoryOptions = {}): Promise<Story> {
  const command = [process.execPath, join(root, 'test/support/acp-agent-process.ts'), ...words];
  const env = ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL'];
  const serverFile: ServerFile = {
    ...defaultServerFile(),
    ...ownRepositories,
    providers: { agent: { transport: 'acp', command, readable: [root], env } },
    defaultProvider: 'agent',
    gateway,
  };
  const machine = machineEnvironment(process.env);
  const secrets = { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: upstream.url };
  const providers = hostProviders({ serverFile, baseDir: '/', secrets, machine });
  return stage({ ...options, serverFile, bot: { ...options.bot, providers } });
}

const look = `name: look
version: "1.0.0"
steps:
  - id: look
    name: Look
    type: persona-request
    persona: looker
`;
const looker = `---
name: Looker
description: Looks around.
tools: [read]
x-troupe: { sandbox: gateway }
---
Look around.
`;
const files = { '.github/troupe/workflows/look.yml': look, '.github/troupe/personas/looker.md': looker };

describe.runIf(hasBubblewrap)('behind the gateway', () => {
  test('a label becomes a pull request, and what its models cost is what their host was asked', async () => {
    const told = await tell(['persona-and-model', JSON.stringify(goodAnswers)], { for: 'all', allow: [] });
    await told.label();
    const run = await told.ended();
    expect([run.status, errorOf(run)]).toEqual(['succeeded', undefined]);
    const pull = await told.pull();
    expect(await told.repository.file(pull?.headRef ?? '', 'src/cart.js')).toContain('item.price * item.quantity');
    const asked = upstream.seen.length;
    expect(asked).toBeGreaterThan(3);
    expect(run.usage).toMatchObject({ inputTokens: 1_000 * asked, outputTokens: 200 * asked, complete: true });
    expect(Number(run.usage.costUsd)).toBeCloseTo(0.004455 * asked, 8);
    expect(new Set(upstream.seen.map(({ headers }) => headers['x-api-key']))).toEqual(new Set([key]));
    // neither the journal nor a worktree, a log or a blob has it
    expect(execFileSync('sh', ['-c', `grep -rl ${key} ${told.dir} || true`], { encoding: 'utf8' })).toBe('');
  });

  test('what was refused stands in the check of the step', async () => {
    const told = await tell(['model-and-hosts'], { for: 'all', allow: [] });
    await told.label();
    await told.ended();
    const check = told.repository.checkRuns().find(({ name }) => name === 'troupe / project-loop / Plan');
    expect(JSON.stringify(check)).toContain('evil.example.com:443 (4 times)');
  });

  test('an agent that hides that its key is refused makes nothing green', async () => {
    upstream.play((_seen, response) => !!response.writeHead(401).end('{"error":{"message":"invalid x-api-key"}}'));
    const told = await tell(['model-made-up'], { allow: [] }, { files });
    await told.label('troupe:look');
    const run = await told.ended();
    expect([run.status, errorOf(run)?.class]).toEqual(['failed', 'auth']);
    expect(told.repository.checkRuns().map(({ conclusion }) => conclusion)).not.toContain('success');
  });

  test('tasks of outsiders run behind it where the operator says so, those of others in tier 1', async () => {
    for (const fromOutside of [true, false]) {
      const told = await tell(
        ['model-looks-around'],
        { for: 'outsiders', allow: [] },
        { files: insiders, fromOutside },
      );
      await told.label('troupe:look');
      const run = await told.ended();
      expect([fromOutside, run.status, errorOf(run)]).toEqual([fromOutside, 'succeeded', undefined]);
      const { outputs } = [...run.steps.values()].find(({ path }) => path === 'look')?.result ?? {};
      const environment = JSON.stringify(outputs);
      expect([fromOutside, environment.includes('http://127.0.0.1:46464')]).toEqual([fromOutside, fromOutside]);
      expect([fromOutside, environment.includes(upstream.url)]).toEqual([fromOutside, !fromOutside]);
      await told.close();
    }
  });
});

/** The persona asks for nothing. */
const insiders = { ...files, '.github/troupe/personas/looker.md': looker.replace(/x-troupe.*\n/, '') };
