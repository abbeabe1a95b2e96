// Why an answer is no result: by its class, by a limit of the provider's account, and who is asked instead. Asks nobody.
import type { StepOutcome } from '../engine/index.ts';
import type { PersonaResult } from '../personas/index.ts';
import { defined } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';
import { healthMessages, outWords, timeOf } from './health/provider-words.ts';
import { isNotWaitedFor, limitMsOf } from './health/through-gate.ts';
import { otherThan } from './health/who-is-asked.ts';
import type { Candidates } from './health/who-is-asked.ts';
import type { PersonaChoice } from './persona-choice.ts';

type Failed = Extract<StepOutcome, { kind: 'failed' }>;

/** Classes that tell of the provider and not of the work. */
const outside: readonly string[] = ['auth', 'rate_limit', 'transient', 'timeout'];

/** How the step failed with this answer; undefined: it is a result. */
export function failureIn(choice: PersonaChoice, result: PersonaResult, now: number): Failed | undefined {
  if (result.status === 'error') return failedBy(choice, result, now);
  return result.next?.action === 'retry' && result.status !== 'fail' ? wantsAnother(choice, result) : undefined;
}

function failedBy({ persona, provider }: PersonaChoice, result: PersonaResult, now: number): Failed {
  const error = result.error ?? { class: 'failed' as const, message: result.summary };
  const said = personaStepMessages.persona(persona.id, error.message);
  const { usage } = result;
  const ms = limitMsOf(error, now);
  if (ms === undefined) {
    const code = error.limit === undefined ? `persona/${error.class.replaceAll('_', '-')}` : 'persona/limit';
    const told = defined({ retryAfterMs: error.retryAfterMs, hint: error.limit?.hint });
    return { kind: 'failed', error: { class: error.class, code, message: said, ...told }, usage };
  }
  const time = timeOf(now + ms, now);
  const isFinal = isNotWaitedFor(provider, ms);
  const limit = isFinal ? healthMessages.noWait(provider.name, time) : healthMessages.limit(provider.name, time);
  const message = personaStepMessages.limited(limit, said);
  const hint = isFinal ? healthMessages.noWaitHint(provider.name) : healthMessages.limitHint(provider.name);
  return isFinal
    ? { kind: 'failed', error: { class: 'failed', code: 'persona/usage-limit', message, hint }, usage }
    : {
        kind: 'failed',
        error: { class: 'rate_limit', code: 'persona/rate-limit', message, hint, retryAfterMs: ms },
        usage,
      };
}

/** Who is out for longer than this attempt leaves it to the next of the list, where one can be asked. */
export async function insteadOf(
  { candidates, choice }: { readonly candidates: Candidates; readonly choice: PersonaChoice },
  failure: Failed | undefined,
  now: number,
): Promise<Failed | undefined> {
  if (failure === undefined || candidates.names.length === 1) return failure;
  const { class: kind, code } = failure.error;
  if (!outside.includes(kind) && code !== 'persona/usage-limit') return failure;
  const { name, account = name } = choice.provider;
  if (outWords(name, await candidates.gate.standing(account), now) === undefined) return failure;
  const instead = await otherThan(candidates, name);
  return instead === undefined ? failure : { ...failure, error: { ...failure.error, instead } };
}

/** Whoever wants to do it again has not done it: what it left is thrown away, and the retry policy says how often. */
function wantsAnother({ persona }: PersonaChoice, { summary, usage }: PersonaResult): Failed {
  const message = personaStepMessages.wantsAnother(persona.id, summary);
  return { kind: 'failed', error: { class: 'transient', code: 'persona/retry', message }, usage };
}
