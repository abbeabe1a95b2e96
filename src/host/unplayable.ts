// Whether the personas of a workflow can be played here: asked before a run starts, so that nothing is paid for what stops later. Starts nothing.
import { allSteps, asksPersona } from '../definition/index.ts';
import type { Workflow } from '../definition/index.ts';
import { personaOf, providerNameOf } from '../personas/index.ts';
import type { ProviderProblem } from '../personas/index.ts';
import type { Json } from '../support/index.ts';
import type { HostProviders } from './providers.ts';

/** A workflow that is about to start. `personas`: the copy that its run would keep; `usual`: the provider where nobody names one. */
export interface Play {
  readonly workflow: Workflow;
  readonly personas: Json;
  readonly usual: string;
}

/** The first problem that keeps a provider from answering; a provider that is not there at all is another check's. */
export async function unplayable(
  { workflow, personas, usual }: Play,
  providers: Pick<HostProviders, 'check'>,
): Promise<ProviderProblem | undefined> {
  const asked = new Set<string>();
  for (const { step } of allSteps(workflow)) {
    if (!asksPersona(step)) continue;
    const persona = personaOf(personas, step.persona);
    const name = providerNameOf(step, persona, usual);
    if (persona === undefined || asked.has(name)) continue;
    asked.add(name);
    const problems = (await providers.check(name, persona)) ?? [];
    const found = problems.find(({ severity }) => severity === 'error');
    if (found !== undefined) return found;
  }
  return undefined;
}
