// Which runs the search after a total loss leaves alone, and that it ends.
import { expect, test } from 'vitest';
import type { CheckRunInfo, CommentInfo, GitHubApp, IssueInfo, RepositoryApi } from '../github/index.ts';
import { randomRunId, silentLogger, systemClock } from '../support/index.ts';
import type { RunId, Sha } from '../support/index.ts';
import { createLostRuns } from './lost-runs.ts';
import type { LostRunPorts } from './lost-runs.ts';

const minuteMs = 60_000;
const now = Date.parse('2026-05-04T12:00:00Z');
const ago = (minutes: number): string => new Date(now - minutes * minuteMs).toISOString();
const head = 'a'.repeat(40) as Sha;

interface World {
  readonly comments: CommentInfo[];
  readonly checks: CheckRunInfo[];
  readonly known?: readonly RunId[];
  readonly ofJobs?: readonly RunId[];
  readonly beganAgo?: number;
  /** How many readings of the issues fail. */
  failures?: number;
}

/** A search over one repository with one issue and one pull request of ours. */
function search(world: World) {
  const edited: number[] = [];
  const ended: number[] = [];
  let asked = 0;
  let isDone = false;
  const issue = { number: 1, author: 'a-person', body: '', isPullRequest: false, comments: world.comments.length };
  const pull = { number: 2, author: 'troupe[bot]', body: '', isPullRequest: true, comments: 0 };
  const api: Partial<RepositoryApi> = {
    async changedIssues() {
      asked += 1;
      world.failures = (world.failures ?? 0) - 1;
      if (world.failures >= 0) throw new Error('GitHub is out');
      return [issue, pull] as unknown as readonly IssueInfo[];
    },
    comments: async () => world.comments,
    pullRequest: async () => ({ headSha: head }) as never,
    findCheckRuns: async (sha) => world.checks.filter(({ headSha }) => headSha === sha),
    branchSha: async () => undefined,
    hasRef: async (ref) => world.ofJobs?.some((run) => ref === `troupe/runs/${run}`) === true,
    updateComment: async (id) => void edited.push(id),
    updateCheckRun: async (id) => void ended.push(id),
  };
  const place = { owner: 'playhouse', name: 'cart', installationId: 1, defaultBranch: 'main' };
  const ports = {
    app: {
      repository: () => api as RepositoryApi,
      time: { now: () => new Date(now) } as GitHubApp['time'],
      identity: async () => ({ botLogin: 'troupe[bot]' }) as never,
    },
    store: {
      beginning: {
        at: now - (world.beganAgo ?? 11) * minuteMs,
        wasLookedBehind: () => isDone,
        lookedBehind: async () => void (isDone = true),
      },
      journal: { summary: async (run: RunId) => (world.known?.includes(run) === true ? ({} as never) : undefined) },
    },
    served: () => ({ repositories: async () => [place as never], covers: async () => true }),
    clock: { ...systemClock, now: () => now },
    log: silentLogger,
  } satisfies LostRunPorts;
  const { sweep } = createLostRuns(ports);
  return { edited, ended, asked: () => asked, isDone: () => isDone, sweep: () => sweep(new AbortController().signal) };
}

function sticky(run: RunId, more: Partial<CommentInfo> = {}): CommentInfo {
  const body = `<!-- troupe:run=${run} -->\n### Quick is running`;
  return { id: 7, nodeId: '', body, author: 'troupe[bot]', url: '', createdAt: ago(30), updatedAt: ago(20), ...more };
}

function check(run: RunId, more: Partial<CheckRunInfo> = {}): CheckRunInfo {
  const shown = {
    id: 8,
    name: 'troupe / quick',
    headSha: head,
    externalId: `${run}:run:1`,
    status: 'in_progress',
  } as const;
  return { ...shown, conclusion: null, startedAt: ago(30), ...more };
}

const run = randomRunId();

test('a run that nobody knows: its check and its comment, once', async () => {
  const { sweep, edited, ended, asked } = search({ comments: [sticky(run)], checks: [check(run)] });
  expect([await sweep(), await sweep()]).toEqual([1, 0]);
  expect({ edited, ended, asked: asked() }).toEqual({ edited: [7], ended: [8], asked: 1 });
});

test.each<[string, Partial<World>]>([
  ['is known', { known: [run] }],
  ['is a job’s', { ofJobs: [run] }],
  [
    'was written of a moment ago',
    { comments: [sticky(run, { updatedAt: ago(5) })], checks: [check(run, { startedAt: ago(5) })] },
  ],
  ['is of no known time', { comments: [sticky(run, { createdAt: '' })], checks: [check(run, { startedAt: '' })] }],
  [
    'began after this store',
    { comments: [sticky(run, { createdAt: ago(10.5) })], checks: [check(run, { startedAt: ago(10.5) })] },
  ],
  [
    'is said by somebody else',
    { comments: [sticky(run, { author: 'a-person' })], checks: [check(run, { name: 'Lint' })] },
  ],
  [
    'has ended',
    {
      comments: [sticky(run, { body: `<!-- troupe:run=${run} -->\n**Receipt**: 1 agent run` })],
      checks: [check(run, { status: 'completed', conclusion: 'failure' })],
    },
  ],
])('a run that %s is left alone, and the search is over', async (_, more) => {
  const { sweep, edited, ended, isDone } = search({ comments: [sticky(run)], checks: [check(run)], ...more });
  expect(await sweep()).toBe(0);
  expect({ edited, ended, isDone: isDone() }).toEqual({ edited: [], ended: [], isDone: true });
});

test('nothing is asked while the store is young', async () => {
  const { sweep, asked, isDone } = search({ comments: [sticky(run)], checks: [check(run)], beganAgo: 9 });
  expect(await sweep()).toBe(0);
  expect({ asked: asked(), isDone: isDone() }).toEqual({ asked: 0, isDone: false });
});

test('a repository that cannot be read is looked at again, for two hours at most', async () => {
  const young = search({ comments: [sticky(run)], checks: [check(run)], failures: 1 });
  expect([await young.sweep(), young.isDone(), await young.sweep(), young.isDone()]).toEqual([0, false, 1, true]);
  const old = search({ comments: [sticky(run)], checks: [check(run)], failures: 1, beganAgo: 121 });
  expect([await old.sweep(), old.isDone()]).toEqual([0, true]);
});
