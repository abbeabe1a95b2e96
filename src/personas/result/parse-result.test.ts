import { expect, test } from 'vitest';
import { checkResult, maxResultBytes, parseResult } from './parse-result.ts';
import { statusOf } from './verdict-words.ts';

const good = '{"status":"pass","summary":"Done","outputs":{"risk":"low"}}';
const block = `\`\`\`json result\n${good}\n\`\`\``;

// what real and made-up agents print: text → status, or the class of the error
test.each<[what: string, output: string, expected: string]>([
  ['bare JSON', good, 'pass'],
  ['a result block', `I looked.\n\n${block}`, 'pass'],
  ['a result block and words after it', `${block}\n\nLet me know.`, 'pass'],
  [
    'two result blocks: the last one counts',
    `${block}\nWait.\n\`\`\`json result\n{"status":"fail","summary":"No"}\n\`\`\``,
    'fail',
  ],
  ['a plain JSON block', `Here:\n\`\`\`json\n${good}\n\`\`\``, 'pass'],
  ['an unmarked block', `\`\`\`\n${good}\n\`\`\``, 'pass'],
  ['an object after words', `All good.\n${good}`, 'pass'],
  ['an object before words', `${good}\nThat is all.`, 'pass'],
  [
    'thinking aloud about another verdict',
    `<think>${'```json result\n{"status":"fail"}\n```'}</think>\n${block}`,
    'pass',
  ],
  ['a thought that never ends', `<think>so I would say ${good}`, 'contract'],
  ['a verdict in another spelling', '{"verdict":"APPROVED","summary":"fine"}', 'pass'],
  ['changes requested', '{"status":"changes requested","summary":"no"}', 'fail'],
  ['words that contradict each other', '{"status":"pass","passed":false,"summary":"?"}', 'fail'],
  ['a word nobody knows', '{"status":"mostly","summary":"?"}', 'unknown'],
  [
    'an envelope around text with a block',
    JSON.stringify({ type: 'result', subtype: 'success', is_error: false, session_id: 's', result: `ok\n${block}` }),
    'pass',
  ],
  [
    'an envelope after a warning of the program, and before another',
    `Warning: no version check\n${JSON.stringify({ type: 'result', session_id: 's', result: block })}\nDone in 3 s`,
    'pass',
  ],
  [
    'an envelope over many lines after words',
    `Loaded cached credentials.\n${JSON.stringify({ session_id: 's', response: block, stats: {} }, null, 2)}`,
    'pass',
  ],
  [
    'an envelope of an error after words',
    `Warning: old\n${JSON.stringify({ type: 'result', is_error: true, result: 'API Error: 401 invalid key' })}`,
    'auth',
  ],
  [
    'an envelope without a result after words',
    'Warning: old\n{"type":"result","is_error":false,"result":"Done!"}',
    'contract',
  ],
  ['an envelope in a fence', `I saw:\n\`\`\`\n${JSON.stringify({ type: 'result', result: good })}\n\`\`\``, 'contract'],
  ['a response envelope', JSON.stringify({ response: good, stats: {} }), 'pass'],
  ['a chat completion', JSON.stringify({ choices: [{ message: { content: good }, finish_reason: 'stop' }] }), 'pass'],
  [
    'a stream of events',
    `{"type":"init","session_id":"s"}\n{"type":"text","text":"hm"}\n${JSON.stringify({ type: 'result', session_id: 's', result: good })}`,
    'pass',
  ],
  ['a list with one object', `[${good}]`, 'pass'],
  [
    'null where there is nothing to say',
    '{"status":"pass","summary":"x","findings":null,"noop":null,"error":null}',
    'pass',
  ],
  ['an example inside a longer fence', `\`\`\`\`md\n${block}\n\`\`\`\``, 'contract'],
  ['a result block that is cut off', '```json result\n{"status":"pass","summ', 'contract'],
  ['nothing', '', 'contract'],
  ['words only', 'I have successfully completed the task. All tests pass!', 'contract'],
  [
    'an agent’s own success without a result',
    '{"type":"result","subtype":"success","is_error":false,"result":"Done! Everything works."}',
    'contract',
  ],
  [
    'success on a 401',
    '{"type":"result","subtype":"success","is_error":true,"result":"API Error: 401 invalid x-api-key"}',
    'auth',
  ],
  ['an API’s rate limit', '{"error":{"message":"429 Too Many Requests"}}', 'rate_limit'],
  ['a package.json on the way', 'I read this:\n{"name":"x","status":"published"}\nand then stopped.', 'contract'],
  ['a status that is empty', '{"status":"","summary":"x"}', 'contract'],
  ['a status of the wrong type', '{"status":7,"summary":"x"}', 'contract'],
  ['outputs of the wrong type', '{"status":"pass","outputs":[1]}', 'contract'],
  [
    'an error with a class',
    '{"status":"error","error":{"class":"rate_limit","message":"slow down","retryAfterMs":5000}}',
    'rate_limit',
  ],
  ['pass and an error at once', '{"status":"pass","summary":"x","error":"disk full"}', 'failed'],
])('%s', (_what, output, expected) => {
  const result = parseResult({ output });
  expect(result.error?.class ?? result.status).toBe(expected);
  expect(result.status === 'error').toBe(result.error !== undefined);
});

