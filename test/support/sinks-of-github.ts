// The sinks at GitHub: the body of every request that a call of the repository's API makes, as it goes over the wire.
import { vi } from 'vitest';
import type { RepositoryApi } from '../../src/github/index.ts';
import { createTokenApi } from '../../src/github/token-api.ts';
import { checkBranchName } from '../../src/git/index.ts';
import { runIdOf, silentLogger, systemClock } from '../../src/support/index.ts';
import type { Redactor, Sha } from '../../src/support/index.ts';
import type { Sink } from './sink.ts';

const sha = '1'.repeat(40) as Sha; // a whole commit id
const run = runIdOf('sinks');
const branch = checkBranchName('troupe/7-fix');
const check = (text: string) => ({
  name: 'troupe / qa',
  headSha: sha,
  externalId: 'x',
  status: 'completed' as const,
  conclusion: 'failure' as const,
  title: text,
  summary: text,
  text,
  annotations: [{ path: 'a.js', startLine: 1, endLine: 1, level: 'warning' as const, message: text, title: text }],
  actions: [{ label: text, description: text, identifier: 'again' }],
});
const part = (text: string) => ({ title: text, body: text, run, since: 1 });

/** A call of the API that says something, by what people see of it. */
export const sayings: Readonly<Record<string, (api: RepositoryApi, text: string) => Promise<unknown> | undefined>> = {
  comment: (api, text) => api.createComment(7, text),
  'edited comment': (api, text) => api.updateComment(3, text),
  issue: (api, text) => api.createIssue({ title: text, body: text }),
  'check run': (api, text) => api.createCheckRun(check(text)),
  'changed check run': (api, text) => api.updateCheckRun(3, check(text)),
  'check runs in one request': async (api, text) => {
    await api.pullRequest(7);
    return api.createCheckRuns?.([check(text), check(`it said ${text}`)]);
  },
  'commit status': (api, text) => api.commitStatus(sha, { context: 'troupe', state: 'pending', description: text }),
  'pull request': (api, text) => api.createPullRequest({ ...part(text), head: branch, base: 'main', draft: true }),
  'described pull request': async (api, text) => {
    const { body } = await api.createPullRequest({ ...part('before'), head: branch, base: 'main', draft: true });
    return body === '' ? undefined : api.describePullRequest(7, part(text));
  },
  merge: (api, text) => api.mergePullRequest(7, { sha, method: 'squash', title: text, message: text }),
  review: (api, text) => api.reviewComment(7, { event: 'COMMENT', body: text, commitId: sha }),
  'answer to a review': (api, text) => api.replyToReviewThread?.(7, { comment: 3, body: text, marker: '<!-- m -->' }),
  release: (api, text) => api.createRelease({ tag: 'v1', name: text, body: text }),
  deployment: (api, text) => api.createDeployment({ sha, environment: 'test', description: text, run }),
  label: (api, text) => api.ensureLabel({ name: 'troupe', color: 'ffffff', description: text }),
};

/** All of them. */
export const githubSinks: readonly Sink[] = Object.entries(sayings).map(([name, say]) => ({
  name: `GitHub: ${name}`,
  async utter({ words, redactor }) {
    const { sent } = await saidToGitHub(redactor, async (api) => {
      for (const word of words) await say(api, word);
    });
    return sent.join('\n');
  },
}));

/** What a GitHub that takes everything is sent while something is said to it. */
export async function saidToGitHub(
  redactor: Redactor,
  act: (api: RepositoryApi) => Promise<void>,
): Promise<{ readonly sent: readonly string[] }> {
  const sent: string[] = [];
  const pull = { title: '', body: '' };
  vi.stubGlobal('fetch', async (url: string, { method = 'GET', body }: RequestInit) => {
    const text = typeof body === 'string' ? body : '';
    if (method !== 'GET') sent.push(text);
    if (method === 'POST' && url.endsWith('/pulls')) Object.assign(pull, JSON.parse(text));
    return Response.json(answerTo(url, { method, pull }));
  });
  const api = createTokenApi({
    owner: 'acme',
    name: 'shop',
    token: 'ghs_0123456789abcdefghijklmnop',
    baseUrl: 'https://api.github.com',
    clock: systemClock,
    log: silentLogger,
    redactor,
    writeIntervalMs: 0,
  });
  try {
    await act(api);
  } finally {
    vi.unstubAllGlobals();
  }
  return { sent };
}

function answerTo(url: string, { method, pull }: { readonly method: string; readonly pull: object }): object {
  if (url.endsWith('/graphql')) return { data: { viewer: { login: 'troupe[bot]' }, check0: made, check1: made } };
  if (/\/pulls(?:\/7)?$/.test(url)) return pullOf(pull);
  if (method === 'GET') return [];
  return { id: 1, number: 7, sha, labels: [], user: null, ...(url.includes('/check-runs') ? checkAnswer : {}) };
}

const made = { checkRun: { databaseId: 1 } };
const checkAnswer = { name: 'qa', head_sha: sha, status: 'completed', output: { annotations_count: 0 } };

function pullOf(said: object): object {
  return {
    ...said,
    id: 1,
    number: 7,
    node_id: 'P',
    html_url: 'u',
    state: 'open',
    merged_at: null,
    head: { ref: 'troupe/7-fix', sha, repo: null },
    base: { ref: 'main', repo: { node_id: 'R' } },
    user: { login: 'troupe[bot]' },
  };
}
