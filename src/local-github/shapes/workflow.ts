// Workflow runs as GitHub's API shows them.
import { sha256 } from '../../support/index.ts';
import { readCommit } from '../git/index.ts';
import type { WorkflowRun } from '../model/index.ts';
import type { InRepository } from '../world/subject.ts';
import { nodeId } from '../world/world.ts';
import { userShape } from './account.ts';
import { repositoryPage, repositoryShape, repositoryUrl } from './repository.ts';

/** A `workflow-run`. */
export async function workflowRunShape(here: InRepository, run: WorkflowRun) {
  const { world, repository } = here;
  const url = `${repositoryUrl(world, repository)}/actions/runs/${run.id}`;
  const workflow = workflowId(run.path);
  const { tree, message, author, committer } = await readCommit(repository.dir, run.sha);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('WFR', run.id),
    head_branch: run.branch,
    head_sha: run.sha,
    path: run.path,
    display_title: run.title,
    run_number: run.number,
    run_attempt: 1,
    event: 'workflow_dispatch',
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: workflow,
    url,
    html_url: `${repositoryPage(world, repository)}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.createdAt,
    actor: userShape(world, run.actor),
    triggering_actor: userShape(world, run.actor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repositoryUrl(world, repository)}/check-suites/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    workflow_url: `${repositoryUrl(world, repository)}/actions/workflows/${workflow}`,
    head_commit: {
      id: run.sha,
      tree_id: tree,
      message,
      timestamp: committer.date,
      author: { name: author.name, email: author.email },
      committer: { name: committer.name, email: committer.email },
    },
    repository: repositoryShape(world, repository),
    head_repository: repositoryShape(world, repository),
  };
}

/** A number for a file: the same one each time. */
function workflowId(path: string): number {
  return Number.parseInt(sha256(path).slice(0, 8), 16);
}
