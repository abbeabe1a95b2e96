// One story in which one kind of write to GitHub fails in one way, and how it ends. Used by the sample and by the whole table.
import { defined } from '../../src/support/index.ts';
import type { GitRepository, GitStore, Worktree } from '../../src/git/index.ts';
import type { AnswerFault } from '../../src/local-github/index.ts';
import { complaints } from './github.ts';
import { createHurriedClock } from './hurried-clock.ts';
import { idle } from './idle.ts';
import { goodAnswers, startStory } from './story.ts';
import type { Story } from './story.ts';

/** Every kind of write of the story: its route, and which one of the story is harmed. */
export const writes = {
  'create a check': { route: 'POST /repos/{owner}/{repo}/check-runs', nth: 2 },
  'update a check': { route: 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', nth: 1 },
  'create the comment of the run': { route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', nth: 2 },
  'answer a command': { route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', nth: 1 },
  'update the comment': { route: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', nth: 1 },
  'open the pull request': { route: 'POST /repos/{owner}/{repo}/pulls', nth: 1 },
  'describe the pull request': { route: 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}', nth: 1 },
  'create checks together': { route: 'POST /graphql', containing: 'createCheckRun', nth: 1 },
  'mark it ready for review': { route: 'POST /graphql', containing: 'markPullRequestReadyForReview', nth: 1 },
  'ask for a review': { route: 'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', nth: 1 },
  'remove a label': { route: 'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', nth: 1 },
  'add a label': { route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels', nth: 1 },
  'react to a comment': { route: 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', nth: 1 },
  'push the branch': { route: 'POST /{owner}/{repo}/git-receive-pack', nth: 1 },
  'push the change': { route: 'POST /{owner}/{repo}/git-receive-pack', nth: 2 },
} as const satisfies Readonly<
  Record<string, { readonly route: string; readonly nth: number; readonly containing?: string }>
>;

/** A kind of write. */
export type Write = keyof typeof writes;

interface Failing extends Pick<AnswerFault, 'when' | 'answer'> {
  /** Answers in a row; absent: one. */
  readonly times?: number;
  /** It is over after this time on the clock. */
  readonly forMs?: number;
}

const limited = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';

/** Every way a write can fail. */
export const failings = {
  'answered 502 after it was applied': { when: 'after', answer: { status: 502 } },
  'connection reset before': { when: 'before', answer: 'reset' },
  'connection reset after': { when: 'after', answer: 'reset' },
  'no answer in time': { when: 'after', answer: 'hang' },
  '401 once': { when: 'before', answer: { status: 401, message: 'Bad credentials' } },
  '403 with retry-after': {
    when: 'before',
    answer: { status: 403, message: limited, headers: { 'retry-after': '90' } },
  },
  '403 without retry-after': { when: 'before', answer: { status: 403, message: limited }, times: 2 },
  '429': { when: 'before', answer: { status: 429, message: limited, headers: { 'retry-after': '30' } } },
  '404 just after creation': { when: 'before', answer: { status: 404, message: 'Not Found' } },
  '422 already exists': {
    when: 'after',
    answer: { status: 422, message: 'Validation Failed: A pull request already exists for playhouse:troupe' },
  },
  '503 for 30 minutes': {
    when: 'before',
    answer: { status: 503 },
    times: Number.POSITIVE_INFINITY,
    forMs: 30 * 60_000,
  },
} as const satisfies Readonly<Record<string, Failing>>;

/** A way to fail. */
export type FailingName = keyof typeof failings;

/** Pairs that GitHub cannot give: a push that hangs is git's own to end, only pull requests exist already, a label that is not there is gone. */
export function isPossible(write: Write, failing: FailingName): boolean {
  if (failing === '422 already exists') return write === 'open the pull request';
  const isPush = write.startsWith('push');
  if (failing === 'no answer in time' || failing === '404 just after creation')
    return !isPush && !(failing === '404 just after creation' && write === 'remove a label');
  return true;
}

/** What there is when the story is over. */
export interface WriteEnding {
  readonly status: string;
  readonly personaRuns: number;
  readonly pulls: readonly unknown[];
  readonly branches: number;
  readonly commits: readonly string[];
  /** Per head in the order of its first check: names with conclusions, each as often as it is there. */
  readonly checks: readonly string[];
  readonly openChecks: number;
  readonly comments: readonly string[];
  readonly labels: readonly string[];
  readonly reactions: readonly string[];
  readonly complaints: readonly string[];
}

/** How the story went. */
export interface WriteStory {
  readonly ending: WriteEnding;
  /** Requests that were answered with the fault. */
  readonly harmed: number;
  /** Milliseconds from a neighbour's command, given while the fault was on, to its answer. */
  readonly neighbourMs: number;
}

/** One persona answers, and changes the cart. */
export const neutralAnswers = { 'lead-engineer': goodAnswers['lead-engineer'] };

const workflow = `name: Quick
steps:
  - { id: fix, type: persona-request, persona: lead-engineer, expect: [changes] }
  - { id: mark, type: github, action: label, params: { labels: [reviewed] }, dependencies: [fix] }
`;

/** A repository with a small workflow that makes every kind of write. */
export const quickFiles = {
  '.github/troupe.yml': 'variables: {}\n',
  '.github/troupe/workflows/quick.yml': workflow,
} as const;

/** Tells the story with the write harmed. Without a write: as it should be. */
export async function tellWithFault(write?: Write, failing?: FailingName): Promise<WriteStory> {
  const busy = { calls: 0 };
  const clock = createHurriedClock({ idleMs: 60, isBusy: () => busy.calls > 0 });
  const stopCounting = countFetches(busy);
  const story = await startStory({
    answers: neutralAnswers,
    files: quickFiles,
    world: { clock },
    serverFile: { allow: ['playhouse/*', 'neighbour/*'] },
    bot: {
      clock,
      requestTimeoutMs: 1_500,
      requestLog: clock.touch,
      observers: [{ name: 'clock', changed: clock.touch }],
      wrap: { git: (git) => counted(git, busy) },
    },
    later: true,
  });
  try {
    const neighbour = await addNeighbour(story);
    await story.startBot();
    await story.bot().sweep();
    const fault = failing === undefined ? undefined : failings[failing];
    const harmed = write === undefined || fault === undefined ? undefined : harm(story, write, fault);
    await story.github.as('writer').comment(story.fullName, story.issue, '/troupe help');
    await story.label('troupe:quick');
    const neighbourMs = harmed === undefined ? 0 : await askNextDoor(story, neighbour, { clock, isHarmed: harmed });
    if (fault !== undefined && 'forMs' in fault)
      clock.after(fault.forMs, () => {
        story.github.faults.clear();
      });
    await over(story);
    return { ending: await endingOf(story), harmed: harmed === undefined ? 0 : harmed(), neighbourMs };
  } finally {
    clock.hold();
    await story.close();
    clock.stop();
    stopCounting();
  }
}

function harm(story: Story, write: Write, fault: Failing): () => number {
  const { route, nth, ...about } = writes[write];
  const { when, answer, times } = fault;
  // a server that takes checks one at a time only
  if (write === 'create a check')
    story.github.faults.answer({
      route: 'POST /graphql',
      containing: 'createCheckRun',
      when: 'before',
      answer: { status: 404, message: 'Not Found' },
      times: Number.POSITIVE_INFINITY,
    });
  story.github.faults.answer({
    route,
    nth,
    ...about,
    when,
    answer,
    ...(route === 'POST /graphql' ? {} : { repository: story.fullName }),
    ...defined({ times }),
  });
  const before = story.github.requests.length;
  const status = typeof answer === 'object' ? answer.status : 0;
  return () => story.github.requests.slice(before).filter((one) => one.route === route && one.status === status).length;
}

/** A repository of another account, with its own installation. */
async function addNeighbour(story: Story): Promise<{ readonly name: string; readonly issue: number }> {
  const { github } = story;
  const name = 'neighbour/garden';
  github.createUser('neighbour');
  await github.createRepository({ owner: 'neighbour', name: 'garden', files: { 'a.txt': 'a\n' } });
  const issue = await github.as('neighbour').openIssue(name, { title: 'Weeds' });
  await github.install(story.app.slug, 'neighbour', [name]);
  return { name, issue };
}

/** While our installation suffers, a neighbour is answered as ever. Time does not jump meanwhile. */
async function askNextDoor(
  story: Story,
  neighbour: { readonly name: string; readonly issue: number },
  at: { readonly clock: ReturnType<typeof createHurriedClock>; readonly isHarmed: () => number },
): Promise<number> {
  const { github } = story;
  await github.until('the fault', () => (at.isHarmed() > 0 ? true : undefined));
  at.clock.hold();
  const askedAt = at.clock.now();
  await github.as('neighbour').comment(neighbour.name, neighbour.issue, '/troupe help');
  await github.until('an answer next door', () =>
    github
      .repository(neighbour.name)
      .comments(neighbour.issue)
      .find(({ author }) => author === story.app.botLogin),
  );
  const tookMs = at.clock.now() - askedAt;
  at.clock.resume();
  return tookMs;
}

/** The run has ended, its view is settled, and no delivery waits. */
export async function over(story: Story): Promise<void> {
  await story.ended();
  await idle(story);
}

/** What people see at the end. */
export async function endingOf(story: Story): Promise<WriteEnding> {
  const { repository, github } = story;
  const [only] = await story.runs();
  const run = only === undefined ? undefined : await story.state(only.id);
  const pulls = await repository.pullRequests();
  const heads = [...new Set(repository.checkRuns().map(({ headSha }) => headSha))];
  const comments = repository.comments(story.issue);
  return {
    status: run === undefined ? 'none' : run.status,
    personaRuns: run?.usage.personaRuns ?? 0,
    pulls: pulls.map(({ state, draft, requestedReviewers, title }) => ({ state, draft, requestedReviewers, title })),
    branches: (await repository.branches()).size,
    commits: (await repository.log(pulls[0]?.headRef ?? 'main')).map(({ message }) => message.split('\n')[0] ?? ''),
    checks: repository
      .checkRuns(heads.at(-1))
      .map(({ name, conclusion }) => `${name}: ${conclusion}`)
      .toSorted(),
    openChecks: repository.checkRuns().filter(({ status }) => status !== 'completed').length,
    comments: comments
      .filter(({ author }) => author === story.app.botLogin)
      .map(({ body }) => (body.includes('<!-- troupe:answer-') ? 'answer' : 'run'))
      .toSorted(),
    labels: repository.issue(story.issue).labels.toSorted(),
    reactions: comments.flatMap(({ reactions }) => reactions.map(({ content }) => content)).toSorted(),
    complaints: complaints(github),
  };
}

/** Counts requests that are under way, in both directions: everything runs in this process. */
function countFetches(busy: { calls: number }): () => void {
  const real = globalThis.fetch;
  globalThis.fetch = async (...given) => {
    busy.calls += 1;
    try {
      return await real(...given);
    } finally {
      busy.calls -= 1;
    }
  };
  return () => {
    globalThis.fetch = real;
  };
}

/** The store with every call into git counted while it goes on. */
export function counted(git: GitStore, busy: { calls: number }): GitStore {
  return {
    sweep: (isAlive) => git.sweep(isAlive),
    open: async (remote, signal) => counting(await git.open(remote, signal), busy),
  };
}

function counting<Part extends GitRepository | Worktree>(part: Part, busy: { calls: number }): Part {
  return new Proxy(part, {
    get(target, name): unknown {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...given: readonly unknown[]): Promise<unknown> => {
        busy.calls += 1;
        try {
          const result: unknown = await Reflect.apply(member, target, given);
          // a worktree works with git as well
          return name === 'worktree' ? counting(result as Worktree, busy) : result;
        } finally {
          busy.calls -= 1;
        }
      };
    },
  });
}
