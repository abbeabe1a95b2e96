// The bot has runners of GitHub play its personas: it dispatches the workflow of the example on the local GitHub, and the bundled Action answers.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Runner } from '../../src/local-github/index.ts';
import { appPermissions } from '../../src/local-github/demo-world.ts';
import type { StepPath } from '../../src/support/index.ts';
import { installationToken } from '../support/github.ts';
import { goodAnswers } from '../support/good-answers.ts';
import { eventually } from '../support/patience.ts';
import { freePort } from '../support/redis-server.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';
import { runJob } from './mini-runner.ts';
import type { JobResult } from './mini-runner.ts';
import { answersPath, buildAction, root } from './stage.ts';

const stage = storyPerTest();
const [variable, key] = ['TROUPE_DISPATCH_SECRET', 'a-secret-of-the-bot-and-its-jobs-alone'];
const path = '.github/workflows/troupe-persona.yml';
/** As people copy it, in a rehearsal. */
const workflow = readFileSync(join(root, 'examples/actions', path), 'utf8').replace(
  'persona-request: ${{ inputs.request }}',
  `persona-request: \${{ inputs.request }}\n          answers: ${answersPath}`,
);
const look = `name: Look
branch: false
steps:
  - { id: review, type: persona-request, persona: code-reviewer }
`;
const review = 'review' as StepPath; // an id outside loops

let action = '';
beforeAll(() => {
  action = buildAction();
});
afterAll(() => rmSync(action, { recursive: true, force: true }));

type RunnerJob = Parameters<Runner>[0];

interface Staged extends Story {
  /** What became of each job, in the order in which they ended. */
  readonly jobs: JobResult[];
  /** A runner of the repository; `secrets`: those of the repository. */
  runner(secrets?: Readonly<Record<string, string>>, onLine?: (line: string) => void): Runner;
}

interface Differing {
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly text?: string;
}

async function begin({ answers = {}, text = workflow }: Differing = {}): Promise<Staged> {
  const port = await freePort();
  const story = await stage({
    world: { private: true, permissions: { ...appPermissions, actions: 'write' } },
    files: {
      [path]: text,
      '.github/troupe/workflows/look.yml': look,
      [answersPath]: JSON.stringify({ ...goodAnswers, ...answers }),
    },
    providers: { runners: { transport: 'dispatch', workflow: 'troupe-persona.yml', key: variable } },
    serverFile: { defaultProvider: 'runners' },
    secrets: { [variable]: key },
    publicUrl: `http://127.0.0.1:${port}`,
    port,
  });
  const jobs: JobResult[] = [];
  const runner: Staged['runner'] =
    (secrets = { [variable]: key }, onLine = () => undefined) =>
    async (job) => {
      const result = await play(story, job, { secrets, onLine });
      jobs.push(result);
      return result.exitCode === 0 ? 'success' : 'failure';
    };
  story.github.hireRunner(runner());
  return { ...story, jobs, runner };
}

/** Does the step of the job that uses our Action, as the workflow file says. */
async function play(
  story: Story,
  job: RunnerJob,
  { secrets, onLine }: { readonly secrets: Readonly<Record<string, string>>; readonly onLine: (line: string) => void },
): Promise<JobResult> {
  interface Step {
    readonly uses?: string;
    readonly with?: Readonly<Record<string, string>>;
    readonly env?: Readonly<Record<string, string>>;
  }
  // GitHub's own parser checks the file in another test
  const { jobs } = parse(job.text) as { readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>> };
  const step = Object.values(jobs)
    .flatMap(({ steps }) => steps)
    .find(({ uses }) => uses?.startsWith('OWNER/troupe@'));
  const filled = (values: Step['env'] = {}) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        value.replaceAll(/\$\{\{ (inputs|secrets)\.(\w+) \}\}/g, (_all, root: string, word: string) =>
          root === 'inputs' ? (job.inputs[word] ?? '') : (secrets[word] ?? ''),
        ),
      ]),
    );
  return runJob({
    action,
    event: 'workflow_dispatch',
    payload: { inputs: job.inputs, ref: `refs/heads/${job.branch}` },
    with: filled(step?.with),
    env: filled(step?.env),
    // what `permissions:` of the job gives
    token: await installationToken(story, { permissions: { contents: 'read', metadata: 'read' } }),
    repository: job.repository,
    sha: job.sha,
    actor: job.actor,
    apiUrl: story.github.apiUrl,
    serverUrl: story.github.url,
    runId: job.id,
    signal: job.signal,
    onLine,
  });
}

