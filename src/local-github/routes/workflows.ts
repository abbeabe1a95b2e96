// Routes of GitHub Actions: dispatches, and the runs that come of them. Who runs them is the world's runner.
import { isObject } from '../../support/index.ts';
import { cancelWorkflowRun, dispatchWorkflow } from '../changes/workflows.ts';
import type { WorkflowRun } from '../model/index.ts';
import { repositoryPage, repositoryUrl } from '../shapes/repository.ts';
import { workflowRunShape } from '../shapes/workflow.ts';
import { numberParam, text } from '../world/input.ts';
import { itemsOn, noContent, notFound, ok, page } from '../world/replies.ts';
import { grant, onRepository } from './route.ts';
import type { RepositoryRequest, Route } from './route.ts';

const reads = [grant('actions', 'read')];
const writes = [grant('actions', 'write')];

/** `/actions`. */
export const workflowRoutes: readonly Route[] = [
  onRepository('POST /actions/workflows/{workflow_id}/dispatches', writes, async (request) => {
    const { world, repository, body, params } = request;
    const inputs = isObject(body['inputs']) ? body['inputs'] : {};
    const file = params['workflow_id'] ?? '';
    const { id } = await dispatchWorkflow(request, { file, ref: text(body, 'ref'), inputs });
    if (body['return_run_details'] !== true) return noContent();
    return ok({
      workflow_run_id: id,
      run_url: `${repositoryUrl(world, repository)}/actions/runs/${id}`,
      html_url: `${repositoryPage(world, repository)}/actions/runs/${id}`,
    });
  }),
  onRepository('GET /actions/workflows/{workflow_id}/runs', reads, async (request) => {
    const { repository, params, url } = request;
    const path = `.github/workflows/${params['workflow_id'] ?? ''}`;
    const event = url.searchParams.get('event');
    const known = event === null || event === 'workflow_dispatch';
    const found = repository.workflowRuns.filter((run) => run.path === path && known).toReversed();
    const shown = await Promise.all(itemsOn(url, found).map((run) => workflowRunShape(request, run)));
    return page(url, found, (_some, total) => ({ total_count: total, workflow_runs: shown }));
  }),
  onRepository('GET /actions/runs/{run_id}', reads, async (request) =>
    ok(await workflowRunShape(request, one(request))),
  ),
  onRepository('POST /actions/runs/{run_id}/cancel', writes, (request) => {
    cancelWorkflowRun(request, one(request));
    return { status: 202, body: {} };
  }),
];

function one({ repository, params }: RepositoryRequest): WorkflowRun {
  const id = numberParam(params, 'run_id');
  const found = repository.workflowRuns.find((run) => run.id === id);
  if (found === undefined) throw notFound();
  return found;
}
