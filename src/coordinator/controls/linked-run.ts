// The run that goes on where another one ended: same definition, inputs and branch (decision 9). Decides only.
import { defined } from '../../support/index.ts';
import { isForeach } from '../../engine/index.ts';
import type { FollowUp, RunSpec } from '../../engine/index.ts';
import type { JsonObject, StepPath } from '../../support/index.ts';
import { areInOtherItems, dependents, hasFailed, idOf, stepsOf } from './find-step.ts';
import type { FoundStep } from './find-step.ts';
import type { ControlledRun, ControlWish } from './types.ts';

/** How a run goes on. `from`: the step from which all is done again; `all`: nothing is taken over. */
export interface Onward {
  readonly kind: FollowUp['kind'];
  readonly from?: StepPath | 'all' | undefined;
}

/** The spec of the linked run. */
export function linkedRun(wish: ControlWish, run: ControlledRun, { kind, from }: Onward): RunSpec {
  const { spec, state } = run;
  const { text, review, ci } = wish;
  const fields: JsonObject = {
    ...spec.task.fields,
    ...defined({ followup: text }),
    // plain values only
    ...(review === undefined ? {} : { review: review as unknown as JsonObject }),
    ...(ci === undefined ? {} : { ci: ci as unknown as JsonObject }),
  };
  // a raised limit was for the run that reached it
  const { followUp: _before, allowed: _allowed, ...rest } = spec;
  return {
    ...rest,
    id: wish.newRun,
    // what is reused was made on this base (decision 9)
    ...defined({ baseSha: state.facts.baseSha }),
    task: { ...spec.task, fields },
    event: eventOf(wish, spec),
    // a failing suite is nobody's wish: it is still worked on for whoever asked first
    requester: ci === undefined ? { login: wish.by.login, outsider: spec.requester.outsider } : spec.requester,
    followUp: {
      run: spec.id,
      kind,
      ...(from === undefined || from === 'all' ? {} : { rerunFrom: from }),
      ...defined({ text, review, ci }),
      facts: state.facts,
      reusable: from !== 'all' && (kind === 'retry' || kind === 'rerun') ? reusable(run, from) : {},
    },
  };
}

/** Expressions see the review that asks for changes; else what the first run saw. */
function eventOf({ by, review, ci }: ControlWish, spec: RunSpec): JsonObject {
  if (ci !== undefined) return { ...spec.event, name: 'check_suite', action: 'completed', sender: by.login };
  if (review === undefined) return spec.event;
  const { id, author, body, threads } = review;
  return {
    ...spec.event,
    name: 'pull_request_review',
    action: 'submitted',
    sender: by.login,
    review: { id, author, body, state: 'changes_requested', threads: threads.map((thread) => ({ ...thread })) },
  };
}

/** Where a retry begins. A list of items fails with its items: those are tried again, and not the others. */
function failedByThemselves(steps: readonly FoundStep[]): readonly StepPath[] {
  const failed = steps.filter(hasFailed);
  const parents = new Set(failed.map(({ state }) => state.parent));
  return failed.flatMap(({ state: { path }, step }) => (isForeach(step) && parents.has(path) ? [] : [path]));
}

/** What was done well and does not depend on what is done again. */
function reusable({ spec, state }: ControlledRun, from: StepPath | undefined): FollowUp['reusable'] {
  const steps = stepsOf(state);
  const starts = from === undefined ? failedByThemselves(steps) : [from];
  // what could not deliver all it should may be let now
  const short = steps.filter((found) => found.state.result?.shortfall !== undefined).map(({ state: { path } }) => path);
  const again = [...starts, ...short].map((path) => ({ path, ids: dependents(spec.workflow, idOf(path)) }));
  return Object.fromEntries(
    steps.flatMap((found) => {
      const { attempts, inputHash, result, path, status } = found.state;
      const isAgain = again.some(({ path: start, ids }) => ids.has(found.step.id) && !areInOtherItems(start, path));
      const counts = status === 'succeeded' && !isAgain && !hasFailed(found);
      if (!counts || inputHash === undefined || result === undefined) return [];
      return [[path, { attempt: attempts, inputHash, result }]];
    }),
  );
}
