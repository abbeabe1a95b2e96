// Check runs, check suites and statuses as GitHub's API shows them.
import { listRefs, readCommit } from '../git/index.ts';
import type { CheckRun, CheckSuite, CommitStatus, Repository } from '../model/index.ts';
import { nodeId } from '../world/world.ts';
import { appShape, userShape } from './account.ts';
import { isPull } from './pull.ts';
import { repositoryPage, repositoryReference, repositoryShape, repositoryUrl } from './repository.ts';
import { headsOfOpenPulls } from './pull-heads.ts';
import type { InRepository } from '../world/subject.ts';

/** A `check-run`. */
export async function checkRunShape(here: InRepository, check: CheckRun) {
  const { world, repository } = here;
  const api = `${repositoryUrl(world, repository)}/check-runs/${check.id}`;
  const html = `${repositoryPage(world, repository)}/runs/${check.id}`;
  return {
    id: check.id,
    name: check.name,
    node_id: nodeId('CR', check.id),
    head_sha: check.headSha,
    external_id: check.externalId,
    url: api,
    html_url: html,
    details_url: check.detailsUrl ?? html,
    status: check.status,
    conclusion: check.conclusion,
    started_at: check.startedAt,
    completed_at: check.completedAt,
    output: {
      title: check.title,
      summary: check.summary,
      text: check.text,
      annotations_count: check.annotations.length,
      annotations_url: `${api}/annotations`,
    },
    check_suite: { id: check.suite.id },
    app: appShape(world, check.app),
    pull_requests: await pullsWithHead(here, check.headSha),
  };
}

/** The check run in webhooks: with its suite, and with buttons. */
export async function checkRunPayload(here: InRepository, check: CheckRun) {
  const suite = await checkSuiteShape(here, check.suite);
  const { head_commit: _commit, repository: _repository, latest_check_runs_count: _count, ...inner } = suite;
  return { ...(await checkRunShape(here, check)), check_suite: inner };
}

/** A `check-suite`. */
export async function checkSuiteShape(here: InRepository, suite: CheckSuite) {
  const { world, repository } = here;
  const api = `${repositoryUrl(world, repository)}/check-suites/${suite.id}`;
  const state = suiteState(repository, suite);
  const commit = (suite.commit ??= await readCommit(repository.dir, suite.headSha));
  return {
    id: suite.id,
    node_id: nodeId('CS', suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: state.status,
    conclusion: state.conclusion,
    url: api,
    before: suite.before,
    after: suite.headSha,
    pull_requests: await pullsWithHead(here, suite.headSha),
    app: appShape(world, suite.app),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    rerequestable: true,
    runs_rerequestable: true,
    latest_check_runs_count: runsOfSuite(repository, suite).length,
    check_runs_url: `${api}/check-runs`,
    head_commit: {
      id: commit.sha,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: commit.committer.date,
      author: { name: commit.author.name, email: commit.author.email },
      committer: { name: commit.committer.name, email: commit.committer.email },
    },
    repository: repositoryShape(world, repository),
  };
}

/** The check runs of a suite that count: the newest of each name. */
export function runsOfSuite(repository: Repository, suite: CheckSuite): CheckRun[] {
  return latestRuns([...repository.checks.values()].filter((check) => check.suite.id === suite.id));
}

/** The newest check run of each App and name; GitHub shows only these unless `filter=all`. */
export function latestRuns(checks: readonly CheckRun[]): CheckRun[] {
  const newest = new Map<string, CheckRun>();
  for (const check of checks) newest.set(`${check.suite.id} ${check.name}`, check);
  return [...newest.values()];
}

/** A suite is what its check runs are. */
export function suiteState(repository: Repository, suite: CheckSuite) {
  const runs = runsOfSuite(repository, suite);
  if (runs.length === 0) return { status: 'queued', conclusion: null };
  if (runs.some((run) => run.status !== 'completed'))
    return { status: runs.some((run) => run.status === 'in_progress') ? 'in_progress' : 'queued', conclusion: null };
  const order = ['action_required', 'failure', 'timed_out', 'cancelled', 'stale', 'success', 'neutral', 'skipped'];
  const conclusion = order.find((wanted) => runs.some((run) => run.conclusion === wanted)) ?? 'success';
  return { status: 'completed', conclusion };
}

/** A `status`. */
export function statusShape(here: InRepository, status: CommitStatus) {
  const { world, repository } = here;
  return {
    url: `${repositoryUrl(world, repository)}/statuses/${status.sha}`,
    avatar_url: null,
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator: userShape(world, status.creator),
  };
}

/** Open pull requests whose head is the commit. Empty for heads in forks, as on GitHub. */
async function pullsWithHead(here: InRepository, sha: string) {
  const { world, repository } = here;
  const heads = await headsOfOpenPulls(repository);
  if (![...heads.values()].includes(sha)) return [];
  const refs = await listRefs(repository.dir);
  const api = repositoryUrl(world, repository);
  const reference = { ...repositoryReference(repository), url: api };
  return [...heads.entries()]
    .filter(([, head]) => head === sha)
    .map(([number]) => repository.issues.get(number))
    .filter((issue) => issue !== undefined)
    .filter(isPull)
    .filter((issue) => issue.pull.headRepositoryId === repository.id)
    .map((issue) => ({
      url: `${api}/pulls/${issue.number}`,
      id: issue.pull.id,
      number: issue.number,
      head: { ref: issue.pull.headRef, sha, repo: { id: reference.id, url: api, name: reference.name } },
      base: {
        ref: issue.pull.baseRef,
        sha: refs.get(`refs/heads/${issue.pull.baseRef}`) ?? sha,
        repo: { id: reference.id, url: api, name: reference.name },
      },
    }));
}
