// A wish to start a run, with what is known of it: the task, the workflow that is meant, the run as it would be. Reads through the world; writes nothing.
import { defined } from '../support/index.ts';
import { checkInputs } from '../definition/index.ts';
import type { Workflow } from '../definition/index.ts';
import type { RunSpec, Task } from '../engine/index.ts';
import type { RunId } from '../support/index.ts';
import type { Catalogue } from './catalogue.ts';
import type { Happening, Subject } from './payload.ts';
import { isAtLeast } from './permission.ts';
import { holdersOf } from './queue.ts';
import { eventOf, runSpec, scopeOf } from './run-spec.ts';
import { selectNamed, selectWorkflow } from './select.ts';
import type { Selection } from './select.ts';
import type { Chosen, StartRequest, Wish } from './start-rules/types.ts';
import { taskOf } from './task.ts';
import type { Candidate, CoordinatorPorts } from './types.ts';
import type { World } from './world.ts';

/** The wish as its rules look at it. */
export async function createWish(request: StartRequest, world: World, ports: CoordinatorPorts): Promise<Wish> {
  const catalogue = await world.catalogue();
  const subject = request.subject === undefined ? undefined : await withHead(request.subject, world);
  const task = request.task ?? (subject === undefined ? undefined : await taskOf(subject, catalogue.settings.labels));
  if (task === undefined) throw new TypeError('a start needs a subject or a task');
  const happening = subject === undefined ? request.happening : { ...request.happening, subject };
  const selection = select(request, { happening, task }, catalogue, ports.clock.now());
  const candidate = selection.kind === 'chosen' ? selection.candidate : undefined;
  const wish = { request, world, ports, catalogue, happening, subject, task, selection };
  const workflow = candidate?.workflow;
  if (candidate === undefined || workflow === undefined) return { ...wish, chosen: undefined };
  return { ...wish, chosen: chosenOf(wish, candidate, workflow) };
}

function select(
  request: StartRequest,
  { happening, task }: { readonly happening: Happening; readonly task: Task },
  catalogue: Catalogue,
  now: number,
): Selection {
  if (request.workflowId !== undefined) return selectNamed(catalogue.candidates, request.workflowId);
  return selectWorkflow(
    catalogue.candidates,
    {
      name: request.by === 'command' ? 'command' : happening.name,
      labels: happening.subject?.labels ?? [],
      ...defined({ label: happening.label, assignee: happening.assignee }),
      scope: scopeOf(task, eventOf(happening), now),
    },
    catalogue.settings,
  );
}

/** A comment's payload does not tell where a pull request comes from. */
async function withHead(subject: Subject, world: World): Promise<Subject> {
  if (!subject.isPullRequest || subject.head !== undefined) return subject;
  const pull = await world.api.pullRequest(subject.number);
  const info = await world.api.info();
  if (pull === undefined) return subject;
  return {
    ...subject,
    head: {
      ref: pull.headRef,
      sha: pull.headSha,
      fork: pull.headRepositoryId !== info.id,
      base: pull.baseRef,
      merged: pull.merged,
    },
  };
}

function chosenOf(wish: Omit<Wish, 'chosen'>, candidate: Candidate, workflow: Workflow): Chosen {
  const { request, ports, catalogue } = wish;
  // the last of two equal names holds
  const inputs = once(() => checkInputs(workflow, Object.fromEntries(request.inputs)));
  const personas = once(() => catalogue.personasFor(workflow));
  const spec = once(() => specOf(wish, { candidate, workflow, inputs, personas }));
  return {
    candidate,
    workflow,
    inputs,
    personas,
    spec,
    others: once(async () => {
      const made = await spec();
      return workflow.concurrency.onConflict === 'queue' || !made.ok ? [] : holders(made.spec, ports);
    }),
  };
}

async function specOf(
  { request, world, ports, catalogue, happening, subject, task }: Omit<Wish, 'chosen'>,
  { candidate, workflow, inputs, personas }: Pick<Chosen, 'candidate' | 'workflow' | 'inputs' | 'personas'>,
): ReturnType<Chosen['spec']> {
  const { settings } = catalogue.effective;
  const { sender } = request.happening;
  const checked = inputs();
  const author = subject?.author ?? (request.trusted === true ? undefined : sender.login);
  const authorMay = author === undefined || isAtLeast(await world.permission(author), 'write');
  return runSpec({
    id: request.runId,
    candidate,
    workflow,
    happening,
    task,
    inputs: checked.ok ? checked.inputs : {},
    requester: { login: sender.login, id: sender.id, outsider: !authorMay },
    settings: isOwnCode(subject) ? settings : { ...settings, trusted: false },
    personas: personas(),
    rehearsal: ports.rehearsal ?? false,
    host: ports.host ?? 'bot',
    now: ports.clock.now(),
  });
}

/** A repository may be trusted; what somebody proposes from a fork of it is not. */
function isOwnCode(subject: Subject | undefined): boolean {
  return subject?.isPullRequest !== true || subject.head?.fork === false;
}

/** Live runs of the repository that hold or wait for the same lock. */
async function holders(spec: RunSpec, ports: CoordinatorPorts): Promise<RunId[]> {
  if (spec.lockKey === undefined) return [];
  const others = await holdersOf(spec.lockKey, spec.repository?.id, ports.journal);
  return others.map(({ id }) => id).filter((id) => id !== spec.id);
}

/** Made when it is asked for first, then kept. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
