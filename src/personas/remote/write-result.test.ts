// What a worker hands in: read by the other end as it was meant, and with nothing in it that is secret where the worker is.
import { expect, test } from 'vitest';
import { taskIn } from '../../../test/suites/provider-contract.ts';
import { createRedactor } from '../../support/index.ts';
import type { PersonaResult } from '../model/types.ts';
import { readReply } from './read-reply.ts';
import { writeResult } from './write-result.ts';

const secret = 'key-of-the-workers-own-model';
const result: PersonaResult = {
  status: 'pass',
  summary: `Done with ${secret}`,
  outputs: { risk: 'low', said: [secret] },
  findings: [{ path: 'a.ts', startLine: 3, level: 'notice', message: `Here stood ${secret}` }],
  evidence: [{ by: 'persona', command: ['echo', secret], exitCode: 0 }],
  usage: { inputTokens: 10, outputTokens: 2, costUsd: '0.5', source: 'provider', complete: true },
};
const { persona, text } = taskIn('/nowhere');

function read(written: string): PersonaResult {
  return readReply({ persona, text }, { body: Buffer.from(written), mediaType: 'application/json' });
}

test('a secret of the worker stays with it, and its patch is the bytes that it was', () => {
  const patch = Buffer.from([0, 255, ...Buffer.from('--- a/one\n+++ b/one\n')]);
  const base = 'a'.repeat(40);
  const written = writeResult(result, createRedactor([secret]), { patch, base });
  expect(written).not.toContain(secret);
  const answer = read(written);
  expect(answer).toMatchObject({ status: 'pass', summary: expect.stringMatching(/^Done with /), changes: { base } });
  expect(answer.changes?.content).toEqual(patch);
  expect(answer.usage).toMatchObject({ inputTokens: 10, costUsd: '0.5' });
});

test('an error keeps its class, and a price that was guessed is not told', () => {
  const usage = { ...result.usage, source: 'estimated' } as const;
  const error = { class: 'rate_limit', message: `Wait, says ${secret}` } as const;
  const answer = read(writeResult({ ...result, status: 'error', usage, error }, createRedactor([secret])));
  expect(answer).toMatchObject({ status: 'error', error: { class: 'rate_limit' }, usage: { inputTokens: 10 } });
  expect(answer.usage.costUsd).toBe(undefined);
  expect(answer.error?.message).not.toContain(secret);
});
