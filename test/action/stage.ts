// A stage for jobs: the local GitHub with the token of a job, real payloads, the bundle built anew.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createDemoWorld } from '../../src/local-github/index.ts';
import type { DemoWorld, DemoWorldOptions } from '../../src/local-github/index.ts';
import { complaints, installationToken, startReceiver } from '../support/github.ts';
import { goodAnswers } from '../support/good-answers.ts';
import { letAuthorsPush } from '../support/insiders.ts';
import { downloadAction, runJob } from './mini-runner.ts';
import type { JobOptions, JobResult } from './mini-runner.ts';

export const root = resolve(import.meta.dirname, '../..');

/** What `permissions:` of the examples give. */
const jobPermissions = {
  contents: 'write',
  issues: 'write',
  pull_requests: 'write',
  statuses: 'write',
  metadata: 'read',
} as const;

/** Where the answers lie in the repository. */
export const answersPath = '.github/answers.yml';
/** `with:` of a rehearsal. */
export const rehearse = { answers: answersPath } as const;

/** A workflow whose second step asks for an approval. */
export const gated = `name: gated
version: "1.0.0"
description: Look, ask, look again
branch: false
steps:
  - { id: look, name: Look, type: persona-request, persona: code-reviewer }
  - { id: release, name: Release, type: persona-request, persona: security-reviewer, dependencies: [look], approval: { by: [maintainer] } }
`;

/** Builds the bundle into a folder of its own and lays it out as a job gets it. Once per test file. */
export function buildAction(): string {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-bundle-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  buildBundle(dir);
  return downloadAction(root, dir);
}

/** Builds the bundle into `dir`. */
export function buildBundle(dir: string): void {
  execFileSync(
    join(root, 'node_modules/.bin/node'),
    ['node_modules/rolldown/bin/cli.mjs', '-c', 'rolldown.action.config.ts'],
    {
      cwd: root,
      env: { ...process.env, TROUPE_ACTION_DIR: dir },
      stdio: 'pipe',
    },
  );
}

/** One persona that changes the code, and a pull request. */
export const smallWorkflow = `name: small
version: "1.0.0"
description: Fix it
trigger: { priority: 1 }
outputs: { said: "{{ steps.fix.summary }}" }
steps:
  - { id: fix, name: Fix, type: persona-request, persona: lead-engineer, expect: changes }
`;
/** One persona that reads and judges. */
export const lookWorkflow = `name: look
version: "1.0.0"
description: Look at it
branch: false
trigger: { events: [pull_request.opened] }
steps:
  - { id: look, name: Look, type: persona-request, persona: code-reviewer }
`;

/** What a stage may differ in. */
export interface StageOptions {
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly world?: Omit<DemoWorldOptions, 'dir' | 'files'>;
}

/** A stage. */
export interface Stage extends DemoWorld {
  /** The newest payload of an event as Actions gives it: without the installation. */
  payload(event: string, action?: string): Promise<object>;
  token(permissions?: object): Promise<string>;
  /** Runs a job for an event. */
  job(job: Pick<JobOptions, 'event' | 'payload'> & Partial<JobOptions>): Promise<JobResult>;
  complaints(): readonly string[];
  close(): Promise<void>;
}

/** Sets a stage for one test. */
export async function setStage(action: string, options: StageOptions = {}): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-action-'));
  const world = await createDemoWorld({
    slug: 'github-actions',
    permissions: { ...jobPermissions, checks: 'write' },
    ...options.world,
    dir,
    files: {
      '.github/troupe.yml': 'verify:\n  - [node, test/cart.test.js]\n',
      '.github/troupe.config.yml': 'repositories:\n  trusted: [playhouse/cart]\n',
      '.github/troupe/workflows/small.yml': smallWorkflow,
      '.github/troupe/workflows/look.yml': lookWorkflow,
      [answersPath]: JSON.stringify({ ...goodAnswers, ...options.answers }),
      ...options.files,
    },
  });
  letAuthorsPush(world);
  const receiver = await startReceiver('secret-of-the-hook');
  world.github.setWebhook(world.app.slug, { url: receiver.url, secret: 'secret-of-the-hook' });
  const token = (permissions: object = jobPermissions) => installationToken(world, { permissions });
  return {
    ...world,
    token,
    async payload(event, wanted) {
      await world.github.settled();
      const found = receiver.arrived.findLast(
        (one) => one.event === event && (wanted === undefined || one.action === wanted),
      );
      if (found === undefined) throw new Error(`no ${event} arrived`);
      const { installation: _, ...payload } = { installation: undefined, ...Object(found.payload) };
      return payload;
    },
    async job(job) {
      return runJob({
        action,
        token: job.token ?? (await token()),
        repository: world.fullName,
        sha: (await world.repository.branches()).get('main') ?? '',
        actor: 'writer',
        apiUrl: world.github.apiUrl,
        serverUrl: world.github.url,
        ...job,
      });
    },
    complaints: () => complaints(world.github),
    async close() {
      await receiver.close();
      await world.github.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
