// The fake agent of test/support in the real sandbox: what it does right, and all that it does wrong.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contextFor, taskIn } from '../../../test/suites/provider-contract.ts';
import { servicesWith } from '../../../test/support/provider-services.ts';
import { patienceMs } from '../../../test/support/patience.ts';
import { commandLines } from '../../../test/support/processes.ts';
import { createProviders, parseProviderConfigs, transports } from '../index.ts';
import type { PersonaResult, PersonaTask, Provider } from '../index.ts';
import type { Json } from '../../support/index.ts';

const root = resolve(import.meta.dirname, '../../..');
const program = join(root, 'test/support/acp-agent-process.ts');

/** The fake as a provider of a server file. */
function fake(
  words: readonly string[],
  entry: Readonly<Record<string, Json>> = { transport: 'acp' },
  secrets = {},
): Provider {
  const section = { fake: { command: [process.execPath, program, ...words], readable: [root], ...entry } };
  const { configs, problems } = parseProviderConfigs(section, { baseDir: '/', transports });
  expect(problems).toEqual([]);
  const provider = createProviders(configs, servicesWith(secrets), transports).get('fake');
  if (provider === undefined) throw new Error('no provider');
  return provider;
}

let dir: string;
let tree: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-acp-'));
  tree = join(dir, 'tree');
  mkdirSync(tree);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function processesWith(word: string): readonly number[] {
  return commandLines()
    .filter(({ line }) => line.includes(word))
    .map(({ pid }) => pid);
}

interface How {
  readonly task?: Partial<PersonaTask>;
  readonly entry?: Readonly<Record<string, Json>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly words?: readonly string[];
  readonly told?: string[];
}

async function ask(scenario: string, how: How = {}): Promise<PersonaResult> {
  const { task = {}, entry, secrets, timeoutMs = patienceMs, words = [], told = [], signal } = how;
  const provider = fake([scenario, ...words], entry, secrets);
  const ticket = { requestId: 'r', provider: 'fake', strategy: 'immediate' as const, deadline: Date.now() + timeoutMs };
  const context = await contextFor({
    onProgress: (text) => told.push(text),
    ...(signal === undefined ? {} : { signal }),
  });
  const answer = await provider.start({ ...taskIn(tree), ...task }, ticket, context);
  if ('waiting' in answer) throw new Error('acp answers at once');
  return answer.answer;
}

const risk = { type: 'object', properties: { risk: { enum: ['low', 'high'] } } };

test('a result that does not fit is told at once, and the next one counts', async () => {
  const result = await ask('corrected', { task: { outputSchemas: [risk] } });
  expect(result).toMatchObject({ status: 'pass', outputs: { risk: 'low' } });
  expect(result.summary).toContain('outputs.risk must be equal to one of the allowed values (low, high)');
});

test('without a result there is one more turn, which says what is missing', async () => {
  const { status, summary } = await ask('second-turn');
  expect([status, summary]).toEqual([
    'pass',
    expect.stringContaining('You have not handed in a result that can be used'),
  ]);
});

test.each(['file', 'block'])('a result in the %s counts where the tool was not called', async (way) => {
  expect(await ask(way)).toMatchObject({ status: 'pass', outputs: { risk: 'low' } });
});

test.each([
  ['nothing', 'contract', 'handed in no result'],
  ['lying', 'contract', 'handed in no result'],
  ['cut', 'contract', 'the turn ended with "max_tokens"'],
  ['401', 'auth', 'Invalid API key'],
  ['401-in-data', 'auth', 'Internal error'],
  ['no-login', 'auth', 'Please run /login'],
  ['429', 'rate_limit', 'Too many requests'],
  ['429-wait', 'rate_limit', 'retry-after: 7'],
  ['500', 'transient', 'Internal error'],
  ['unreachable', 'transient', 'ECONNREFUSED'],
  ['polite-401', 'auth', '401 Unauthorized'],
  ['polite-429', 'rate_limit', '429'],
  ['polite-500', 'transient', '503'],
  ['crash', 'transient', 'ended in the middle of its work: exit code 7. It said: panic: out of cheese'],
  ['crash-early', 'transient', 'ended in the middle of its work: exit code 3'],
  ['killed', 'transient', 'ended in the middle of its work: SIGKILL'],
  ['future', 'config', 'speaks version 2'],
])('%s is no verdict: %s', async (scenario, kind, words) => {
  const { status, error } = await ask(scenario);
  expect([status, error?.class, error?.message]).toEqual(['error', kind, expect.stringContaining(words)]);
});

