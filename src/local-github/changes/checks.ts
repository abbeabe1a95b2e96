// Everything that happens to check runs: made and updated by their App, rerun and clicked by people. Never asks who may.
import { zeroSha } from '../git/index.ts';
import type { App, CheckAction, CheckAnnotation, CheckRun } from '../model/index.ts';
import { unprocessable, validationFailed } from '../world/replies.ts';
import type { HttpError } from '../world/replies.ts';
import { checkRunPayload, suiteState } from '../shapes/check.ts';
import { byteLength } from '../../support/index.ts';
import { tell } from '../world/subject.ts';
import type { InRepository, Subject } from '../world/subject.ts';
import type { World } from '../world/world.ts';
import { emitSuite, suiteFor } from './suites.ts';

/** What an App may say of a check run. Absent keys stay as they are. */
export interface CheckChange {
  readonly name?: string | undefined;
  readonly externalId?: string | undefined;
  readonly detailsUrl?: string | undefined;
  readonly status?: 'queued' | 'in_progress' | 'completed' | undefined;
  readonly conclusion?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly completedAt?: string | undefined;
  readonly output?:
    | {
        readonly title?: string | undefined;
        readonly summary?: string | undefined;
        readonly text?: string | undefined;
        readonly annotations?: readonly CheckAnnotation[] | undefined;
      }
    | undefined;
  readonly actions?: readonly CheckAction[] | undefined;
}

/** An App makes a check run on a commit and tells of it. */
export async function createCheckRun(
  at: InRepository,
  app: App,
  wish: CheckChange & { readonly name: string; readonly headSha: string; readonly branch: string | null },
): Promise<CheckRun> {
  const { world, repository } = at;
  checkLimits(wish);
  const suite = suiteFor(at, app, { headSha: wish.headSha, branch: wish.branch, before: zeroSha });
  const check: CheckRun = {
    id: world.nextId(),
    app,
    suite,
    name: wish.name,
    headSha: wish.headSha,
    externalId: '',
    detailsUrl: undefined,
    status: 'queued',
    conclusion: null,
    startedAt: world.now(),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    actions: [],
  };
  apply(world, check, wish);
  repository.checks.set(check.id, check);
  const subject = ownSubject(at, app);
  await emitCheck(subject, check, { action: 'created' });
  if (check.status === 'completed') await tellCompleted(subject, check);
  return check;
}

/** Its App updates a check run: annotations are appended, everything else replaced. */
export async function updateCheckRun(at: InRepository, check: CheckRun, change: CheckChange): Promise<void> {
  checkLimits(change);
  const wasCompleted = check.status === 'completed';
  apply(at.world, check, change);
  check.suite.updatedAt = at.world.now();
  if (check.status === 'completed' && !wasCompleted) await tellCompleted(ownSubject(at, check.app), check);
}

/** Somebody pressed a button. */
export async function clickAction(subject: Subject, check: CheckRun, identifier: string): Promise<void> {
  const shown = check.status === 'completed' && check.actions.some((action) => action.identifier === identifier);
  if (!shown) throw unprocessable(`Check run ${check.id} shows no button "${identifier}"`);
  await emitCheck(subject, check, { action: 'requested_action', extra: { requested_action: { identifier } } });
}

/** Somebody asked for the check to run again. */
export async function rerequestCheck(subject: Subject, check: CheckRun): Promise<void> {
  if (check.status !== 'completed') throw unprocessable('This check run is not rerequestable');
  await emitCheck(subject, check, { action: 'rerequested' });
}

function ownSubject({ world, repository }: InRepository, app: App): Subject {
  return { world, repository, actor: { user: app.bot, app } };
}

async function emitCheck(
  subject: Subject,
  check: CheckRun,
  event: {
    readonly action: 'created' | 'completed' | 'rerequested' | 'requested_action';
    readonly extra?: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const own = event.action === 'rerequested' || event.action === 'requested_action';
  await tell(subject, {
    event: 'check_run',
    action: event.action,
    payload: { check_run: await checkRunPayload(subject, check), ...event.extra },
    onlyApp: own ? check.app : undefined,
  });
}

async function tellCompleted(subject: Subject, check: CheckRun): Promise<void> {
  await emitCheck(subject, check, { action: 'completed' });
  if (suiteState(subject.repository, check.suite).status === 'completed')
    await emitSuite(subject, check.suite, 'completed');
}

function apply(world: World, check: CheckRun, change: CheckChange): void {
  check.name = change.name ?? check.name;
  check.externalId = change.externalId ?? check.externalId;
  check.detailsUrl = change.detailsUrl ?? check.detailsUrl;
  check.startedAt = change.startedAt ?? check.startedAt;
  check.actions = change.actions ?? check.actions;
  if (change.output !== undefined) {
    check.title = change.output.title ?? check.title;
    check.summary = change.output.summary ?? check.summary;
    check.text = change.output.text ?? check.text;
    check.annotations.push(...(change.output.annotations ?? []));
  }
  if (change.conclusion !== undefined) {
    check.status = 'completed';
    check.conclusion = change.conclusion;
    check.completedAt = change.completedAt ?? world.now();
  } else if (change.status !== undefined && change.status !== 'completed') {
    check.status = change.status;
    check.conclusion = null;
    check.completedAt = null;
  }
}

/** GitHub counts bytes, not characters. */
function checkLimits(change: CheckChange): void {
  if (change.conclusion === undefined && (change.status === 'completed' || change.completedAt !== undefined))
    throw invalid('conclusion', 'is required when status is completed');
  if (change.conclusion === 'stale') throw invalid('conclusion', 'stale can be set by GitHub only');
  const { summary = '', text = '', annotations = [] } = change.output ?? {};
  if (byteLength(summary) > 65_535)
    throw invalid('summary', 'Only 65535 characters are allowed; the summary is too long');
  if (byteLength(text) > 65_535) throw invalid('text', 'Only 65535 characters are allowed; the text is too long');
  if (annotations.length > 50) throw invalid('annotations', 'exceeds a maximum of 50 items');
  for (const annotation of annotations) checkAnnotation(annotation);
  if ((change.actions ?? []).length > 3) throw invalid('actions', 'exceeds a maximum of 3 items');
  for (const action of change.actions ?? [])
    if (length(action.label) > 20 || length(action.identifier) > 20 || length(action.description) > 40)
      throw invalid('actions', `"${action.label}" is longer than label 20, identifier 20 or description 40 characters`);
}

function checkAnnotation(annotation: CheckAnnotation): void {
  if (annotation.end_line < annotation.start_line) throw invalid('annotations', 'end_line is before start_line');
  if (annotation.start_line !== annotation.end_line && annotation.start_column !== undefined)
    throw invalid('annotations', 'start_column is allowed on one line only');
  if (byteLength(annotation.message) > 64 * 1024) throw invalid('annotations', 'message is larger than 64 KB');
  if (annotation.message === '') throw invalid('annotations', 'message is blank');
  if (length(annotation.title ?? '') > 255) throw invalid('annotations', 'title is longer than 255 characters');
}

function length(text: string): number {
  return Array.from(text).length;
}

function invalid(field: string, message: string): HttpError {
  return validationFailed({ resource: 'CheckRun', field, code: 'custom', message });
}
