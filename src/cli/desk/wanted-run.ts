// What `troupe run` is asked for, checked before anything starts: workflow, task, inputs, output, who answers.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { allSteps, checkInputs, inputProblem } from '../../definition/index.ts';
import type { Workflow } from '../../definition/index.ts';
import type { Task } from '../../engine/index.ts';
import type { DeskCatalogue } from '../../host/index.ts';
import { nearest, TroupeError } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import type { Configuration } from '../configuration.ts';
import { findingLines } from '../findings.ts';
import type { Io } from '../io.ts';
import { deskMessages } from '../messages-desk.ts';
import { cliMessages } from '../messages.ts';
import { taskFromJson, taskFromText, taskFromWords } from '../task-input.ts';
import { withOnFailure } from './on-failure.ts';
import type { OnFailure } from './on-failure.ts';

/** The options that say what is wanted. */
export interface WantedOptions {
  readonly task?: string;
  readonly body?: string;
  readonly issue?: string;
  readonly input: readonly string[];
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
  const given = options.input.map((text) => pair(text));
  const checked = checkInputs({ ...workflow, id: 'the workflow' }, Object.fromEntries(given));
  if (!checked.ok) {
    const problems = checked.findings.map((finding) => inputProblem(finding));
    throw new TroupeError('cli/bad-inputs', cliMessages.badInputs(problems), { class: 'config' });
  }
  requireOutput(workflow, options.output);
  if (options.offline === true) requireScripts(workflow, configuration);
  if (options.dryRun !== true) requireProvider(configuration);
  return { workflow: withOnFailure(workflow, options.onFailure), task, inputs: checked.inputs };
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
  const lines = [heading, ...findingLines(mistakes)];
  throw new TroupeError('cli/workflow-mistakes', lines.join('\n'), { class: 'config' });
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
function requireScripts(workflow: Workflow, { providers, serverFile }: Configuration): void {
  const named = allSteps(workflow).flatMap(({ step }) =>
    step.type === 'persona-request' ? [step.provider ?? serverFile.defaultProvider] : [],
  );
  const others = [...new Set(named)].filter((name) => !providers.isScripted(name));
  if (others.length === 0) return;
  throw new TroupeError('cli/offline', deskMessages.offline(others), {
    class: 'config',
    hint: deskMessages.offlineHint,
  });
}

function requireProvider({ providers, serverFile }: Configuration): void {
  const name = serverFile.defaultProvider;
  if (providers.get(name) !== undefined) return;
  const near = nearest(name, providers.names);
  throw new TroupeError('cli/no-provider', cliMessages.noProvider(name, near), {
    class: 'config',
    hint: cliMessages.noProviderHint,
  });
}
