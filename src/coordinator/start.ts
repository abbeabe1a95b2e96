// Whether an event starts a run, and which. Reads what it needs through the world and answers with a verdict; writes nothing.
import { checkInputs, inputProblem } from '../definition/index.ts';
import type { RunSpec, Task } from '../engine/index.ts';
import type { Permission } from '../github/index.ts';
import { nearest } from '../support/index.ts';
import type { RunId } from '../support/index.ts';
import type { Catalogue } from './catalogue.ts';
import { answers, reasons } from './messages.ts';
import type { Happening, Subject } from './payload.ts';
import { controlRefusals } from './controls/messages.ts';
import { isAtLeast, isListedBot } from './permission.ts';
import { holdersOf } from './queue.ts';
import { eventOf, runSpec, scopeOf } from './run-spec.ts';
import { pausedLabel, selectNamed, selectWorkflow } from './select.ts';
import type { Selection } from './select.ts';
import { taskOf } from './task.ts';
import type { Candidate, CoordinatorPorts, Why } from './types.ts';
import { personasOf } from './workflow-reading.ts';
import type { World } from './world.ts';

/** A wish to start a run. */
export interface StartRequest {
  readonly runId: RunId;
  readonly happening: Happening;
  /** Absent: the event has neither issue nor pull request; then `task` says what is to be done. */
  readonly subject?: Subject;
  /** Stands above what the subject says. */
  readonly task?: Task;
  /** The workflow that is named; absent: its trigger decides. */
  readonly workflowId?: string;
  readonly inputs: readonly (readonly [string, string])[];
  /** `asked`: a host asks for itself, as the step of an Action does. */
  readonly by: 'label' | 'command' | 'event' | 'asked';
  /** Nobody's permission is asked: a schedule has no sender, a fork's pull request is only read. */
  readonly trusted?: boolean;
  /** Asked once a workflow is found: why the event no longer counts. */
  stillTrue?(): Promise<string | undefined>;
}

/** What becomes of a wish. `line` is for people; `about` names the comment it belongs to where it is edited in place. */
export type StartVerdict = { readonly why: readonly Why[] } & (
  | { readonly kind: 'start'; readonly spec: RunSpec; readonly replaces: readonly RunId[] }
  | { readonly kind: 'already'; readonly run: RunId; readonly workflow: string }
  | {
      readonly kind: 'refuse';
      readonly because:
        | 'none'
        | 'gone'
        | 'bot'
        | 'permission'
        | 'unknown'
        | 'mistakes'
        | 'tie'
        | 'inputs'
        | 'provider'
        | 'fork'
        | 'closed'
        | 'busy'
        | 'cost'
        | 'paused'
        | 'group';
      readonly reason: string;
      readonly line: string;
      readonly about?: string;
    }
);

const dayMs = 24 * 60 * 60 * 1_000;

type Refusal = Extract<StartVerdict, { kind: 'refuse' }>;

