// Transport `llm`: a model over HTTP that reads and judges. Knows no vendor by its name, runs no process.
import type { Provider, ProviderServices } from '../model/types.ts';
import { immediately } from './immediately.ts';
import type { LlmConfig } from './llm-config.ts';
import { llmProblems } from './llm-problems.ts';
import { askModel } from './llm-request.ts';

/** A provider that has a conversation for each request. */
export function createLlmProvider(config: LlmConfig, services: ProviderServices): Provider {
  return {
    name: config.name,
    check: (persona) => Promise.resolve(llmProblems(config, persona, services)),
    ...immediately((task, ticket, context) => askModel({ config, services, task, ticket, context })),
  };
}
