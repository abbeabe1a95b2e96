// How the steps hang together: ids, names, dependencies, cycles, empty and deep lists. Looks into no expression.
import type { JsonObject } from '../../support/index.ts';
import { humanised, underscored } from '../model/names.ts';
import { didYouMean } from '../model/suggest.ts';
import type { Report } from '../source/report.ts';
import type { SourceList, SourceStep } from '../source/source-steps.ts';
import { dependenciesOf, sourceSteps, waitsFor } from '../source/source-steps.ts';
import { closure } from './upstream.ts';

/** Ids that Troupe's own steps have. */
export const reservedStepIds: ReadonlySet<string> = new Set(['prepare', 'settle']);
const reservedWorkflowIds: ReadonlySet<string> = new Set(['paused', 'needs-human', 'exhausted', 'lint']);
const maxDepth = 6;
/** Most steps of a file, nested ones included. */
export const maxSteps = 200;

/** Reports everything wrong with the id, the lists and the dependencies. */
export function checkStructure(
  source: { readonly id: string; readonly file: JsonObject; readonly lists: readonly SourceList[] },
  report: Report,
): void {
  checkWorkflowId(source.id, report);
  const count = sourceSteps(source.lists).length;
  checkCount(count, report);
  if (count > maxSteps) return;
  checkIds(sourceSteps(source.lists), report);
  for (const list of source.lists) {
    checkList(list, report);
    checkDependencies(list, sourceSteps(source.lists), report);
    checkCycles(list, report);
  }
}

function checkWorkflowId(id: string, report: Report): void {
  if (!/^[a-z0-9][a-z0-9-]{0,49}$/.test(id))
    report({
      code: 'structure/workflow-id',
      path: '',
      message: `The file name gives the workflow the id ${JSON.stringify(id)}, which cannot be one`,
      hint: 'Name the file with lower-case letters, digits and dashes, at most 50: fix-bug.yml.',
    });
  else if (reservedWorkflowIds.has(id))
    report({
      code: 'structure/reserved-workflow-id',
      path: '',
      message: `\`${id}\` cannot be a workflow's id: \`troupe:${id}\` is a label with a meaning of its own`,
      hint: 'Give the file another name.',
    });
}

function checkIds(steps: readonly SourceStep[], report: Report): void {
  const ids = new Map<string, SourceStep>();
  const names = new Map<string, SourceStep>();
  for (const step of steps) {
    if (step.id === '') continue;
    const place = { path: `${step.path}.id` };
    if (reservedStepIds.has(step.id))
      report({
        ...place,
        code: 'structure/reserved-id',
        message: `\`${step.id}\` is the id of a step of Troupe's own`,
        hint: 'Give the step another id.',
      });
    const first = ids.get(underscored(step.id));
    if (first !== undefined)
      report({
        ...place,
        code: 'structure/duplicate-id',
        message:
          first.id === step.id
            ? `The id \`${step.id}\` is there twice (first at ${first.path})`
            : `\`${step.id}\` and \`${first.id}\` are the same name in expressions (first at ${first.path})`,
        hint: 'Ids are unique in the whole file.',
      });
    else ids.set(underscored(step.id), step);
    checkName(step, names, report);
  }
}

function checkName(step: SourceStep, names: Map<string, SourceStep>, report: Report): void {
  const given = step.step['name'];
  const name = typeof given === 'string' ? given : humanised(step.id);
  // what it comes to is made unique when a run starts
  if (name.includes('{{')) return;
  const first = names.get(name);
  if (first === undefined) names.set(name, step);
  else if (first.id !== step.id)
    report({
      code: 'structure/duplicate-name',
      path: typeof given === 'string' ? `${step.path}.name` : `${step.path}.id`,
      message: `Two steps are named ${JSON.stringify(name)}: \`${first.id}\` and \`${step.id}\``,
      hint: 'Checks on GitHub carry the name, so it is unique in the file.',
    });
}

