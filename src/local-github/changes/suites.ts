// Check suites: made for each App that writes checks when commits arrive. Never makes check runs.
import { readCommit } from '../git.ts';
import type { App, CheckSuite, Repository, User } from '../model.ts';
import { checkSuiteShape } from '../shapes/check.ts';
import { covers } from '../world.ts';
import type { World } from '../world.ts';

/** Commits that arrived. */
export interface Arrival {
  readonly headSha: string;
  readonly branch: string | null;
  readonly before: string;
  readonly sender: User;
}

/** Makes the suites that pushed commits get and tells each App of its own. A commit may ask for none with `skip-checks: true`. */
export async function requestSuites(world: World, repository: Repository, arrival: Arrival): Promise<void> {
  const commit = await readCommit(repository.dir, arrival.headSha);
  if (/^skip-checks:\s*true\s*$/im.test(commit.message)) return;
  for (const installation of world.installations.values()) {
    const { app } = installation;
    if (!covers(installation, repository) || installation.permissions['checks'] !== 'write') continue;
    if (repository.suites.some((suite) => suite.app.id === app.id && suite.headSha === arrival.headSha)) continue;
    const suite = suiteFor(world, repository, app, arrival);
    await emitSuite(world, repository, suite, { action: 'requested', sender: arrival.sender });
  }
}

/** The suite of an App on a commit, made when it is not there. */
export function suiteFor(world: World, repository: Repository, app: App, at: Omit<Arrival, 'sender'>): CheckSuite {
  const found = repository.suites.find((suite) => suite.app.id === app.id && suite.headSha === at.headSha);
  if (found !== undefined) return found;
  const suite: CheckSuite = {
    id: world.nextId(),
    app,
    headSha: at.headSha,
    headBranch: at.branch,
    before: at.before,
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  repository.suites.push(suite);
  return suite;
}

/** Sends a `check_suite` webhook. `requested` and `rerequested` go to the suite's App alone. */
export async function emitSuite(
  world: World,
  repository: Repository,
  suite: CheckSuite,
  event: { readonly action: 'requested' | 'rerequested' | 'completed'; readonly sender: User },
): Promise<void> {
  const { repository: _repository, ...shape } = await checkSuiteShape(world, repository, suite);
  await world.emit({
    event: 'check_suite',
    action: event.action,
    repository,
    sender: event.sender,
    payload: { check_suite: shape },
    ...(event.action === 'completed' ? {} : { onlyApp: suite.app }),
  });
}
