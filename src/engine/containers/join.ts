// The results of several steps as one: outputs by name, verdicts and errors joined (decision 3). Pure.
import { oneLine, defined } from '../../support/index.ts';
import { text } from '../model/messages.ts';
import type { StepError, StepResult, Verdict } from '../model/types.ts';
import type { Child } from './container.ts';

/** Decision 3: fail if any is, else unknown if any is, else pass; undefined when none of them judged. */
export function joinVerdicts(verdicts: readonly (Verdict | undefined)[]): Verdict | undefined {
  if (verdicts.includes('fail')) return 'fail';
  if (verdicts.includes('unknown')) return 'unknown';
  return verdicts.includes('pass') ? 'pass' : undefined;
}

/** All that steps left behind, without their outputs. */
export function joinResults(children: readonly Child[]): Omit<StepResult, 'outputs'> {
  const done = children.filter((child) => child.state.result !== undefined);
  const results = done.flatMap((child) => child.state.result ?? []);
  const verdict = joinVerdicts(children.map((child) => child.verdict));
  const summaries = done.flatMap(({ place, state: { result } }) =>
    result?.summary === undefined ? [] : [text.childFailed(place.step.name, result.summary)],
  );
  const filesChanged = [...new Set(results.flatMap((result) => result.filesChanged ?? []))];
  const noops = results.flatMap((result) => result.noop ?? []);
  return {
    ...(summaries.length === 0 ? {} : { summary: summaries.join('\n') }),
    ...defined({ verdict }),
    ...(filesChanged.length === 0 ? {} : { filesChanged }),
    ...(noops.length > 0 && noops.length === results.length ? { noop: noops.join('; ') } : {}),
  };
}

/** The error of a container from those of its children. */
export function joinErrors(children: readonly Child[]): StepError {
  const [first] = children;
  const messages = children.map(({ place, state }) => {
    if (state.error !== undefined) return text.childFailed(place.step.name, oneLine(state.error.message, 300));
    return text.noWinner(place.step.name, state.result?.verdict ?? state.status);
  });
  const own = first?.state.error;
  return {
    class: own?.class ?? 'failed',
    code: own?.code ?? 'engine/children-failed',
    message: text.children(messages),
    ...(own?.hint === undefined ? {} : { hint: own.hint }),
  };
}

/** Whether the rest of the run ended before this child could begin. */
export function wasStopped({ state }: Child): boolean {
  return state.skipped?.reason === 'run_failed';
}
