// The inputs of the Action: text as the runner gives it → checked values, or every mistake at once. Reads nothing itself.
import { isObject, isRunId, readDuration, TroupeError, defined } from '../support/index.ts';
import type { RunId } from '../support/index.ts';
import { childPath, readYaml } from '../yaml/index.ts';
import { inputMessages } from './messages.ts';

/** The inputs of action.yml. */
export interface ActionInputs {
  readonly workflow?: string;
  readonly issueNumber?: number;
  readonly task?: string;
  /** In the order they were written. */
  readonly inputs: readonly (readonly [string, string])[];
  readonly token: string;
  /** Paths in the repository, with `working-directory` put before them. */
  readonly configPath?: string;
  readonly answers?: string;
  readonly provider?: string;
  readonly dryRun: boolean;
  readonly maxCostUsd?: number;
  readonly timeoutMinutes?: number;
  readonly resumeRun?: RunId;
  /** Where a request to a persona lies, sealed: the job answers it and runs no workflow. */
  readonly personaRequest?: string;
  /** Check runs per step also with the token of the job. */
  readonly checks: boolean;
}

/** Reads the inputs; `get` gives the text of one, empty when it is not set. Throws `action/inputs` with every mistake. */
export function readInputs(get: (name: string) => string): ActionInputs {
  const mistakes: string[] = [];
  const text = (name: string): string | undefined => {
    const value = get(name).trim();
    return value === '' ? undefined : value;
  };
  const note = <Value>(read: Read<Value>): Value | undefined => {
    if ('mistake' in read) mistakes.push(read.mistake);
    return 'mistake' in read ? undefined : read.value;
  };
  const token = text('github-token');
  if (token === undefined) mistakes.push(inputMessages.noToken);
  const folder = note(pathIn('working-directory', text('working-directory'), ''));
  const configPath = note(pathIn('config-path', text('config-path'), folder ?? ''));
  const answers = note(pathIn('answers', text('answers'), folder ?? ''));
  const issueNumber = note(numberIn('issue-number', text('issue-number'), true));
  const maxCostUsd = note(numberIn('max-cost-usd', text('max-cost-usd'), false));
  const timeoutMinutes = note(minutesIn('timeout-minutes', text('timeout-minutes')));
  const dryRun = note(flagIn('dry-run', text('dry-run')));
  const checks = note(flagIn('checks', text('checks')));
  const inputs = note(pairsIn(text('inputs')));
  const resumeRun = note(runIn(text('resume-run')));
  const personaRequest = text('persona-request');
  if (personaRequest !== undefined)
    for (const name of ['workflow', 'issue-number', 'task', 'inputs', 'resume-run'])
      if (text(name) !== undefined) mistakes.push(inputMessages.standsAlone(name));
  const workflow = text('workflow')?.toLowerCase();
  if (workflow !== undefined && !/^[a-z0-9][a-z0-9_-]*$/.test(workflow))
    mistakes.push(inputMessages.workflow(workflow));
  if (issueNumber !== undefined && text('task') !== undefined) mistakes.push(inputMessages.twoTasks);
  if (mistakes.length > 0)
    throw new TroupeError('action/inputs', inputMessages.mistakes(mistakes), {
      class: 'config',
      hint: inputMessages.hint,
    });
  const task = text('task');
  const provider = text('provider');
  return {
    token: token ?? '',
    inputs: inputs ?? [],
    dryRun: dryRun ?? false,
    checks: checks ?? false,
    ...defined({ workflow, issueNumber, task, configPath, answers, provider, maxCostUsd, timeoutMinutes, resumeRun }),
    ...defined({ personaRequest }),
  };
}

type Read<Value> = { readonly value: Value | undefined } | { readonly mistake: string };

function numberIn(name: string, text: string | undefined, whole: boolean): Read<number> {
  if (text === undefined) return { value: undefined };
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  const fits = value > 0 && (!whole || Number.isSafeInteger(value));
  return fits ? { value } : { mistake: inputMessages.number(name, text, whole) };
}

/** A number of minutes, as the name says, or a text with a unit. */
function minutesIn(name: string, text: string | undefined): Read<number> {
  if (text === undefined) return { value: undefined };
  const read = readDuration(/^\d+(\.\d+)?$/.test(text) ? `${text}m` : text, { above: 0 });
  return read.ok ? { value: read.ms / 60_000 } : { mistake: inputMessages.minutes(name, text, read.problem) };
}

/** True or false; false where nothing is given. */
export function flagIn(name: string, text: string | undefined): Read<boolean> {
  if (text === undefined || /^false$/i.test(text)) return { value: false };
  return /^true$/i.test(text) ? { value: true } : { mistake: inputMessages.flag(name, text) };
}

/** A path inside the repository: no `..`, not absolute, no leading dash. */
function pathIn(name: string, text: string | undefined, folder: string): Read<string> {
  if (text === undefined) return { value: undefined };
  const parts = `${folder}/${text}`.split('/').filter((part) => part !== '' && part !== '.');
  const isOutside = text.startsWith('/') || text.includes('\\') || text.includes('\0') || parts.includes('..');
  return isOutside ? { mistake: inputMessages.path(name, text) } : { value: parts.join('/') };
}

function runIn(text: string | undefined): Read<RunId> {
  if (text === undefined) return { value: undefined };
  return isRunId(text) ? { value: text } : { mistake: inputMessages.run(text) };
}

/** A YAML or JSON map, or lines of `name=value`. */
function pairsIn(text: string | undefined): Read<readonly (readonly [string, string])[]> {
  if (text === undefined) return { value: [] };
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.every((line) => /^\s*[A-Za-z_][\w-]*=/.test(line))) {
    return {
      value: lines.map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]),
    };
  }
  const document = readYaml(text);
  const { value } = document;
  if (document.problems.length > 0 || !isObject(value)) return { mistake: inputMessages.inputs };
  // a number keeps its digits: `version: 1.10` is the text 1.10
  const written = (name: string, item: unknown): string | undefined =>
    typeof item === 'number' ? document.written(childPath('', name)) : undefined;
  return {
    value: Object.entries(value).map(([name, item]) => [
      name,
      typeof item === 'string' ? item : (written(name, item) ?? JSON.stringify(item)),
    ]),
  };
}
