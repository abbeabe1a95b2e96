// Pull requests of one repository in memory, over a bare remote on disk: a step's test makes a remote in two milliseconds, moves its branches with plain git
// and lets single writes fail, which a server would hide behind its own. For tests of steps only; held to the client of GitHub by repository-api-conformance.ts.
import type { DeploymentInfo, PullRequestInfo, ReleaseInfo, RepositoryApi } from '../../src/github/index.ts';
import { changedText, firstText } from '../../src/github/index.ts';
import { TroupeError } from '../../src/support/index.ts';
import type { GitWorld } from './git-world.ts';

/** What a test sees and sets. */
export interface FakePulls {
  readonly api: RepositoryApi;
  readonly pulls: PullRequestInfo[];
  /** Writes in the order they came, as `ready #1`. */
  readonly writes: string[];
  /** Makes writes whose name starts with the text fail: before they are done, or after. */
  fail(write: string, error: TroupeError, when: 'before' | 'after', times?: number): void;
}

/** An empty repository on GitHub whose branches are those of the world. */
export function createFakePulls(world: GitWorld): FakePulls {
  const pulls: PullRequestInfo[] = [];
  const writes: string[] = [];
  const comments: { id: number; issue: number; body: string }[] = [];
  const issues: { number: number; body: string }[] = [];
  const releases: ReleaseInfo[] = [];
  const deployments: (DeploymentInfo & { readonly sha: string })[] = [];
  const failures: { write: string; error: TroupeError; when: 'before' | 'after'; times: number }[] = [];

  async function write<Answer>(name: string, apply: () => Answer): Promise<Answer> {
    const failure = failures.find((one) => one.times > 0 && name.startsWith(one.write));
    if (failure !== undefined) failure.times -= 1;
    if (failure?.when === 'before') throw failure.error;
    writes.push(name);
    const answer = apply();
    if (failure?.when === 'after') throw failure.error;
    return answer;
  }

  function seen(pull: PullRequestInfo): PullRequestInfo {
    return { ...pull, headSha: world.head(pull.headRef) ?? pull.headSha };
  }

  function change(number: number, part: Partial<PullRequestInfo>): void {
    const index = pulls.findIndex((pull) => pull.number === number);
    const pull = pulls[index];
    if (pull === undefined) throw new TroupeError('github/not-found', `no pull request ${number}`);
    pulls[index] = { ...pull, ...part };
  }

  const api: Partial<RepositoryApi> = {
    owner: 'acme',
    name: 'widgets',
    async pullRequest(number) {
      const found = pulls.find((pull) => pull.number === number);
      return found === undefined ? undefined : seen(found);
    },
    async pullRequestsByHead(branch, state) {
      return pulls.filter((pull) => pull.headRef === branch && (state === 'all' || pull.state === 'open')).map(seen);
    },
    createPullRequest: ({ head, base, draft, ...part }) =>
      write(`open ${draft ? 'draft ' : ''}${part.title}`, () => {
        const headSha = world.head(head);
        if (headSha === undefined) throw new TroupeError('github/invalid', 'Cannot open: head does not exist');
        if (pulls.some((pull) => pull.headRef === head && pull.state === 'open'))
          throw new TroupeError('github/exists', 'Cannot open: it exists');
        const number = pulls.length + 1;
        const pull: PullRequestInfo = {
          number,
          nodeId: `PR_${number}`,
          url: `https://github.test/acme/widgets/pull/${number}`,
          ...firstText(part, head),
          ours: true,
          state: 'open',
          merged: false,
          draft,
          headRef: head,
          headSha,
          headRepositoryId: 42,
          baseRef: base,
          author: 'troupe[bot]',
        };
        pulls.push(pull);
        return pull;
      }),
    async describePullRequest(number, part) {
      const standing = pulls.find((pull) => pull.number === number);
      const text = standing?.author === 'troupe[bot]' ? changedText(part, standing) : 'theirs';
      if (text === 'theirs' || Object.keys(text).length === 0) return text === 'theirs' ? text : 'same';
      await write(`text #${number}`, () => change(number, text));
      return 'written';
    },
    closePullRequest: (number) => write(`close #${number}`, () => change(number, { state: 'closed' })),
    markReadyForReview: (nodeId) =>
      write(`ready #${nodeId.slice(3)}`, () => {
        change(Number(nodeId.slice(3)), { draft: false });
        return true;
      }),
    requestReview: (number, logins) => write(`review #${number} ${logins.join(' ')}`, () => undefined),
    mergePullRequest: (number, merge) =>
      write(`merge #${number} ${merge.method} ${merge.sha.slice(0, 7)}`, () => {
        const pull = pulls.find((one) => one.number === number);
        if (pull === undefined || world.head(pull.headRef) !== merge.sha)
          throw new TroupeError('github/conflict', 'Cannot merge: the head moved');
        change(number, { state: 'closed', merged: true, headSha: merge.sha, mergeSha: merge.sha });
        return merge.sha;
      }),
    release: async (tag) => releases.find((one) => one.tag === tag),
    createRelease: ({ tag }) =>
      write(`release ${tag}`, () => {
        if (releases.some((one) => one.tag === tag))
          throw new TroupeError('github/exists', 'Cannot release: it exists');
        const release = { id: releases.length + 1, tag, url: `https://github.test/acme/widgets/releases/tag/${tag}` };
        releases.push(release);
        return release;
      }),
    deployments: async (sha, environment) =>
      deployments.filter((one) => one.sha === sha && one.environment === environment).toReversed(),
    createDeployment: ({ sha, environment, run }) =>
      write(`deploy ${sha.slice(0, 7)} ${environment}`, () => {
        const deployment = { id: deployments.length + 1, environment, run, sha };
        deployments.push(deployment);
        return deployment;
      }),
    findComment: async (issue, marker) => {
      const found = comments.find((comment) => comment.issue === issue && comment.body.includes(marker));
      return found && { ...found, nodeId: '', author: 'troupe[bot]', url: `https://github.test/c/${found.id}` };
    },
    createComment: (issue, body) =>
      write(`comment #${issue} ${body.split('\n')[0]}`, () => {
        const id = comments.length + 1;
        comments.push({ id, issue, body });
        return { id, body, nodeId: '', author: 'troupe[bot]', url: `https://github.test/c/${id}` };
      }),
    addLabels: (issue, labels) => write(`label #${issue} ${labels.join(' ')}`, () => undefined),
    removeLabel: (issue, label) => write(`unlabel #${issue} ${label}`, () => undefined),
    assign: (issue, logins) => write(`assign #${issue} ${logins.join(' ')}`, () => undefined),
    closeIssue: (issue) => write(`close issue #${issue}`, () => undefined),
    findIssue: async (marker) => {
      const found = issues.find(({ body }) => body.includes(marker));
      return found === undefined ? undefined : issueInfo(found.number, found.body);
    },
    createIssue: ({ title, body }) =>
      write(`create issue ${title}`, () => {
        const number = 100 + issues.length;
        issues.push({ number, body });
        return issueInfo(number, body);
      }),
  };
  return {
    // what steps do not call is not there; a call to it fails the test
    api: api as RepositoryApi,
    pulls,
    writes,
    fail(name, error, when, times = 1) {
      failures.push({ write: name, error, when, times });
    },
  };
}

function issueInfo(number: number, body: string): Awaited<ReturnType<RepositoryApi['createIssue']>> {
  return {
    number,
    nodeId: '',
    title: '',
    body,
    labels: [],
    state: 'open',
    author: 'troupe[bot]',
    url: `https://github.test/acme/widgets/issues/${number}`,
    isPullRequest: false,
    updatedAt: '2026-11-20T00:00:00Z',
  };
}
