// Models over real HTTP in the dialects of all five APIs, played by a mock: what they do right, and all that goes wrong on the way.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contextFor, taskIn } from '../../../test/suites/provider-contract.ts';
import { lineTo, mockModel, saidIn } from '../../../test/support/mock-model.ts';
import type { MockModel, Move } from '../../../test/support/mock-model.ts';
import { patienceMs } from '../../../test/support/patience.ts';
import { servicesWith } from '../../../test/support/provider-services.ts';
import type { Json } from '../../support/index.ts';
import { createProviders, parseProviderConfigs, transports } from '../index.ts';
import type { TranscriptEntry } from '../model/transcript.ts';
import type { PersonaResult, PersonaTask, Provider, ProviderContext } from '../index.ts';

const apis = ['openai', 'anthropic', 'google', 'xai', 'openai-compatible'] as const;
type Api = (typeof apis)[number];
const models: Readonly<Record<Api, string>> = {
  openai: 'gpt-5.4',
  anthropic: 'claude-sonnet-4-5',
  google: 'gemini-2.5-flash',
  xai: 'grok-4',
  'openai-compatible': 'llama-of-our-own',
};
const key = 'the-secret-key';
const fine = { status: 'pass', summary: 'Looks right', outputs: { risk: 'low' } };

let dir: string;
let mocks: MockModel[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-llm-'));
  mocks = [];
});
afterEach(async () => {
  for (const mock of mocks) await mock.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function mockOf(...[move, options]: Parameters<typeof mockModel>): Promise<MockModel> {
  const mock = await mockModel(move, options);
  mocks.push(mock);
  return mock;
}

/** Moves one after the other; the last one again and again. */
function inTurn(...moves: readonly Move[]): (request: unknown, index: number) => Move {
  return (_, index) => moves[index] ?? moves.at(-1) ?? { fail: 500 };
}

function providerFor(entry: Readonly<Record<string, Json>>, line = lineTo()): Provider {
  const { configs, problems } = parseProviderConfigs({ mine: entry }, { baseDir: '/', transports });
  expect(problems).toEqual([]);
  const services = servicesWith({ MY_KEY: key, GATEWAY: 'gateway-secret' }, { fetch: line });
  const provider = createProviders(configs, services, transports).get('mine');
  if (provider === undefined) throw new Error('no provider');
  return provider;
}

interface Asking {
  readonly task?: Partial<PersonaTask>;
  readonly tools?: PersonaTask['persona']['tools'];
  readonly context?: Partial<ProviderContext>;
  readonly timeoutMs?: number;
  readonly entry?: Readonly<Record<string, Json>>;
  readonly line?: typeof fetch;
}

async function ask(api: Api, base: string, asking: Asking = {}): Promise<PersonaResult> {
  const entry = { preset: api, model: models[api], key: 'MY_KEY', base_url: base, ...asking.entry };
  const provider = providerFor(entry, asking.line);
  const plain = taskIn(dir);
  const task: PersonaTask = {
    ...plain,
    persona: { ...plain.persona, tools: asking.tools ?? ['read', 'search'] },
    ...asking.task,
  };
  const deadline = Date.now() + (asking.timeoutMs ?? patienceMs);
  const ticket = { requestId: task.requestId, provider: 'mine', strategy: 'immediate', deadline } as const;
  const context = { ...(await contextFor()), clock: hurried(), ...asking.context };
  const answer = await provider.start(task, ticket, context);
  if ('waiting' in answer) throw new Error('it answers at once');
  return answer.answer;
}

/** Waits between two tries are over at once; the deadline is a real one. */
function hurried(): ProviderContext['clock'] {
  return {
    now: () => Date.now(),
    after(ms, callback) {
      const timer = setTimeout(callback, [1_000, 4_000, 2_000, 3_000].includes(ms) ? 1 : ms);
      return () => clearTimeout(timer);
    },
  };
}

describe.each(apis)('%s', (api) => {
  test('reads the repository and answers, and what each request took is counted', async () => {
    writeFileSync(join(dir, 'cart.js'), 'const total = price;\n');
    const mock = await mockOf(
      inTurn(
        { use: [{ name: 'read_file', input: { path: 'cart.js' } }], tokens: { input: 1_000, output: 50 } },
        { result: fine, tokens: { input: 2_000, output: 100 } },
      ),
    );
    const result = await ask(api, mock.url(api));
    expect(result).toMatchObject({ ...fine, model: models[api] });
    expect(saidIn(mock.asked[1])).toContain('const total = price;');
    expect(result.usage).toMatchObject({ inputTokens: 3_000, outputTokens: 150, source: 'provider' });
    expect(result.usage.complete).toBe(api !== 'openai-compatible');
    expect(result.usage.costUsd === undefined).toBe(api === 'openai-compatible');
  });

  test('an answer that is no result is corrected once, in the same conversation', async () => {
    const mock = await mockOf(inTurn({ say: 'All is well.' }, { result: fine }));
    expect(await ask(api, mock.url(api))).toMatchObject({ status: 'pass' });
    expect(saidIn(mock.asked[1])).toContain('You have not handed in a result that can be used');
    // where a tool stands for the answer, words beside it do not count
    if (api !== 'google') expect(saidIn(mock.asked[1])).toContain('All is well.');
    expect(mock.asked.length).toBe(2);
  });

  test('twice no result is no pass', async () => {
    const mock = await mockOf(inTurn({ say: 'All is well.' }));
    expect(await ask(api, mock.url(api))).toMatchObject({ status: 'error', error: { class: 'contract' } });
    expect(mock.asked.length).toBe(2);
  });

  test('outputs that do not fit are told to it, and what fits counts', async () => {
    const outputs = { type: 'object', required: ['risk'], properties: { risk: { enum: ['low', 'high'] } } };
    const mock = await mockOf(inTurn({ result: { ...fine, outputs: { risk: 'huge' } } }, { result: fine }));
    const result = await ask(api, mock.url(api), { task: { outputSchemas: [outputs] } });
    expect(result).toMatchObject({ status: 'pass', outputs: { risk: 'low' } });
    expect(saidIn(mock.asked[1])).toContain('outputs.risk must be equal to one of the allowed values (low, high)');
  });

  test.each<[status: number, kind: string, tries: number]>([
    [401, 'auth', 1],
    [403, 'auth', 1],
    [404, 'config', 1],
    [500, 'transient', 3],
    [503, 'transient', 3],
  ])('HTTP %i is of the class %s', async (status, kind, tries) => {
    const mock = await mockOf(inTurn({ fail: status, message: `no, ${key}` }));
    const result = await ask(api, mock.url(api));
    expect(result).toMatchObject({ status: 'error', error: { class: kind } });
    expect(result.error?.message).toContain(`HTTP ${status}: no, [redacted]`);
    expect(mock.asked.length).toBe(tries);
  });

  test('a limit of rate is waited for where it is short, and handed on where it is long', async () => {
    const short = await mockOf(inTurn({ fail: 429, retryAfter: 2 }, { result: fine }));
    expect(await ask(api, short.url(api))).toMatchObject({ status: 'pass' });
    const long = await mockOf(inTurn({ fail: 429, retryAfter: 600, message: 'slow down' }));
    expect((await ask(api, long.url(api))).error).toMatchObject({ class: 'rate_limit', retryAfterMs: 600_000 });
    expect(long.asked.length).toBe(1);
  });

  test('an answer that breaks off in the middle is no answer, whether the line breaks or ends', async () => {
    const mock = await mockOf(inTurn({ result: { ...fine, summary: 'long '.repeat(400) } }));
    const ended = await ask(api, mock.url(api), { line: lineTo({ brokenAfter: 0.6 }) });
    expect(ended).toMatchObject({ status: 'error', error: { class: 'transient' }, usage: { complete: false } });
    expect(mock.asked.length).toBe(3);
    const cut = await mockOf(inTurn({ result: fine }), { chunkSize: 8, truncateAfterChunks: 1 });
    expect(await ask(api, cut.url(api), { line: fetch })).toMatchObject({
      status: 'error',
      error: { class: 'transient' },
    });
  });

  test('an endpoint that never answers is left at the deadline, and at once when nobody wants it any more', async () => {
    const mock = await mockOf(inTurn({ result: fine }), { latency: 600_000 });
    const late = await ask(api, mock.url(api), { timeoutMs: 300 });
    expect(late).toMatchObject({ status: 'error', error: { class: 'timeout' }, usage: { complete: false } });
    const abort = new AbortController();
    const asked = ask(api, mock.url(api), {
      context: { signal: abort.signal, progress: () => abort.abort() },
    });
    expect(await asked).toMatchObject({ status: 'error', error: { class: 'cancelled' } });
  });

  test('an endpoint that is not there is trouble that passes', async () => {
    const result = await ask(api, `http://127.0.0.1:${await freePort()}/v1`);
    expect(result).toMatchObject({ status: 'error', error: { class: 'transient' } });
    expect(result.error?.message).toContain('ECONNREFUSED');
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  // listening on a port: the address is one
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('small models and gateways', () => {
  const local = 'openai-compatible';

  test('one that is told in words answers with a block', async () => {
    const mock = await mockOf(
      inTurn({ say: `<think>hm</think>Well.\n\n\`\`\`json result\n${JSON.stringify(fine)}\n\`\`\`\n` }),
    );
    expect(await ask(local, mock.url(local), { entry: { shape: 'text' } })).toMatchObject(fine);
    expect(mock.asked[0]?.response_format).toBeUndefined();
    expect(saidIn(mock.asked[0])).toContain('in a fenced block whose info string is `json result`');
  });

  test('an endpoint that takes no schema is asked again in words', async () => {
    const mock = await mockOf((request) =>
      request.response_format === undefined
        ? { say: `\`\`\`json result\n${JSON.stringify(fine)}\n\`\`\`` }
        : { fail: 400, message: 'response_format is not supported' },
    );
    expect(await ask(local, mock.url(local))).toMatchObject({ ...fine, usage: { inputTokens: 100 } });
    expect(mock.asked.length).toBe(2);
  });

  test('without tools it is given none, and told so', async () => {
    const mock = await mockOf(inTurn({ result: fine }));
    await ask(local, mock.url(local), { entry: { tools: false } });
    expect(mock.asked[0]?.tools ?? []).toEqual([]);
    expect(saidIn(mock.asked[0])).toContain('without files and without tools');
  });

  test('headers and the query of a gateway go along, and nothing follows a redirect', async () => {
    const mock = await mockOf(inTurn({ result: fine }));
    const seen: URL[] = [];
    const line: typeof fetch = (input, init) => {
      seen.push(new URL(input instanceof Request ? input.url : input));
      return fetch(input, init);
    };
    const entry = { headers: ['api-key: GATEWAY'], base_url: `${mock.url(local)}?api-version=2025-01-01` };
    await ask(local, '', { entry, line });
    expect(mock.headers()[0]).toMatchObject({ 'api-key': '[REDACTED]' });
    expect(seen[0]?.searchParams.get('api-version')).toBe('2025-01-01');
    const moved: typeof fetch = (input, init) => {
      expect(init?.redirect).toBe('error');
      return fetch(input, init);
    };
    expect(await ask(local, mock.url(local), { line: moved })).toMatchObject(fine);
  });
});

describe('what it takes', () => {
  const price = { input: 1_000, output: 2_000 };

  test('is priced request by request as the operator says, exactly', async () => {
    const mock = await mockOf(
      inTurn({ say: 'hm', tokens: { input: 100, output: 1 } }, { result: fine, tokens: { input: 200, output: 3 } }),
    );
    const { usage } = await ask('openai-compatible', mock.url(''), { entry: { price } });
    expect(usage).toEqual({ inputTokens: 300, outputTokens: 4, costUsd: '0.308', source: 'provider', complete: true });
  });

  test('ends before the request that would go beyond what is left, and what was said is kept', async () => {
    writeFileSync(join(dir, 'a.txt'), 'a\n');
    const reads: Move = { use: [{ name: 'read_file', input: { path: 'a.txt' } }], tokens: { input: 40, output: 5 } };
    const mock = await mockOf(inTurn(reads));
    const result = await ask('openai-compatible', mock.url(''), {
      entry: { price },
      context: { allowance: { costUsd: '0.12' } },
    });
    // 0.05 each: the third would begin at 0.10 and read 45 more
    expect(mock.asked.length).toBe(2);
    expect(result).toMatchObject({ status: 'error', error: { class: 'budget' }, usage: { costUsd: '0.1' } });
    expect(result.error?.message).toBe(
      'The next request to the model would go beyond the $0.12 that are left: it was not sent',
    );
    expect(result.artifacts?.[0]?.content).toContain('> Reads a.txt');
    const tokens = await ask('openai-compatible', mock.url(''), { context: { allowance: { tokens: 100 } } });
    expect(tokens).toMatchObject({ error: { class: 'budget' }, usage: { inputTokens: 80, outputTokens: 10 } });
    const none = await ask('openai-compatible', mock.url(''), { context: { allowance: { costUsd: '0' } } });
    expect(none).toMatchObject({ error: { class: 'budget' }, usage: { costUsd: '0' } });
  });

  test('of refusals is nothing, and of what nobody tells is unknown', async () => {
    const refused = await mockOf(inTurn({ fail: 401 }));
    expect((await ask('openai', refused.url('openai'))).usage).toMatchObject({ costUsd: '0', complete: true });
    const broken = await mockOf(inTurn({ fail: 500 }));
    expect((await ask('openai', broken.url('openai'))).usage).toEqual({ source: 'none', complete: false });
  });
});

test('the answers of a model in one conversation have an end', async () => {
  const mock = await mockOf(inTurn({ use: [{ name: 'list_files', input: {} }] }));
  const result = await ask('openai', mock.url('openai'), { entry: { requests: 3 } });
  expect(result).toMatchObject({ status: 'error', error: { class: 'contract' } });
  expect(mock.asked.map((request) => request.tool_choice)).toEqual(['auto', 'auto', 'none']);
  expect(saidIn(mock.asked[2])).toContain('This is your last answer: hand in the result now.');
});

test('an answer that was cut off is no pass, however whole it looks', async () => {
  const mock = await mockOf(inTurn({ say: JSON.stringify(fine), cut: true }));
  expect(await ask('openai-compatible', mock.url(''))).toMatchObject({ error: { class: 'contract' } });
});

test.each<[status: number, said: string, kind: string, hint: string]>([
  [400, 'maximum context length is 8192 tokens', 'config', 'choose one with more context'],
  [429, 'insufficient_quota: You exceeded your current quota', 'config', 'no credit left'],
  [402, 'Payment required', 'config', 'no credit left'],
  [404, 'model not found', 'config', 'Check the name of the model'],
])('HTTP %i with "%s" is %s and says what to do', async (status, said, kind, hint) => {
  const mock = await mockOf(inTurn({ fail: status, message: said }));
  const { error } = await ask('openai', mock.url('openai'));
  expect(error).toMatchObject({ class: kind, message: expect.stringContaining(hint) });
  expect(mock.asked.length).toBe(1);
});

test('everything that happens is kept for people, and the key is nowhere in it', async () => {
  writeFileSync(join(dir, 'a.txt'), `a ${key}\n`);
  const entries: TranscriptEntry[] = [];
  const told: string[] = [];
  const mock = await mockOf(
    inTurn(
      {
        use: [
          { name: 'read_file', input: { path: 'a.txt' } },
          { name: 'read_file', input: { path: '../x' } },
        ],
      },
      { result: fine },
    ),
  );
  const context = {
    transcript: (entry: TranscriptEntry) => entries.push(entry),
    progress: (text: string) => told.push(text),
  };
  await ask('anthropic', mock.url('anthropic'), { context });
  expect(
    entries.map((entry) => (entry.kind === 'tool' ? `${entry.kind} ${entry.tool} ${entry.state}` : entry.kind)),
  ).toEqual([
    'message',
    'model',
    'tool read open',
    'tool read done',
    'tool read open',
    'tool read failed',
    'model',
    'message',
    'result',
  ]);
  expect(entries[1]).toMatchObject({ model: 'claude-sonnet-4-5', inputTokens: 100, costUsd: '0.00045', status: 200 });
  expect(JSON.stringify([entries, told, mock.asked])).not.toContain(key);
  expect(told[0]).toBe('Asks claude-sonnet-4-5');
});

describe('doctor says', () => {
  const persona = { ...taskIn('/').persona, id: 'planner', tools: ['read', 'search'] as const };

  test.each<[entry: Readonly<Record<string, Json>>, tools: PersonaTask['persona']['tools'], says: readonly string[]]>([
    [{ preset: 'openai', model: 'm', key: 'MY_KEY' }, ['read'], []],
    [
      { preset: 'openai', model: 'm' },
      [],
      ['error Provider "mine" has no key for its model: OPENAI_API_KEY is not set'],
    ],
    [{ transport: 'llm', api: 'xai', model: 'm' }, [], ['error Provider "mine" names no key for xAI']],
    [{ preset: 'openai', key: 'MY_KEY' }, [], ['error Provider "mine" names no model, and neither does the persona']],
    [{ preset: 'openai-compatible', model: 'm' }, [], ['error Provider "mine" has no address of its endpoint']],
    [{ preset: 'openai-compatible', model: 'm', base_url: 'http://127.0.0.1:11434/v1' }, [], []],
    [
      { preset: 'openai-compatible', model: 'm', base_url: 'http://10.0.0.7/v1' },
      [],
      ['error Provider "mine" would send the repository and its key over plain HTTP to another machine'],
    ],
    [{ preset: 'openai-compatible', model: 'm', base_url: 'http://10.0.0.7/v1', allow_http: true }, [], []],
    [
      { preset: 'openai-compatible', model: 'm', base_url: 'https://me:pw@example.com/v1' },
      [],
      ['error The `base_url` of provider "mine" is no address of a model that Troupe can use'],
    ],
    [
      { preset: 'openai-compatible', model: 'm', base_url: 'https://models.github.ai/inference' },
      [],
      ['error Provider "mine" names GitHub Models, which was retired on 30 July 2026'],
    ],
    [
      { preset: 'openai-compatible', model: 'm', base_url: 'https://x.example/v1', headers: ['api-key: NOT_SET'] },
      [],
      ['error Provider "mine" sends the header api-key from NOT_SET, which is not set'],
    ],
    [
      { preset: 'openai', model: 'm', key: 'MY_KEY' },
      ['read', 'edit', 'execute'],
      ['error Provider "mine" is a model without hands, and planner is to use edit and execute'],
    ],
    [
      { preset: 'openai', model: 'm', key: 'MY_KEY' },
      ['read', 'web'],
      ['warning Provider "mine" looks nothing up in the network, which planner may do'],
    ],
  ])('%j for %j', async (entry, tools, says) => {
    const problems = await providerFor(entry).check({ ...persona, tools });
    expect(problems.map(({ severity, message }) => `${severity} ${message}`)).toEqual(says);
  });
});

test('an address that doctor would refuse is not used, whoever forgot to ask', async () => {
  const line: typeof fetch = () => Promise.reject(new Error('nothing is sent'));
  const plain = await ask('openai-compatible', 'http://10.0.0.7/v1', { line });
  expect(plain).toMatchObject({ status: 'error', error: { class: 'config' } });
  const hands = await ask('openai', 'http://127.0.0.1:1/v1', { line, tools: ['read', 'edit'] });
  expect(hands.error?.message).toContain('a model without hands');
});
