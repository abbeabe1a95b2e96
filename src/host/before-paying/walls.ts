// Whether every persona may be asked with the walls that this machine has: those that it asks for, and those that the task's author needs.
import { allSteps, asksPersona } from '../../definition/index.ts';
import { personaOf, providerNamesOf } from '../../personas/index.ts';
import { wallProblems } from '../../steps/index.ts';
import { TroupeError } from '../../support/index.ts';
import { hindranceMessages as say } from './messages.ts';
import type { Check, Hindrance, PlannedRun, ProvidersHere, WallsHere } from './types.ts';

/** Each thing once, however many personas it keeps away. */
export const walls: Check = {
  name: 'walls',
  async look(run, here) {
    const built = await here.walls().catch((error: unknown) => whatStands(error));
    const problems =
      built instanceof TroupeError ? [built] : problemsOf(run, { walls: built, providers: here.providers });
    const found = problems.map((problem): Hindrance => ({ message: problem.message, ...say.mend(problem, run.host) }));
    return [...new Map(found.map((one) => [one.message, one])).values()];
  },
};

function problemsOf(
  run: PlannedRun,
  { walls: built, providers }: { readonly walls: WallsHere; readonly providers: ProvidersHere },
): readonly TroupeError[] {
  const { workflow, personas, settings } = run;
  const usual = [settings.defaultProvider, ...(settings.otherProviders ?? [])];
  return allSteps(workflow).flatMap(({ step }) => {
    const persona = asksPersona(step) ? personaOf(personas, step.persona) : undefined;
    if (!asksPersona(step) || persona === undefined) return [];
    const names = providerNamesOf(step, persona, usual);
    const first = names.find((name) => providers.knows(name));
    const isPersonal = first !== undefined && providers.get(first)?.isPersonal?.() === true;
    return wallProblems({ spec: run, services: built, step, persona, isPersonal });
  });
}

/** The operator's rule cannot be kept here; anything else is no answer. */
function whatStands(error: unknown): TroupeError {
  if (error instanceof TroupeError && error.class === 'config') return error;
  throw error;
}
