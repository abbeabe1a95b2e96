// Runs of real git steps on a real remote: the real engine and executor, personas replaced by edits in a real worktree.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type {
  Step,
  StepContext,
  StepExecutor,
  StepOutcome,
  StepResult,
  Workflow,
  RunSpec,
} from '../../src/engine/index.ts';
import { createGitStore, defaultPathPolicy } from '../../src/git/index.ts';
import type { GitRepository } from '../../src/git/index.ts';
import { createExecutor, createStepKinds } from '../../src/steps/index.ts';
import type { StepServices, Workplace } from '../../src/steps/index.ts';
import type { RunId } from '../../src/support/index.ts';
import { createRedactor, silentLogger, systemClock } from '../../src/support/index.ts';
import { createMemoryBlobs } from './memory-blobs.ts';
import { createMemoryTickets } from './memory-tickets.ts';
import { createFakePulls } from './fake-pulls.ts';
import type { FakePulls } from './fake-pulls.ts';
import type { GitWorld } from './git-world.ts';
import { builtIn, persona, spec, workflow } from './run-builder.ts';

/** The bot of these tests. */
const bot = { name: 'troupe[bot]', email: '9+troupe[bot]@users.noreply.github.com' };
/** The run of these tests. */
export const run = 'rabcdefghijklmno' as RunId; // it has the shape

/** What a persona of a test does: files it writes, and how it judges. */
export interface Work {
  readonly files?: Readonly<Record<string, string>>;
  readonly result?: Partial<StepResult>;
}

/** A place for runs. */
export interface Stage {
  readonly repository: GitRepository;
  readonly github: FakePulls;
  readonly workplace: { -readonly [Key in keyof Workplace]: Workplace[Key] };
  readonly executor: StepExecutor;
  readonly services: StepServices;
  paused: boolean;
}

/** Sets the stage; `work` is what personas do, by step id. */
export async function makeStage(
  world: GitWorld,
  work: Readonly<Record<string, Work>> = {},
  options: { readonly isLocal?: boolean } = {},
): Promise<Stage> {
  const store = createGitStore({ dir: join(world.dir, 'data'), redactor: createRedactor() });
  const repository = await store.open({ key: '42', cloneUrl: world.remote });
  const github = createFakePulls(world);
  const workplace: Stage['workplace'] = {
    repository,
    defaultBranch: 'main',
    author: bot,
    coAuthor: { name: 'ada', email: '1+ada@users.noreply.github.com' },
    botLogin: 'troupe[bot]',
    ...(options.isLocal === true ? {} : { api: github.api }),
  };
  const state = { paused: false };
  const services: StepServices = {
    clock: systemClock,
    log: silentLogger,
    redactor: createRedactor(['hunter2hunter2']),
    workplace: async () => workplace,
    sandbox: () => {
      throw new Error('no persona process runs here');
    },
    provider: () => undefined,
    providerNames: [],
    tickets: createMemoryTickets(systemClock),
    blobs: createMemoryBlobs(),
    keepArtifact: async () => ({ sha256: '', bytes: 0 }),
    pullRequestPart({ spec, state, run }, stage, pullRequest = state.facts.pullRequest) {
      const { title = spec.task.title, body } = pullRequest ?? {};
      const words = [body, `${stage} text`].filter((part) => part !== undefined);
      return { title, body: words.join('\n\n'), run, since: state.createdAt };
    },
    isPaused: async () => state.paused,
  };
  const real = createExecutor(createStepKinds(), services);
  return {
    repository,
    github,
    workplace,
    services,
    get paused() {
      return state.paused;
    },
    set paused(value) {
      state.paused = value;
    },
    executor: {
      execute: (context) =>
        context.step.type === 'persona-request'
          ? perform(context, workplace, work[context.path] ?? {})
          : real.execute(context),
    },
  };
}

/** A run of prepare, the given steps, settle. */
export function stagedSpec(steps: readonly Step[], more: Partial<RunSpec> = {}, flow: Partial<Workflow> = {}): RunSpec {
  const plan = workflow([builtIn('prepare'), ...steps], { branch: {}, finally: [builtIn('settle')], ...flow });
  return spec(plan, {
    id: run,
    repository: { id: 42, owner: 'acme', name: 'widgets', defaultBranch: 'main', cloneUrl: 'unused' },
    requester: { login: 'ada', id: 1, outsider: false },
    ...more,
  });
}

/** A persona that edits. */
export function engineer(id = 'code', after: readonly string[] = ['prepare']): Step {
  return persona(id, after);
}

async function perform(context: StepContext, workplace: Workplace, work: Work): Promise<StepOutcome> {
  const { repository } = workplace;
  const { branch, headSha } = context.state.facts;
  const result = { outputs: {}, verdict: 'pass' as const, ...work.result };
  if (headSha === undefined) return { kind: 'succeeded', result };
  if (work.files === undefined || branch === undefined)
    return { kind: 'succeeded', result: { ...result, sha: headSha, tree: await repository.treeOf(headSha) } };
  const tree = await repository.worktree({ run: context.run, name: 'main', at: headSha, agentView: true });
  for (const [path, text] of Object.entries(work.files)) {
    mkdirSync(dirname(join(tree.path, path)), { recursive: true });
    writeFileSync(join(tree.path, path), text);
  }
  const trailers = [
    ['Troupe-Run', context.run],
    ['skip-checks', 'true'],
  ] as const;
  const commit = { message: context.path, author: bot, trailers, date: context.state.createdAt };
  const sha = (await tree.commit(commit, defaultPathPolicy())) ?? headSha;
  // prepare checked the name
  await repository.push({
    commit: sha,
    branch: branch as Parameters<GitRepository['push']>[0]['branch'],
    expected: headSha,
  });
  const headTree = await repository.treeOf(sha);
  return {
    kind: 'succeeded',
    result: {
      ...result,
      sha,
      tree: headTree,
      filesChanged: Object.keys(work.files),
      facts: { headSha: sha, headTree },
    },
  };
}
