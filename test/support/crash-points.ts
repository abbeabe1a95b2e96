// Points at which a process can die: before and after each durable write and each write outside. Wraps ports; changes nothing they do.
import type { GitRepository, GitStore } from '../../src/git/index.ts';
import type { GitHubApp, RepositoryApi } from '../../src/github/index.ts';
import type { Claim, NewEvent } from '../../src/engine/index.ts';
import { isObject } from '../../src/support/index.ts';
import type { Store } from '../../src/store/index.ts';

/** Called at each point with what it is: `before github.createCheckRun`. */
export type Reach = (name: string) => void;

/** The calls of GitHub that change something there. */
const githubWrites: ReadonlySet<string> = new Set<keyof RepositoryApi>([
  'createComment',
  'updateComment',
  'minimizeComment',
  'react',
  'addLabels',
  'removeLabel',
  'ensureLabel',
  'assign',
  'createIssue',
  'closeIssue',
  'createCheckRun',
  'updateCheckRun',
  'createPullRequest',
  'describePullRequest',
  'closePullRequest',
  'markReadyForReview',
  'requestReview',
  'reviewComment',
  'mergePullRequest',
  'commitStatus',
]);

/** The wraps that `startBot` takes. */
export function crashPoints(reach: Reach) {
  return {
    store: (store: Store): Store => storeWith(store, reach),
    git: (git: GitStore): GitStore => ({
      ...git,
      open: async (remote, signal) => repositoryWith(await git.open(remote, signal), reach),
    }),
    app: (app: GitHubApp): GitHubApp => ({
      ...app,
      repository: (installation, owner, name) => apiWith(app.repository(installation, owner, name), reach),
    }),
  };
}

async function around<Result>(reach: Reach, name: string, act: () => Promise<Result>): Promise<Result> {
  reach(`before ${name}`);
  const result = await act();
  reach(`after ${name}`);
  return result;
}

function storeWith(store: Store, reach: Reach): Store {
  const { journal, inbox, surfaces, tickets } = store;
  return {
    ...store,
    journal: {
      ...journal,
      start: (spec) => around(reach, 'journal.start', () => journal.start(spec)),
      post: (run, event) => around(reach, `journal.post ${event.type}`, () => journal.post(run, event)),
      serve: (drive, options) => journal.serve((claim) => drive(claimWith(claim, reach)), options),
    },
    inbox: {
      ...inbox,
      put: (delivery) =>
        around(reach, `inbox.put ${delivery.event}.${delivery.action ?? ''}`, () => inbox.put(delivery)),
      done: (taken, state, note) => around(reach, `inbox.done ${state}`, () => inbox.done(taken, state, note)),
    },
    surfaces: {
      ...surfaces,
      put: (row, lease) => around(reach, `surfaces.put ${row.key}`, () => surfaces.put(row, lease)),
    },
    tickets: {
      ...tickets,
      open: (row) => around(reach, `tickets.open ${row.step}`, () => tickets.open(row)),
      move: (id, from, change) =>
        around(reach, `tickets.move ${change.state ?? 'as it is'}`, () => tickets.move(id, from, change)),
    },
  };
}

function claimWith(claim: Claim, reach: Reach): Claim {
  return {
    ...claim,
    append(events) {
      // an empty append only asks whether the claim stands: nothing is written
      if (events.length === 0) return claim.append(events);
      return around(reach, `append ${events.map(nameOf).join(', ')}`, () => claim.append(events));
    },
    lock: (key) => around(reach, 'claim.lock', () => claim.lock(key)),
    park: (seen, wakeAt, summary) => around(reach, 'claim.park', () => claim.park(seen, wakeAt, summary)),
    finish: (seen, event, summary) => around(reach, 'claim.finish', () => claim.finish(seen, event, summary)),
  };
}

function nameOf(event: NewEvent): string {
  if (event.step === undefined) return event.type;
  const phase = event.type === 'step.checkpoint' && isObject(event.data.data) ? event.data.data['phase'] : undefined;
  // of an answer: handed in and not yet recorded before it, recorded and not yet used after it
  return `${event.type}(${event.step})${phase === 'handed-in' ? ' handed-in' : ''}`;
}

function repositoryWith(repository: GitRepository, reach: Reach): GitRepository {
  return {
    ...repository,
    push: (push) => around(reach, 'git.push', () => repository.push(push)),
    deleteRemoteBranch: (branch, expected, signal) =>
      around(reach, 'git.deleteRemoteBranch', () => repository.deleteRemoteBranch(branch, expected, signal)),
    async worktree(request) {
      const worktree = await repository.worktree(request);
      // `at` moves with a commit: the worktree itself must answer for it
      const commit: typeof worktree.commit = (wanted, policy) =>
        around(reach, 'git.commit', () => worktree.commit(wanted, policy));
      return new Proxy(worktree, { get: (target, key) => (key === 'commit' ? commit : Reflect.get(target, key)) });
    },
    release: (run) => around(reach, 'git.release', () => repository.release(run)),
  };
}

function apiWith(api: RepositoryApi, reach: Reach): RepositoryApi {
  return new Proxy(api, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof key !== 'string' || !githubWrites.has(key) || typeof member !== 'function') return member;
      return (...args: readonly unknown[]) =>
        around(reach, `github.${key}`, async () => {
          const answer: unknown = await Reflect.apply(member, target, [...args]);
          return answer;
        });
    },
  });
}
