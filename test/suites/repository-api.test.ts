// The client of GitHub and the doubles of it that tests use, against one suite.
import { createHash } from 'node:crypto';
import { fakeRepository } from '../../src/coordinator/testing/fake-github.ts';
import { createGitHubApp } from '../../src/github/index.ts';
import { createRedactor, silentLogger, systemClock } from '../../src/support/index.ts';
import type { Sha } from '../../src/support/index.ts';
import { createFakePulls } from '../support/fake-pulls.ts';
import { createWorld } from '../support/github.ts';
import { makeGitWorld } from '../support/git-world.ts';
import {
  commentConformance,
  contentConformance,
  issueConformance,
  pullConformance,
  releaseConformance,
} from './repository-api-conformance.ts';
import type { RepositoryUnderTest } from './repository-api-conformance.ts';

const files = { 'README.md': '# Shop\n', 'docs/a.md': 'a\n' };

/** What an App may that also deploys. */
const permissions = {
  checks: 'write',
  contents: 'write',
  deployments: 'write',
  issues: 'write',
  pull_requests: 'write',
  metadata: 'read',
} as const;

async function localGitHub(): Promise<RepositoryUnderTest> {
  const world = await createWorld({ files, permissions });
  const app = createGitHubApp({
    appId: String(world.app.appId),
    privateKey: world.app.privateKey,
    baseUrl: world.github.apiUrl,
    clock: systemClock,
    log: silentLogger,
    redactor: createRedactor(),
    writeIntervalMs: 0,
  });
  return {
    api: app.repository(world.installationId, 'playhouse', 'cart'),
    issue: world.issue,
    async commit(branch, changed) {
      const isThere = (await world.repository.branches()).has(branch);
      const commit = { message: 'Change', files: changed, ...(isThere ? {} : { from: 'main' }) };
      // pushCommit gives a whole commit id
      return (await world.github.as('writer').pushCommit(world.fullName, branch, commit)) as Sha;
    },
    close: () => world.close(),
  };
}

async function pullsInMemory(): Promise<RepositoryUnderTest> {
  const world = makeGitWorld(files);
  return {
    api: createFakePulls(world).api,
    issue: 1,
    commit: async (branch, changed) => world.commit(branch, changed),
    close: async () => world.remove(),
  };
}

async function repositoryInMemory(): Promise<RepositoryUnderTest> {
  const repository = fakeRepository('acme', 'shop', 'troupe[bot]');
  for (const [path, text] of Object.entries(files)) repository.files.set(path, text);
  return {
    api: repository.api,
    issue: 1,
    async commit(_branch, changed) {
      for (const [path, text] of Object.entries(changed)) repository.files.set(path, text);
      // forty digits, as a commit id has
      return createHash('sha1').update(JSON.stringify(changed)).digest('hex') as Sha;
    },
    close: async () => undefined,
  };
}

const whole = 'the client over the local GitHub';
pullConformance(whole, localGitHub);
commentConformance(whole, localGitHub);
issueConformance(whole, localGitHub);
contentConformance(whole, localGitHub);
releaseConformance(whole, localGitHub);

const steps = 'the double of the steps';
pullConformance(steps, pullsInMemory);
commentConformance(steps, pullsInMemory);
issueConformance(steps, pullsInMemory);
releaseConformance(steps, pullsInMemory);

const coordinator = 'the double of the coordinator';
commentConformance(coordinator, repositoryInMemory);
contentConformance(coordinator, repositoryInMemory);
