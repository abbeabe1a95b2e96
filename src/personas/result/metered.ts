// What a request took where Troupe counted it itself and the agent tells it, too: the count holds, the agent's word stands beside it. Pure.
import { defined } from '../../support/index.ts';
import type { Usage } from '../../engine/index.ts';

/** The usage of a request that the gateway counted. What the agent says is kept to be compared, and counts nothing. */
export function metered(counted: Usage, said: Usage): Usage {
  const { inputTokens, outputTokens, cacheReadTokens, costUsd } = said;
  const reported = defined({ inputTokens, outputTokens, cacheReadTokens, costUsd });
  const base: Usage = { ...counted, source: 'gateway', ...defined({ model: counted.model ?? said.model }) };
  return said.source === 'none' || Object.keys(reported).length === 0 ? base : { ...base, reported };
}