test('how long to wait is told where the agent says it', async () => {
  expect((await ask('429-wait')).error?.retryAfterMs).toBe(7_000);
  expect((await ask('polite-429')).error?.retryAfterMs).toBe(20_000);
  expect((await ask('429')).error?.retryAfterMs).toBeUndefined();
});

test('questions are answered by the class of the tool and its place, once and never always; refusals are told', async () => {
  const told: string[] = [];
  const task = { persona: { ...taskIn(tree).persona, tools: ['read', 'edit'] as const } };
  const { outputs, artifacts } = await ask('asks-everything', { task, told });
  expect(outputs['answers']).toEqual([
    'read README.md true',
    'search . true',
    'edit a.txt true',
    'delete b.txt true',
    'move c.txt true',
    'execute  false',
    'fetch  false',
    'edit /etc/passwd false',
    'read ../../secret false',
    'switch_mode  false',
    'other  false',
    'think  false',
    'always false',
  ]);
  expect(told).toContain('May not edit (edit /etc/passwd), because "/etc/passwd" is outside of the worktree');
  expect(artifacts?.[0]?.content).toContain('? May edit (edit a.txt), because its persona may use edit');
});

test('handing in its result needs no permission, under whatever title it asks', async () => {
  const reader = { persona: { ...taskIn(tree).persona, tools: ['read'] as const } };
  expect((await ask('asks-to-submit', { task: reader })).outputs['answers']).toEqual([true, false, true, false]);
});

test('a denied write is no pass', async () => {
  const task = { persona: { ...taskIn(tree).persona, tools: ['read'] as const } };
  expect(await ask('denied-write', { task })).toMatchObject({ status: 'fail', summary: 'I may not write' });
});

test('what is outside of the tree is not written, asked or not', async () => {
  await ask('outside');
  const isWalled = (await contextFor()).sandbox.isBoundary;
  expect(existsSync(join(dir, 'outside.txt'))).toBe(!isWalled);
});

test('noise between the messages does no harm, and nothing of it is printed', async () => {
  expect(await ask('noise')).toMatchObject({ status: 'pass' });
  expect(await ask('flood')).toMatchObject({ status: 'pass' });
});

test('what was not offered is refused by name, and a form is cancelled', async () => {
  const { outputs } = await ask('vendor');
  expect(outputs['told']).toEqual([
    'x.ai/ask -32601',
    'fs/write_text_file -32601',
    'fs/read_text_file -32601',
    'terminal/create -32601',
    'cancel',
  ]);
  expect(existsSync(join(tree, 'by-client.txt'))).toBe(false);
});

test('the cost of the session counts once, tokens of its turns are added up; what nobody tells stays unknown', async () => {
  expect((await ask('usage')).usage).toEqual({
    inputTokens: 200,
    outputTokens: 14,
    costUsd: '0.05',
    source: 'provider',
    complete: true,
  });
  expect((await ask('usage-apart')).usage).toMatchObject({ inputTokens: 12, outputTokens: 3, complete: false });
  expect((await ask('pass')).usage).toEqual({ source: 'none', complete: false });
});

test('people read what it does', async () => {
  const told: string[] = [];
  await ask('pass', { told });
  expect(told[0]).toBe('Started fake-agent 1.2.3');
  const { artifacts } = await ask('pass');
  expect(artifacts?.[0]?.content).toBe('# Started fake-agent 1.2.3\n> Reads README.md\nIt looks right.\n');
});

