// A request goes through the gate: let in, asked, and told how it ended. What waits comes out as a step that waits; nothing is held meanwhile.
import { lastMoment } from '../../engine/index.ts';
import type { StepContext, StepOutcome } from '../../engine/index.ts';
import { untilReset } from '../../personas/index.ts';
import type { PersonaResult, Provider } from '../../personas/index.ts';
import { machineFault, TroupeError, wallOf, defined } from '../../support/index.ts';
import type { Clock } from '../../support/index.ts';
import type { ProviderGate } from './provider-gate.ts';
import type { Entry, RequestEnd } from './provider-rules.ts';
import { healthMessages, timeOf, waitingWords } from './provider-words.ts';

/** Who asks whom. */
export interface Passage {
  readonly gate: ProviderGate;
  readonly provider: Provider;
  readonly context: StepContext;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/** More than a short pause: a window of a subscription. */
const windowMs = 10 * 60_000;

/** Asks if the way is free; else the step waits until it may be, or fails where that is too late. */
export async function throughGate<Result extends object>(
  passage: Passage,
  ask: () => Promise<Result>,
): Promise<Result | StepOutcome> {
  const { gate, provider, context, clock, timeoutMs } = passage;
  const account = accountOf(provider);
  const request = context.requestId;
  const now = clock.now();
  const entry = await gate.enter(account, {
    request,
    run: context.run,
    step: context.path,
    attempt: context.attempt,
    until: now + timeoutMs + windowMs,
    ...defined({ slots: provider.concurrency }),
  });
  if (entry.kind === 'waits') return waitingOutcome(passage, entry, now);
  async function leave(end: RequestEnd): Promise<void> {
    const opened = await gate.leave(account, { request, ...end });
    if (opened !== undefined)
      await context.record?.({ type: 'circuit.opened', data: { provider: provider.name, until: opened } });
  }
  try {
    const result = await ask();
    const answer = 'answer' in result ? (result.answer as PersonaResult) : undefined; // only askers answer with one
    await leave(endOf(answer?.error, clock, answer?.status === 'error'));
    return result;
  } catch (error) {
    const isIts = !context.signal.aborted && error instanceof TroupeError && machineFault(error) === undefined;
    await leave(isIts ? endOf(toldBy(error), clock, true) : { how: 'unclear' });
    throw error;
  }
}

/** What an account is called: providers with the same one share its limits. */
export function accountOf({ name, account }: Pick<Provider, 'name' | 'account'>): string {
  return account ?? name;
}

/** How long its words say that a limit lasts, if they do. */
export function limitMsOf(error: PersonaResult['error'], now: number): number | undefined {
  if (error?.class !== 'rate_limit') return undefined;
  const ms = error.retryAfterMs ?? untilReset(error.message, now);
  return ms === undefined || ms < 1_000 ? undefined : ms;
}

/** Whether it is a window that the operator does not want to be waited for. */
export function isNotWaitedFor({ onLimit }: Provider, ms: number): boolean {
  return onLimit === 'fail' && ms >= windowMs;
}

function toldBy({ class: kind, message, retryAfterMs }: TroupeError): NonNullable<PersonaResult['error']> {
  return { class: kind, message, ...defined({ retryAfterMs }) };
}

/** Only what the provider itself is to blame for counts: a wrong answer is an answer. */
function endOf(error: PersonaResult['error'], clock: Clock, isError: boolean): RequestEnd {
  const kind = isError ? error?.class : undefined;
  if (error === undefined || kind === undefined || kind === 'contract') return { how: 'well' };
  const ms = limitMsOf(error, wallOf(clock).getTime());
  if (ms !== undefined) return { how: 'unclear', limitUntil: clock.now() + ms, said: error.message };
  if (kind === 'auth') return { how: 'unclear', isRefused: true };
  return { how: kind === 'transient' || kind === 'timeout' ? 'failed' : 'unclear' };
}

function waitingOutcome(
  { provider, context }: Passage,
  entry: Extract<Entry, { kind: 'waits' }>,
  now: number,
): StepOutcome {
  const { name } = provider;
  const end = lastMoment(context.state, context.state.steps.get(context.path)?.startedAt ?? now);
  if (entry.why === 'limit') {
    const time = timeOf(entry.opens, now);
    if (isNotWaitedFor(provider, entry.opens - now))
      return refusal('persona/usage-limit', healthMessages.noWait(name, time), healthMessages.noWaitHint(name));
    if (entry.opens >= end)
      return refusal('persona/usage-limit', healthMessages.tooLate(name, time), healthMessages.limitHint(name));
  }
  if (now >= end) return refusal('persona/no-slot', healthMessages.outOfTime(name), healthMessages.outOfTimeHint());
  const message = waitingWords(name, entry, now);
  return { kind: 'waiting', for: 'timer', until: Math.min(entry.until, end), message };
}

function refusal(code: string, message: string, hint: string): StepOutcome {
  return { kind: 'failed', error: { class: 'failed', code, message, hint } };
}
