// Everything that happens to check runs: made and updated by their App, rerun and clicked by people. Never asks who may.
import { zeroSha } from '../git.ts';
import type { App, CheckAction, CheckAnnotation, CheckRun, Repository, User } from '../model.ts';
import { unprocessable, validationFailed } from '../replies.ts';
import type { HttpError } from '../replies.ts';
import { checkRunPayload, suiteState } from '../shapes/check.ts';
import { byteLength } from '../../support/index.ts';
import type { World } from '../world.ts';
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

/** Makes a check run on a commit and tells of it. */
export async function createCheckRun(
  world: World,
  repository: Repository,
  app: App,
  wish: CheckChange & { readonly name: string; readonly headSha: string; readonly branch: string | null },
): Promise<CheckRun> {
  checkLimits(wish);
  const suite = suiteFor(world, repository, app, { headSha: wish.headSha, branch: wish.branch, before: zeroSha });
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
  await emitCheck(world, repository, check, { action: 'created', sender: app.bot });
  if (check.status === 'completed') await tellCompleted(world, repository, check);
  return check;
}

/** Updates a check run: annotations are appended, everything else replaced. */
export async function updateCheckRun(
  world: World,
  repository: Repository,
  check: CheckRun,
  change: CheckChange,
): Promise<void> {
  checkLimits(change);
  const wasCompleted = check.status === 'completed';
  apply(world, check, change);
  check.suite.updatedAt = world.now();
  if (check.status === 'completed' && !wasCompleted) await tellCompleted(world, repository, check);
}

/** Somebody pressed a button. */
export async function clickAction(
  world: World,
  repository: Repository,
  check: CheckRun,
  click: { readonly user: User; readonly identifier: string },
): Promise<void> {
  const shown = check.status === 'completed' && check.actions.some(({ identifier }) => identifier === click.identifier);
  if (!shown) throw unprocessable(`Check run ${check.id} shows no button "${click.identifier}"`);
  await emitCheck(world, repository, check, {
    action: 'requested_action',
    sender: click.user,
    extra: { requested_action: { identifier: click.identifier } },
  });
}

/** Somebody asked for the check to run again. */
export async function rerequestCheck(world: World, repository: Repository, check: CheckRun, user: User): Promise<void> {
  if (check.status !== 'completed') throw unprocessable('This check run is not rerequestable');
  await emitCheck(world, repository, check, { action: 'rerequested', sender: user });
}

async function emitCheck(
  world: World,
  repository: Repository,
  check: CheckRun,
  event: {
    readonly action: 'created' | 'completed' | 'rerequested' | 'requested_action';
    readonly sender: User;
    readonly extra?: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const own = event.action === 'rerequested' || event.action === 'requested_action';
  await world.emit({
    event: 'check_run',
    action: event.action,
    repository,
    sender: event.sender,
    payload: { check_run: await checkRunPayload(world, repository, check), ...event.extra },
    ...(own ? { onlyApp: check.app } : {}),
  });
}

async function tellCompleted(world: World, repository: Repository, check: CheckRun): Promise<void> {
  await emitCheck(world, repository, check, { action: 'completed', sender: check.app.bot });
  if (suiteState(repository, check.suite).status === 'completed')
    await emitSuite(world, repository, check.suite, { action: 'completed', sender: check.app.bot });
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
