// What agent programs print about their cost, in the shapes that they have today: own values, real forms.
import { describe, expect, test } from 'vitest';
import { usageIn } from './agent-usage.ts';
import { parseResult } from './parse-result.ts';

const result = '{"status":"pass","summary":"Done","outputs":{}}';
const lines = (...values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join('\n');

const claudeTokens = {
  input_tokens: 4,
  cache_creation_input_tokens: 1_000,
  cache_read_input_tokens: 20_000,
  output_tokens: 300,
};
const claude = (more: object = {}) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  session_id: 's-1',
  result,
  total_cost_usd: 0.77,
  usage: claudeTokens,
  ...more,
});
const piece = (id: string, output: number) => ({
  type: 'assistant',
  session_id: 's-1',
  message: { id, type: 'message', role: 'assistant', content: [], usage: { input_tokens: 100, output_tokens: output } },
});
const turn = (input: number, output: number) => ({
  type: 'turn.completed',
  usage: { input_tokens: input, cached_input_tokens: 500, output_tokens: output, reasoning_output_tokens: 7 },
});
const answer = { type: 'item.completed', item: { id: 'i', type: 'agent_message', text: result } };
const completion = (cost: object) => ({
  object: 'chat.completion',
  choices: [{ message: { role: 'assistant', content: result }, finish_reason: 'stop' }],
  usage: {
    prompt_tokens: 120,
    completion_tokens: 30,
    total_tokens: 150,
    prompt_tokens_details: { cached_tokens: 64 },
    completion_tokens_details: { reasoning_tokens: 20 },
    ...cost,
  },
});
const step = (cost: unknown) => ({
  type: 'step_finish',
  sessionID: 'o-1',
  part: { type: 'step-finish', cost, tokens: { input: 10, output: 5, reasoning: 2, cache: { read: 100, write: 50 } } },
});

