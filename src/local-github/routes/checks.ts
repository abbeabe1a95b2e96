// Routes of check runs, check suites and commit statuses. Only Apps write check runs.
import { createCheckRun, rerequestCheck, updateCheckRun } from '../changes/checks.ts';
import type { CheckChange } from '../changes/checks.ts';
import { actorOf } from '../caller.ts';
import { listRefs, resolveCommit, resolveRef } from '../git.ts';
import { numberParam, objects, optionalText, optionalWord, text } from '../input.ts';
import type { App, CheckAnnotation, CheckRun, CheckSuite, Repository } from '../model.ts';
import { created, forbidden, notFound, ok, page, unprocessable } from '../replies.ts';
import type { Reply } from '../replies.ts';
import { grant, onRepository } from '../router.ts';
import type { RepositoryRequest, Route } from '../router.ts';
import { checkRunShape, checkSuiteShape, latestRuns, runsOfSuite, statusShape } from '../shapes/check.ts';
import { repositoryShape, repositoryUrl } from '../shapes/repository.ts';
import { isObject } from '../../support/index.ts';

const reads = [grant('checks', 'read')];
const writes = [grant('checks', 'write')];

/** `/check-runs`, `/check-suites`, `/statuses`. */
export const checkRoutes: readonly Route[] = [
  onRepository('POST', '/check-runs', writes, createRun),
  onRepository('GET', '/check-runs/{check_run_id}', reads, async (request) =>
    ok(await checkRunShape(request.world, request.repository, runOf(request))),
  ),
  onRepository('PATCH', '/check-runs/{check_run_id}', writes, async (request) => {
    const { world, repository, body } = request;
    const check = runOf(request);
    if (check.app.id !== appOf(request).id)
      throw forbidden(
        `Invalid app_id \`${appOf(request).id}\` - check run can only be modified by the GitHub App that created it.`,
      );
    await updateCheckRun(world, repository, check, changeOf(body));
    return ok(await checkRunShape(world, repository, check));
  }),
  onRepository('GET', '/check-runs/{check_run_id}/annotations', reads, (request) => {
    const check = runOf(request);
    const blob = `${repositoryUrl(request.world, request.repository)}/contents`;
    return page(request.url, check.annotations, (some) =>
      some.map((annotation) => ({
        start_column: null,
        end_column: null,
        title: null,
        raw_details: null,
        ...annotation,
        blob_href: `${blob}/${annotation.path}?ref=${check.headSha}`,
      })),
    );
  }),
  onRepository('POST', '/check-runs/{check_run_id}/rerequest', writes, async (request) => {
    await rerequestCheck(request.world, request.repository, runOf(request), actorOf(request.caller).user);
    return created({});
  }),
  onRepository('GET', '/commits/{ref}/check-runs', reads, async (request) => {
    const sha = await commitOf(request);
    return listRuns(
      request,
      [...request.repository.checks.values()].filter((check) => check.headSha === sha),
    );
  }),
  onRepository('GET', '/commits/{ref}/check-suites', reads, async (request) => {
    const { world, repository, url } = request;
    const sha = await commitOf(request);
    const appId = url.searchParams.get('app_id');
    const suites = repository.suites.filter(
      (suite) => suite.headSha === sha && (appId === null || suite.app.id === Number(appId)),
    );
    const shapes = await Promise.all(suites.map((suite) => checkSuiteShape(world, repository, suite)));
    return page(url, shapes, (some, total) => ({ total_count: total, check_suites: some }));
  }),
  onRepository('GET', '/check-suites/{check_suite_id}', reads, async (request) =>
    ok(await checkSuiteShape(request.world, request.repository, suiteOf(request))),
  ),
  onRepository('GET', '/check-suites/{check_suite_id}/check-runs', reads, (request) => {
    const { repository, url } = request;
    const suite = suiteOf(request);
    const all = [...repository.checks.values()].filter((check) => check.suite.id === suite.id);
    return listRuns(request, url.searchParams.get('filter') === 'all' ? all : runsOfSuite(repository, suite));
  }),
  onRepository('POST', '/statuses/{sha}', [grant('statuses', 'write')], createStatus),
  onRepository('GET', '/commits/{ref}/statuses', [grant('statuses', 'read')], async (request) => {
    const { world, repository, url } = request;
    const sha = await commitOf(request);
    const all = repository.statuses.filter((status) => status.sha === sha).toReversed();
    return page(url, all, (some) => some.map((status) => statusShape(world, repository, status)));
  }),
  onRepository('GET', '/commits/{ref}/status', [grant('statuses', 'read')], combinedStatus),
];

async function createRun(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, body } = request;
  const app = appOf(request);
  const headSha = text(body, 'head_sha');
  if (!/^[0-9a-f]{40}$/.test(headSha) || (await resolveCommit(repository.dir, headSha)) === undefined)
    throw unprocessable(`No commit found for SHA: ${headSha}`);
  const branch = await branchAt(repository, headSha);
  const check = await createCheckRun(world, repository, app, {
    ...changeOf(body),
    name: text(body, 'name'),
    headSha,
    branch,
  });
  return created(await checkRunShape(world, repository, check));
}

/** Persons and their tokens cannot write checks, whatever their permission. */
function appOf({ caller }: RepositoryRequest): App {
  if (caller.kind === 'installation') return caller.installation.app;
  throw forbidden('You must authenticate via a GitHub App.');
}

