// What a second try of a job takes over from the first: the journal up to where the run was cancelled or spoiled. Pure.
import { defined } from '../support/index.ts';
import type { StepPath } from '../support/index.ts';
import { foldRun, isRunOver } from '../engine/index.ts';
import type { RunEvent } from '../engine/index.ts';
import type { KeptRun } from './kept-run.ts';
import { runMessages } from './messages.ts';

/**
 * The journal as far as a second try of the job can use it: before the run was cancelled, or before the step that spoiled it
 * ended. Finished steps stay finished. Where the run took its branch away at the end, it begins anew.
 */
export function eventsToReuse({ events, cut }: Pick<KeptRun, 'events' | 'cut'>): readonly RunEvent[] {
  const state = foldRun(events);
  if (!isRunOver(state.status)) return events;
  const spoiled = (event: RunEvent): boolean => {
    if (event.type === 'run.cancel_requested' || event.type === 'run.finished' || event.type === 'budget.exceeded')
      return true;
    if (event.step === undefined || !['step.failed', 'step.cancelled', 'step.succeeded'].includes(event.type))
      return false;
    // what it said is not whole any more, and later steps would work with less than that
    if (cut.includes(event.step)) return true;
    const step = state.steps.get(event.step);
    const verdict = step?.result?.verdict;
    return step?.status !== 'succeeded' || verdict === 'fail' || verdict === 'unknown';
  };
  const end = events.findIndex((event) => spoiled(event));
  const isGone = events
    .slice(end)
    .some((event) => event.type === 'step.succeeded' && event.data.result.outputs['closed'] === true);
  const kept = events.slice(0, isGone ? 1 : end);
  return isGone ? kept : [...kept, ...askAgain(kept, events.slice(end), cut)];
}

/** Ends the attempts that spoiled the run, told why, so that their steps begin another one instead of taking the answer over. */
function askAgain(kept: readonly RunEvent[], dropped: readonly RunEvent[], cut: readonly StepPath[]): RunEvent[] {
  const last = kept.at(-1);
  const open = foldRun(kept).steps;
  const again: RunEvent[] = [];
  for (const event of dropped) {
    const { step, attempt } = event;
    if (event.type === 'run.cancel_requested' || last === undefined) break;
    if (step === undefined || open.get(step)?.status !== 'running' || open.get(step)?.attempts !== attempt) continue;
    const said =
      event.type === 'step.failed'
        ? { message: event.data.error.message, usage: event.data.usage }
        : event.type === 'step.succeeded' && (event.data.result.verdict !== 'pass' || cut.includes(step))
          ? {
              message: event.data.result.verdictReason ?? event.data.result.summary ?? '',
              usage: event.data.result.usage,
            }
          : undefined;
    if (said === undefined) continue;
    again.push({
      type: 'step.retry_scheduled',
      step,
      ...defined({ attempt }),
      data: {
        at: last.at,
        reason: runMessages.again,
        countsAsAttempt: false,
        error: { class: 'failed', code: 'action/again', message: said.message },
        ...defined({ usage: said.usage }),
      },
      run: last.run,
      seq: last.seq + again.length + 1,
      at: last.at,
    });
  }
  return again;
}