/** Whole answers: input, output, what a cache gave, dollars, what a cache took. */
test.each<[what: string, output: string, figures: readonly (number | string | undefined)[]]>([
  ['claude, one document', JSON.stringify(claude()), [21_004, 300, 20_000, '0.77', 1_000]],
  [
    'claude, laid out over lines, after a log line',
    `Loading …\n${JSON.stringify(claude(), null, 2)}\n`,
    [21_004, 300, 20_000, '0.77', 1_000],
  ],
  [
    'claude, all events in one list',
    JSON.stringify([{ type: 'system' }, piece('m1', 3), claude()]),
    [21_004, 300, 20_000, '0.77', 1_000],
  ],
  [
    'claude, a stream whose last line holds everything before it',
    lines(
      { type: 'system', subtype: 'init', session_id: 's-1' },
      piece('m1', 3),
      piece('m1', 9),
      piece('m2', 5),
      claude(),
    ),
    [21_004, 300, 20_000, '0.77', 1_000],
  ],
  [
    'claude, by model: it knows of helpers that `usage` leaves out',
    JSON.stringify(
      claude({
        modelUsage: {
          big: {
            inputTokens: 10,
            outputTokens: 400,
            cacheReadInputTokens: 30_000,
            cacheCreationInputTokens: 90,
            costUSD: 0.7,
          },
          small: { inputTokens: 1_000, outputTokens: 50, costUSD: 0.07 },
        },
      }),
    ),
    [31_100, 450, 30_000, '0.77', 90],
  ],
  [
    'claude, without the sum of its models',
    JSON.stringify({ modelUsage: { a: { inputTokens: 5, costUSD: 0.1 }, b: { inputTokens: 5, costUSD: 0.2 } } }),
    [10, undefined, undefined, '0.3'],
  ],
  [
    'claude, an error that was paid',
    JSON.stringify(claude({ subtype: 'error_max_turns', is_error: true })),
    [21_004, 300, 20_000, '0.77', 1_000],
  ],
  [
    'claude twice in one session: the second figure holds the first',
    lines(claude({ total_cost_usd: 0.0066 }), claude({ total_cost_usd: 0.0099 })),
    [42_008, 600, 40_000, '0.0099', 2_000],
  ],
  [
    'claude twice, in two sessions',
    lines(claude(), claude({ session_id: 's-2' })),
    [42_008, 600, 40_000, '1.54', 2_000],
  ],
  [
    'a session whose count began anew',
    lines(claude({ total_cost_usd: 0.5 }), claude({ total_cost_usd: 0.2 })),
    [42_008, 600, 40_000, '0.7', 2_000],
  ],
  [
    'figures as text',
    JSON.stringify(claude({ total_cost_usd: '$0.77', usage: { input_tokens: '12', output_tokens: '3' } })),
    [12, 3, undefined, '0.77'],
  ],
  [
    'a price that a computer wrote',
    JSON.stringify(claude({ total_cost_usd: 7.7e-7 })),
    [21_004, 300, 20_000, '0.00000077', 1_000],
  ],
  [
    'inside another document',
    JSON.stringify({ ok: true, response: { data: claude() } }),
    [21_004, 300, 20_000, '0.77', 1_000],
  ],
  [
    'codex',
    lines({ type: 'thread.started', thread_id: 't' }, { type: 'turn.started' }, answer, turn(2_000, 40)),
    [2_000, 40, 500, undefined],
  ],
  [
    'codex, a second turn of the thread',
    lines({ type: 'thread.started', thread_id: 't' }, turn(2_000, 40), answer, turn(3_000, 60)),
    [3_000, 60, 500, undefined],
  ],
  [
    'codex, two threads',
    lines(
      { type: 'thread.started', thread_id: 't' },
      turn(2_000, 40),
      { type: 'thread.started', thread_id: 'u' },
      turn(1_000, 20),
    ),
    [3_000, 60, 1_000, undefined],
  ],
  [
    'codex as it was',
    lines({
      id: '0',
      msg: {
        type: 'token_count',
        info: { total_token_usage: { input_tokens: 900, cached_input_tokens: 100, output_tokens: 12 } },
      },
    }),
    [900, 12, 100, undefined],
  ],
  [
    'gemini',
    JSON.stringify({
      session_id: 'g',
      response: result,
      stats: {
        models: {
          pro: {
            api: { totalRequests: 2 },
            tokens: { input: 60, prompt: 100, candidates: 20, total: 130, cached: 40, thoughts: 10, tool: 0 },
          },
          flash: { tokens: { prompt: 7, candidates: 3, total: 10, cached: 0, thoughts: 0, tool: 0 } },
        },
        tools: { totalCalls: 3 },
      },
    }),
    [107, 33, 40, undefined],
  ],
  [
    'gemini, a stream',
    lines(
      { type: 'init', session_id: 'g' },
      {
        type: 'result',
        status: 'success',
        stats: { total_tokens: 130, input_tokens: 100, output_tokens: 30, cached: 40 },
      },
    ),
    [100, 30, 40, undefined],
  ],
  [
    'copilot: its cost is a count of requests',
    lines(
      { type: 'assistant.usage', data: { model: 'x', inputTokens: 70, outputTokens: 8, cacheReadTokens: 5, cost: 1 } },
      { type: 'assistant.message', data: { content: result } },
    ),
    [70, 8, 5, undefined],
  ],
  ['opencode', lines(step(0.0012), step('0.0003')), [320, 14, 200, '0.0015', 100]],
  ['a chat completion', JSON.stringify(completion({})), [120, 30, 64, undefined]],
  ['a chat completion with its price', JSON.stringify(completion({ cost: 0.0021 })), [120, 30, 64, '0.0021']],
  [
    'a response',
    JSON.stringify({
      object: 'response',
      output: [],
      usage: {
        input_tokens: 50,
        input_tokens_details: { cached_tokens: 10 },
        output_tokens: 5,
        output_tokens_details: { reasoning_tokens: 2 },
      },
    }),
    [50, 5, 10, undefined],
  ],
  [
    'server-sent events',
    `data: ${JSON.stringify({ type: 'response.completed', response: { object: 'response', usage: { input_tokens: 50, output_tokens: 5 } } })}\n\ndata: [DONE]`,
    [50, 5, undefined, undefined],
  ],
  [
    'an API of Google, each line with all of it until then',
    lines(
      { responseId: 'r', usageMetadata: { promptTokenCount: 40, candidatesTokenCount: 1 } },
      {
        responseId: 'r',
        usageMetadata: {
          promptTokenCount: 40,
          candidatesTokenCount: 9,
          thoughtsTokenCount: 5,
          cachedContentTokenCount: 8,
        },
      },
    ),
    [40, 14, 8, undefined],
  ],
  [
    'a whole without its parts',
    JSON.stringify({ text: result, usage: { total_tokens: 99 } }),
    [99, undefined, undefined, undefined],
  ],
  ['a line with a time before it', `12:04:11 agent: ${JSON.stringify(claude())}`, [21_004, 300, 20_000, '0.77', 1_000]],
  [
    'a library that names wholes and parts',
    JSON.stringify({ usage: { inputTokens: { total: 40, noCache: 30 }, outputTokens: { total: 8 } } }),
    [40, 8, undefined, undefined],
  ],
  [
    'short words in pairs, the cache beside them',
    JSON.stringify({ usage: { input: 5, output: 7, cacheRead: 100, cacheWrite: 10, cost: { total: 0.02 } } }),
    [115, 7, 100, '0.02', 10],
  ],
  [
    'other names for it',
    JSON.stringify({ content: result, usage_metadata: { input_tokens: 7, output_tokens: 2, total_tokens: 9 } }),
    [7, 2, undefined, undefined],
  ],
  [
    'a model on this machine',
    lines({ response: 'x', done: false }, { done: true, prompt_eval_count: 26, eval_count: 259 }),
    [26, 259, undefined, undefined],
  ],
  [
    'grok',
    JSON.stringify({ text: result, stopReason: 'end', sessionId: 'x', usage: { input_tokens: 5, output_tokens: 6 } }),
    [5, 6, undefined, undefined],
  ],
])('%s', (_what, output, [inputTokens, outputTokens, cacheReadTokens, costUsd, cacheWriteTokens]) => {
  const { source, complete, ...figures } = usageIn(output);
  expect(figures).toEqual(
    Object.fromEntries(
      Object.entries({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, costUsd }).filter(
        ([, value]) => value !== undefined,
      ),
    ),
  );
  expect({ source, complete }).toEqual({ source: 'provider', complete: costUsd !== undefined });
});

