// A refusal in the words of the vendor whose interface the agent speaks, so that it understands it and does not ask again. Pure.
import type { JsonObject } from '../../support/index.ts';
import type { ModelShape } from '../model/gateway.ts';

/** Why, as all of them know it. */
export type RefusalKind = 'spent' | 'auth' | 'not-found' | 'too-large' | 'unreachable';

const statuses: Readonly<Record<RefusalKind, number>> = {
  // no agent was seen to repeat a request after this one; 429 and 5xx are repeated by all
  spent: 402,
  auth: 401,
  'not-found': 404,
  'too-large': 413,
  unreachable: 502,
};

const anthropicTypes: Readonly<Record<RefusalKind, string>> = {
  spent: 'billing_error',
  auth: 'authentication_error',
  'not-found': 'not_found_error',
  'too-large': 'request_too_large',
  unreachable: 'api_error',
};

const openaiCodes: Readonly<Record<RefusalKind, string>> = {
  spent: 'insufficient_quota',
  auth: 'invalid_api_key',
  'not-found': 'not_found',
  'too-large': 'request_too_large',
  unreachable: 'server_error',
};

const googleStatuses: Readonly<Record<RefusalKind, string>> = {
  spent: 'FAILED_PRECONDITION',
  auth: 'UNAUTHENTICATED',
  'not-found': 'NOT_FOUND',
  'too-large': 'INVALID_ARGUMENT',
  unreachable: 'UNAVAILABLE',
};

/** The answer's status and body. */
export function refusalOf(
  kind: RefusalKind,
  shape: ModelShape,
  message: string,
): { readonly status: number; readonly body: JsonObject } {
  const status = statuses[kind];
  if (shape === 'anthropic') return { status, body: { type: 'error', error: { type: anthropicTypes[kind], message } } };
  if (shape === 'google') return { status, body: { error: { code: status, message, status: googleStatuses[kind] } } };
  return { status, body: { error: { message, type: openaiCodes[kind], param: null, code: openaiCodes[kind] } } };
}
