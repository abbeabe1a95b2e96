// `rollback: true`: what a step pushed that failed, or was not judged a pass, is taken off the branch again. Only its own commits, with a lease.
import { ClaimLost } from '../engine/index.ts';
import type { StepContext, StepOutcome } from '../engine/index.ts';
import { messageOf, splitServerLines, TroupeError, defined } from '../support/index.ts';
import { gitMessages as messages } from './common/git-messages.ts';
import { takeBack } from './common/take-back.ts';
import type { StepServices } from './common/types.ts';

const maxTries = 5;

/** Executes a step; where it asks for it and is not good, the branch goes back to where the step began, and the outcome says so. */
export async function withRollback(
  context: StepContext,
  services: StepServices,
  execute: () => Promise<StepOutcome>,
): Promise<StepOutcome> {
  if (!context.step.rollback) return execute();
  try {
    const outcome = await execute();
    return isGood(outcome) ? outcome : told(outcome, await rollBack(context, services));
  } catch (error) {
    // Who lost the claim or was told to stop writes no more.
    if (error instanceof ClaimLost || context.signal.aborted) throw error;
    throw toldError(error, await rollBack(context, services));
  }
}

/** Doubt is no pass: a verdict that is unknown is rolled back like one that says fail. */
function isGood(outcome: StepOutcome): boolean {
  if (outcome.kind === 'waiting') return true;
  const verdict = outcome.kind === 'succeeded' ? outcome.result.verdict : 'fail';
  return verdict === undefined || verdict === 'pass';
}

/** What became of the branch, as a sentence; undefined where nothing had been pushed. What the step itself ran into is never lost. */
async function rollBack(context: StepContext, services: StepServices): Promise<string | undefined> {
  try {
    const workplace = await services.workplace(context);
    return (await persistently(() => takeBack(context, workplace)))?.sentence;
  } catch (error) {
    if (error instanceof ClaimLost) throw error;
    services.log.warn({ run: context.run, step: context.path, error: messageOf(error) }, 'the branch was not reset');
    return messages.notTakenBack(context.state.facts.branch ?? '', messageOf(error));
  }
}

/** Steps side by side push in between: then it is looked at once more. */
async function persistently<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries += 1)
    try {
      return await work();
    } catch (error) {
      if (tries >= maxTries || !(error instanceof TroupeError) || error.code !== 'git/stale') throw error;
    }
}

function told(outcome: StepOutcome, sentence: string | undefined): StepOutcome {
  if (sentence === undefined || outcome.kind === 'waiting') return outcome;
  if (outcome.kind === 'failed')
    return { ...outcome, error: { ...outcome.error, message: joined(outcome.error.message, sentence) } };
  // where the branch stands now is recorded by the rollback; the files of the step are not on it any more
  const { facts: _facts, ...result } = outcome.result;
  return { kind: 'succeeded', result: { ...result, filesChanged: [], undone: sentence } };
}

function toldError(error: unknown, sentence: string | undefined): unknown {
  if (sentence === undefined || !(error instanceof TroupeError)) return error;
  return new TroupeError(error.code, joined(error.message, sentence), {
    class: error.class,
    cause: error,
    ...defined({ hint: error.hint, retryAfterMs: error.retryAfterMs }),
  });
}

function joined(text: string, sentence: string): string {
  const { message, lines } = splitServerLines(text);
  return [withSentence(message, sentence), ...lines].join('\n');
}

function withSentence(message: string, sentence: string): string {
  return /[.!?]$/.test(message) ? `${message} ${sentence}` : `${message}. ${sentence}`;
}
