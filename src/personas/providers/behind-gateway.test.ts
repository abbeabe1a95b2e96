// Agents and commands behind the gateway, in real bubblewrap, with a real host of models: what they are given, what they cost, what is believed.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contextFor, taskIn } from '../../../test/suites/provider-contract.ts';
import { modelUpstream } from '../../../test/support/model-upstream.ts';
import type { ModelUpstream } from '../../../test/support/model-upstream.ts';
import { patienceMs } from '../../../test/support/patience.ts';
import { servicesWith } from '../../../test/support/provider-services.ts';
import { hasBubblewrap } from '../../../test/support/requirements.ts';
import type { Json } from '../../support/index.ts';
import { silentLogger } from '../../support/index.ts';
import { createProviders, createSandboxes, machineEnvironment, parseProviderConfigs, transports } from '../index.ts';
import type { Allowance, PersonaResult, PersonaTask, Provider } from '../index.ts';
import type { TranscriptEntry } from '../model/transcript.ts';

const root = resolve(import.meta.dirname, '../../..');
const program = join(root, 'test/support/acp-agent-process.ts');
const key = 'sk-ant-of-the-operator';

let dir: string;
let tree: string;
let upstream: ModelUpstream;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-gate-'));
  tree = join(dir, 'tree');
  mkdirSync(tree);
  upstream = await modelUpstream();
});
afterEach(async () => {
  await upstream.close();
  rmSync(dir, { recursive: true, force: true });
});

interface How {
  readonly entry?: Readonly<Record<string, Json>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly allowance?: Allowance;
  readonly task?: Partial<PersonaTask>;
  readonly kept?: TranscriptEntry[];
}

function provider(scenario: string, { entry = {}, secrets }: How = {}): Provider {
  const command = [process.execPath, program, scenario];
  const env = ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL'];
  const section = { fake: { transport: 'acp', command, readable: [root], env, ...entry } };
  const { configs, problems } = parseProviderConfigs(section, { baseDir: '/', transports });
  expect(problems).toEqual([]);
  const all = secrets ?? { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: upstream.url };
  const found = createProviders(configs, servicesWith(all, { sandbox: sandboxes }), transports).get('fake');
  if (found === undefined) throw new Error('no provider');
  return found;
}

async function sandboxes() {
  const made = await createSandboxes({
    machine: machineEnvironment({ PATH: `${dirname(process.execPath)}:/usr/bin:/bin` }),
    hidden: [],
    dataDir: join(dir, 'data'),
    log: silentLogger,
  });
  return made.of('gateway');
}

async function ask(scenario: string, how: How = {}): Promise<PersonaResult> {
  const { allowance, task, kept = [] } = how;
  const ticket = {
    requestId: 'r',
    provider: 'fake',
    strategy: 'immediate' as const,
    deadline: Date.now() + patienceMs,
  };
  const context = {
    ...(await contextFor({})),
    sandbox: await sandboxes(),
    ...(allowance === undefined ? {} : { allowance }),
    transcript: (entry: TranscriptEntry) => kept.push(entry),
  };
  const answer = await provider(scenario, how).start({ ...taskIn(tree), ...task }, ticket, context);
  if ('waiting' in answer) throw new Error('it answers at once');
  return answer.answer;
}

