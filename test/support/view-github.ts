// GitHub for tests of the view: the real client over a local GitHub, one server a file, a repository a test. Calls can be told to fail. Keeps nothing itself.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitHubApp } from '../../src/github/index.ts';
import type { RepositoryApi } from '../../src/github/index.ts';
import { startLocalGitHub } from '../../src/local-github/index.ts';
import type { CheckRunView, CommentView } from '../../src/local-github/index.ts';
import { createRedactor, silentLogger, systemClock, TroupeError } from '../../src/support/index.ts';
import type { Sha } from '../../src/support/index.ts';
import { complaints } from './github.ts';

/** Whether a call fails: before it reaches GitHub, after GitHub did it, or with this error. */
export type Fail = (call: string) => 'before' | 'after' | TroupeError | undefined;

/** The repository of one test. */
export interface ShownOn {
  /** Commits are those of `heads`, whatever the state of the test calls them. */
  readonly api: RepositoryApi;
  /** What was asked, in order: `create <check>`, `update <check>`, or the name of the call. */
  readonly calls: readonly string[];
  /** The checks of all heads in the order they were made; `headSha` as the test calls it. */
  checks(): readonly CheckRunView[];
  comments(): readonly CommentView[];
  deleteComments(): Promise<void>;
}

/** A server for the tests of a file. */
export interface ViewGitHub {
  /** A fresh repository with a commit for each of the heads, which are named as the test wants. */
  repository(heads: readonly Sha[], fail?: Fail): Promise<ShownOn>;
  close(): Promise<void>;
}

/** Starts it. */
export async function startViewGitHub(): Promise<ViewGitHub> {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-view-'));
  const github = await startLocalGitHub({ dir });
  github.createUser('acme', { type: 'Organization' });
  github.createUser('octocat');
  const { appId, privateKey } = github.createApp({
    slug: 'troupe',
    owner: 'acme',
    permissions: { checks: 'write', contents: 'read', issues: 'write', pull_requests: 'write', metadata: 'read' },
    events: ['issues'],
  });
  const client = { baseUrl: github.apiUrl, clock: systemClock, log: silentLogger, redactor: createRedactor() };
  const app = createGitHubApp({ ...client, appId: String(appId), privateKey, writeIntervalMs: 0 });
  let installation: number | undefined;
  let made = 0;

  return {
    async repository(heads, fail = () => undefined) {
      const name = `shop-${(made += 1)}`;
      const fullName = `acme/${name}`;
      await github.createRepository({ owner: 'acme', name, files: { 'a.js': 'a\n' } });
      github.setPermission(fullName, 'octocat', 'write');
      installation ??= await github.install('troupe', 'acme');
      const person = github.as('octocat');
      const issue = await person.openIssue(fullName, { title: 'Sum' });
      const real = new Map<string, Sha>();
      for (const [index, head] of heads.entries()) {
        const files = { 'head.txt': `${index}\n` };
        const sha = await person.pushCommit(fullName, 'work', { message: 'Work', files, from: 'main' });
        real.set(head, sha as Sha); // pushCommit gives a whole commit id
      }
      const calls: string[] = [];
      const shown = github.repository(fullName);
      return {
        api: failing(app.repository(installation, 'acme', name), { fail, calls, issue, real }),
        calls,
        checks: () =>
          [...real]
            .flatMap(([head, sha]) => shown.checkRuns(sha).map((check) => ({ ...check, headSha: head })))
            .toSorted((a, b) => a.id - b.id),
        comments: () => shown.comments(issue),
        async deleteComments() {
          for (const { id } of shown.comments(issue)) await person.deleteComment(fullName, id);
        },
      };
    },
    async close() {
      const problems = complaints(github);
      await github.close();
      await rm(dir, { recursive: true, force: true });
      if (problems.length > 0) throw new Error(problems.join('\n'));
    },
  };
}

interface Around {
  readonly fail: Fail;
  readonly calls: string[];
  readonly issue: number;
  readonly real: ReadonlyMap<string, Sha>;
}

/** The calls of the reconciler, one check a request. */
function failing(api: RepositoryApi, { fail, calls, issue, real }: Around): RepositoryApi {
  async function act<Answer>(call: string, apply: () => Promise<Answer>): Promise<Answer> {
    calls.push(call);
    const failure = fail(call);
    if (failure instanceof TroupeError) throw failure;
    if (failure === 'before') throw unclear();
    const answer = await apply();
    if (failure === 'after') throw unclear();
    return answer;
  }
  const at = (head: string): Sha => real.get(head) ?? (head as Sha); // another one has the shape as well
  const calling: Partial<RepositoryApi> = {
    findComment: (_, marker) => act('findComment', () => api.findComment(issue, marker)),
    ourComments: (_, marker) => act('ourComments', async () => (await api.ourComments?.(issue, marker)) ?? []),
    deleteComment: (id) => act('deleteComment', async () => api.deleteComment?.(id)),
    createComment: (_, body, write) => act('createComment', () => api.createComment(issue, body, write)),
    updateComment: (id, body, write) => act('updateComment', () => api.updateComment(id, body, write)),
    findCheckRuns: (head) => act('findCheckRuns', () => api.findCheckRuns(at(head))),
    createCheckRun: (check, write) =>
      act(`create ${check.name}`, () => api.createCheckRun({ ...check, headSha: at(check.headSha) }, write)),
    updateCheckRun: (id, check, write) =>
      act(`update ${check.name}`, () => api.updateCheckRun(id, { ...check, headSha: at(check.headSha) }, write)),
  };
  // the reconciler uses these calls only: anything else would fail the test
  return calling as RepositoryApi;
}

function unclear(): TroupeError {
  return new TroupeError('github/unclear', 'no answer', { class: 'transient' });
}
