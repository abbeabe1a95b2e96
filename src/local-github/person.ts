// What a person does on the web page, with the permissions it needs there. Webhooks follow from the changes, never from here.
import { clickAction, rerequestCheck } from './changes/checks.ts';
import * as issues from './changes/issues.ts';
import { mergePull, openPull, reopenPull, setDraft, signature, submitReview } from './changes/pulls.ts';
import { closePull, movingRefs } from './changes/refs.ts';
import { emitSuite } from './changes/suites.ts';
import { issueUserToken } from './caller.ts';
import { commitFiles, resolveCommit, resolveRef, updateRef, zeroSha } from './git.ts';
import type { CheckRun, Issue, Repository, User } from './model.ts';
import { forbidden, notFound, unprocessable } from './replies.ts';
import { isPull } from './shapes/pull.ts';
import type { PullIssue } from './shapes/pull.ts';
import type { Permission, Person } from './types.ts';
import { findComment, findIssue, findRepository, findUser, fullName, mayAtLeast, permissionOf } from './world.ts';
import type { World } from './world.ts';

/** Makes repositories; given by the admin side. */
export type Fork = (user: User, repository: Repository) => Promise<Repository>;

/** A person at the keyboard. */
export function personOf(world: World, login: string, fork: Fork): Person {
  const user = findUser(world, login);
  const actor = { user };
  let token: string | undefined;

  /** The repository, when the person may do what they are about to do there. */
  function at(full: string, needed: Permission, doing: string): Repository {
    const repository = findRepository(world, full);
    if (!mayAtLeast(repository, user, needed))
      throw forbidden(`${login} cannot ${doing} in ${full}: needs ${needed}, has ${permissionOf(repository, user)}`);
    return repository;
  }

  /** One's own issue or comment, or somebody else's with triage. */
  function own(repository: Repository, author: User, doing: string): void {
    if (author.id !== user.id) at(fullName(repository), 'triage', doing);
  }

  return {
    login,
    token: () => (token ??= issueUserToken(world, user)),
    async openIssue(repository, issue) {
      return (await issues.openIssue(world, at(repository, 'read', 'open issues'), actor, issue)).number;
    },
    async editIssue(full, number, change) {
      const repository = at(full, 'read', 'edit issues');
      const issue = findIssue(repository, number);
      own(repository, issue.user, 'edit this issue');
      await issues.editIssue(world, repository, issue, { actor, ...change });
    },
    async closeIssue(full, number) {
      await setState(full, number, 'closed');
    },
    async reopenIssue(full, number) {
      await setState(full, number, 'open');
    },
    async label(full, number, name) {
      const repository = at(full, 'triage', 'label');
      await issues.addLabels(world, repository, findIssue(repository, number), { actor, names: [name] });
    },
    async unlabel(full, number, name) {
      const repository = at(full, 'triage', 'take labels off');
      if (!(await issues.removeLabel(world, repository, findIssue(repository, number), { actor, name })))
        throw notFound('Label does not exist');
    },
    async assign(full, number, assignee) {
      const repository = at(full, 'triage', 'assign');
      await issues.assign(world, repository, findIssue(repository, number), actor, findUser(world, assignee));
    },
    async comment(full, number, body) {
      const repository = at(full, 'read', 'comment');
      return (await issues.addComment(world, repository, findIssue(repository, number), { actor, body })).id;
    },
    async editComment(full, id, body) {
      const repository = at(full, 'read', 'edit comments');
      const comment = findComment(repository, id);
      if (comment.user.id !== user.id) at(full, 'write', 'edit this comment');
      await issues.editComment(world, repository, comment, { actor, body });
    },
    async deleteComment(full, id) {
      const repository = at(full, 'read', 'delete comments');
      const comment = findComment(repository, id);
      if (comment.user.id !== user.id) at(full, 'write', 'delete this comment');
      await issues.deleteComment(world, repository, comment, actor);
    },
    async react(full, target, content) {
      const repository = at(full, 'read', 'react');
      const of = 'comment' in target ? findComment(repository, target.comment) : findIssue(repository, target.issue);
      issues.react(world, of.reactions, { user, content });
      await Promise.resolve();
    },
    async openPullRequest(full, wish) {
      const repository = at(full, 'read', 'open pull requests');
      const { title, body = null, head, base = repository.defaultBranch, draft = false } = wish;
      return (await openPull(world, repository, { actor, title, body, head, base, draft })).number;
    },
    async closePullRequest(full, number) {
      await closePull(world, ...ownPull(full, number, 'close pull requests'), { actor });
    },
    async readyForReview(full, number) {
      await setDraft(world, ...ownPull(full, number, 'mark pull requests ready'), { actor, draft: false });
    },
    async mergePullRequest(full, number, method = 'merge') {
      const repository = at(full, 'write', 'merge');
      return mergePull(world, repository, pullOf(repository, number), { actor, method });
    },
    async review(full, number, review) {
      const repository = at(full, 'read', 'review');
      const { event, body = '', comments = [] } = review;
      const wish = { actor, event, body, comments };
      return (await submitReview(world, repository, pullOf(repository, number), wish)).id;
    },
    async clickCheckAction(full, checkRunId, identifier) {
      const repository = at(full, 'write', 'press buttons of checks');
      await clickAction(world, repository, checkOf(repository, checkRunId), { user, identifier });
    },
    async rerequestCheck(full, checkRunId) {
      const repository = at(full, 'write', 'rerun checks');
      await rerequestCheck(world, repository, checkOf(repository, checkRunId), user);
    },
    async rerequestSuite(full, headSha) {
      const repository = at(full, 'write', 'rerun checks');
      const suites = repository.suites.filter((suite) => suite.headSha === headSha);
      if (suites.length === 0) throw notFound();
      for (const suite of suites) await emitSuite(world, repository, suite, { action: 'rerequested', sender: user });
    },
    async pushCommit(full, branch, commit) {
      const repository = at(full, 'write', 'push');
      return movingRefs(world, repository, actor, async () => {
        const tip = await resolveCommit(repository.dir, `refs/heads/${branch}`);
        const from = await resolveRef(repository.dir, commit.from ?? repository.defaultBranch);
        if (tip !== undefined && commit.force === true && from !== undefined)
          await updateRef(repository.dir, `refs/heads/${branch}`, from, tip);
        return commitFiles(repository.dir, {
          branch,
          message: commit.message,
          author: signature(world, user),
          files: commit.files,
          ...(from === undefined ? {} : { from }),
        });
      });
    },
    async deleteBranch(full, branch) {
      const repository = at(full, 'write', 'delete branches');
      await movingRefs(world, repository, actor, async () => {
        if (!(await updateRef(repository.dir, `refs/heads/${branch}`, zeroSha)))
          throw unprocessable('Reference does not exist');
      });
    },
    async fork(full) {
      return fullName(await fork(user, at(full, 'read', 'fork')));
    },
  };

  async function setState(full: string, number: number, state: 'open' | 'closed'): Promise<void> {
    const repository = at(full, 'read', `have issues ${state}`);
    const issue: Issue = findIssue(repository, number);
    own(repository, issue.user, 'close or open this issue');
    if (!isPull(issue)) await issues.setIssueState(world, repository, issue, { actor, state });
    else if (state === 'closed') await closePull(world, repository, issue, { actor });
    else await reopenPull(world, repository, issue, actor);
  }

  function ownPull(full: string, number: number, doing: string): [Repository, PullIssue] {
    const repository = at(full, 'read', doing);
    const issue = pullOf(repository, number);
    if (issue.user.id !== user.id) at(full, 'write', doing);
    return [repository, issue];
  }
}

function pullOf(repository: Repository, number: number): PullIssue {
  const issue = findIssue(repository, number);
  if (!isPull(issue)) throw notFound();
  return issue;
}

function checkOf(repository: Repository, id: number): CheckRun {
  const check = repository.checks.get(id);
  if (check === undefined) throw notFound();
  return check;
}