describe.runIf(hasBubblewrap)('behind the gateway', () => {
  test('an agent asks its model, and each question is counted and kept', async () => {
    const kept: TranscriptEntry[] = [];
    const result = await ask('model', { kept });
    expect(result).toMatchObject({ status: 'pass', outputs: { risk: 'low' } });
    expect(result.usage).toMatchObject({
      inputTokens: 2_000,
      outputTokens: 400,
      cacheReadTokens: 1_200,
      costUsd: '0.00891',
      source: 'gateway',
      complete: true,
    });
    const call = { kind: 'model', model: 'claude-sonnet-4-5', status: 200, inputTokens: 1_000, costUsd: '0.004455' };
    expect(kept.filter(({ kind }) => kind === 'model')).toEqual([
      expect.objectContaining(call),
      expect.objectContaining(call),
    ]);
  });

  test('what the agent says of its cost stands beside what was counted', async () => {
    const section = {
      transport: 'shell',
      command: [
        process.execPath,
        '-e',
        `fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY }, body: '{"model":"claude-sonnet-4-5"}' })
          .then((answer) => answer.json())
          .then(() => console.log(JSON.stringify({ status: 'pass', summary: 'x', outputs: { risk: 'low' }, usage: { input_tokens: 10, output_tokens: 1, cost_usd: 0.0001 } })))`,
      ],
    };
    const { usage, status } = await ask('', { entry: section });
    expect([status, usage]).toEqual([
      'pass',
      expect.objectContaining({
        costUsd: '0.004455',
        source: 'gateway',
        complete: true,
        reported: { inputTokens: 10, outputTokens: 1, costUsd: '0.0001' },
      }),
    ]);
  });

  test('it has a placeholder, and the key is in nothing that it sees', async () => {
    const { outputs } = await ask('model-looks-around', { entry: { settings: ['OTHER_NAME=x'] } });
    const environment = outputs['environment'] as Readonly<Record<string, string>>;
    expect(environment['ANTHROPIC_API_KEY']).toMatch(/^troupe-[\w-]{20,}$/);
    expect(environment).toMatchObject({ ANTHROPIC_BASE_URL: 'http://127.0.0.1:46464', OTHER_NAME: 'x' });
    expect(JSON.stringify(outputs)).not.toContain(key);
    expect(upstream.seen[0]?.headers['x-api-key']).toBe(key);
  });

  test('what an operator tells its agent besides stays, and its key in there does not', async () => {
    const own = { model: 'anthropic/m1', provider: { anthropic: { options: { apiKey: key, baseURL: upstream.url } } } };
    const entry = { preset: 'opencode', settings: [`OPENCODE_CONFIG_CONTENT=${JSON.stringify(own)}`] };
    const { outputs } = await ask('model-looks-around', { entry });
    const environment = outputs['environment'] as Readonly<Record<string, string>>;
    expect(JSON.parse(environment['OPENCODE_CONFIG_CONTENT'] ?? '')).toMatchObject({
      model: 'anthropic/m1',
      provider: {
        anthropic: {
          options: { apiKey: environment['ANTHROPIC_API_KEY'], baseURL: 'http://127.0.0.1:46464/v1' },
        },
      },
    });
    expect(JSON.stringify(outputs)).not.toContain(key);
  });

  test('a runaway agent is cut within one question of its budget', async () => {
    const { status, error, usage } = await ask('runaway', { allowance: { costUsd: '0.01' } });
    // three times 0.004455: the third is the one that reaches it
    expect(upstream.seen).toHaveLength(3);
    expect([status, error?.class, error?.message]).toEqual([
      'error',
      'budget',
      'Troupe sends no further request to a model: $0.013365 of the $0.01 that this request may take are spent',
    ]);
    expect(usage).toMatchObject({ costUsd: '0.013365', source: 'gateway', complete: true });
  });

  test('so it is by the limit of its persona, and by tokens', async () => {
    const { persona } = taskIn(tree);
    const byPersona = await ask('runaway', { task: { persona: { ...persona, maxCostUsd: 0.001 } } });
    expect([byPersona.error?.class, upstream.seen.length]).toEqual(['budget', 1]);
    const byTokens = await ask('runaway', { allowance: { tokens: 2_000 } });
    expect([byTokens.error?.class, upstream.seen.length]).toEqual(['budget', 3]);
  });

  test('a result that was handed in before the budget was spent counts', async () => {
    const result = await ask('model-done-then-asks', { allowance: { costUsd: '0.004' } });
    expect([result.status, upstream.seen.length]).toEqual(['pass', 1]);
  });

  test.each([
    [401, {}, 'auth', undefined],
    [429, { 'retry-after': '7' }, 'rate_limit', 7_000],
    [500, {}, 'transient', undefined],
  ])('an agent that hides %i is told from one that has done its work', async (status, headers, kind, retryAfterMs) => {
    upstream.play((_seen, response) => !!response.writeHead(status, headers).end('{}'));
    for (const scenario of ['model-hidden', 'model-made-up', 'model-stubborn']) {
      const { error, ...result } = await ask(scenario);
      expect([scenario, result.status, error?.class, error?.retryAfterMs]).toEqual([
        scenario,
        'error',
        kind,
        retryAfterMs,
      ]);
      expect(error?.message).toContain(`The host of the model answered ${status}`);
      // whoever is ended in the middle of a question may have paid for it
      if (scenario !== 'model-stubborn') expect(result.usage).toMatchObject({ costUsd: '0', complete: true });
    }
  });

  test('a result without a single answer of a model is none', async () => {
    const { status, error } = await ask('pass');
    expect([status, error]).toEqual([
      'error',
      {
        class: 'contract',
        message: 'A result was handed in, and no model had answered a single question of the agent',
      },
    ]);
  });

  test('what it tried to reach is told to people, once for each place', async () => {
    const kept: TranscriptEntry[] = [];
    const { outputs, notes } = await ask('model-and-hosts', { kept });
    expect(outputs).toEqual({ told: [403, 403, 403] });
    expect(notes).toEqual([
      "The gateway refused connections to evil.example.com:443 (2 times), 169.254.169.254:80: the operator's `gateway: { allow }` does not hold them",
    ]);
    expect(kept.filter(({ kind }) => kind === 'refused')).toEqual([
      { kind: 'refused', host: 'evil.example.com', port: 443 },
      { kind: 'refused', host: '169.254.169.254', port: 80 },
    ]);
  });

  test('one agent cannot spend what another may', async () => {
    const placeholders = new Set<string>();
    for (let n = 0; n < 2; n += 1) {
      const { outputs } = await ask('model-looks-around');
      placeholders.add(String((outputs['environment'] as Readonly<Record<string, string>>)['ANTHROPIC_API_KEY']));
    }
    expect(placeholders.size).toBe(2);
  });
});

