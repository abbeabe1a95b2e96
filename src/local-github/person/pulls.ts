// What a person does with pull requests and their checks on the web page.
import { clickAction, rerequestCheck } from '../changes/checks.ts';
import { mergePull } from '../changes/merges.ts';
import { openPull, setDraft } from '../changes/pulls.ts';
import { closePull } from '../changes/refs.ts';
import { submitReview } from '../changes/reviews.ts';
import { emitSuite } from '../changes/suites.ts';
import type { CheckRun, Repository } from '../model/index.ts';
import { notFound } from '../world/replies.ts';
import { isPull } from '../shapes/pull.ts';
import type { PullIssue } from '../shapes/pull.ts';
import type { Subject } from '../world/subject.ts';
import type { Person } from '../types/index.ts';
import { findIssue } from '../world/world.ts';
import type { Access } from './access.ts';

type OnPulls = Pick<Person, 'openPullRequest' | 'closePullRequest' | 'readyForReview' | 'mergePullRequest' | 'review'>;

/** Pull requests, by somebody with this access. */
export function onPulls(access: Access): OnPulls {
  return {
    async openPullRequest(full, wish) {
      const subject = access.in(full, 'read', 'open pull requests');
      const { title, body = null, head, base = subject.repository.defaultBranch, draft = false } = wish;
      return (await openPull(subject, { title, body, head, base, draft })).number;
    },
    async closePullRequest(full, number) {
      await closePull(...ownPull(access, full, { number, doing: 'close pull requests' }));
    },
    async readyForReview(full, number) {
      await setDraft(...ownPull(access, full, { number, doing: 'mark pull requests ready' }), false);
    },
    async mergePullRequest(full, number, method = 'merge') {
      const subject = access.in(full, 'write', 'merge');
      return mergePull(subject, pullOf(subject.repository, number), { method });
    },
    async review(full, number, review) {
      const subject = access.in(full, 'read', 'review');
      const { event, body = '', comments = [] } = review;
      return (await submitReview(subject, pullOf(subject.repository, number), { event, body, comments })).id;
    },
  };
}

/** Checks, by somebody with this access. */
export function onChecks(access: Access): Pick<Person, 'clickCheckAction' | 'rerequestCheck' | 'rerequestSuite'> {
  return {
    async clickCheckAction(full, checkRunId, identifier) {
      const subject = access.in(full, 'write', 'press buttons of checks');
      await clickAction(subject, checkOf(subject.repository, checkRunId), identifier);
    },
    async rerequestCheck(full, checkRunId) {
      const subject = access.in(full, 'write', 'rerun checks');
      await rerequestCheck(subject, checkOf(subject.repository, checkRunId));
    },
    async rerequestSuite(full, headSha) {
      const subject = access.in(full, 'write', 'rerun checks');
      const suites = subject.repository.suites.filter((suite) => suite.headSha === headSha);
      if (suites.length === 0) throw notFound();
      for (const suite of suites) await emitSuite(subject, suite, 'rerequested');
    },
  };
}

function ownPull(
  access: Access,
  full: string,
  { number, doing }: { readonly number: number; readonly doing: string },
): [Subject, PullIssue] {
  const subject = access.in(full, 'read', doing);
  const issue = pullOf(subject.repository, number);
  access.own(subject, issue.user, { doing, needed: 'write' });
  return [subject, issue];
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
