// A wish to start a run, with what is known of it: the task, the workflow that is meant, the run as it would be. Reads through the world; writes nothing.
import { defined } from '../../support/index.ts';
import { checkInputs } from '../../definition/index.ts';
import type { Workflow } from '../../definition/index.ts';
import type { RunSpec, Task } from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';
import type { Catalogue } from '../repository/catalogue.ts';
import type { Happening, Subject } from '../common/payload.ts';
import { isAtLeast } from '../common/permission.ts';
import { holdersOf } from '../common/queue.ts';
import { eventOf, runSpec, scopeOf } from './run-spec.ts';
import { selectNamed, selectWorkflow } from '../common/select.ts';
import type { Selection } from '../common/select.ts';
import type { Chosen, StartRequest, Wish } from '../start-rules/types.ts';
import { plainTasks } from '../common/messages.ts';
import { taskCalled, taskOfEvent } from './task-of-event.ts';
import { taskOf } from './task.ts';
import type { Candidate, CoordinatorPorts } from '../common/types.ts';
import type { Scene } from '../repository/scene.ts';

/** The wish as its rules look at it. */
export async function createWish(request: StartRequest, scene: Scene, ports: CoordinatorPorts): Promise<Wish> {
  if (request.workflowId !== undefined && request.trusted !== true) askAhead(request, scene);
  const catalogue = await scene.catalogue();
  const subject = request.subject === undefined ? undefined : await withHead(request.subject, scene);
  const task = request.task ?? (subject === undefined ? undefined : await taskOf(subject, catalogue.settings.labels));
  const happening = subject === undefined ? request.happening : { ...request.happening, subject };
  const told = task ?? taskOfEvent(happening) ?? taskCalled(happening.name);
  const selection = select(request, { happening, task: told, now: ports.clock.now() }, catalogue);
  const candidate = selection.kind === 'chosen' ? selection.candidate : undefined;
  // an event that tells nothing of its own is about what it starts
  const isTitled = task === undefined && candidate !== undefined && taskOfEvent(happening) === undefined;
  const about = isTitled ? taskCalled(plainTasks.run(candidate.id)) : told;
  const wish = { request, scene, ports, catalogue, happening, subject, task: about, selection };
  const workflow = candidate?.workflow;
  if (candidate === undefined || workflow === undefined) return { ...wish, chosen: undefined };
  return { ...wish, chosen: chosenOf(wish, candidate, workflow) };
}

/** A start by name hardly ever ends before its people are asked about: their answers come beside the files. */
function askAhead({ happening, subject }: StartRequest, scene: Scene): void {
  for (const login of [happening.sender.login, subject?.author])
    if (login !== undefined) scene.permission(login).catch(() => undefined);
}

function select(
  request: StartRequest,
  { happening, task, now }: { readonly happening: Happening; readonly task: Task; readonly now: number },
  catalogue: Catalogue,
): Selection {
  if (request.workflowId !== undefined) return selectNamed(catalogue.candidates, request.workflowId);
  return selectWorkflow(
    catalogue.candidates,
    {
      name: request.by === 'command' ? 'command' : happening.name,
      labels: happening.subject?.labels ?? [],
      ...defined({ label: happening.label, assignee: happening.assignee }),
      ...defined({ schedule: happening.schedule }),
      scope: scopeOf(task, eventOf(happening), now),
    },
    catalogue.settings,
  );
}

/** A comment's payload does not tell where a pull request comes from. */
async function withHead(subject: Subject, scene: Scene): Promise<Subject> {
  if (!subject.isPullRequest || subject.head !== undefined) return subject;
  const pull = await scene.api.pullRequest(subject.number);
  const info = await scene.api.info();
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
  const inputs = once(() =>
    checkInputs(workflow, { ...known(workflow, request.offered), ...Object.fromEntries(request.inputs) }),
  );
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

/** A form of GitHub sends what nobody filled in as empty text. */
function known({ inputs }: Workflow, offered: StartRequest['offered'] = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(offered).filter(([name, value]) => Object.hasOwn(inputs, name) && value !== ''),
  );
}

async function specOf(
  { request, scene, ports, catalogue, happening, subject, task }: Omit<Wish, 'chosen'>,
  { candidate, workflow, inputs, personas }: Pick<Chosen, 'candidate' | 'workflow' | 'inputs' | 'personas'>,
): ReturnType<Chosen['spec']> {
  const { settings } = catalogue.effective;
  const { sender } = request.happening;
  const checked = inputs();
  const author = subject?.author ?? (request.trusted === true ? undefined : sender.login);
  const authorMay = author === undefined || isAtLeast(await scene.permission(author), 'write');
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