describe('an output that ends in the middle', () => {
  test('has told what it told before: tokens of whole answers, no price', () => {
    const cut = `${lines({ type: 'system', session_id: 's-1' }, piece('m1', 3), piece('m1', 9), piece('m2', 5))}\n{"type":"assis`;
    expect(usageIn(cut)).toEqual({ inputTokens: 200, outputTokens: 14, source: 'provider', complete: false });
  });

  test('after a price: that price, and more that nobody knows', () => {
    expect(usageIn(lines(claude(), piece('m9', 5)))).toMatchObject({ costUsd: '0.77', complete: false });
    expect(usageIn(lines(claude(), { type: 'thread.started', thread_id: 't' }, turn(10, 1)))).toMatchObject({
      costUsd: '0.77',
      complete: false,
    });
  });
});

test.each([
  ['nothing', ''],
  ['words', 'All done for $5.'],
  ['a file that was shown', '{"name":"x","version":"1.0.0","cost":"high"}'],
  ['numbers that are none', '{"type":"result","total_cost_usd":-1,"usage":{"input_tokens":-5,"output_tokens":"many"}}'],
  [
    'what a tool gave',
    lines({ type: 'user', message: { role: 'user', content: [], usage: { input_tokens: 5 } } }, { type: 'user' }),
  ],
  [
    'pieces of pieces',
    lines({ type: 'stream_event', event: { type: 'message_start', message: { usage: { input_tokens: 5 } } } }),
  ],
  ['a report of tests', '{"stats":{"suites":2,"tests":5,"passes":5,"total":5,"cached":1}}'],
  ['how busy a machine is', '{"usage":{"total":93,"input":4}}'],
  ['a bill that is none of an agent', '{"tokens":{"total":5},"prompt":"Fix it","input":"x"}'],
  ['usage that is not an object', '{"type":"result","usage":"much"}'],
])('%s tells no cost', (_what, output) => {
  expect(usageIn(output)).toEqual({ source: 'none', complete: false });
});

