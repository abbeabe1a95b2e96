// Finds steps that can never run: two of what they need exclude each other, or they ask about steps before them and have none.
import { asksStatus } from '../expression/fixed-value.ts';
import { parseExpression } from '../expression/parse.ts';
import type { Node } from '../expression/node.ts';
import type { Report } from '../source/report.ts';
import type { SourceList, SourceStep } from '../source/source-steps.ts';
import { dependenciesOf, waitsFor } from '../source/source-steps.ts';

/** Something that must hold: `subject` is (or is not) `value`. */
interface Fact {
  readonly subject: string;
  readonly value: string;
  readonly holds: boolean;
  readonly by: SourceStep;
}

/** Reports steps whose conditions, with those of everything they need, cannot be true together. */
export function checkJoins(lists: readonly SourceList[], report: Report): void {
  for (const list of lists)
    for (const step of list.steps) {
      checkNothingBefore(step, report);
      const conflict = conflictIn(factsNeededBy(step));
      if (conflict === undefined || (conflict[0].by !== step && conflict[1].by !== step && !isFirst(step, conflict)))
        continue;
      const [first, second] = conflict;
      report({
        code: 'structure/never-runs',
        path: dependenciesOf(step).length > 0 ? `${step.path}.dependencies` : `${step.path}.condition`,
        message:
          first.by === second.by
            ? `\`${step.id}\` can never run: its condition contradicts itself`
            : `\`${step.id}\` can never run: \`${first.by.id}\` and \`${second.by.id}\` exclude each other`,
        hint: 'Write `on_skipped_dependency: any` to go on after whichever ran.',
      });
    }
}

function checkNothingBefore(step: SourceStep, report: Report): void {
  const { condition } = step.step;
  if (step.list.kind !== 'steps' || waitsFor(step).length > 0) return;
  if (typeof condition !== 'string' || !asksStatus(condition)) return;
  if (asksStatus(condition, { success: true, failure: false, cancelled: false })) return;
  report({
    severity: 'warning',
    code: 'structure/nothing-before',
    path: `${step.path}.condition`,
    message: `\`${step.id}\` starts at once, when nothing has failed yet: its condition never holds`,
    hint: 'Name the steps that it is about under `dependencies:`.',
  });
}

/** Only the join itself is reported, not every step after it. */
function isFirst(step: SourceStep, conflict: readonly [Fact, Fact]): boolean {
  const siblings = new Map(step.list.steps.map((sibling) => [sibling.id, sibling]));
  return dependenciesOf(step).every((id) => {
    const dependency = siblings.get(id);
    if (dependency === undefined) return true;
    const inner = conflictIn(factsNeededBy(dependency));
    return inner === undefined || inner[0].by !== conflict[0].by || inner[1].by !== conflict[1].by;
  });
}

function factsNeededBy(step: SourceStep): readonly Fact[] {
  const siblings = new Map(step.list.steps.map((sibling) => [sibling.id, sibling]));
  const seen = new Set<SourceStep>();
  const facts: Fact[] = [];
  const waiting = [step];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (next === undefined || seen.has(next)) continue;
    seen.add(next);
    facts.push(...factsOf(next));
    if ((next.step['on_skipped_dependency'] ?? 'skip') !== 'skip' || runsAfterSkipped(next)) continue;
    for (const id of dependenciesOf(next).toReversed()) {
      const dependency = siblings.get(id);
      if (dependency !== undefined) waiting.push(dependency);
    }
  }
  return facts;
}

/** Its condition is asked although something before it was skipped, and may hold then. */
function runsAfterSkipped({ step }: SourceStep): boolean {
  const { condition } = step;
  return typeof condition === 'string' && asksStatus(condition, { success: false });
}

function factsOf(step: SourceStep): readonly Fact[] {
  const condition = step.step['condition'];
  if (typeof condition !== 'string' || step.kind?.children?.isChoice === true) return [];
  const parsed = parseExpression(condition);
  return parsed.ok ? factsIn(parsed.node, step, true) : [];
}

function factsIn(node: Node, by: SourceStep, holds: boolean): readonly Fact[] {
  if (node.kind === 'logical' && node.operator === '&&' && holds)
    return [...factsIn(node.left, by, true), ...factsIn(node.right, by, true)];
  if (node.kind === 'unary' && node.operator === '!') return factsIn(node.argument, by, !holds);
  if (node.kind === 'binary' && /^[!=]==?$/.test(node.operator) && node.right.kind === 'literal') {
    const isEqual = node.operator.startsWith('=');
    return [
      { subject: keyOf(node.left), value: JSON.stringify(node.right.value ?? null), holds: isEqual === holds, by },
    ];
  }
  // a constant switches the step off, or says nothing
  if (node.kind === 'literal') return [];
  return [{ subject: keyOf(node), value: 'truthy', holds, by }];
}

function conflictIn(facts: readonly Fact[]): readonly [Fact, Fact] | undefined {
  for (const [index, first] of facts.entries())
    for (const second of facts.slice(index + 1)) {
      if (first.subject !== second.subject) continue;
      const isSame = first.value === second.value;
      const exclude = isSame
        ? first.holds !== second.holds
        : first.holds && second.holds && isFixed(first) && isFixed(second);
      if (exclude) return [first, second];
    }
  return undefined;
}

function isFixed(fact: Fact): boolean {
  return fact.value !== 'truthy';
}

/** The tree without its positions: equal for equal expressions, whatever their spaces and quotes. */
function keyOf(node: Node): string {
  return JSON.stringify(node, (key, value: unknown) => (key === 'at' ? undefined : value));
}
