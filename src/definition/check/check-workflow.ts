// One check for command line, pull request, load and editor: all findings of a file at once, and the IR when it has no error.
import type { JsonObject } from '../../support/index.ts';
import { isObject } from '../../support/index.ts';
import { normaliseWorkflow } from '../normalise/normalise-workflow.ts';
import { writingSteps } from '../normalise/implicit-steps.ts';
import { stepKinds } from '../kinds/list.ts';
import { kindOf } from '../source/step-kind.ts';
import type { StepKinds } from '../source/step-kind.ts';
import { anyStepType } from '../source/any-step.ts';
import { laterStepTypes } from '../source/words.ts';
import { validateSource } from '../schemas/validate.ts';
import type { Written } from '../schemas/validate.ts';
import type { WorkflowSource } from '../schemas/workflow-schema.ts';
import type { Checked, Workflow } from '../model/types.ts';
import type { DefinitionContext } from '../source/definition-context.ts';
import { checkDefaultDurations, checkStepDurations } from './durations.ts';
import { checkInputSpecs } from './check-inputs-spec.ts';
import { checkLargeNumbers, withDigits } from './digits.ts';
import { meantType } from '../source/guess-type.ts';
import { checkJoins } from './joins.ts';
import { objectOf, sourceLists, sourceSteps } from '../source/source-steps.ts';
import { mapSteps } from './map-steps.ts';
import { readYaml } from '../../yaml/index.ts';
import type { SourceDocument } from '../../yaml/index.ts';
import { checkReferences } from './references.ts';
import { createReport } from '../source/report.ts';
import type { Report } from '../source/report.ts';
import { checkSecurity } from './security.ts';
import { spellSteps } from './spell-steps.ts';
import type { SourceList } from '../source/source-steps.ts';
import { checkCapability, checkStagedForm, checkStepRules } from './step-rules.ts';
import { checkStructure, maxSteps } from './structure.ts';
import { checkGlobs } from './globs.ts';
import { checkUnjudged } from './unjudged.ts';
import { checkStyle } from './style.ts';
import { checkTrigger } from './check-trigger.ts';

/** A workflow file: its id (the file name without ending), where it is, and its text. */
export interface WorkflowFile {
  readonly id: string;
  readonly file: string;
  readonly text: string;
  readonly builtIn?: boolean;
}

const workflowForm = {
  holder: 'a workflow',
  emptyHint: 'A workflow has at least `steps:`.',
  documentsHint: 'Give each workflow a file of its own.',
};

/** Checks a workflow file. Never throws, whatever the text. */
export function checkWorkflow(source: WorkflowFile, context: DefinitionContext): Checked {
  const document = readYaml(source.text, workflowForm);
  const { report, findings } = createReport(source.file, document);
  if (document.value === undefined) return { ok: false, findings: findings() };
  if (!isObject(document.value)) {
    report({
      code: 'schema/wrong-type',
      path: '',
      message: 'A workflow file holds keys and values',
      hint: 'Start with `name:` and `steps:`.',
    });
    return { ok: false, findings: findings() };
  }
  const kinds = context.kinds ?? stepKinds;
  const lifted = spellSteps(document.value as JsonObject, kinds); // what comes out of a YAML file is JSON
  const file = lifted.file;
  const lists = sourceLists(file, kinds);
  const reportAt: Report = (found) => report({ ...found, path: lifted.pathOf(found.path) });
  const written: Written = (path) => document.written(lifted.pathOf(path));
  for (const problem of lifted.problems) report(problem);
  checkSchema({ file, lists, written, kinds, unread: document.problems.map(({ path }) => path) }, reportAt);
  checkRules({ id: source.id, file, lists, written, kinds }, context, reportAt);
  const kept = withDigits(file, { written, kinds }, reportAt);
  const said = new Set(findings().map(({ path }) => path));
  const reportOnce: Report = (found) => (said.has(lifted.pathOf(found.path)) ? undefined : reportAt(found));
  checkLargeNumbers(kept, { path: '', written, report: reportOnce });
  if (findings().some(({ severity }) => severity === 'error')) return { ok: false, findings: findings() };
  const workflow = normalise(source.id, { file: kept, document }, context);
  checkBranch({ file, workflow }, context, reportAt);
  const found = findings();
  return found.some(({ severity }) => severity === 'error')
    ? { ok: false, findings: found }
    : { ok: true, workflow, findings: found };
}

