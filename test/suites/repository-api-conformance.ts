// What a repository on GitHub does for us, as our port says it: the client over the local GitHub passes these, and so does every double of it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RepositoryApi } from '../../src/github/index.ts';
import { randomRunId } from '../../src/support/index.ts';
import type { BranchName, Sha } from '../../src/support/index.ts';

/** A repository with a branch `main` that holds README.md and docs/a.md, and issue 1. */
export interface RepositoryUnderTest {
  readonly api: RepositoryApi;
  /** The number of an open issue. */
  readonly issue: number;
  /** A commit on a branch, which is made where it is missing. Gives the head. */
  commit(branch: string, files: Readonly<Record<string, string>>): Promise<Sha>;
  close(): Promise<void>;
}

/** Opens a fresh one. */
export type OpenRepository = () => Promise<RepositoryUnderTest>;

/** Pull requests, from the first draft to the merge. */
export function pullConformance(name: string, open: OpenRepository): void {
  describe(`pull requests on ${name}`, () => {
    const there = openedBy(open);

    const part = { body: 'Because.', run: randomRunId(), since: 1 };

    function request(head: string, title = 'Fix the sum') {
      // names that git takes
      const [from, base] = [head, 'main'] as [BranchName, BranchName];
      return there.api.createPullRequest({ ...part, title, head: from, base, draft: true });
    }

    test('one that was opened is found by number and by head', async () => {
      const sha = await there.commit('work', { 'work.txt': 'one\n' });
      const pull = await request('work');
      const seen = {
        number: pull.number,
        nodeId: pull.nodeId,
        title: 'Fix the sum',
        body: expect.stringContaining('\nBecause.\n'),
        ours: true,
        state: 'open',
        merged: false,
        draft: true,
        headRef: 'work',
        headSha: sha,
        baseRef: 'main',
      };
      expect(pull).toMatchObject(seen);
      expect(await there.api.pullRequest(pull.number)).toMatchObject(seen);
      expect(await there.api.pullRequestsByHead('work', 'open')).toMatchObject([seen]);
      expect(await there.api.pullRequestsByHead('other', 'all')).toEqual([]);
      expect(await there.api.pullRequest(4_711)).toBeUndefined();
    });

    test('a branch has one open pull request, and one that is not there has none', async () => {
      await there.commit('work', { 'work.txt': 'one\n' });
      await request('work');
      await expect(request('work', 'Again')).rejects.toMatchObject({ code: 'github/exists' });
      await expect(request('nowhere')).rejects.toMatchObject({ code: 'github/invalid' });
    });

    test('it follows its branch, changes its words, gets ready, and is closed', async () => {
      await there.commit('work', { 'work.txt': 'one\n' });
      const { number, nodeId } = await request('work');
      const second = await there.commit('work', { 'work.txt': 'two\n' });
      const more = { ...part, title: 'Fix all sums', body: 'Because of all.' };
      expect(await there.api.describePullRequest(number, more)).toBe('written');
      expect(await there.api.describePullRequest(number, more)).toBe('same');
      expect(await there.api.describePullRequest(number, { ...part, title: 'Older', since: 0 })).toBe('theirs');
      expect(await there.api.describePullRequest(4_711, more)).toBe('theirs');
      expect(await there.api.markReadyForReview(nodeId)).toBe(true);
      expect(await there.api.pullRequest(number)).toMatchObject({
        title: 'Fix all sums',
        body: expect.stringContaining('\nBecause of all.\n'),
        draft: false,
        headSha: second,
      });
      await there.api.closePullRequest(number);
      expect(await there.api.pullRequestsByHead('work', 'open')).toEqual([]);
      expect(await there.api.pullRequestsByHead('work', 'all')).toMatchObject([{ state: 'closed', merged: false }]);
    });

    test('it is merged at the commit that was named, and at no other', async () => {
      const first = await there.commit('work', { 'work.txt': 'one\n' });
      const { number, nodeId } = await request('work');
      await there.api.markReadyForReview(nodeId);
      const second = await there.commit('work', { 'work.txt': 'two\n' });
      const merge = (sha: Sha) => there.api.mergePullRequest(number, { sha, method: 'squash', title: 'Fix' });
      await expect(merge(first)).rejects.toMatchObject({ code: 'github/conflict' });
      await merge(second);
      expect(await there.api.pullRequest(number)).toMatchObject({ state: 'closed', merged: true });
    });
  });
}