test('an envelope and a persona that both tell: the larger figure of each', () => {
  const own = '{"status":"pass","summary":"x","outputs":{},"usage":{"costUsd":"0.01","inputTokens":50000}}';
  expect(parseResult({ output: JSON.stringify(claude({ result: own })) }).usage).toMatchObject({
    costUsd: '0.77',
    inputTokens: 50_000,
    outputTokens: 300,
    complete: true,
  });
  expect(
    parseResult({ file: own, output: lines({ type: 'thread.started', thread_id: 't' }, turn(9, 1)) }).usage,
  ).toMatchObject({
    costUsd: '0.01',
    complete: true,
  });
});

test('an answer that breaks the contract, or reports an error, was paid like any other', () => {
  for (const more of [
    { result: 'Done!' },
    { is_error: true, result: 'API Error: 529' },
    { result: '```json result\n{' },
  ])
    expect(parseResult({ output: JSON.stringify(claude(more)) })).toMatchObject({
      status: 'error',
      usage: { costUsd: '0.77' },
    });
});

test.each([
  ['codex', lines({ type: 'thread.started', thread_id: 't' }, answer, turn(1, 1))],
  [
    'codex, after it looked at a file that says otherwise',
    lines(
      { type: 'item.completed', item: { type: 'agent_message', text: result } },
      {
        type: 'item.completed',
        item: { type: 'command_execution', status: 'completed', aggregated_output: '{"status":"fail","summary":"x"}' },
      },
      { type: 'item.completed', item: { type: 'reasoning', text: '{"status":"fail","summary":"hm"}' } },
    ),
  ],
  ['codex as it was', lines({ msg: { type: 'task_started' } }, { msg: { type: 'agent_message', message: result } })],
  ['opencode', lines(step(0), { type: 'text', sessionID: 'o-1', part: { type: 'text', text: result } }, step(0))],
  ['copilot', lines({ type: 'session.start', data: {} }, { type: 'assistant.message', data: { content: result } })],
  [
    'gemini, in pieces',
    lines(
      { type: 'init', session_id: 'g' },
      { type: 'message', role: 'user', content: 'Do it' },
      { type: 'message', role: 'assistant', content: '```json result\n{"status":"pa', delta: true },
      { type: 'message', role: 'assistant', content: 'ss","summary":"Done","outputs":{}}\n```', delta: true },
      { type: 'result', status: 'success', stats: {} },
    ),
  ],
  [
    'grok, in pieces',
    lines(
      { type: 'text', data: '```json result\n{"status":' },
      { type: 'text', data: '"pass","summary":"Done"}\n```' },
      { type: 'end', stopReason: 'end' },
    ),
  ],
])('the result of %s is found', (_what, output) => {
  expect(parseResult({ output })).toMatchObject({ status: 'pass', summary: 'Done' });
});

test('a program’s own success, and a file that a tool showed, are no result', () => {
  const shown = `\`\`\`json result\n${result}\n\`\`\``;
  for (const output of [
    lines({ type: 'init', session_id: 'g' }, { type: 'result', status: 'success', stats: { total_tokens: 1 } }),
    lines(
      { type: 'tool_result', status: 'success', output: result },
      { type: 'tool_result', status: 'success', output: result },
    ),
    lines({ type: 'user', message: { content: [{ type: 'tool_result', content: shown }] } }, { type: 'system' }),
    lines(
      { type: 'item.completed', item: { type: 'command_execution', status: 'completed', aggregated_output: shown } },
      turn(1, 1),
    ),
  ])
    expect(parseResult({ output }).error?.class).toBe('contract');
});