/** Variables of every program in the sandbox. */
const usual =
  /^(?:CI|GIT_CONFIG_NOSYSTEM|GIT_TERMINAL_PROMPT|HOME|LANG|LC_ALL|NODE_EXTRA_CA_CERTS|PATH|PWD|SSL_CERT_(?:FILE|DIR)|TMPDIR|TZ|TROUPE_[A-Z_]+|npm_config_[a-z_]+)$/;

/** What the agent of a preset meets. */
async function met(entry: Readonly<Record<string, Json>>, how: How = {}) {
  const { outputs } = await ask('environment', { ...how, entry });
  // what the fake agent wrote
  const all = outputs['environment'] as Readonly<Record<string, string>>;
  const own = Object.fromEntries(Object.entries(all).filter(([name]) => !usual.test(name)));
  return { ...outputs, environment: own };
}

test('its environment is the allow-list, its HOME is of this request', async () => {
  const entry = { preset: 'gemini', model: 'm1', args: ['--more'], settings: ['MINE=1=2'] };
  expect(await met(entry, { secrets: { GEMINI_API_KEY: 'k', OTHER: 'o' } })).toEqual({
    environment: { GEMINI_API_KEY: 'k', MINE: '1=2' },
    home: ['.gemini', '.gemini/settings.json'],
    words: ['environment', '--more', '-m', 'm1'],
    cwd: tree,
    servers: ['troupe'],
  });
  expect(await met({ ...entry, env: ['OTHER'] }, { secrets: { GEMINI_API_KEY: 'k', OTHER: 'o' } })).toMatchObject({
    environment: { OTHER: 'o', MINE: '1=2' },
  });
});

test('a preset sets what its agent needs: a mode by what the persona may do, the tool by a flag', async () => {
  const reader = { persona: { ...taskIn(tree).persona, tools: ['read'] as const } };
  expect(await met({ preset: 'codex' })).toMatchObject({ environment: { INITIAL_AGENT_MODE: 'workspace-write' } });
  expect(await met({ preset: 'codex' }, { task: reader })).toMatchObject({
    environment: { INITIAL_AGENT_MODE: 'read-only' },
  });
  expect(await met({ preset: 'codex', mode: 'agent' })).toMatchObject({ environment: { INITIAL_AGENT_MODE: 'agent' } });
  const flagged = await met({ preset: 'copilot', model: 'm1' });
  expect(flagged).toMatchObject({ environment: { COPILOT_MODEL: 'm1' }, servers: [] });
  expect(flagged).toHaveProperty('words', [
    'environment',
    '--additional-mcp-config',
    expect.stringContaining('"troupe"'),
  ]);
});

