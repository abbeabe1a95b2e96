// A new run for the event of a job: which workflow, for which task, by whom. Starts it when everything is right.
import { asksPersona } from '../definition/index.ts';
import { commandLabelId, considerAsked, isReservedLabel } from '../coordinator/index.ts';
import type { AskedStart } from '../coordinator/index.ts';
import type { RunSpec, Task } from '../engine/index.ts';
import { hintOf, isObject, messageOf, oneLine, runIdOf, slug, TroupeError, defined } from '../support/index.ts';
import { besideOf, runsAbout } from './beside.ts';
import type { Beside, RunBeside } from './beside.ts';
import { driversOf } from './drivers.ts';
import { eventMessages, runMessages } from './messages.ts';
import type { Job } from './open-job.ts';
import type { JobDecision } from './run-action.ts';

/** Decides, and puts the run into the journal. Throws `action/refused` where people have to do something. */
export async function decideStart(job: Job, workflowId: string | undefined): Promise<JobDecision> {
  const { inputs, context, event } = job;
  if (event.label !== undefined && isReservedLabel(event.label)) return skipped(eventMessages.reserved(event.label));
  const subject = inputs.issueNumber === undefined ? undefined : await subjectOf(job, inputs.issueNumber);
  const hasSubject = subject !== undefined || 'issue' in event.payload || 'pull_request' in event.payload;
  const task = inputs.task === undefined ? undefined : taskFrom(inputs.task);
  const isPlain = !hasSubject && task === undefined && workflowId !== undefined;
  const plain = isPlain ? taskFrom(eventMessages.taskTitle(workflowId)) : undefined;
  const about = task ?? plain;
  const asked: AskedStart = {
    delivery: { id: `${context.job.runId}`, event: event.name, payload: event.payload },
    // decision 10: the attempt is left out, so that a second try of the job goes on with the same run
    runId: runIdOf('action', context.job.runId, context.job.name, context.job.step, workflowId ?? ''),
    inputs: inputs.inputs,
    // nobody asks on a schedule; what a fork's pull request starts can only read
    trusted: event.isSchedule || event.fork,
    ...defined({ workflowId, subject, task: about }),
  };
  const verdict = await considerAsked(asked, job.coordinator);
  if (verdict.kind === 'ignored') return skipped(verdict.reason);
  if (verdict.kind === 'already') return { runs: [verdict.run] };
  if (verdict.kind === 'refuse') {
    if (verdict.concerns === 'nobody') return skipped(verdict.reason, verdict.why);
    await (isOwnLabel(job) ? answerLabel(job, verdict) : answerTask(job, verdict, subject?.number));
    throw new TroupeError('action/refused', plainText(verdict.line === '' ? verdict.reason : verdict.line), {
      class: 'config',
    });
  }
  if (inputs.dryRun) return { result: dryRun(verdict.spec) };
  const beside = await lookBeside(job, verdict.spec);
  if (beside.stops !== undefined) return stopped(job, beside.stops, subject?.number);
  for (const one of beside.left) await tellLeft(job, one, subject?.number);
  await job.coordinator.journal.start(verdict.spec);
  const { label } = event;
  const number = verdict.spec.task.number;
  if (number !== undefined && label !== undefined && commandLabelId(label) !== undefined && !event.fork)
    await job.api.removeLabel(number, label).catch(() => undefined);
  return { runs: [verdict.spec.id] };
}

/** What other jobs do for the task, or did until their runner vanished. The legs of a matrix are meant to work side by side. */
async function lookBeside(job: Job, spec: RunSpec): Promise<Beside> {
  const { number } = spec.task;
  if (number === undefined) return { left: [] };
  const { runId } = job.context.job;
  const kept = await runsAbout(job, number);
  const drivers = driversOf(job, kept);
  const others = kept.filter((one) => one.job.runId !== runId || drivers.get(one.run)?.gone === true);
  return besideOf(spec, others, { drivers });
}

/** Says on the issue, in the log and in the summary why nothing is started: whoever put a label on, or looks at the job, has to decide. */
async function stopped(job: Job, { run, gone, line }: RunBeside, named: number | undefined): Promise<JobDecision> {
  const message = line.charAt(0).toUpperCase() + line.slice(1);
  job.console.annotate(gone ? 'warning' : 'notice', message);
  if (isOwnLabel(job)) await answerLabel(job, { rule: 'beside', line: `@${job.event.sender}, ${line}` });
  else if (gone) await answerOnce(job, { number: numberOf(job, named), about: `vanished-${run}`, line: message });
  return { result: { conclusion: 'skipped', message } };
}

/** Nobody may look at `/troupe status` for a long time: what was left is told once, on the issue and in the summary. */
async function tellLeft(job: Job, { run, line }: RunBeside, named: number | undefined): Promise<void> {
  job.console.annotate('warning', line);
  await job.console.summary(`${line}\n`);
  await answerOnce(job, { number: numberOf(job, named), about: `left-${run}`, line });
}

type Refused = Extract<Awaited<ReturnType<typeof considerAsked>>, { kind: 'refuse' }>;

