// Check suites: made for each App that writes checks when commits arrive. Never makes check runs.
import { readCommit } from '../git/index.ts';
import type { App, CheckSuite } from '../model/index.ts';
import { checkSuiteShape } from '../shapes/check.ts';
import { tell } from '../world/subject.ts';
import type { InRepository, Subject } from '../world/subject.ts';
import { covers } from '../world/world.ts';

/** Commits that arrived. */
export interface Arrival {
  readonly headSha: string;
  readonly branch: string | null;
  readonly before: string;
}

/** Makes the suites that pushed commits get and tells each App of its own. A commit may ask for none with `skip-checks: true`. */
export async function requestSuites(subject: Subject, arrival: Arrival): Promise<void> {
  const { world, repository } = subject;
  const commit = await readCommit(repository.dir, arrival.headSha);
  if (/^skip-checks:\s*true\s*$/im.test(commit.message)) return;
  for (const installation of world.installations.values()) {
    const { app } = installation;
    if (!covers(installation, repository) || installation.permissions['checks'] !== 'write') continue;
    if (repository.suites.some((suite) => suite.app.id === app.id && suite.headSha === arrival.headSha)) continue;
    await emitSuite(subject, suiteFor(subject, app, arrival), 'requested');
  }
}

/** The suite of an App on a commit, made when it is not there. */
export function suiteFor({ world, repository }: InRepository, app: App, at: Arrival): CheckSuite {
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
  subject: Subject,
  suite: CheckSuite,
  action: 'requested' | 'rerequested' | 'completed',
): Promise<void> {
  const { repository: _repository, ...shape } = await checkSuiteShape(subject, suite);
  await tell(subject, {
    event: 'check_suite',
    action,
    payload: { check_suite: shape },
    onlyApp: action === 'completed' ? undefined : suite.app,
  });
}
