// What `troupe run` is asked for, checked before anything starts: workflow, task, inputs, output, who answers.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { allSteps, asksPersona, checkInputs, inputProblem } from '../../definition/index.ts';
import type { PersonaStep, Workflow } from '../../definition/index.ts';
import type { Task } from '../../engine/index.ts';
import { unplayable } from '../../host/index.ts';
import type { DeskCatalogue } from '../../host/index.ts';
import { personaOf, providerNameOf } from '../../personas/index.ts';
import { nearest, TroupeError, defined } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import type { Configuration } from '../common/configuration.ts';
import { findingLines } from '../common/findings.ts';
import type { Io } from '../common/io.ts';
import { deskMessages } from './messages-desk.ts';
import { cliMessages } from '../common/messages.ts';
import { taskFromJson, taskFromText, taskFromWords } from '../common/task-input.ts';
import { stepMistakes } from './given-workflow.ts';
import { withOnFailure } from './on-failure.ts';
import type { OnFailure } from './on-failure.ts';

/** The options that say what is wanted. */
export interface WantedOptions {
  readonly task?: string;
  readonly body?: string;
  readonly issue?: string;
  readonly input?: readonly string[];
  readonly output?: string;
  readonly offline?: boolean;
  readonly dryRun?: boolean;
  readonly onFailure?: OnFailure;
}

/** A run that may start. */
export interface WantedRun {
  readonly workflow: Workflow;
  readonly task: Task;
  readonly inputs: JsonObject;
  /** The provider that plays a step's persona. */
  providerOf(step: PersonaStep): string;
}

/** Checks it. Throws what is wrong, with the nearest name. */
export async function wantedRun(
  workflowId: string,
  options: WantedOptions,
  {
    io,
    catalogue,
    configuration,
  }: {
    readonly io: Io;
    readonly catalogue: DeskCatalogue;
    readonly configuration: Configuration;
  },
): Promise<WantedRun> {
  const task = await taskFrom(options, io);
  const workflow = workflowFrom(workflowId, catalogue);
  const given = (options.input ?? []).map((text) => pair(text));
  const checked = checkInputs({ ...workflow, id: 'the workflow' }, Object.fromEntries(given));
  if (!checked.ok) {
    const problems = checked.findings.map((finding) => inputProblem(finding));
    throw new TroupeError('cli/bad-inputs', cliMessages.badInputs(problems), { class: 'config' });
  }
  requireOutput(workflow, options.output);
  const asked = providersOf(catalogue, configuration);
  const names = allSteps(workflow).flatMap(({ step }) => (asksPersona(step) ? [asked(step)] : []));
  if (options.offline === true) requireScripts(names, configuration);
  if (options.dryRun !== true) {
    requireProviders(names, configuration);
    await requirePlayable(workflow, catalogue, configuration);
  }
  return { workflow: withOnFailure(workflow, options.onFailure), task, inputs: checked.inputs, providerOf: asked };
}

function providersOf(catalogue: DeskCatalogue, { providers }: Configuration): WantedRun['providerOf'] {
  const usual = providers.standIn ?? catalogue.effective.settings.defaultProvider;
  return (step) => providerNameOf(step, personaOf(catalogue.copyOf([step.persona]), step.persona), usual);
}

async function taskFrom({ task, body, issue }: WantedOptions, io: Io): Promise<Task> {
  if (issue === '-') return taskFromJson(await io.stdin(), 'standard input');
  if (issue !== undefined) {
    const path = resolve(io.cwd, issue);
    if (!existsSync(path)) throw new TroupeError('cli/no-file', cliMessages.notThere(path), { class: 'config' });
    return taskFromJson(readFileSync(path, 'utf8'), issue);
  }
  const text = task === '-' ? await io.stdin() : task;
  if (text === undefined || text.trim() === '')
    throw new TroupeError('cli/no-task', cliMessages.noTask, { class: 'config', hint: cliMessages.noTaskHint });
  return task === '-' ? taskFromText(text) : taskFromWords(text, body ?? '');
}

function workflowFrom(id: string, catalogue: DeskCatalogue): Workflow {
  const candidate = catalogue.candidates.find((one) => one.id === id);
  const ids = catalogue.candidates.map((one) => one.id);
  if (candidate === undefined)
    throw new TroupeError('cli/no-workflow', cliMessages.noWorkflow(id, nearest(id, ids)), {
      class: 'config',
      hint: cliMessages.workflowsHint(ids),
    });
  const mistakes = [...catalogue.settingsFindings, ...catalogue.personaFindings, ...candidate.findings].filter(
    ({ severity }) => severity === 'error',
  );
  if (candidate.workflow !== undefined && mistakes.length === 0) return candidate.workflow;
  const files = [...new Set(mistakes.map(({ file }) => file))];
  const isOwn = files.every((file) => file === candidate.path);
  const heading = isOwn ? cliMessages.workflowMistakes(id) : cliMessages.mistakesIn(id, files);
  const told = isOwn ? stepMistakes(candidate.path, mistakes) : undefined;
  const message = told ?? [heading, ...findingLines(mistakes)].join('\n');
  throw new TroupeError('cli/workflow-mistakes', message, { class: 'config' });
}

function pair(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new TroupeError('cli/bad-inputs', cliMessages.inputShape(text), { class: 'config' });
  return [text.slice(0, at), text.slice(at + 1)];
}

function requireOutput(workflow: Workflow, name: string | undefined): void {
  const names = Object.keys(workflow.outputs);
  if (name === undefined || names.includes(name)) return;
  throw new TroupeError('cli/no-output', deskMessages.noOutput(workflow.id, name, nearest(name, names)), {
    class: 'config',
    hint: deskMessages.outputsHint(names),
  });
}

/** Nobody may be asked but scripts. */
function requireScripts(names: readonly string[], { providers }: Configuration): void {
  const others = [...new Set(names)].filter((name) => !providers.isScripted(name));
  if (others.length === 0) return;
  throw new TroupeError('cli/offline', deskMessages.offline(others), {
    class: 'config',
    hint: deskMessages.offlineHint,
  });
}

/** What nobody plays would only be noticed when its turn comes. */
function requireProviders(names: readonly string[], { providers }: Configuration): void {
  const missing = names.find((name) => !providers.knows(name));
  if (missing === undefined) return;
  throw new TroupeError('cli/no-provider', cliMessages.noProvider(missing, nearest(missing, providers.names)), {
    class: 'config',
    hint: cliMessages.noProviderHint,
  });
}

/** A command that is not there would only be noticed after the steps before it were paid for. */
async function requirePlayable(
  workflow: Workflow,
  catalogue: DeskCatalogue,
  { providers }: Configuration,
): Promise<void> {
  const ids = allSteps(workflow).flatMap(({ step }) => (asksPersona(step) ? [step.persona] : []));
  const usual = providers.standIn ?? catalogue.effective.settings.defaultProvider;
  const problem = await unplayable({ workflow, personas: catalogue.copyOf(ids), usual }, providers);
  if (problem === undefined) return;
  throw new TroupeError('cli/unplayable', problem.message, {
    class: 'config',
    ...defined({ hint: problem.hint }),
  });
}