describe('who cannot', () => {
  const persona = { ...taskIn('/').persona, sandbox: 'gateway' as const };
  async function problems(entry: Readonly<Record<string, Json>>, secrets: Readonly<Record<string, string>>) {
    const found = await provider('', { entry, secrets }).check(persona);
    return found.filter(({ severity }) => severity === 'error').map(({ message, hint }) => [message, hint]);
  }

  test.runIf(hasBubblewrap).each([
    [
      'claude-code',
      { CLAUDE_CODE_OAUTH_TOKEN: 'of-a-person' },
      '"claude-code" cannot work behind the gateway: it has no key that Troupe could hold for it, and the log-in of a person cannot be held for anybody',
      'Set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN where Troupe is started; with a log-in it works in tier 1, `sandbox: fs`',
    ],
    [
      'grok',
      { XAI_API_KEY: 'x' },
      '"grok" cannot work behind the gateway: nobody can tell it where its model is but by a file of its own',
      'It works in tier 1, `sandbox: fs`, where it holds its own key',
    ],
    [
      'copilot',
      { COPILOT_PROVIDER_API_KEY: 'x' },
      'Nobody knows where the model of COPILOT_PROVIDER_API_KEY is',
      "Set COPILOT_PROVIDER_BASE_URL where Troupe is started, and name it in the provider's `env:`",
    ],
  ])('%s without what it needs is an error with words', async (preset, secrets, message, hint) => {
    const env = Object.keys(secrets);
    expect(await problems({ preset, command: ['node'], env }, secrets)).toEqual([[message, hint]]);
    await expect(ask('', { entry: { preset, command: ['node'], env }, secrets })).rejects.toMatchObject({
      code: 'sandbox/no-way',
      message,
    });
  });

  test.runIf(hasBubblewrap).each([
    ['claude-code', 'ANTHROPIC_API_KEY'],
    ['codex', 'OPENAI_API_KEY'],
    ['codex', 'CODEX_API_KEY'],
    ['gemini', 'GEMINI_API_KEY'],
    ['opencode', 'ANTHROPIC_API_KEY'],
    ['qwen-code', 'OPENAI_API_KEY'],
  ])('%s with %s can', async (preset, name) => {
    expect(await problems({ preset, command: ['node'], env: [name] }, { [name]: 'x' })).toEqual([]);
  });
});