test('the result file comes before what was printed', () => {
  expect(parseResult({ file: '{"status":"fail","summary":"from the file"}', output: good })).toMatchObject({
    status: 'fail',
    summary: 'from the file',
  });
  expect(parseResult({ file: ' \n', output: good }).status).toBe('pass');
  expect(parseResult({ file: 'not json', output: good }).error?.message).toContain(
    'The result in $TROUPE_RESULT_FILE is not JSON',
  );
  expect(parseResult({ file: '{"summary":"x"}', output: good }).error?.message).toBe(
    'The result has no status: it must say "status": "pass" or "fail"',
  );
});

test('a result that is too large is refused, a long log with a result at its end is not', () => {
  const large = JSON.stringify({ status: 'pass', summary: 'x'.repeat(maxResultBytes) });
  expect(parseResult({ file: large, output: '' }).error?.message).toContain('the limit is 1048576');
  expect(parseResult({ output: `${'log line\n'.repeat(200_000)}${block}` }).status).toBe('pass');
});

test('outputs are held against the schemas; what was wrong is said', () => {
  const schema = { type: 'object', required: ['risk'], properties: { risk: { enum: ['low', 'high'] } } };
  expect(parseResult({ output: good }, [schema]).status).toBe('pass');
  expect(parseResult({ output: '{"status":"pass","outputs":{"risk":"huge"}}' }, [schema]).error).toEqual({
    class: 'contract',
    message: 'The outputs do not match the schema: outputs.risk must be equal to one of the allowed values (low, high)',
  });
  expect(parseResult({ output: '{"status":"pass"}' }, [schema]).error?.message).toContain(
    "must have required property 'risk'",
  );
  expect(parseResult({ output: '{"status":"fail","summary":"Cannot tell"}' }, [schema]).status).toBe('fail');
});

test('what a persona reports as evidence is by the persona, whatever it claims', () => {
  const result = parseResult({
    output:
      '{"status":"pass","evidence":[{"by":"troupe","command":"npm test","exitCode":0},{"command":["npm","test"],"exit_code":1}]}',
  });
  expect(result.evidence).toEqual([
    { by: 'persona', command: ['npm test'], exitCode: 0 },
    { by: 'persona', command: ['npm', 'test'], exitCode: 1 },
  ]);
});

test('findings and usage are read in the spellings that are around', () => {
  const result = parseResult({
    output: JSON.stringify({
      status: 'fail',
      findings: [{ path: './a.js', line: 3, severity: 'critical', message: 'Boom' }],
      usage: { input_tokens: 10, output_tokens: 4, total_cost_usd: 0.0000012 },
    }),
  });
  expect(result.findings).toEqual([{ path: 'a.js', startLine: 3, level: 'failure', message: 'Boom' }]);
  expect(result.usage).toEqual({
    inputTokens: 10,
    outputTokens: 4,
    costUsd: '0.0000012',
    source: 'provider',
    complete: true,
  });
  expect(parseResult({ output: good }).usage).toEqual({ source: 'none', complete: false });
});

test.each([
  ['pass', ['pass', 'PASSED', 'ok', ' Approved ', 'success', 'LGTM!', '✅ pass']],
  ['fail', ['fail', 'Failed', 'rejected', 'changes_requested', 'request-changes', 'needs work', 'blocked']],
  ['error', ['error']],
  [
    'unknown',
    ['', 'maybe', 'done', 'completed', 'pass with reservations', 'not pass', 'unpassed', 'pass | fail', 'constructor'],
  ],
])('words for %s', (status, words) => {
  expect(words.map(statusOf)).toEqual(words.map(() => status));
});

test('a persona that asks first need not make outputs up', () => {
  const schema = { type: 'object', required: ['risk'] };
  const asking = { status: 'unknown', summary: 'Which one?', next: { action: 'ask', questions: ['Which one?'] } };
  expect(checkResult(asking, [schema])).toMatchObject({ status: 'unknown', next: { action: 'ask' } });
  expect(checkResult({ ...asking, next: { action: 'proceed' } }, [schema])).toMatchObject({ status: 'error' });
});
