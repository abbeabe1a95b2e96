// What people ask of a run while it lives, folded into its state: steps skipped or done again, the run stopped, its budget changed.
import type { Json, StepPath } from '../../support/index.ts';
import { budgetOf, givenMinutes, refuseControl, startedOver } from '../plan/control.ts';
import type { Control } from '../plan/control.ts';
import { costOf } from '../plan/budget.ts';
import { jobMinutesOf } from '../plan/time-limit.ts';
import { replace, startedOverStep, stateOf, writable } from './draft.ts';
import type { Draft } from './draft.ts';
import { countItems, settle } from './fold-items.ts';
import { placesAt } from '../plan/plan.ts';
import type { By } from '../model/types.ts';

/** What is asked for, and by whom; `step`: the gate that asks. */
interface Asked {
  readonly at: number;
  readonly step?: StepPath;
  readonly data: Control & { readonly by: By };
}

/** What a person asks of the run. What may not be asked for is left out. */
export function foldControl(draft: Draft, event: Asked): void {
  const { run } = draft;
  const { data } = event;
  const state = stateOf(draft);
  if (refuseControl(state, data) !== undefined) return;
  switch (data.verb) {
    case 'stop':
      run.stopRequested = data.by;
      return;
    case 'budget': {
      const jobMinutes = givenMinutes(data.value);
      if (jobMinutes !== undefined) return giveMinutes(draft, event.at, jobMinutes);
      const usd = budgetOf(data.value);
      if (usd === undefined) return;
      run.budgetUsd = usd;
      if (run.budgetExceeded?.which === 'cost_usd' && usd > Number(costOf(state).costUsd)) delete run.budgetExceeded;
      return;
    }
    case 'skip':
      // what is not refused leads somewhere
      for (const { path } of placesAt(draft.steps.plan, data.step as StepPath)) {
        const step = writable(draft, path);
        if (step !== undefined) step.skipRequested = data.by;
      }
      return;
    case 'retry':
    case 'rerun':
      startOver(draft, startedOver(state, data));
      // who goes on when the time is over gives as much again
      if (run.outOfTimeAt !== undefined) giveMinutes(draft, event.at, jobMinutesOf(state) ?? null);
      delete run.budgetExceeded;
      if (data.by.from !== 'troupe') delete run.stopRequested;
      rememberRework(draft, event);
      return;
  }
}

/** The minutes of the run begin anew. */
function giveMinutes({ run }: Draft, at: number, jobMinutes: number | null): void {
  run.minutesSince = { at, waitedForPeopleMs: run.waitedForPeopleMs ?? 0, jobMinutes };
  if (run.budgetExceeded?.which === 'minutes') delete run.budgetExceeded;
  delete run.outOfTimeAt;
}

/** A gate sent work back: the step is told why, and the gate remembers what it said. */
function rememberRework(draft: Draft, { step: gatePath, data }: Asked): void {
  const { reason } = data.by;
  if (reason === undefined || data.step === undefined) return;
  for (const { path } of placesAt(draft.steps.plan, data.step as StepPath)) {
    const target = writable(draft, path);
    if (target !== undefined) target.error ??= { class: 'failed', code: 'engine/rework', message: reason };
  }
  const gate = gatePath === undefined ? undefined : writable(draft, gatePath);
  if (gate !== undefined) gate.reworkReason = reason;
}

/** Back to pending. Attempts and costs go on counting; effects that were done are looked up before they are repeated. */
function startOver(draft: Draft, paths: ReadonlySet<StepPath>): void {
  const owners = new Set<StepPath>();
  for (const path of paths) {
    const place = draft.steps.plan.get(path);
    const before = draft.steps.get(path);
    if (place === undefined || before === undefined) continue;
    if (place.item !== undefined) owners.add(place.item.owner);
    if (before.status === 'pending' && before.skipRequested === undefined) continue;
    replace(draft, startedOverStep(before));
    if (place.item === undefined) draft.stateKeys = withoutKeys(draft, path);
  }
  settle(draft);
  for (const owner of owners) countItems(draft, owner);
}

function withoutKeys(draft: Draft, path: StepPath): Readonly<Record<string, Json>> {
  const declared = Object.keys(draft.steps.plan.get(path)?.step.outputs ?? {});
  const names = [`${path}_result`, `${path}_status`, ...declared];
  const gone = new Set([...names, ...names.map((name) => name.replaceAll('-', '_'))]);
  return Object.fromEntries(Object.entries(draft.stateKeys).filter(([name]) => !gone.has(name)));
}