test('codex takes its key, and its model where the operator says that it is; what else it is told stays', async () => {
  const secrets = { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://models.example.com/v1' };
  const { environment } = await met({ preset: 'codex', settings: ['CODEX_CONFIG={"model":"m1"}'] }, { secrets });
  expect(environment).toMatchObject({ OPENAI_API_KEY: 'k', DEFAULT_AUTH_REQUEST: '{"methodId":"api-key"}' });
  expect(JSON.parse(environment['CODEX_CONFIG'] ?? '')).toEqual({
    model: 'm1',
    openai_base_url: 'http://models.example.com/v1',
  });
  const nearer = 'CODEX_CONFIG={"openai_base_url":"http://nearer.example.com/v1"}';
  expect(await met({ preset: 'codex', settings: [nearer] }, { secrets })).toMatchObject({
    environment: { CODEX_CONFIG: '{"openai_base_url":"http://nearer.example.com/v1"}' },
  });
  const keyless = await met({ preset: 'codex' });
  expect(Object.keys(keyless.environment)).not.toContain('DEFAULT_AUTH_REQUEST');
  expect(Object.keys(keyless.environment)).not.toContain('CODEX_CONFIG');
});

test('an agent that asks nobody is refused where nothing stands around it', async () => {
  async function problems(tier: 'env' | 'fs') {
    const sandbox = { ...(await contextFor()).sandbox, tier };
    const section = { mine: { preset: 'copilot', env: [], command: [process.execPath] } };
    const { configs } = parseProviderConfigs(section, { baseDir: '/', transports });
    const services = servicesWith({}, { sandbox: () => Promise.resolve(sandbox) });
    return createProviders(configs, services, transports).get('mine')?.check(taskIn(tree).persona);
  }
  expect(await problems('fs')).toEqual([]);
  expect(await problems('env')).toMatchObject([
    { severity: 'error', message: expect.stringContaining('asks nobody before it acts') },
  ]);
});

test('a mode of the agent is chosen where it has it, and refused by name where not', async () => {
  await ask('pass', { entry: { transport: 'acp', mode: 'code' } });
  expect(readFileSync(join(tree, 'mode.txt'), 'utf8')).toBe('code');
  expect((await ask('pass', { entry: { transport: 'acp', mode: 'yolo' } })).error).toMatchObject({
    class: 'config',
    message: expect.stringContaining('It has no mode "yolo"; it offers: ask, code'),
  });
});

test.each(['hang', 'deaf'])(
  'cancelled, an agent that is %s has its grace and then nothing of it is left',
  async (scenario) => {
    const abort = new AbortController();
    const told: string[] = [];
    const asked = ask(scenario, { signal: abort.signal, told });
    await expect.poll(() => told).toContain('Started fake-agent 1.2.3');
    abort.abort();
    expect(await asked).toMatchObject({ status: 'error', error: { class: 'cancelled' } });
    expect(processesWith(tree)).toEqual([]);
  },
);

test('its time being up, it is ended to the last child, also those that left its group', async () => {
  const seconds = String(100_000 + Math.floor(Math.random() * 100_000));
  const result = await ask('setsid', { words: [seconds], task: { text: 'hang' }, timeoutMs: 3_000 });
  expect(result.error?.class).toBe('timeout');
  expect(processesWith(seconds)).toEqual([]);
  expect(await ask('setsid', { words: [seconds] })).toMatchObject({ status: 'pass' });
  expect(processesWith(seconds)).toEqual([]);
});

test('an agent that is not installed is a mistake of the configuration, and doctor says what installs it', async () => {
  const missing = createProviders(
    parseProviderConfigs({ mine: { preset: 'opencode' } }, { baseDir: '/', transports }).configs,
    servicesWith({}, { path: '/nowhere' }),
    transports,
  ).get('mine');
  expect(await missing?.check(taskIn(tree).persona)).toEqual([
    {
      severity: 'error',
      message: 'The command of provider "mine" cannot be started: "opencode" is not on the PATH',
      hint: expect.stringMatching(/^npm install -g opencode-ai@1\.18\.33\. /),
    },
    {
      severity: 'warning',
      lacks: 'pay',
      message: expect.stringMatching(/^Provider "mine" has nothing to pay its model with: no key \(OPENCODE_API_KEY, /),
      hint: 'Set OPENCODE_API_KEY, or `opencode auth login`',
    },
  ]);
});

test('an agent that the operator hands a configuration of its own may have another way to pay: a warning, no lack', async () => {
  const services = servicesWith({}, { path: '/nowhere' });
  const entry = { preset: 'opencode', settings: ['OPENCODE_CONFIG_CONTENT={"model":"mine/m1"}'] };
  const { configs } = parseProviderConfigs({ mine: entry }, { baseDir: '/', transports });
  const problems = await createProviders(configs, services, transports).get('mine')?.check(taskIn(tree).persona);
  expect(problems?.map(({ severity, lacks }) => [severity, lacks])).toEqual([
    ['error', undefined],
    ['warning', undefined],
  ]);
});
