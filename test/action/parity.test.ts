// One workflow, one set of answers, three hosts: the journals tell the same story.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readInputs, runAction } from '../../src/action/index.ts';
import type { ActionConsole } from '../../src/action/index.ts';
import { foldRun } from '../../src/engine/index.ts';
import type { RunEvent } from '../../src/engine/index.ts';
import { openStore } from '../../src/store/index.ts';
import { createRedactor, isRunId, silentLogger, systemClock } from '../../src/support/index.ts';
import { troupe } from '../support/cli.ts';
import { installationToken } from '../support/github.ts';
import { goodAnswers, startStory } from '../support/story.ts';
import type { Story } from '../support/story.ts';

const dir = mkdtempSync(join(tmpdir(), 'troupe-parity-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const answers = { ...goodAnswers, 'hotfix-specialist': goodAnswers['lead-engineer'] };
const answersPath = '.github/answers.yml';

const quiet: ActionConsole = {
  info() {},
  debug() {},
  group() {},
  annotate() {},
  hasTold: () => false,
  mask() {},
  output() {},
  save() {},
  saved: () => '',
  summary: () => Promise.resolve(),
};

/** What a journal tells about a run, without ids, times and what only one host has: pull requests, comments. */
function told(events: readonly RunEvent[]): unknown {
  const state = foldRun(events);
  const steps = [...state.steps.values()].map((step) => ({
    step: step.path,
    events: events
      .filter((event) => event.step === step.path && /^step\.(?!progress|checkpoint)/.test(event.type))
      .map((event) => event.type),
    status: step.status,
    ...(state.spec.workflow.steps.find(({ id }) => id === step.path)?.type === 'persona-request'
      ? {
          verdict: step.result?.verdict,
          summary: step.result?.summary,
          outputs: step.result?.outputs,
          files: step.result?.filesChanged,
          evidence: step.result?.evidence?.map(({ by, command, exitCode }) => ({ by, command, exitCode })),
        }
      : {}),
  }));
  const runs = events.filter((event) => event.step === undefined && event.type.startsWith('run.'));
  return {
    runs: runs.map(({ type }) => type),
    steps,
    status: state.status,
    reason: state.reason,
    outputs: state.outputs,
    // the same files, to the last byte
    tree: state.facts.headTree,
    usage: state.usage,
  };
}

async function inBot(story: Story): Promise<unknown> {
  await story.label('troupe:hotfix');
  const run = await story.ended();
  return told(await story.bot().store.journal.read(run.id));
}

async function inAction(story: Story): Promise<unknown> {
  const issue = story.repository.issue(story.issue);
  const number = await story.github.as('reporter').openIssue(story.fullName, { title: issue.title, body: issue.body });
  const given = new Map([
    ['github-token', await installationToken(story)],
    ['workflow', 'hotfix'],
    ['issue-number', String(number)],
    ['answers', answersPath],
  ]);
  const dataDir = join(dir, 'action');
  const [owner = '', repo = ''] = story.fullName.split('/');
  const result = await runAction({
    inputs: readInputs((name) => given.get(name) ?? ''),
    context: {
      eventName: 'workflow_dispatch',
      payload: {},
      sha: (await story.repository.branches()).get('main') ?? '',
      owner,
      repo,
      actor: 'writer',
      actorId: 1,
      job: { runId: 1, name: 'troupe', step: '__troupe', attempt: 1 },
      apiUrl: story.github.apiUrl,
      serverUrl: story.github.url,
      temp: dir,
    },
    variables: process.env,
    console: quiet,
    dataDir,
    clock: systemClock,
    log: silentLogger,
    redactor: createRedactor(),
    writeIntervalMs: 0,
    leaseMs: 150_000,
    holder: 'parity',
    onEnd: () => () => {},
  });
  return read(dataDir, result.state?.id);
}

async function atTheDesk(story: Story): Promise<unknown> {
  const copy = join(dir, 'copy');
  execFileSync('git', ['clone', '--quiet', story.repository.dir, copy], { stdio: 'pipe' });
  for (const [key, value] of [
    ['user.name', 'Writer'],
    ['user.email', 'writer@example.com'],
  ])
    execFileSync('git', ['-C', copy, 'config', key ?? '', value ?? '']);
  const dataDir = join(dir, 'desk');
  const { title, body, number } = story.repository.issue(story.issue);
  const file = join(dir, 'issue.json');
  writeFileSync(file, JSON.stringify({ title, body, number, labels: [] }));
  const script = join(dir, 'answers.yml');
  writeFileSync(script, JSON.stringify(answers));
  const argv = ['run', 'hotfix', '--issue', file, '--answers', script, '--data-dir', dataDir, '--json'];
  const ended = await troupe(argv, { cwd: copy });
  expect(ended.stderr + ended.stdout).toContain('succeeded');
  const parsed: { id?: string; run?: string } = JSON.parse(ended.stdout);
  return read(dataDir, parsed.id ?? parsed.run);
}

async function read(dataDir: string, run: string | undefined): Promise<unknown> {
  const reader = await openStore({ kind: 'embedded', directory: dataDir, access: 'read' });
  try {
    if (run === undefined || !isRunId(run)) throw new Error(`no run in ${dataDir}`);
    return told(await reader.journal.read(run));
  } finally {
    await reader.close();
  }
}

test('bot, Action and command line run the same workflow to the same end', async () => {
  const story = await startStory({
    answers,
    files: {
      [answersPath]: JSON.stringify(answers),
    },
  });
  try {
    const bot = await inBot(story);
    expect(bot).toMatchObject({ status: 'succeeded', usage: { personaRuns: 3 } });
    expect(await inAction(story)).toEqual(bot);
    expect(await atTheDesk(story)).toEqual(bot);
  } finally {
    await story.close();
  }
});