/** Looks at a wish from all sides. The first thing that is wrong decides. */
export async function considerStart(
  request: StartRequest,
  world: World,
  ports: CoordinatorPorts,
): Promise<StartVerdict> {
  const known = await ports.journal.summary(request.runId);
  if (known !== undefined)
    return {
      kind: 'already',
      run: request.runId,
      workflow: known.workflow,
      why: [note('event', request.happening.name, true, reasons.alreadyStarted(request.runId))],
    };
  const catalogue = await world.catalogue();
  const subject = request.subject === undefined ? undefined : await withHead(request.subject, world);
  const task = request.task ?? (subject === undefined ? undefined : await taskOf(subject, catalogue.settings.labels));
  if (task === undefined) throw new TypeError('a start needs a subject or a task');
  const happening = subject === undefined ? request.happening : { ...request.happening, subject };
  const selection = select(request, { happening, task }, catalogue, ports.clock.now());
  const refuse = refuser(selection.why);
  if (selection.kind === 'none') return refuse('none', reasons.noMatch(), answers.nothingMatches(idsOf(catalogue)));
  const gone = await request.stillTrue?.();
  if (gone !== undefined) return refuse('gone', gone, '');
  const { permissions, settings } = catalogue.effective;
  const needed = permissions.trigger;
  const denied =
    request.trusted === true
      ? undefined
      : await denial(request, world, needed, (login) => isListedBot(login, permissions));
  if (denied !== undefined) return { ...denied, why: [...selection.why, ...denied.why] };
  const broken = mistakesOf(selection, catalogue, request);
  if (broken !== undefined) return refuse('mistakes', broken.reason, broken.line, broken.about);
  if (selection.kind === 'unknown') return unknown(selection, catalogue, refuse);
  if (selection.kind === 'tie') {
    const ids = selection.candidates.map((one) => one.id);
    return refuse(
      'tie',
      reasons.tie(ids),
      answers.tie(
        ids,
        selection.candidates.map((one) => one.path),
      ),
    );
  }
  const { candidate } = selection;
  const { workflow } = candidate;
  // mistakesOf has refused a candidate without a workflow
  if (workflow === undefined) return refuse('mistakes', reasons.mistakes([candidate.path]), '');
  if (subject !== undefined && subject.state !== 'open' && (request.by === 'label' || request.by === 'command'))
    return refuse('closed', reasons.closedTask(), answers.closedTask(workflow.id));
  if (subject?.labels.some((label) => label.toLowerCase() === pausedLabel) === true)
    return refuse('paused', reasons.pausedLabel(), controlRefusals.isPaused(workflow.id));
  if (subject?.head?.fork === true && workflow.branch !== false)
    return refuse('fork', reasons.fork(), answers.fork(workflow.id));
  // the last of two equal names holds
  const inputs = checkInputs(workflow, Object.fromEntries(request.inputs));
  if (!inputs.ok) {
    const problems = inputs.findings.map((finding) => inputProblem(finding));
    return refuse('inputs', reasons.inputs(workflow.id), answers.badInputs(workflow.id, problems));
  }
  const personas = catalogue.copyOf(personasOf(workflow));
  const silent = await ports.unplayable?.({ workflow, personas, usual: settings.defaultProvider });
  if (silent !== undefined)
    return refuse('provider', reasons.unplayable(silent.message), answers.unplayable(workflow.id, silent.message));
  const spent = await spentDay(ports);
  if (spent !== undefined) return refuse('cost', reasons.spentDay(spent), answers.spentDay(workflow.id, spent.most));
  const author = subject?.author ?? (request.trusted === true ? undefined : request.happening.sender.login);
  const authorMay = author === undefined || isAtLeast(await world.permission(author), 'write');
  const made = runSpec({
    id: request.runId,
    candidate,
    workflow,
    happening,
    task,
    inputs: inputs.inputs,
    requester: { login: request.happening.sender.login, id: request.happening.sender.id, outsider: !authorMay },
    settings: isOwnCode(subject) ? settings : { ...settings, trusted: false },
    personas,
    rehearsal: ports.rehearsal ?? false,
    host: ports.host ?? 'bot',
    now: ports.clock.now(),
  });
  if (!made.ok) return refuse('group', reasons.badGroup(workflow.id), answers.badGroup(workflow.id, made.problem));
  const others = workflow.concurrency.onConflict === 'queue' ? [] : await holders(made.spec, ports);
  if (others.length > 0 && workflow.concurrency.onConflict === 'reject')
    return refuse('busy', reasons.busy(workflow.id), answers.busy(workflow.id, others));
  const { login } = request.happening.sender;
  const allowed = note('permission', login, true, reasons.allowed(login, needed));
  return { kind: 'start', spec: made.spec, replaces: others, why: [allowed, ...selection.why] };
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
      ...(happening.label === undefined ? {} : { label: happening.label }),
      ...(happening.assignee === undefined ? {} : { assignee: happening.assignee }),
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

/** A repository may be trusted; what somebody proposes from a fork of it is not. */
function isOwnCode(subject: Subject | undefined): boolean {
  return subject?.isPullRequest !== true || subject.head?.fork === false;
}

async function denial(
  request: StartRequest,
  world: World,
  needed: Permission,
  isListed: (login: string) => boolean,
): Promise<Refusal | undefined> {
  const { sender, label } = request.happening;
  if (sender.isBot) {
    if (isListed(sender.login)) return undefined;
    const reason = reasons.unlistedBot(sender.login);
    return { kind: 'refuse', because: 'bot', reason, line: '', why: [note('permission', sender.login, false, reason)] };
  }
  const has = await world.permission(sender.login);
  if (isAtLeast(has, needed)) return undefined;
  const reason = reasons.permission(sender.login, has, needed);
  const line =
    request.by === 'label' && request.workflowId !== undefined
      ? answers.labelRefused(sender.login, label ?? '', needed, has)
      : request.by === 'label'
        ? answers.plainLabelRefused(sender.login, label ?? '', needed, has)
        : answers.commandRefused(sender.login, 'run', needed, has);
  return {
    kind: 'refuse',
    because: 'permission',
    reason,
    line,
    why: [note('permission', sender.login, false, reason)],
  };
}

/** Mistakes in what the start depends on: the settings, the chosen workflow, and persona files where that workflow is broken. */
function mistakesOf(
  selection: Selection,
  catalogue: Catalogue,
  request: StartRequest,
): { reason: string; line: string; about: string } | undefined {
  const broken =
    selection.kind === 'chosen' && selection.candidate.workflow === undefined ? selection.candidate : undefined;
  const findings = [
    ...catalogue.settingsFindings,
    ...(broken?.findings ?? []),
    ...(broken === undefined ? [] : catalogue.personaFindings),
  ].filter((finding) => finding.severity === 'error');
  if (findings.length === 0) return undefined;
  const files = [...new Set(findings.map((finding) => finding.file))];
  const again =
    request.by === 'label'
      ? 'put the label on again'
      : request.by === 'command'
        ? 'give the command again'
        : 'start it again';
  return {
    reason: reasons.mistakes(files),
    line: answers.mistakes(files, findings, again),
    about: `mistakes-${broken?.id ?? 'settings'}`,
  };
}

function unknown(
  selection: Extract<Selection, { kind: 'unknown' }>,
  catalogue: Catalogue,
  refuse: ReturnType<typeof refuser>,
): StartVerdict {
  const ids = idsOf(catalogue);
  return refuse(
    'unknown',
    reasons.unknownWorkflow(selection.id),
    answers.unknownWorkflow(selection.id, nearest(selection.id, ids), ids),
  );
}

/** What the runs of a day have cost, where that is all that the operator allows them. */
async function spentDay({
  operator,
  journal,
  clock,
}: CoordinatorPorts): Promise<Parameters<typeof reasons.spentDay>[0] | undefined> {
  const most = operator.limits.costUsdPerDay;
  if (most === undefined) return undefined;
  const usd = await journal.costSince(clock.now() - dayMs);
  if (usd < most) return undefined;
  return { usd, most, unpriced: await journal.unpricedSince(clock.now() - dayMs) };
}

/** Live runs of the repository that hold or wait for the same lock. */
async function holders(spec: RunSpec, ports: CoordinatorPorts): Promise<RunId[]> {
  if (spec.lockKey === undefined) return [];
  const others = await holdersOf(spec.lockKey, spec.repository?.id, ports.journal);
  return others.map(({ id }) => id).filter((id) => id !== spec.id);
}

function idsOf(catalogue: Catalogue): string[] {
  return catalogue.candidates.map((candidate: Candidate) => candidate.id);
}

function refuser(why: readonly Why[]) {
  return (because: Refusal['because'], reason: string, line: string, about?: string): Refusal => ({
    kind: 'refuse',
    because,
    reason,
    line,
    why: [...why, note('workflow', because, false, reason)],
    ...(about === undefined ? {} : { about }),
  });
}

function note(topic: Why['topic'], subject: string, ok: boolean, detail: string): Why {
  return { topic, subject, ok, detail };
}
