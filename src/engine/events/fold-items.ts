// Items of expanded containers, folded into the state: which are there, which are worked on, which are done.
import type { Json, StepPath, RunId } from '../../support/index.ts';
import { containerOf } from '../containers/registry.ts';
import type { Expansion } from '../containers/container.ts';
import { freshStep, moveTo, startedOverStep, writable } from './draft.ts';
import type { Draft } from './draft.ts';
import { IllegalTransition } from '../model/errors.ts';
import { isHardFailed } from '../plan/failure.ts';
import { text } from '../model/messages.ts';
import { planOf } from '../plan/plan.ts';
import type { ItemPlace, Place } from '../model/place.ts';
import type { ItemCounts, StepState } from '../model/state.ts';
import { marksOf, tableOf } from '../model/step-table.ts';

/** The items of a container become known. */
interface Expanded {
  readonly type: string;
  readonly run: RunId;
  readonly seq: number;
  readonly data: { readonly parent: StepPath; readonly items: readonly Json[] };
}

/** The steps for these items are there from now on. What was done for the same item in the same place before stays. */
export function expand(draft: Draft, event: Expanded): void {
  const { parent, items } = event.data;
  const owner = draft.steps.plan.get(parent);
  const status = owner === undefined ? undefined : draft.steps.at(owner)?.status;
  if (owner === undefined || status === undefined || containerOf(owner.step)?.expansion === undefined)
    throw new IllegalTransition(text.unknownStep(event, parent));
  if (status !== 'running') throw new IllegalTransition(text.illegalStep(event.type, parent, status));
  const kept = keptItems(draft.run.expanded?.[parent] ?? [], items);
  const before = draft.steps;
  const isOther = (path: StepPath): boolean => path.startsWith(`${parent}.`) && !kept.has(indexUnder(path, parent));
  const others = Object.entries(draft.run.expanded ?? {}).filter(([path]) => !isOther(path as StepPath)); // its keys are paths
  draft.run.expanded = { ...Object.fromEntries(others), [parent]: items };
  const plan = planOf(draft.run);
  const retired = new Map(Object.entries(draft.run.retired ?? {}) as [StepPath, StepState][]); // as above
  for (const [path, state] of before) if (!plan.has(path)) retired.set(path, state);
  const steps = tableOf(plan, (place) => {
    const old = before.get(place.path) ?? retired.get(place.path);
    retired.delete(place.path);
    if (old === undefined) return freshStep(place);
    return isOther(place.path) ? startedOverStep(old) : old;
  });
  moveTo(draft, steps);
  if (retired.size > 0) draft.run.retired = Object.fromEntries(retired);
  else delete draft.run.retired;
  countItems(draft, parent);
}

/** After an event: counts the steps that it touched, and lets the next items begin where some came to their end. */
export function settle(draft: Draft): void {
  const { touched } = draft;
  // counting one may touch another
  for (const loan of touched) {
    const { place, marks: before } = loan;
    loan.isTouched = false;
    const now = marksOf(loan.step, place);
    if (now === before) continue;
    loan.marks = now;
    const isTurn = draft.steps.recount(place, before, now);
    if (isTurn && place.item !== undefined) turn(draft, place.item);
  }
  // one by one: an array that is emptied at once gets new storage with the next event
  while (touched.length > 0) touched.pop();
}

/** Counts all items of a container anew. */
export function countItems(draft: Draft, path: StepPath): void {
  const place = draft.steps.plan.get(path);
  const expansion = place === undefined ? undefined : containerOf(place.step)?.expansion;
  const owner = writable(draft, path);
  if (place === undefined || expansion === undefined || owner === undefined) return;
  const done = place.items.filter(({ page }) => draft.steps.openOf(page) === 0);
  const counts: ItemCounts = {
    total: place.items.length,
    done: done.length,
    failed: done.filter((item) => isBroken(draft, item)).length,
    open: (owner.items?.open ?? []).filter((index) => isOpen(draft, place, index)),
    next: 0,
  };
  owner.items = filled(draft, { place, expansion }, counts);
}

/** An item came to its end, or is done again. */
function turn(draft: Draft, item: ItemPlace): void {
  const place = draft.steps.plan.get(item.owner);
  const expansion = place === undefined ? undefined : containerOf(place.step)?.expansion;
  const owner = writable(draft, item.owner);
  const counts = owner?.items;
  if (place === undefined || expansion === undefined || owner === undefined || counts === undefined) return;
  // what is done again is counted when all of it is known
  if (draft.steps.openOf(item.page) > 0) return;
  const ended: ItemCounts = {
    ...counts,
    done: counts.done + 1,
    failed: counts.failed + (isBroken(draft, item) ? 1 : 0),
    open: counts.open.filter((index) => index !== item.index),
  };
  owner.items = filled(draft, { place, expansion }, ended);
}

/** With as many items begun as may be worked on at a time. */
function filled(
  draft: Draft,
  { place, expansion }: { readonly place: Place; readonly expansion: Expansion },
  counts: ItemCounts,
): ItemCounts {
  const open = [...counts.open];
  const most = expansion.concurrency(place.step);
  if (open.length >= most) return counts;
  if (expansion.stopsAtFailure(place.step)) {
    const isStopped = counts.failed > 0 || open.some((index) => isBroken(draft, place.items[index]));
    if (isStopped) return counts;
  }
  let { next } = counts;
  for (; open.length < most && next < counts.total; next += 1)
    if (isOpen(draft, place, next) && !open.includes(next)) open.push(next);
  return { ...counts, open, next };
}

function isOpen(draft: Draft, place: Place, index: number): boolean {
  const item = place.items[index];
  return item !== undefined && draft.steps.openOf(item.page) > 0;
}

function isBroken(draft: Draft, item: ItemPlace | undefined): boolean {
  const { plan } = draft.steps;
  return (item?.children ?? []).some((path) => {
    const place = plan.get(path);
    return place !== undefined && isHardFailed(draft, plan, place);
  });
}

/** The places at which both lists have the same item. */
function keptItems(before: readonly Json[], after: readonly Json[]): ReadonlySet<number> {
  const kept = new Set<number>();
  for (const [index, item] of before.entries())
    if (index < after.length && JSON.stringify(item) === JSON.stringify(after[index])) kept.add(index);
  return kept;
}

function indexUnder(path: StepPath, parent: StepPath): number {
  return Number.parseInt(path.slice(parent.length + 1), 10);
}