function skipped(reason: string, why: Refused['why'] = []): JobDecision {
  const looked = why.flatMap(({ topic, subject, ok, detail }) =>
    topic === 'workflow' && !ok ? [{ workflow: subject, why: detail }] : [],
  );
  return { result: { conclusion: 'skipped', message: eventMessages.skipped(reason), looked } };
}

function subjectIn({ payload }: Job['event']): Readonly<Record<string, unknown>> | undefined {
  const found = isObject(payload['issue']) ? payload['issue'] : payload['pull_request'];
  return isObject(found) ? found : undefined;
}

/** The label of a workflow, and nothing else, says what is to be run. */
function isOwnLabel({ event: { label }, inputs }: Job): boolean {
  return label !== undefined && commandLabelId(label) !== undefined && inputs.workflow === undefined;
}

/** What stands against a run is told where its task stands, too: in one comment, which later jobs bring up to date. */
async function answerTask(job: Job, { rule, line }: Refused, named: number | undefined): Promise<void> {
  if (rule !== 'before-paying') return;
  await answerOnce(job, { number: numberOf(job, named), about: `hindered-${job.inputs.workflow ?? ''}`, line });
}

function numberOf({ event }: Job, named: number | undefined): number {
  return named ?? Number(subjectIn(event)?.['number']);
}

/** One comment per thing that is said, which later jobs bring up to date. */
async function answerOnce(
  { api, event, inputs, log }: Job,
  { number, about, line }: { readonly number: number; readonly about: string; readonly line: string },
): Promise<void> {
  if (!Number.isSafeInteger(number) || event.fork || inputs.dryRun) return;
  const marker = `<!-- troupe:${about} -->`;
  const body = `${line}\n\n${marker}`;
  try {
    const there = await api.findComment(number, marker);
    if (there === undefined) await api.createComment(number, body, 'urgent');
    else if (there.body !== body) await api.updateComment(there.id, body, 'urgent');
  } catch (error) {
    log.warn({ error: messageOf(error), hint: hintOf(error) }, eventMessages.notAnswered);
  }
}

/** A label that starts nothing is answered where it was put on, once, and taken off, as the bot does. Whoever may not start a run hears nothing. */
async function answerLabel(
  { api, event, inputs, repository, log }: Job,
  { rule, line, about }: Pick<Refused, 'rule' | 'line' | 'about'>,
): Promise<void> {
  const { label } = event;
  const subject = subjectIn(event);
  if (label === undefined || subject === undefined || line === '' || event.fork || inputs.dryRun) return;
  if (rule === 'permission' || rule === 'listed-bot') return;
  const number = Number(subject['number']);
  const since = JSON.stringify(subject['updated_at'] ?? '');
  const marker = `<!-- troupe:${about ?? `answer-${runIdOf('label', repository.id, number, label, since)}`} -->`;
  try {
    if ((await api.findComment(number, marker)) === undefined)
      await api.createComment(number, `${line}\n\n${marker}`, 'urgent');
    await api.removeLabel(number, label);
  } catch (error) {
    log.warn({ error: messageOf(error), hint: hintOf(error) }, eventMessages.notAnswered);
  }
}

async function subjectOf(
  { api, repository, issue: asked }: Job,
  number: number,
): Promise<NonNullable<AskedStart['subject']>> {
  const issue = await asked;
  if (issue === undefined) throw new TroupeError('action/no-issue', eventMessages.noIssue(number), { class: 'config' });
  const pull = issue.isPullRequest ? await api.pullRequest(number) : undefined;
  return {
    number,
    title: issue.title,
    body: issue.body,
    labels: issue.labels,
    author: issue.author,
    url: issue.url,
    state: issue.state,
    updatedAt: issue.updatedAt,
    isPullRequest: issue.isPullRequest,
    ...defined({ locked: issue.locked }),
    ...defined({ type: issue.type, milestone: issue.milestone, milestoneFacts: issue.milestoneFacts }),
    ...(pull === undefined
      ? {}
      : {
          head: {
            ref: pull.headRef,
            sha: pull.headSha,
            fork: pull.headRepositoryId !== repository.id,
            base: pull.baseRef,
            merged: pull.merged,
          },
        }),
  };
}

/** The first line is the title, the rest says more. */
function taskFrom(text: string): Task {
  const [title = '', ...rest] = text.trim().split(/\r?\n/);
  return {
    kind: 'none',
    title: oneLine(title, 200),
    body: rest.join('\n').trim(),
    labels: [],
    slug: slug(title),
    fields: {},
  };
}

function dryRun(spec: RunSpec) {
  const rows = spec.workflow.steps.map((step) => {
    const who = asksPersona(step) ? step.persona : '';
    return `| ${step.name.replaceAll('|', ' ')} | ${step.type} | ${who} |`;
  });
  const text = runMessages.dryRun(spec.workflow.id);
  const summary = [`### ${text}`, '', '| Step | Type | Persona |', '| --- | --- | --- |', ...rows, ''].join('\n');
  return { conclusion: 'skipped' as const, message: text, summary };
}

/** The sentence without the marks of a comment: a log shows them as they are. */
function plainText(line: string): string {
  return line.replace(/^@(\S+), /, '$1: ').trim();
}
