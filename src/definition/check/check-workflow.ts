// One check for command line, pull request, load and editor: all findings of a file at once, and the IR when it has no error.
import type { JsonObject } from '../../support/index.ts';
import { isObject } from '../../support/index.ts';
import { normaliseWorkflow } from '../normalise/normalise-workflow.ts';
import { writingSteps } from '../normalise/implicit-steps.ts';
import { stagedKeys } from '../schemas/words.ts';
import { validateSource } from '../schemas/validate.ts';
import type { WorkflowSource } from '../schemas/workflow-schema.ts';
import type { Checked, DefinitionContext, Workflow } from '../types.ts';
import { checkDefaultDurations } from './durations.ts';
import { checkInputSpecs } from './check-inputs-spec.ts';
import { checkJoins } from './joins.ts';
import { objectOf } from './known-names.ts';
import { readYaml } from './read-yaml.ts';
import type { SourceDocument } from './read-yaml.ts';
import { checkReferences } from './references.ts';
import { createReport } from './report.ts';
import type { Report } from './report.ts';
import { checkSecurity } from './security.ts';
import { sourceLists, sourceSteps } from './source-steps.ts';
import type { SourceList } from './source-steps.ts';
import { checkCapability, checkStagedForm, checkStepRules } from './step-rules.ts';
import { checkStructure, maxSteps } from './structure.ts';
import { checkTrigger } from './check-trigger.ts';

/** A workflow file: its id (the file name without ending), where it is, and its text. */
export interface WorkflowFile {
  readonly id: string;
  readonly file: string;
  readonly text: string;
  readonly builtIn?: boolean;
}

/** Checks a workflow file. Never throws, whatever the text. */
export function checkWorkflow(source: WorkflowFile, context: DefinitionContext): Checked {
  const document = readYaml(source.text);
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
  const file = document.value as JsonObject; // what comes out of a YAML file is JSON
  const lists = sourceLists(file);
  checkSchema(file, { lists, unread: document.problems.map(({ path }) => path) }, report);
  checkRules({ id: source.id, file, lists }, context, report);
  if (findings().some(({ severity }) => severity === 'error')) return { ok: false, findings: findings() };
  const workflow = normalise(source.id, { file, document }, context);
  checkBranch({ file, workflow }, context, report);
  const found = findings();
  return found.some(({ severity }) => severity === 'error')
    ? { ok: false, findings: found }
    : { ok: true, workflow, findings: found };
}

function checkSchema(
  file: JsonObject,
  about: { readonly lists: readonly SourceList[]; readonly unread: readonly string[] },
  report: Report,
): void {
  const said = new Set(about.unread);
  const capability: Report = (found) => {
    said.add(found.path);
    report(found);
  };
  const isStaged = checkStagedForm(file, capability);
  const later = sourceSteps(about.lists).filter((step) => checkCapability(step, capability));
  checkTrigger(file, capability);
  for (const { path, on, ...problem } of validateSource(file)) {
    const isOfStages = isStaged && (stagedKeys.has(path) || path === '');
    const isOfLater = later.some((step) => path.startsWith(`${step.path}.`));
    if (said.has(path) || isOfStages || isOfLater) continue;
    report({ ...problem, path, ...(on === 'key' ? { on } : {}) });
  }
}

function checkRules(
  source: { readonly id: string; readonly file: JsonObject; readonly lists: readonly SourceList[] },
  context: DefinitionContext,
  report: Report,
): void {
  const steps = sourceSteps(source.lists);
  checkStructure(source, report);
  if (steps.length > maxSteps) return;
  for (const step of steps) checkStepRules(step, report);
  checkDefaultDurations(objectOf(source.file['defaults']), report);
  checkInputSpecs(source.file, report);
  checkJoins(source.lists, report);
  checkReferences(source, context, report);
  checkSecurity({ file: source.file, steps }, context, report);
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
      hint:
        writer.type === 'persona-request'
          ? 'Give the step `commit: none`, or take `branch: false` away.'
          : 'Take `branch: false` away.',
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
