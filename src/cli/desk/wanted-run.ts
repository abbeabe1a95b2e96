// What `troupe run` is asked for, checked before anything starts: workflow, task, inputs, output, who answers.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { allSteps, asksPersona, checkInputs, inputProblem } from '../../definition/index.ts';
import type { PersonaStep, Workflow } from '../../definition/index.ts';
import type { Task } from '../../engine/index.ts';
import { agentFor, hindrancesAtDesk, nobodyPlays, whatToDo } from '../../host/index.ts';
import type { DeskCatalogue, Hindrance } from '../../host/index.ts';
import { personaOf, providerNamesOf } from '../../personas/index.ts';
import { docsPage, nearest, TroupeError, defined } from '../../support/index.ts';
import type { Json, JsonObject } from '../../support/index.ts';
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
  /** The provider where nobody names one. */
  readonly usual: string;
  /** The provider that plays a step's persona. */
  providerOf(step: PersonaStep): string;
}

/** What a run is looked at with. */
interface Surroundings {
  readonly io: Io;
  readonly catalogue: DeskCatalogue;
  readonly configuration: Configuration;
}

/** Checks it. Throws what is wrong, with the nearest name. */
export async function wantedRun(
  workflowId: string,
  options: WantedOptions,
  { io, catalogue, configuration }: Surroundings,
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
  const usual = await usualProvider(workflow, { io, catalogue, configuration });
  const asked = providersOf(catalogue, usual, configuration.providers);
  const names = allSteps(workflow).flatMap(({ step }) => (asksPersona(step) ? [asked(step)] : []));
  if (options.offline === true) requireScripts(names, configuration);
  if (options.dryRun !== true) {
    requireProviders(names, configuration);
    const settings = { ...catalogue.effective.settings, defaultProvider: usual };
    requireNone(
      await hindrancesAtDesk({ workflow, personas: personasOf(workflow, catalogue), settings }, configuration),
    );
  }
  const started = withOnFailure(workflow, options.onFailure);
  return { workflow: started, task, inputs: checked.inputs, usual, providerOf: asked };
}

/** Who plays where nobody is named. An agent that was found is told, with why it is this one. */
async function usualProvider(workflow: Workflow, { io, catalogue, configuration }: Surroundings): Promise<string> {
  const { providers, serverFile } = configuration;
  const named = providers.standIn ?? catalogue.effective.settings.defaultProvider;
  const asks = allSteps(workflow).some(({ step }) => asksPersona(step));
  if (providers.standIn !== undefined || !asks) return named;
  const found = await agentFor({ workflow, personas: personasOf(workflow, catalogue) }, serverFile, providers);
  if (found !== undefined) io.note(deskMessages.agent(found.why));
  return found?.name ?? named;
}

function personasOf(workflow: Workflow, catalogue: DeskCatalogue): Json {
  return catalogue.copyOf(allSteps(workflow).flatMap(({ step }) => (asksPersona(step) ? [step.persona] : [])));
}

/** The first of each list that somebody answers to. */
function providersOf(
  catalogue: DeskCatalogue,
  usual: string,
  providers: Configuration['providers'],
): WantedRun['providerOf'] {
  const { otherProviders = [] } = catalogue.effective.settings;
  return (step) => {
    const persona = personaOf(catalogue.copyOf([step.persona]), step.persona);
    const names = providerNamesOf(step, persona, [usual, ...otherProviders]);
    return names.find((name) => providers.knows(name)) ?? names[0] ?? usual;
  };
}

/** The task that the options name. Throws `cli/no-task`, `cli/no-file`, `cli/bad-task`. */
export async function taskFrom({ task, body, issue }: WantedOptions, io: Io): Promise<Task> {
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
function requireProviders(names: readonly string[], { providers, serverFile, agents }: Configuration): void {
  if (providers.standIn === undefined && nobodyPlays(serverFile) && names.includes(serverFile.defaultProvider))
    throw new TroupeError('cli/no-agent', whatToDo(agents).join('\n'), {
      class: 'config',
      hint: cliMessages.noAgentHint(docsPage('personas.md')),
    });
  const missing = names.find((name) => !providers.knows(name));
  if (missing === undefined) return;
  throw new TroupeError('cli/no-provider', cliMessages.noProvider(missing, nearest(missing, providers.names)), {
    class: 'config',
    hint: cliMessages.noProviderHint,
  });
}

/** What would only be noticed after the steps before it were paid for: all of it at once. */
function requireNone(found: readonly Hindrance[]): void {
  const [first, ...others] = found;
  if (first === undefined) return;
  const hint = others.length === 0 ? deskMessages.hindranceHint(first) : undefined;
  const message = others.length === 0 ? first.message : deskMessages.hindrances(found);
  throw new TroupeError('cli/unplayable', message, { class: 'config', ...defined({ hint }) });
}
