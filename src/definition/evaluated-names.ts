// The names of a run: templates of `name:` evaluated once, at its start. Words of people are cleaned; no two steps end up with one name.
import { oneLine } from '../support/index.ts';
import { evaluateTemplate } from './expression/template.ts';
import { textOf } from './expression/operators.ts';
import { humanised } from './model/names.ts';
import { withStepLists } from './model/step-lists.ts';
import type { Scope, Step, Workflow } from './model/types.ts';
import { allSteps } from './model/walk-steps.ts';

/** What names may read. */
export type NameScope = Pick<Scope, 'task' | 'inputs' | 'variables' | 'unset'>;

/** Characters of a name: what GitHub shows of a check without cutting it, behind `troupe / <workflow> / `. */
const longest = 80;

/**
 * The workflow with its names for one run. A part without a value is left out; where nothing is left, the id stands for the
 * name. Never evaluate a workflow twice: what came out may look like a template.
 */
export function withEvaluatedNames(workflow: Workflow, scope: NameScope): Workflow {
  const steps = allSteps(workflow).map(({ step }) => step);
  const isTemplated = (name: string): boolean => name.includes('{{');
  if (!isTemplated(workflow.name) && !steps.some(({ name }) => isTemplated(name))) return workflow;
  const taken = new Set(steps.filter(({ name }) => !isTemplated(name)).map(({ name }) => folded(name)));
  const names = new Map<string, string>();
  for (const { id, name } of steps) {
    if (!isTemplated(name)) continue;
    const found = unique(evaluated(name, scope) ?? humanised(id), taken);
    taken.add(folded(found));
    names.set(id, found);
  }
  const named = (list: readonly Step[]): readonly Step[] => list.map((step) => withNames(step, names));
  return {
    ...workflow,
    name: isTemplated(workflow.name) ? (evaluated(workflow.name, scope) ?? workflow.id) : workflow.name,
    steps: named(workflow.steps),
    onFailure: named(workflow.onFailure),
    finally: named(workflow.finally),
  };
}

/** The name in plain words; undefined where nothing is left of it. */
function evaluated(name: string, scope: NameScope): string | undefined {
  const result = evaluateTemplate(name, scope, { permissive: true });
  if (!result.ok) return undefined;
  const words = cleaned(textOf(result.value));
  return words === '' ? undefined : words;
}

/** One line of visible characters: nothing that hides, turns or splits it. */
function cleaned(text: string): string {
  const visible = text
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g, '');
  return oneLine(visible, longest);
}

function unique(name: string, taken: ReadonlySet<string>): string {
  let found = name;
  for (let number = 2; taken.has(folded(found)); number += 1) {
    const suffix = ` ${number}`;
    found = `${oneLine(name, longest - suffix.length)}${suffix}`;
  }
  return found;
}

/** People find a step by its name whatever the case. */
function folded(name: string): string {
  return name.toLowerCase();
}

function withNames(step: Step, names: ReadonlyMap<string, string>): Step {
  const named = (list: readonly Step[]): readonly Step[] => list.map((one) => withNames(one, names));
  const { onError } = step;
  const base = {
    ...step,
    name: names.get(step.id) ?? step.name,
    ...(onError === undefined ? {} : { onError: { ...onError, steps: named(onError.steps) } }),
  };
  return withStepLists(base, named);
}
