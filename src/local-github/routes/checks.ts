// Routes of check runs and check suites. Only Apps write check runs.
import { createCheckRun, rerequestCheck, updateCheckRun } from '../changes/checks.ts';
import { listRefs, resolveCommit } from '../git/index.ts';
import { text } from '../world/input.ts';
import type { App, CheckRun, Repository } from '../model/index.ts';
import { created, forbidden, ok, page, unprocessable } from '../world/replies.ts';
import type { Reply } from '../world/replies.ts';
import { checkRunShape, checkSuiteShape, latestRuns, runsOfSuite } from '../shapes/check.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import { changeOf } from './check-change.ts';
import { commitOf, runOf, suiteOf } from './lookups.ts';
import { grant, onRepository } from './route.ts';
import type { RepositoryRequest, Route } from './route.ts';

const reads = [grant('checks', 'read')];
const writes = [grant('checks', 'write')];

/** `/check-runs`, `/check-suites`. */
export const checkRoutes: readonly Route[] = [
  onRepository('POST /check-runs', writes, createRun),
  onRepository('GET /check-runs/{check_run_id}', reads, async (request) =>
    ok(await checkRunShape(request, runOf(request))),
  ),
  onRepository('PATCH /check-runs/{check_run_id}', writes, async (request) => {
    const check = runOf(request);
    if (check.app.id !== appOf(request).id)
      throw forbidden(
        `Invalid app_id \`${appOf(request).id}\` - check run can only be modified by the GitHub App that created it.`,
      );
    await updateCheckRun(request, check, changeOf(request.body));
    return ok(await checkRunShape(request, check));
  }),
  onRepository('GET /check-runs/{check_run_id}/annotations', reads, (request) => {
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
  onRepository('POST /check-runs/{check_run_id}/rerequest', writes, async (request) => {
    await rerequestCheck(request, runOf(request));
    return created({});
  }),
  onRepository('GET /commits/{ref}/check-runs', reads, async (request) => {
    const sha = await commitOf(request);
    return listRuns(
      request,
      [...request.repository.checks.values()].filter((check) => check.headSha === sha),
    );
  }),
  onRepository('GET /commits/{ref}/check-suites', reads, async (request) => {
    const { repository, url } = request;
    const sha = await commitOf(request);
    const appId = url.searchParams.get('app_id');
    const suites = repository.suites.filter(
      (suite) => suite.headSha === sha && (appId === null || suite.app.id === Number(appId)),
    );
    const shapes = await Promise.all(suites.map((suite) => checkSuiteShape(request, suite)));
    return page(url, shapes, (some, total) => ({ total_count: total, check_suites: some }));
  }),
  onRepository('GET /check-suites/{check_suite_id}', reads, async (request) =>
    ok(await checkSuiteShape(request, suiteOf(request))),
  ),
  onRepository('GET /check-suites/{check_suite_id}/check-runs', reads, (request) => {
    const { repository, url } = request;
    const suite = suiteOf(request);
    const all = [...repository.checks.values()].filter((check) => check.suite.id === suite.id);
    return listRuns(request, url.searchParams.get('filter') === 'all' ? all : runsOfSuite(repository, suite));
  }),
];

async function createRun(request: RepositoryRequest): Promise<Reply> {
  return created(await checkRunShape(request, await createRunFor(request)));
}

/** The check run that a body in the words of REST asks for. */
export async function createRunFor(request: RepositoryRequest): Promise<CheckRun> {
  const { repository, body } = request;
  const app = appOf(request);
  const headSha = text(body, 'head_sha');
  if (!/^[0-9a-f]{40}$/.test(headSha) || (await resolveCommit(repository.dir, headSha)) === undefined)
    throw unprocessable(`No commit found for SHA: ${headSha}`);
  const branch = await branchAt(repository, headSha);
  return createCheckRun(request, app, { ...changeOf(body), name: text(body, 'name'), headSha, branch });
}

/** Persons and their tokens cannot write checks, whatever their permission. */
function appOf({ caller }: RepositoryRequest): App {
  if (caller.kind === 'installation') return caller.installation.app;
  throw forbidden('You must authenticate via a GitHub App.');
}

async function listRuns(request: RepositoryRequest, all: readonly CheckRun[]): Promise<Reply> {
  const { url } = request;
  const query = url.searchParams;
  const [name, status, appId] = [query.get('check_name'), query.get('status'), query.get('app_id')];
  const newest = query.get('filter') === 'all' ? all : latestRuns(all);
  const found = newest.filter(
    (check) =>
      (name === null || check.name === name) &&
      (status === null || check.status === status) &&
      (appId === null || check.app.id === Number(appId)),
  );
  const shapes = await Promise.all(found.map((check) => checkRunShape(request, check)));
  return page(url, shapes, (some, total) => ({ total_count: total, check_runs: some }));
}

async function branchAt(repository: Repository, sha: string): Promise<string | null> {
  for (const [ref, tip] of await listRefs(repository.dir))
    if (tip === sha && ref.startsWith('refs/heads/')) return ref.slice('refs/heads/'.length);
  return null;
}