function changeOf(body: RepositoryRequest['body']): CheckChange {
  const output = body['output'];
  return {
    name: optionalText(body, 'name'),
    externalId: optionalText(body, 'external_id'),
    detailsUrl: optionalText(body, 'details_url'),
    status: optionalWord(body, 'status', ['queued', 'in_progress', 'completed']),
    conclusion: optionalWord(body, 'conclusion', [
      'action_required',
      'cancelled',
      'failure',
      'neutral',
      'success',
      'skipped',
      'stale',
      'timed_out',
    ]),
    startedAt: optionalText(body, 'started_at'),
    completedAt: optionalText(body, 'completed_at'),
    output: isObject(output)
      ? {
          title: optionalText(output, 'title'),
          summary: optionalText(output, 'summary'),
          text: optionalText(output, 'text'),
          annotations: objects(output, 'annotations').map(annotationOf),
        }
      : undefined,
    actions:
      body['actions'] === undefined
        ? undefined
        : objects(body, 'actions').map((action) => ({
            label: text(action, 'label'),
            description: text(action, 'description'),
            identifier: text(action, 'identifier'),
          })),
  };
}

function annotationOf(value: Readonly<Record<string, unknown>>): CheckAnnotation {
  const title = optionalText(value, 'title');
  const details = optionalText(value, 'raw_details');
  return {
    path: text(value, 'path'),
    start_line: Number(value['start_line']),
    end_line: Number(value['end_line']),
    annotation_level: text(value, 'annotation_level'),
    message: text(value, 'message'),
    ...(title === undefined ? {} : { title }),
    ...(details === undefined ? {} : { raw_details: details }),
    ...(typeof value['start_column'] === 'number' ? { start_column: value['start_column'] } : {}),
    ...(typeof value['end_column'] === 'number' ? { end_column: value['end_column'] } : {}),
  };
}

async function listRuns(request: RepositoryRequest, all: readonly CheckRun[]): Promise<Reply> {
  const { world, repository, url } = request;
  const query = url.searchParams;
  const [name, status, appId] = [query.get('check_name'), query.get('status'), query.get('app_id')];
  const newest = query.get('filter') === 'all' ? all : latestRuns(all);
  const found = newest.filter(
    (check) =>
      (name === null || check.name === name) &&
      (status === null || check.status === status) &&
      (appId === null || check.app.id === Number(appId)),
  );
  const shapes = await Promise.all(found.map((check) => checkRunShape(world, repository, check)));
  return page(url, shapes, (some, total) => ({ total_count: total, check_runs: some }));
}

async function createStatus(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, body, params } = request;
  const sha = await resolveRef(repository.dir, params['sha'] ?? '');
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${params['sha']}`);
  const description = optionalText(body, 'description') ?? null;
  if (Array.from(description ?? '').length > 140)
    throw unprocessable('Validation Failed: description is too long (maximum is 140 characters)');
  const status = {
    id: world.nextId(),
    sha,
    context: optionalText(body, 'context') ?? 'default',
    state: text(body, 'state'),
    description,
    targetUrl: optionalText(body, 'target_url') ?? null,
    creator: actorOf(request.caller).user,
    createdAt: world.now(),
  };
  repository.statuses.push(status);
  await world.emit({
    event: 'status',
    repository,
    sender: status.creator,
    payload: {
      id: status.id,
      sha,
      name: repository.name,
      context: status.context,
      state: status.state,
      description,
      target_url: status.targetUrl,
      created_at: status.createdAt,
      updated_at: status.createdAt,
    },
  });
  return created(statusShape(world, repository, status));
}

async function combinedStatus(request: RepositoryRequest): Promise<Reply> {
  const { world, repository } = request;
  const sha = await commitOf(request);
  const newest = new Map(
    repository.statuses.filter((status) => status.sha === sha).map((status) => [status.context, status]),
  );
  const states = [...newest.values()].map(({ state }) => state);
  const failed = states.some((state) => state === 'failure' || state === 'error');
  const state = failed ? 'failure' : states.length === 0 || states.includes('pending') ? 'pending' : 'success';
  const api = repositoryUrl(world, repository);
  return ok({
    state,
    statuses: [...newest.values()].map((status) => statusShape(world, repository, status)),
    sha,
    total_count: newest.size,
    repository: repositoryShape(world, repository),
    commit_url: `${api}/commits/${sha}`,
    url: `${api}/commits/${sha}/status`,
  });
}

async function commitOf({ repository, params }: RepositoryRequest): Promise<string> {
  const sha = await resolveRef(repository.dir, params['ref'] ?? '');
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${params['ref']}`);
  return sha;
}

async function branchAt(repository: Repository, sha: string): Promise<string | null> {
  for (const [ref, tip] of await listRefs(repository.dir))
    if (tip === sha && ref.startsWith('refs/heads/')) return ref.slice('refs/heads/'.length);
  return null;
}

function runOf({ repository, params }: RepositoryRequest): CheckRun {
  const check = repository.checks.get(numberParam(params, 'check_run_id'));
  if (check === undefined) throw notFound();
  return check;
}

function suiteOf({ repository, params }: RepositoryRequest): CheckSuite {
  const suite = repository.suites.find(({ id }) => id === numberParam(params, 'check_suite_id'));
  if (suite === undefined) throw notFound();
  return suite;
}
