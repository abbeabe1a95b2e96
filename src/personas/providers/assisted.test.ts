// What a person wrote counts as a verdict only where it clearly is one; anything else is asked again.
import { expect, test } from 'vitest';
import { contextFor, taskIn } from '../../../test/suites/provider-contract.ts';
import type { Json } from '../../support/index.ts';
import type { PersonaResult, PersonaTask } from '../model/types.ts';
import { createAssistedProvider } from './assisted.ts';
import { patienceMs } from '../../../test/support/patience.ts';

async function answered(answer: Json, change: Partial<PersonaTask> = {}): Promise<PersonaResult> {
  const provider = createAssistedProvider({ name: 'people', transport: 'assisted', env: [], options: {} });
  const ticket = {
    requestId: 'r',
    provider: 'people',
    strategy: 'callback' as const,
    deadline: Date.now() + patienceMs,
  };
  const task = { ...taskIn('/nowhere'), ...change };
  const reply = { body: Buffer.from(JSON.stringify(answer)), mediaType: 'application/json', from: 'ada' };
  const got = await provider.resume(task, { ticket, reply }, await contextFor());
  if ('answer' in got) return got.answer;
  if (got.asks === undefined) throw new Error('nobody waits for a person without asking one');
  return got.asks;
}

test.each([
  ['pass', 'pass', 'Done by ada'],
  ['  Passed \n', 'pass', 'Done by ada'],
  ['pass: reads well', 'pass', 'reads well (ada)'],
  ['approved, every path is tested', 'pass', 'every path is tested (ada)'],
  ['Approve – reads well', 'pass', 'reads well (ada)'],
  ['PASS\n\nReads well.', 'pass', 'Reads well. (ada)'],
  ['fail - the discount is taken twice', 'fail', 'the discount is taken twice (ada)'],
  ['Failed', 'fail', 'Done by ada'],
  ['reject: no test', 'fail', 'no test (ada)'],
  ['rejected', 'fail', 'Done by ada'],
])('%j is a verdict: %s', async (answer, status, summary) => {
  expect(await answered(answer)).toMatchObject({ status, summary });
});

test.each<[Json]>([
  ['Good catch, but the discount is taken twice'],
  ['No objections'],
  ['Passing by, I saw nothing'],
  ['pass this on to Bob'],
  ['pass-through is broken'],
  ['fail-safe as far as I see'],
  ['yes'],
  ['ok: fine'],
  ['LGTM'],
  ['I pass'],
  ['pass? I am not sure'],
  ['approved by nobody'],
  [''],
  [true],
  [1],
])('%j is none: it is asked again, with the line that says how', async (answer) => {
  const { status, next } = await answered(answer);
  expect(status).toBe('unknown');
  expect(next).toMatchObject({ action: 'ask' });
  expect(next?.questions?.[0]).toContain('Begin with `pass` or `fail`, as in `/troupe answer pass: reads well`');
});

const risk = { type: 'object', required: ['risk'], properties: { risk: { enum: ['low', 'high'] } } };
const size = { type: 'object', required: ['size'] };
const form = '`/troupe answer {"status":"pass","summary":"…","outputs":{"risk":"…","size":"…"}}`';

test.each<[string, Json, string]>([
  [
    'in words',
    'pass: reads well',
    "a pass hands on risk, size here. The outputs do not match the schema: outputs must have required property 'risk'; outputs must have required property 'size'. Answer",
  ],
  ['without one of them', { status: 'pass', outputs: { risk: 'low' } }, "must have required property 'size'"],
  [
    'with a wrong one',
    { status: 'pass', outputs: { risk: 'none', size: 1 } },
    'outputs.risk must be equal to one of the allowed values (low, high)',
  ],
])(
  'a pass %s is asked again where outputs are handed on, with what is missing and the form',
  async (_how, answer, problem) => {
    const { status, next } = await answered(answer, { outputSchemas: [risk, size] });
    expect(status).toBe('unknown');
    expect(next?.questions?.[0]).toContain(problem);
    expect(next?.questions?.[0]).toContain(`Answer with a result object: ${form}`);
  },
);

test('who says no has nothing to hand on', async () => {
  expect(await answered('fail: no test', { outputSchemas: [risk] })).toMatchObject({ status: 'fail', outputs: {} });
});

test('a result object with all outputs is the result', async () => {
  const object = { status: 'pass', summary: 'Small', outputs: { risk: 'low', size: 2 } };
  const result = await answered(object, { outputSchemas: [risk, size] });
  expect(result).toMatchObject({ status: 'pass', summary: 'Small (ada)', outputs: { risk: 'low', size: 2 } });
});
