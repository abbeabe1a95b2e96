// What a step waits for on this machine, told where /readyz looks: one trouble per step, until it goes on. Decides nothing.
import type { StepContext } from '../../engine/index.ts';
import { machineError, throughFaults } from '../../support/index.ts';
import { personaStepMessages } from './messages.ts';
import type { StepServices } from './types.ts';

/** The part that is in trouble while a step waits for the machine. */
export function troubleOf({ run, path }: StepContext): string {
  return `run ${run}, step ${path}`;
}

/** Does the work again until the machine lets it be done, and tells of it meanwhile. Throws whatever is no fault of the machine. */
export function stepThroughFaults<Result>(
  work: () => Promise<Result>,
  context: StepContext,
  { clock, troubles }: Pick<StepServices, 'clock' | 'troubles'>,
): Promise<Result> {
  const part = troubleOf(context);
  return throughFaults(work, {
    clock,
    signal: context.signal,
    told(fault) {
      if (fault === undefined) troubles?.worked(part);
      else troubles?.failed(part, machineError(personaStepMessages.goOn(context.step.name), fault).message);
    },
  });
}