interface Source {
  readonly file: JsonObject;
  readonly lists: readonly SourceList[];
  readonly written: Written;
  readonly kinds: StepKinds;
}

function checkSchema(source: Source & { readonly unread: readonly string[] }, report: Report): void {
  const { file, written, kinds } = source;
  const said = new Set(source.unread);
  const capability: Report = (found) => {
    said.add(found.path);
    report(found);
  };
  const staged = checkStagedForm(file, capability);
  const later = sourceSteps(source.lists).filter((step) => checkCapability(step, kinds, capability));
  checkTrigger(file, capability);
  for (const { path, on, ...problem } of validateSource([file, withMeantTypes(file, kinds)], written, kinds)) {
    const isOfStages = staged.size > 0 && (path === '' || staged.has(path.split(/[.[]/)[0] ?? ''));
    const isOfLater = later.some((step) => path.startsWith(`${step.path}.`));
    if (said.has(path) || isOfStages || isOfLater) continue;
    const meant = problem.code === 'schema/unknown-step-type' ? typeAt(path, source.lists) : undefined;
    const hint = meant === undefined ? problem.hint : `Did you mean \`${meant}\`?`;
    report({ ...problem, path, hint, ...(on === 'key' ? { on } : {}) });
  }
}

/** What a step with an unknown type most likely means, by all of its keys. */
function typeAt(path: string, lists: readonly SourceList[]): string | undefined {
  const type = sourceSteps(lists).find((step) => `${step.path}.type` === path)?.type;
  return type === anyStepType ? undefined : type;
}

/** The file with the types that its steps most likely mean; itself where all are known. */
function withMeantTypes(file: JsonObject, kinds: StepKinds): JsonObject {
  let isOther = false;
  const later = laterStepTypes(kinds);
  const meant = mapSteps(file, kinds, (step) => {
    const type = meantType(step, kinds);
    if (type === step['type'] || later.has(type)) return step;
    isOther = true;
    return { ...step, type };
  });
  return isOther ? meant : file;
}

function checkRules(source: Source & { readonly id: string }, context: DefinitionContext, report: Report): void {
  const steps = sourceSteps(source.lists);
  checkStructure(source, report);
  if (steps.length > maxSteps) return;
  const toDurations = { report, written: source.written };
  for (const step of steps) {
    checkStepRules(step, report);
    checkStepDurations(step, toDurations);
    checkGlobs(step, report);
  }
  checkDefaultDurations(objectOf(source.file['defaults']), toDurations);
  checkInputSpecs(source, report);
  checkJoins(source.lists, report);
  checkUnjudged(source.lists, context, report);
  checkReferences(source, context, report);
  checkSecurity({ file: source.file, steps }, context, report);
  if (context.strict === true) checkStyle({ file: source.file, steps }, report);
}

function normalise(
  id: string,
  from: { readonly file: JsonObject; readonly document: SourceDocument },
  context: DefinitionContext,
): Workflow {
  const file = from.file as unknown as WorkflowSource; // the schema has passed it
  return normaliseWorkflow({ id, file, sourceOf: (path) => from.document.positionOf(path, 'value') }, context);
}

function checkBranch(
  source: { readonly file: JsonObject; readonly workflow: Workflow },
  context: DefinitionContext,
  report: Report,
): void {
  const { file, workflow } = source;
  const writer = writingSteps([workflow.steps, workflow.onFailure, workflow.finally], context)[0];
  if (file['branch'] === false && writer !== undefined)
    report({
      code: 'structure/branch-false',
      path: 'branch',
      message: `\`branch: false\`, but \`${writer.id}\` can write`,
      hint: kindOf(context.kinds ?? stepKinds, writer.type)?.withoutWriting ?? 'Take `branch: false` away.',
    });
  if (isObject(file['branch']) && writer === undefined)
    report({
      code: 'schema/no-effect',
      path: 'branch',
      on: 'key',
      message: '`branch` has no effect: no step can write',
      hint: 'Take it away.',
    });
}
