// Which steps have run when a step starts. Reads dependencies; judges nothing.
import type { SourceList, SourceStep } from '../source/source-steps.ts';
import { waitsFor } from '../source/source-steps.ts';

/** How a step stands to the one that reads it. */
export interface Relation {
  readonly step: SourceStep;
  /**
   * `always`: has been decided on every path. `maybe`: stands in one branch of a conditional, so it may not have run. `items`: runs once
   * for each item, so that it can only be read through the step that it stands in.
   */
  readonly when: 'always' | 'maybe' | 'items';
}

/** Everything that has been decided when a step of this place starts, by id. */
export function upstreamOf(step: SourceStep, lists: readonly SourceList[]): ReadonlyMap<string, Relation> {
  const known = new Map<string, Relation>();
  let current: SourceStep | undefined = step;
  while (current !== undefined) {
    for (const before of closure(current)) addWithChildren({ step: before, when: 'always' }, lists, known);
    if (current.list.kind === 'on_error' && current.list.owner !== undefined)
      addWithChildren({ step: current.list.owner, when: 'always' }, lists, known);
    if (outerKind(current) !== 'steps') addMain(lists, known);
    current = current.list.owner;
  }
  return known;
}

/** Every step of the main list and below it: what finishing steps and outputs may read. */
export function mainSteps(lists: readonly SourceList[]): ReadonlyMap<string, Relation> {
  const known = new Map<string, Relation>();
  addMain(lists, known);
  return known;
}

/** The steps of the same list that come before, at any distance. */
export function closure(step: SourceStep): readonly SourceStep[] {
  const byId = new Map(step.list.steps.map((sibling) => [sibling.id, sibling]));
  const found = new Set<SourceStep>();
  const waiting = [...waitsFor(step)];
  while (waiting.length > 0) {
    const next = byId.get(waiting.pop() ?? '');
    if (next === undefined || next === step || found.has(next)) continue;
    found.add(next);
    waiting.push(...waitsFor(next));
  }
  return [...found];
}

function addMain(lists: readonly SourceList[], known: Map<string, Relation>): void {
  const main = lists.find((list) => list.kind === 'steps');
  for (const step of main?.steps ?? []) addWithChildren({ step, when: 'always' }, lists, known);
}

function addWithChildren(relation: Relation, lists: readonly SourceList[], known: Map<string, Relation>): void {
  const { step, when } = relation;
  if (step.id !== '' && !known.has(step.id)) known.set(step.id, relation);
  for (const list of lists) {
    if (list.owner !== step) continue;
    const isRepeated = when === 'items' || isPerItem(list);
    const below = isRepeated ? 'items' : list.branch === 'child' ? when : 'maybe';
    for (const child of list.steps) addWithChildren({ step: child, when: below }, lists, known);
  }
}

/** Whether the steps of a list run once for each item. */
export function isPerItem({ owner, branch }: SourceList): boolean {
  return branch === 'child' && owner?.kind?.children?.isRepeated === true;
}

function outerKind(step: SourceStep): SourceList['kind'] {
  let list = step.list;
  while (list.owner !== undefined) list = list.owner.list;
  return list.kind;
}
