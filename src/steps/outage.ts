// When GitHub or the remote does not answer, a step waits as at a rate limit: no attempt is used up, however long it lasts.
import type { StepContext, StepOutcome } from '../engine/index.ts';
import { TroupeError, defined } from '../support/index.ts';

/** Errors that tell of the other side, not of what the step wanted. */
const outages: readonly string[] = ['github/unavailable', 'github/unclear', 'git/network'];
/** The first pause is short: most failures are over then, and what was unclear can be looked up. */
const firstPauseMs = 2_000;
const laterPauseMs = 60_000;

/** Executes; an outage comes out as something that is waited out. */
export async function waitingOutOutages(
  context: StepContext,
  execute: () => Promise<StepOutcome>,
): Promise<StepOutcome> {
  try {
    return await execute();
  } catch (error) {
    if (!(error instanceof TroupeError) || !outages.includes(error.code)) throw error;
    const isLasting = outages.includes(context.lastError?.code ?? '');
    throw new TroupeError(error.code, error.message, {
      class: 'rate_limit',
      retryAfterMs: isLasting ? laterPauseMs : firstPauseMs,
      cause: error,
      ...defined({ hint: error.hint }),
    });
  }
}
