// Words of agents that were heard from real programs, by what they mean.
import { expect, test } from 'vitest';
import { AgentFailure } from './conversation.ts';
import { troubleIn, troubleSaid } from './class-of-failure.ts';

const warning =
  'Warning: Model metadata for `gpt-5.4` not found. Defaulting to fallback metadata; this can cause issues.';

test.each([
  [`${warning}\n\nWe’re currently experiencing high demand, which may cause temporary errors.\n`, 'transient'],
  [`${warning}\n\nexceeded retry limit, last status: 429 Too Many Requests, request id: 1\n`, 'rate_limit'],
  ['exceeded retry limit, last status: 503 Service Unavailable', 'transient'],
  ['stream disconnected before completion: error sending request', 'transient'],
  [
    'Info: Request failed due to a transient API error. Retrying...\nError: Authentication failed with provider at http://127.0.0.1:1/v1 (HTTP 401).',
    'auth',
  ],
  [
    'Info: Response was interrupted due to a server error. Retrying...Info: Response was interrupted due to a server error. Retrying...Error: Could not connect to local model provider at http://127.0.0.1:9/v1.\n  Check that the service is running.',
    'transient',
  ],
])('an agent that ends its turn with %j is in trouble: %s', (said, kind) => {
  expect(troubleSaid(said)?.class).toBe(kind);
});

test.each(['I am done.', warning, 'The error handling of the cart is right.', ''])('%j is no trouble', (said) => {
  expect(troubleSaid(said)).toBeUndefined();
});

test('of many attempts people read what became of the last', () => {
  const said = 'Info: Response was interrupted. Retrying...Error: Could not connect to local model provider.';
  expect(troubleSaid(said)?.message).toBe('Error: Could not connect to local model provider.');
});

test('an error of the protocol that says nothing more is tried again', () => {
  expect(troubleIn(new AgentFailure('Internal error', { code: -32_603 }), 0)).toEqual({
    class: 'transient',
    message: 'Internal error',
  });
});

test('an answer of a host that is handed on as it came is told by its words', () => {
  const body = '{"error":{"type":"authentication_error","code":401,"message":"Invalid API key"}}';
  expect(troubleIn(new AgentFailure(body, { code: -32_603 }), 0)).toEqual({
    class: 'auth',
    message: 'Invalid API key',
  });
});