function checkList(list: SourceList, report: Report): void {
  if (list.depth === maxDepth + 1)
    report({
      code: 'structure/too-deep',
      path: list.path,
      message: `Steps are nested ${list.depth} deep; ${maxDepth} is the most`,
      hint: 'Put the inner steps beside the outer ones, with dependencies.',
    });
  const isEmptyList = list.steps.length === 0;
  if (isEmptyList)
    report({
      code: 'structure/empty-list',
      path: list.path,
      on: 'key',
      message: `\`${list.path.replace(/^.*\./, '')}\` has no steps`,
      hint: list.kind === 'steps' ? 'A workflow does something.' : 'List steps in it or take the key away.',
    });
}

function checkDependencies(list: SourceList, all: readonly SourceStep[], report: Report): void {
  const siblings = new Set(list.steps.map(({ id }) => id));
  for (const step of list.steps) {
    const seen = new Set<string>();
    for (const [index, id] of dependenciesOf(step).entries()) {
      const place = { path: `${step.path}.dependencies[${index}]` };
      if (seen.has(id))
        report({
          ...place,
          code: 'structure/repeated-dependency',
          severity: 'warning',
          message: `\`${id}\` is listed twice`,
        });
      seen.add(id);
      if (siblings.has(id)) continue;
      const other = all.find((candidate) => candidate.id === id);
      if (other !== undefined) report({ ...place, ...dependencyOutside(step, other) });
      else if (reservedStepIds.has(id))
        report({
          ...place,
          code: 'structure/unknown-dependency',
          message: `\`${id}\` comes before the others by itself`,
          hint: 'Take it away.',
        });
      else
        report({
          ...place,
          code: 'structure/unknown-dependency',
          message: `There is no step \`${id}\``,
          hint: didYouMean(
            id,
            // what waits for this step cannot come before it
            list.steps
              .filter((one) => one !== step && one.id !== '' && !closure(one).includes(step))
              .map((one) => one.id),
            'other step',
          ),
        });
    }
  }
}

function dependencyOutside(step: SourceStep, other: SourceStep): { code: string; message: string; hint: string } {
  let ancestor: SourceStep | undefined = other;
  while (ancestor !== undefined && ancestor.list !== step.list) ancestor = ancestor.list.owner;
  return {
    code: 'structure/dependency-outside-list',
    message: `\`${other.id}\` is not in the same list as \`${step.id}\``,
    hint:
      ancestor === undefined || ancestor === step
        ? 'Depend on steps of the same list; what comes before the outer step has run already.'
        : `Depend on \`${ancestor.id}\`, the step it is in.`,
  };
}

function checkCycles(list: SourceList, report: Report): void {
  const byId = new Map(list.steps.map((step) => [step.id, step]));
  const done = new Set<string>();
  function visit(step: SourceStep, way: readonly string[]): void {
    if (done.has(step.id)) return;
    const start = way.indexOf(step.id);
    if (start !== -1) {
      const cycle = [...way.slice(start), step.id];
      for (const id of cycle) done.add(id);
      const from = byId.get(cycle[0] ?? '') ?? step;
      report({
        code: 'structure/cycle',
        path: `${from.path}.dependencies`,
        message:
          cycle.length === 2
            ? `\`${step.id}\` depends on itself`
            : `The steps wait for each other: ${cycle.map((id) => `\`${id}\``).join(' → ')}`,
        hint: 'Take one of these dependencies away.',
      });
      return;
    }
    for (const id of waitsFor(step)) {
      const next = byId.get(id);
      if (next !== undefined) visit(next, [...way, step.id]);
    }
    done.add(step.id);
  }
  for (const step of list.steps) visit(step, []);
}

function checkCount(count: number, report: Report): void {
  if (count > maxSteps)
    report({
      code: 'resources/too-many-steps',
      path: 'steps',
      on: 'key',
      message: `The file has ${count} steps; ${maxSteps} are the most`,
    });
  else if (count > maxSteps * 0.8)
    report({
      code: 'resources/many-steps',
      path: 'steps',
      on: 'key',
      severity: 'warning',
      message: `The file has ${count} steps; ${maxSteps} are the most`,
    });
}
