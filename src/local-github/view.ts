// A repository as tests and the demo read it. Never changes anything.
import { changedFiles, listRefs, listTree, log, readBlob, resolveCommit, resolveRef } from './git/index.ts';
import type { CheckRun, Comment, Issue, Reaction, Repository } from './model/index.ts';
import { notFound } from './world/replies.ts';
import { isPull, pullCommits } from './shapes/pull.ts';
import type { PullIssue } from './shapes/pull.ts';
import { repositoryPage } from './shapes/repository.ts';
import type { CheckRunView, CommentView, IssueView, PullRequestView, RepositoryView } from './types/index.ts';
import { fullName } from './world/world.ts';
import type { World } from './world/world.ts';

/** A view that always shows the present. */
export function viewOf(world: World, repository: Repository): RepositoryView {
  return {
    id: repository.id,
    get fullName() {
      return fullName(repository);
    },
    get url() {
      return repositoryPage(world, repository);
    },
    get cloneUrl() {
      return `${repositoryPage(world, repository)}.git`;
    },
    dir: repository.dir,
    lfs: repository.lfs,
    issues: () => [...repository.issues.values()].filter((issue) => !isPull(issue)).map(issueView),
    issue(number) {
      const issue = repository.issues.get(number);
      if (issue === undefined) throw notFound();
      return issueView(issue);
    },
    comments: (issue) =>
      [...repository.comments.values()].filter((one) => issue === undefined || one.issue === issue).map(commentView),
    pullRequests: () =>
      Promise.all([...repository.issues.values()].filter(isPull).map((issue) => pullView(repository, issue))),
    checkRuns: (headSha) =>
      [...repository.checks.values()]
        .filter((check) => headSha === undefined || check.headSha === headSha)
        .map((check) => checkView(world, repository, check)),
    statuses: (sha) => repository.statuses.filter((status) => sha === undefined || status.sha === sha),
    releases: () => repository.releases.map(({ tag, name, body }) => ({ tag, name, body })),
    workflowRuns: () =>
      repository.workflowRuns.map(({ id, path, title, inputs, status, conclusion }) => ({
        id,
        path,
        title,
        inputs,
        status,
        conclusion,
      })),
    deployments: () => repository.deployments.map(({ sha, environment, payload }) => ({ sha, environment, payload })),
    labels: () => repository.labels.map(({ name }) => name),
    ...gitViewOf(repository.dir),
  };
}

function gitViewOf(dir: string): Pick<RepositoryView, 'tags' | 'branches' | 'file' | 'log' | 'diff'> {
  return {
    async tags() {
      const refs = [...(await listRefs(dir))].filter(([ref]) => ref.startsWith('refs/tags/'));
      const commits = await Promise.all(refs.map(([ref]) => resolveCommit(dir, ref)));
      return new Map(refs.map(([ref], index) => [ref.slice('refs/tags/'.length), commits[index] ?? '']));
    },
    async branches() {
      const refs = [...(await listRefs(dir))].filter(([ref]) => ref.startsWith('refs/heads/'));
      return new Map(refs.map(([ref, sha]) => [ref.slice('refs/heads/'.length), sha]));
    },
    async file(ref, path) {
      const commit = await resolveRef(dir, ref);
      const [entry] = commit === undefined ? [] : await listTree(dir, commit, { path });
      return entry?.type === 'blob' ? (await readBlob(dir, entry.sha)).toString('utf8') : undefined;
    },
    async log(ref) {
      const commit = await resolveRef(dir, ref);
      if (commit === undefined) return [];
      return (await log(dir, commit)).map(({ sha, message, author }) => ({
        sha,
        message,
        author: author.name,
        email: author.email,
      }));
    },
    async diff(from, to) {
      const [a, b] = [await resolveRef(dir, from), await resolveRef(dir, to)];
      if (a === undefined || b === undefined) throw notFound();
      return (await changedFiles(dir, a, b)).map(({ path, status }) => ({ path, status }));
    },
  };
}

function issueView(issue: Issue): IssueView {
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    state: issue.state,
    author: issue.user.login,
    labels: issue.labels.map(({ name }) => name),
    assignees: issue.assignees.map(({ login }) => login),
    reactions: reactionViews(issue.reactions),
  };
}

function commentView(comment: Comment): CommentView {
  return {
    id: comment.id,
    issue: comment.issue,
    author: comment.user.login,
    body: comment.body,
    minimized: comment.minimized !== undefined,
    reactions: reactionViews(comment.reactions),
  };
}

async function pullView(repository: Repository, issue: PullIssue): Promise<PullRequestView> {
  const { pull } = issue;
  return {
    ...issueView(issue),
    draft: pull.draft,
    merged: pull.merged,
    headRef: pull.headRef,
    headSha: (await pullCommits(repository, issue)).head,
    baseRef: pull.baseRef,
    requestedReviewers: pull.requestedReviewers.map(({ login }) => login),
    reviewComments: pull.reviewComments.map(({ id, user, body, path, inReplyTo }) => ({
      id,
      author: user.login,
      body,
      path,
      inReplyTo,
    })),
    reviews: pull.reviews.map(({ id, user, state, body, commitId }) => ({
      id,
      user: user.login,
      state,
      body,
      commitId,
    })),
  };
}

function checkView(world: World, repository: Repository, check: CheckRun): CheckRunView {
  const { id, name, headSha, externalId, status, conclusion, title, summary, text, detailsUrl, annotations, actions } =
    check;
  const shown = { id, name, headSha, externalId, status, conclusion, title, summary, text, detailsUrl };
  return {
    ...shown,
    app: check.app.slug,
    annotations: annotations.slice(),
    actions,
    url: `${repositoryPage(world, repository)}/runs/${id}`,
  };
}

function reactionViews(reactions: readonly Reaction[]) {
  return reactions.map(({ user, content }) => ({ user: user.login, content }));
}
