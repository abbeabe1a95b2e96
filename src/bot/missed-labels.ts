// Finds command labels whose delivery never came, and stores one for each as if it had come. Starts no run and removes no label.
import { commandLabelId, isReservedLabel } from '../coordinator/index.ts';
import type { GitHubApp, IssueInfo, Labelling, RepositoryApi } from '../github/index.ts';
import { deliveryOf } from '../store/index.ts';
import type { Inbox } from '../store/index.ts';
import { messageOf, sha256, defined } from '../support/index.ts';
import type { Clock, Json, Logger } from '../support/index.ts';
import { sweepMessages } from './messages.ts';
import type { ServedRepository, ServedRepositories } from './served-repositories.ts';

/** What the search works with. */
export interface MissedLabelPorts {
  readonly app: Pick<GitHubApp, 'repository' | 'time'>;
  readonly inbox: Inbox;
  readonly served: ServedRepositories;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A label that is younger may still have its delivery under way. */
const patienceMs = 2 * 60_000;

/** Looks through all repositories. Returns how many deliveries were stored. One repository that fails does not keep the others from theirs. */
export async function findMissedLabels(ports: MissedLabelPorts, signal: AbortSignal): Promise<number> {
  let stored = 0;
  for (const place of await ports.served.repositories()) {
    if (signal.aborted) break;
    try {
      stored += await lookThrough(ports, place);
    } catch (error) {
      const repository = `${place.owner}/${place.name}`;
      if (!signal.aborted) ports.log.warn({ repository, error: messageOf(error) }, sweepMessages.repositoryFailed);
    }
  }
  return stored;
}

async function lookThrough(ports: MissedLabelPorts, place: ServedRepository): Promise<number> {
  const api = ports.app.repository(place.installationId, place.owner, place.name);
  const labels = (await api.labels()).filter((name) => commandLabelId(name) !== undefined && !isReservedLabel(name));
  let stored = 0;
  for (const label of labels)
    for (const issue of await api.issuesWithLabel(label)) {
      const put = await api.lastLabeled(issue.number, label);
      if (put === undefined || Date.parse(put.at) > ports.app.time.now().getTime() - patienceMs) continue;
      if (await storeLabelled(ports, { api, place, issue, label, put })) stored += 1;
    }
  return stored;
}

interface Found {
  readonly api: RepositoryApi;
  readonly place: ServedRepository;
  readonly issue: IssueInfo;
  readonly label: string;
  readonly put: Labelling;
}

/** The delivery that GitHub would have sent, as far as decisions read it. The inbox tells whether it came after all. */
async function storeLabelled(ports: MissedLabelPorts, found: Found): Promise<boolean> {
  const { place, issue, label, put } = found;
  const subject = issue.isPullRequest ? await pullRequestOf(found) : { issue: issueOf(found) };
  if (subject === undefined) return false;
  const payload: Json = {
    action: 'labeled',
    ...subject,
    label: { name: label },
    repository: {
      id: place.id,
      name: place.name,
      full_name: `${place.owner}/${place.name}`,
      owner: { login: place.owner },
      private: place.private,
      archived: place.archived,
      default_branch: place.defaultBranch,
      clone_url: place.cloneUrl,
    },
    sender: { login: put.actor, id: put.actorId, type: put.actorType },
    installation: { id: place.installationId },
  };
  const id = `label-${sha256(`${place.id}#${issue.number} ${label} ${put.at}`).slice(0, 32)}`;
  const event = issue.isPullRequest ? 'pull_request' : 'issues';
  const headers = { 'x-github-delivery': id, 'x-github-event': event };
  const delivery = deliveryOf(headers, payload, ports.clock.now());
  return delivery !== undefined && (await ports.inbox.put(delivery)).stored;
}

function issueOf({ issue, put }: Found): { readonly [key: string]: Json } {
  return {
    ...defined({ id: issue.id }),
    number: issue.number,
    title: issue.title,
    body: issue.body,
    labels: issue.labels.map((name) => ({ name })),
    // the number is read by nobody, and not worth a request
    user: { login: issue.author, id: 0 },
    html_url: issue.url,
    state: issue.state,
    // as it was when the label was put on: the run's id and the inbox's key are made of it
    updated_at: put.at,
    ...(issue.type === undefined ? {} : { type: { name: issue.type } }),
    ...(issue.milestone === undefined ? {} : { milestone: { title: issue.milestone, ...issue.milestoneFacts } }),
  };
}

async function pullRequestOf(found: Found): Promise<{ readonly pull_request: Json } | undefined> {
  const pull = await found.api.pullRequest(found.issue.number);
  if (pull === undefined) return undefined;
  const { id: _issueId, ...issue } = issueOf(found);
  return {
    pull_request: {
      ...issue,
      ...defined({ id: pull.id }),
      draft: pull.draft,
      merged: pull.merged,
      head: {
        ref: pull.headRef,
        sha: pull.headSha,
        repo: pull.headRepositoryId === null ? null : { id: pull.headRepositoryId },
      },
      base: { ref: pull.baseRef, sha: '' },
    },
  };
}