/** Issues that we open, and comments that we find again. */
export function commentConformance(name: string, open: OpenRepository): void {
  describe(`comments on ${name}`, () => {
    const there = openedBy(open);

    test('a comment is found by its marker, on its issue', async () => {
      expect(await there.api.findComment(there.issue, '<!-- mark -->')).toBeUndefined();
      const made = await there.api.createComment(there.issue, 'Said.\n\n<!-- mark -->');
      expect(await there.api.findComment(there.issue, '<!-- mark -->')).toMatchObject({
        id: made.id,
        body: 'Said.\n\n<!-- mark -->',
        author: 'troupe[bot]',
      });
      expect(await there.api.findComment(there.issue, '<!-- other -->')).toBeUndefined();
    });

    test('a label that is not on is taken off without a word', async () => {
      await expect(there.api.removeLabel(there.issue, 'nowhere')).resolves.toBeUndefined();
    });
  });
}

/** Issues of our own. */
export function issueConformance(name: string, open: OpenRepository): void {
  describe(`issues on ${name}`, () => {
    const there = openedBy(open);

    test('one that we opened is found by its marker', async () => {
      expect(await there.api.findIssue('<!-- issue-mark -->')).toBeUndefined();
      const made = await there.api.createIssue({ title: 'It failed', body: 'So.\n\n<!-- issue-mark -->', labels: [] });
      expect(await there.api.findIssue('<!-- issue-mark -->')).toMatchObject({ number: made.number, state: 'open' });
    });
  });
}

/** Releases, and deployments of exactly one commit. */
export function releaseConformance(name: string, open: OpenRepository): void {
  describe(`releases on ${name}`, () => {
    const there = openedBy(open);

    test('a tag that nobody released has no release', async () => {
      expect(await there.api.release('v9.9.9')).toBeUndefined();
    });

    test('deployments are found by commit and environment, newest first, with the run that asked', async () => {
      const sha = await there.commit('work', { 'work.txt': 'one\n' });
      const other = await there.commit('work', { 'work.txt': 'two\n' });
      const deploy = (run: string, at = sha) =>
        there.api.createDeployment({ sha: at, environment: 'staging', description: 'Try it', run });
      const first = await deploy('r1');
      const second = await deploy('r2');
      await deploy('r3', other);
      expect(await there.api.deployments(sha, 'staging')).toMatchObject([
        { id: second.id, run: 'r2' },
        { id: first.id, run: 'r1' },
      ]);
      expect(await there.api.deployments(sha, 'production')).toEqual([]);
    });
  });
}

/** Files, branches and people. */
export function contentConformance(name: string, open: OpenRepository): void {
  describe(`contents of ${name}`, () => {
    const there = openedBy(open);

    test('files are read and listed by folder, with the same name for the same content', async () => {
      const [listed, ...more] = await there.api.listFiles('docs');
      expect([listed?.path, more]).toEqual(['docs/a.md', []]);
      expect(await there.api.readFile('docs/a.md')).toEqual({ text: 'a\n', sha: listed?.sha });
      expect(await there.api.readFile('docs/b.md')).toBeUndefined();
      expect(await there.api.listFiles('nowhere')).toEqual([]);
    });

    test('a branch has a head, which moves with its files', async () => {
      const before = await there.api.branchSha('main');
      expect(before).toMatch(/^[0-9a-f]{40}$/);
      await there.commit('main', { 'docs/b.md': 'b\n' });
      expect(await there.api.branchSha('main')).not.toBe(before);
      expect(await there.api.branchSha('nowhere')).toBeUndefined();
    });

    test('it tells what it is, what somebody may, and what an issue is', async () => {
      expect(await there.api.info()).toMatchObject({ defaultBranch: 'main', private: false, archived: false });
      expect(await there.api.permission('nobody-knows-me')).toBe('none');
      expect(await there.api.issue(there.issue)).toMatchObject({
        number: there.issue,
        state: 'open',
        isPullRequest: false,
      });
      expect(await there.api.pullRequest(4_711)).toBeUndefined();
    });

    test('a comment is changed where it stands', async () => {
      const { id } = await there.api.createComment(there.issue, 'First. <!-- changed -->');
      await there.api.updateComment(id, 'Second. <!-- changed -->');
      expect(await there.api.findComment(there.issue, '<!-- changed -->')).toMatchObject({
        id,
        body: 'Second. <!-- changed -->',
      });
    });
  });
}

/** The repository of the test that runs now. */
function openedBy(open: OpenRepository): RepositoryUnderTest {
  let opened: RepositoryUnderTest | undefined;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });
  function now(): RepositoryUnderTest {
    if (opened === undefined) throw new Error('no repository is open');
    return opened;
  }
  return {
    get api() {
      return now().api;
    },
    get issue() {
      return now().issue;
    },
    commit: (branch, files) => now().commit(branch, files),
    close: () => now().close(),
  };
}