test('a label becomes a pull request, and every persona was played by a runner', async () => {
  const there = await begin();
  await there.label();
  const run = await there.ended();
  expect([...run.steps.values()].flatMap(({ error }) => (error === undefined ? [] : [error]))).toEqual([]);
  expect(run.status).toBe('succeeded');
  const pull = await there.pull();
  expect(await there.repository.file(pull?.headRef ?? '', 'src/cart.js')).toContain('* item.quantity');
  await eventually(() =>
    expect(there.repository.workflowRuns().every(({ status }) => status === 'completed')).toBe(true),
  );
  const runs = there.repository.workflowRuns();
  expect(new Set(runs.map(({ conclusion }) => conclusion))).toEqual(new Set(['success']));
  // one for each request, by its name
  expect(new Set(runs.map(({ title }) => title)).size).toBe(runs.length);
  expect(runs.length).toBeGreaterThan(4);
  expect(runs[0]?.title).toMatch(new RegExp(`^Persona ${run.id}:`));
  for (const { log, summary, annotations, forbidden } of there.jobs) {
    expect([annotations.filter(({ level }) => level === 'error'), forbidden]).toEqual([[], []]);
    // the log is read by everybody who may see the repository
    expect(log + summary).not.toMatch(/whsec_|signature=|persona-callback|What its author wrote|a-secret-of/);
    expect(summary).toContain('Request answered');
  }
});

test('a bot that is away when the job fetches its request, and is restarted, gets its answer', async () => {
  const there = await begin();
  const begun = Promise.withResolvers<undefined>();
  const goOn = Promise.withResolvers<undefined>();
  const runner = there.runner();
  there.github.hireRunner(async (job) => {
    begun.resolve(undefined);
    await goOn.promise;
    return runner(job);
  });
  await there.label('troupe:look');
  await begun.promise;
  await there.until(
    'it waits',
    ({ steps, parkedSince }) => steps.get(review)?.waitingFor !== undefined && parkedSince !== undefined,
  );
  await there.stopBot();
  goOn.resolve(undefined);
  await there.startBot();
  const run = await there.ended();
  expect(run.steps.get(review)?.result).toMatchObject({ verdict: 'pass', provider: 'runners' });
  expect(there.repository.workflowRuns()).toHaveLength(1);
});

test('a cancelled run cancels the job, which ends', async () => {
  const there = await begin({ answers: { 'code-reviewer': { status: 'pass', delay: '10m' } } });
  const playing = Promise.withResolvers<undefined>();
  there.github.hireRunner(
    there.runner(undefined, (line) => {
      if (line.includes('is played by')) playing.resolve(undefined);
    }),
  );
  await there.label('troupe:look');
  await playing.promise;
  await there.github.as('writer').comment(there.fullName, there.issue, '/troupe cancel');
  expect((await there.ended()).status).toBe('cancelled');
  await eventually(() => expect(there.repository.workflowRuns()).toMatchObject([{ conclusion: 'cancelled' }]));
  expect(there.jobs[0]?.log).toContain('The job is being cancelled');
});

test('what a job may not change is refused, and nothing of it is there', async () => {
  const edits = { '.github/workflows/own.yml': 'on: push\njobs: {}\n' };
  const there = await begin({ answers: { 'lead-engineer': { status: 'pass', edits } } });
  await there.label();
  const run = await there.ended();
  expect(run.status).toBe('failed');
  const errors = [...run.steps.values()].flatMap(({ error }) => (error === undefined ? [] : [error.message]));
  expect(errors.join('\n')).toContain('.github/workflows/own.yml');
  const branches = [...(await there.repository.branches()).keys()];
  for (const branch of branches)
    expect(await there.repository.file(branch, '.github/workflows/own.yml')).toBeUndefined();
});

test('a job in which nobody plays tells the run at once what is missing', async () => {
  const there = await begin({ text: workflow.replace(`          answers: ${answersPath}\n`, '') });
  await there.label('troupe:look');
  const run = await there.ended();
  expect(run.steps.get(review)?.error).toMatchObject({ class: 'config' });
  expect(run.steps.get(review)?.error?.message).toContain('No agent is installed');
  await eventually(() => expect(there.repository.workflowRuns()).toMatchObject([{ conclusion: 'failure' }]));
  expect(there.jobs[0]?.summary).toContain('Request not answered');
});

test.each([
  [{}, 'TROUPE_DISPATCH_SECRET is not set'],
  [{ [variable]: 'a-secret-that-the-bot-does-not-have' }, 'was not sealed with the key of this job'],
])('a job with the secrets %j does nothing and says why', async (secrets, why) => {
  const there = await begin();
  there.github.hireRunner(there.runner(secrets));
  await there.label('troupe:look');
  await eventually(() => expect(there.repository.workflowRuns()).toMatchObject([{ conclusion: 'failure' }]));
  const said = there.jobs.flatMap(({ annotations }) => annotations.map(({ message }) => message));
  expect(said.join('\n')).toContain(why);
});
