// When GitHub, the remote or this machine does not do its part, a step waits as at a rate limit: no attempt is used up, however long it lasts.
import { PaidFailure } from '../engine/index.ts';
import type { StepContext, StepOutcome } from '../engine/index.ts';
import { githubPart, machineError, machineFault, sleep, TroupeError, defined } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';
import { troubleOf } from './common/step-trouble.ts';
import type { StepServices } from './common/types.ts';

/** Errors that tell of the other side, not of what the step wanted. */
const ofOthers: readonly string[] = ['github/unavailable', 'github/unclear', 'git/network', 'engine/unanswered'];
/** Errors that tell of this machine. */
const ofMachine: readonly string[] = ['machine/fault', 'store/unavailable'];
/** The first pause is short: most failures are over then, and what was unclear can be looked up. */
const firstPauseMs = 2_000;
const laterPauseMs = 60_000;
/** Who waited for GitHub's first answer comes a moment after it, not all at once. */
const spreadMs = 2_000;
/** Looking whether there is room again costs nobody anything. */
const machinePauseMs = 10_000;

/** Executes; an outage comes out as something that is waited out. */
export async function waitingOutOutages(
  context: StepContext,
  { troubles, clock }: Pick<StepServices, 'troubles' | 'clock'>,
  execute: () => Promise<StepOutcome>,
): Promise<StepOutcome> {
  const part = troubleOf(context);
  try {
    const outcome = await execute();
    troubles?.worked(part);
    return outcome;
  } catch (error) {
    const outage = outageIn(error, context);
    if (outage === undefined || !ofMachine.includes(outage.code)) troubles?.worked(part);
    if (outage === undefined) throw error;
    if (ofMachine.includes(outage.code)) troubles?.failed(part, outage.message);
    const isBack = await answersAgain(outage, context, { clock, ...defined({ troubles }) });
    throw new TroupeError(outage.code, outage.message, {
      class: 'rate_limit',
      retryAfterMs: isBack ? Math.ceil(Math.random() * spreadMs) : (outage.retryAfterMs ?? pauseMs(outage, context)),
      cause: error,
      ...defined({ hint: outage.hint }),
    });
  }
}

/** The error where it tells of an outage. What somebody was paid for says itself what becomes of it. */
function outageIn(error: unknown, context: StepContext): TroupeError | undefined {
  if (error instanceof PaidFailure || context.signal.aborted) return undefined;
  if (error instanceof TroupeError && [...ofOthers, ...ofMachine].includes(error.code)) return error;
  const fault = machineFault(error);
  return fault === undefined ? undefined : machineError(personaStepMessages.goOn(context.step.name), fault, error);
}

/** Waits here while GitHub is known to be away: its first answer to anybody ends that for all, and the pause need not be sat out. */
async function answersAgain(
  { code }: TroupeError,
  { signal }: StepContext,
  { troubles, clock }: Pick<StepServices, 'troubles' | 'clock'>,
): Promise<boolean> {
  const isAway = troubles?.all().some(({ part }) => part === githubPart) === true;
  if (!isAway || !ofOthers.includes(code)) return false;
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  const back = troubles.over(githubPart, either).then(
    () => true,
    () => false,
  );
  const tooLong = sleep(clock, laterPauseMs, either).then(
    () => false,
    () => false,
  );
  const isBack = await Promise.race([back, tooLong]);
  ending.abort();
  return isBack;
}

function pauseMs({ code }: TroupeError, { lastError }: StepContext): number {
  const isLasting = [...ofOthers, ...ofMachine].includes(lastError?.code ?? '');
  if (!isLasting) return firstPauseMs;
  return ofMachine.includes(code) ? machinePauseMs : laterPauseMs;
}
