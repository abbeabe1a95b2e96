// Whether the personas of a workflow can be played here: every provider that any of its steps may ask. Starts nothing.
import { allSteps, asksPersona } from '../../definition/index.ts';
import { personaOf, providerNamesOf } from '../../personas/index.ts';
import type { Persona, ProviderProblem } from '../../personas/index.ts';
import { defined } from '../../support/index.ts';
import { hindranceMessages as say } from './messages.ts';
import type { Check, Hindrance, PlannedRun, ProvidersHere } from './types.ts';

/** A run with the names that its steps may ask where they name nobody. */
export type Play = Pick<PlannedRun, 'workflow' | 'personas'> & {
  readonly settings: Pick<PlannedRun['settings'], 'defaultProvider' | 'otherProviders'>;
};

/** Each list of providers of which none can answer. */
export const providers: Check = {
  name: 'providers',
  async look(run, here) {
    const found = await unplayable(run, here.providers);
    return found.map((problem) => hindranceOf(problem, run.host));
  },
};

/** What keeps the personas from being played, each thing once; a provider that is not there at all is another check's. */
export async function unplayable(
  { workflow, personas, settings }: Play,
  here: Pick<ProvidersHere, 'check'>,
): Promise<readonly ProviderProblem[]> {
  const { defaultProvider: usual, otherProviders: others = [] } = settings;
  const asked = new Map<string, Promise<ProviderProblem | undefined>>();
  for (const { step } of allSteps(workflow)) {
    if (!asksPersona(step)) continue;
    const persona = personaOf(personas, step.persona);
    const names = providerNamesOf(step, persona, [usual, ...others]);
    // one that can play a reader may have no hands for who comes after
    const key = [step.persona, ...names].join('\n');
    if (persona !== undefined && !asked.has(key)) asked.set(key, problemOfAll(names, persona, here));
  }
  const problems = (await Promise.all(asked.values())).filter((one) => one !== undefined);
  return [...new Map(problems.map((one) => [one.message, one])).values()];
}

/** The problem of the first one, where none of them can answer. */
async function problemOfAll(
  names: readonly string[],
  persona: Persona,
  here: Pick<ProvidersHere, 'check'>,
): Promise<ProviderProblem | undefined> {
  let first: ProviderProblem | undefined;
  for (const name of names) {
    const problems = await here.check(name, persona);
    // one that is not there is no way out of a list, and alone it is another check's
    if (problems === undefined && names.length > 1) continue;
    // what has nothing to pay with is only a warning where nobody is about to be asked
    const found = (problems ?? []).find(({ severity, lacks }) => severity === 'error' || lacks === 'pay');
    if (found === undefined) return undefined;
    first ??= found;
  }
  return first;
}

/** What lacks walls is mended like everything that does. On a server its hint speaks of a machine that the reader does not have. */
function hindranceOf({ message, hint, lacks }: ProviderProblem, host: PlannedRun['host']): Hindrance {
  if (lacks === 'walls') return { message, ...say.walls(host) };
  return { message, ...defined({ mend: host === 'bot' ? say.operator : hint }) };
}
