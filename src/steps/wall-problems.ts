// What a step that asks a persona would be refused for, for want of walls: known before anybody is asked. Decides only.
import type { PersonaStep } from '../definition/index.ts';
import { TroupeError } from '../support/index.ts';
import { outsiderProblem, sandboxFor, untrusted, verifySandbox } from './trust.ts';
import type { AboutToBeAsked } from './trust.ts';
import { verifyCommands } from './verify.ts';

/** A step that asks a persona, as it would be. */
export interface PlannedStep extends Omit<AboutToBeAsked, 'isRisky'> {
  readonly step: PersonaStep;
}

/** The refusals of its turn, now. */
export function wallProblems({ step, ...asked }: PlannedStep): readonly TroupeError[] {
  const { spec, services, persona } = asked;
  const expect = step.expect.length > 0 ? step.expect : persona.expect;
  const verifies = verifyCommands(step, spec.settings, expect).length > 0;
  const executes = persona.tools.includes('execute');
  const work = { context: { spec }, services };
  try {
    const sandbox = sandboxFor(work, persona.sandbox);
    const setsUp = executes && (spec.settings.setup?.run.length ?? 0) > 0;
    return [
      outsiderProblem({ ...asked, isRisky: persona.tools.includes('edit') || executes || verifies }),
      verifies ? untrusted('verify', { spec, services, sandbox: verifySandbox(work, persona) }) : undefined,
      setsUp ? untrusted('setup', { spec, services, sandbox }) : undefined,
    ].filter((problem) => problem !== undefined);
  } catch (error) {
    if (error instanceof TroupeError && error.class === 'config') return [error];
    throw error;
  }
}
