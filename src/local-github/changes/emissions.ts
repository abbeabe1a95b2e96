// The webhooks of issues and pull requests. Never changes what they tell of.
import type { Issue } from '../model/index.ts';
import { issueShape } from '../shapes/issue.ts';
import { isPull, pullShape } from '../shapes/pull.ts';
import type { PullIssue } from '../shapes/pull.ts';
import { tell } from '../world/subject.ts';
import type { Subject } from '../world/subject.ts';

interface Event {
  readonly action: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Sends the webhook of an issue or pull request: GitHub uses the same actions for both. */
export async function emitIssue(subject: Subject, issue: Issue, event: Event): Promise<void> {
  if (isPull(issue)) return emitPull(subject, issue, event);
  const { action, extra } = event;
  await tell(subject, { event: 'issues', action, payload: { issue: issueShape(subject, issue), ...extra } });
}

/** Sends a `pull_request` webhook. */
export async function emitPull(subject: Subject, issue: PullIssue, { action, extra }: Event): Promise<void> {
  const payload = { number: issue.number, pull_request: await pullShape(subject, issue), ...extra };
  await tell(subject, { event: 'pull_request', action, payload });
}
