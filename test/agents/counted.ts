// What a run took, three times: what its model was asked, what Troupe counted at the gateway, what the agent said. Unknown stays unknown.
import type { RunState, Usage } from '../../src/engine/index.ts';
import { operationOf } from '../../src/personas/gateway/operations.ts';
import type { ModelServer } from './model-server.ts';
import { tokensOfAnswer } from './moves.ts';

/** Tokens read and written. */
export interface Tokens {
  readonly read: number;
  readonly written: number;
}

/** Requests that the model answered, and what it asks for that. */
export function onTheWire({ requests }: Pick<ModelServer, 'requests'>): Tokens & { readonly calls: number } {
  const calls = toModel(requests).filter(({ status }) => status === 200).length;
  return { calls, read: calls * tokensOfAnswer.read, written: calls * tokensOfAnswer.written };
}

/** What became of the others, which no host charges for: for whoever reads the table. */
export function unanswered({ requests }: Pick<ModelServer, 'requests'>): string {
  const others = toModel(requests).filter(({ status }) => status !== 200);
  return others.map(({ path, status }) => `${path}: ${status ?? 'broken off'}`).join(', ') || 'none';
}

function toModel(requests: ModelServer['requests']): ModelServer['requests'] {
  return requests.filter(({ path }) => {
    const operation = operationOf('POST', path.split('?', 1)[0] ?? '', 'chat');
    return operation !== undefined && !operation.isFree;
  });
}

/** What was recorded of each request to a persona. */
export function usagesOf({ steps }: RunState): readonly Usage[] {
  return [...steps.values()].flatMap(({ usage }) => usage ?? []);
}

/** What Troupe counted itself; undefined where it did not. `isWhole`: every answer was heard to its end, and has a price. */
export function meteredIn(usages: readonly Usage[]): (Tokens & { readonly isWhole: boolean }) | undefined {
  const sum = usages.every(({ source }) => source === 'gateway') ? sumOf(usages) : undefined;
  return sum === undefined ? undefined : { ...sum, isWhole: usages.every(({ complete }) => complete) };
}

/** What the agent said; undefined where it left out a single request. */
export function reportedIn(usages: readonly Usage[]): Tokens | undefined {
  return sumOf(usages.map((usage) => (usage.source === 'gateway' ? (usage.reported ?? {}) : usage)));
}

/** As a cell of a table. */
export function cellOf(tokens: Tokens | undefined): string {
  return tokens === undefined ? 'unknown' : `${tokens.read} + ${tokens.written}`;
}

function sumOf(usages: readonly Pick<Usage, 'inputTokens' | 'outputTokens'>[]): Tokens | undefined {
  let read = 0;
  let written = 0;
  for (const { inputTokens, outputTokens } of usages) {
    if (inputTokens === undefined || outputTokens === undefined) return undefined;
    read += inputTokens;
    written += outputTokens;
  }
  return usages.length === 0 ? undefined : { read, written };
}
