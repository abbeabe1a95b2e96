// Workflow runs that somebody dispatches: made, handed to the runner, cancelled. Runs no job itself.
import { isObject } from '../../support/index.ts';
import { readYaml } from '../../yaml/index.ts';
import { listTree, readBlob, resolveCommit } from '../git/index.ts';
import type { WorkflowRun } from '../model/index.ts';
import { HttpError, notFound, unprocessable } from '../world/replies.ts';
import type { Subject } from '../world/subject.ts';
import { fullName } from '../world/world.ts';

/** GitHub's limits of `inputs`: https://docs.github.com/rest/actions/workflows. */
const mostInputs = 25;
const mostCharacters = 65_535;

/** What is asked for. `file`: a name in `.github/workflows`. */
export interface Dispatch {
  readonly file: string;
  readonly ref: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Makes the run and hands it to the runner, where there is one. */
export async function dispatchWorkflow(subject: Subject, { file, ref, inputs }: Dispatch): Promise<WorkflowRun> {
  const { world, repository, actor } = subject;
  const path = `.github/workflows/${file}`;
  // it is known once it stands on the default branch
  if ((await textAt(subject, repository.defaultBranch, path)) === undefined) throw notFound();
  const branch = ref.replace(/^refs\/heads\//, '');
  const sha = await resolveCommit(repository.dir, `refs/heads/${branch}`);
  if (sha === undefined) throw unprocessable(`No ref found for: ${ref}`);
  const text = (await textAt(subject, sha, path)) ?? '';
  const { value } = readYaml(text);
  const workflow = isObject(value) ? value : {};
  const given = checked(workflow, inputs);
  const run: WorkflowRun = {
    id: world.nextId(),
    number: repository.workflowRuns.length + 1,
    path,
    name: typeof workflow['name'] === 'string' ? workflow['name'] : path,
    title: titleOf(workflow, given),
    branch,
    sha,
    inputs: given,
    actor: actor.user,
    createdAt: world.now(),
    updatedAt: world.now(),
    status: 'queued',
    conclusion: null,
    ending: new AbortController(),
  };
  repository.workflowRuns.push(run);
  world.changed();
  void runIt(subject, run, text);
  return run;
}

/** Tells the runner to end. Throws 409 when there is nothing to end. */
export function cancelWorkflowRun({ world }: Subject, run: WorkflowRun): void {
  if (run.status === 'completed')
    throw new HttpError(409, { message: 'Cannot cancel a workflow run that is completed.' });
  const isQueued = run.status === 'queued';
  run.ending.abort();
  // nobody is at work who could end
  if (isQueued) complete(run, 'cancelled', world.now());
  world.changed();
}

async function runIt({ world, repository }: Subject, run: WorkflowRun, text: string): Promise<void> {
  const { runner } = world;
  if (runner === undefined) return;
  const { id, path, branch, sha, actor, inputs, ending } = run;
  const job = { id, path, branch, sha, inputs, text, actor: actor.login, signal: ending.signal };
  run.status = 'in_progress';
  const conclusion = await runner({ ...job, repository: fullName(repository) }).catch(() => 'failure');
  complete(run, ending.signal.aborted ? 'cancelled' : conclusion, world.now());
  world.changed();
}

function complete(run: WorkflowRun, conclusion: string, at: string): void {
  run.status = 'completed';
  run.conclusion = conclusion;
  run.updatedAt = at;
}

async function textAt({ repository }: Subject, ref: string, path: string): Promise<string | undefined> {
  const commit = await resolveCommit(repository.dir, ref);
  const [entry] = commit === undefined ? [] : await listTree(repository.dir, commit, { path });
  return entry?.type === 'blob' ? (await readBlob(repository.dir, entry.sha)).toString('utf8') : undefined;
}

type Workflow = Readonly<Record<string, unknown>>;

/** The inputs with their defaults, as `workflow_dispatch` declares them. */
function checked(workflow: Workflow, inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const triggers = workflow['on'];
  const isThere =
    triggers === 'workflow_dispatch' ||
    (Array.isArray(triggers) && triggers.includes('workflow_dispatch')) ||
    (isObject(triggers) && Object.hasOwn(triggers, 'workflow_dispatch'));
  if (!isThere) throw unprocessable("Workflow does not have 'workflow_dispatch' trigger");
  const dispatch = isObject(triggers) ? triggers['workflow_dispatch'] : undefined;
  const declared = isObject(dispatch) && isObject(dispatch['inputs']) ? dispatch['inputs'] : {};
  const unexpected = Object.keys(inputs).filter((name) => !Object.hasOwn(declared, name));
  if (unexpected.length > 0) throw unprocessable(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  if (Object.keys(inputs).length > mostInputs || JSON.stringify(inputs).length > mostCharacters)
    throw unprocessable('inputs are too large.');
  const values = Object.entries(declared).map(([name, input]) => {
    const { required, default: standard } = isObject(input) ? input : {};
    const value = inputs[name] ?? standard;
    if (value === undefined && required === true) throw unprocessable(`Required input '${name}' not provided`);
    return [name, textOf(value)] as const;
  });
  return Object.fromEntries(values);
}

/** `run-name` with its inputs put in; of all expressions only those. */
function titleOf(workflow: Workflow, inputs: Readonly<Record<string, string>>): string {
  const name = workflow['run-name'] ?? workflow['name'];
  if (typeof name !== 'string') return 'workflow';
  return name.replaceAll(/\$\{\{ ?inputs\.([\w-]{1,100}) ?\}\}/g, (_all, input: string) => inputs[input] ?? '');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}
