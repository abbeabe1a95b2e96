// What a restart, a full inbox, a locked database or a failing GitHub leaves behind is put right.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { isRunOver } from '../../src/engine/index.ts';
import type { GitRepository, GitStore } from '../../src/git/index.ts';
import { TroupeError } from '../../src/support/index.ts';
import { ownNode, troupeBin } from '../support/cli.ts';
import { idle } from '../support/idle.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';
import { endingOf, neutralAnswers, over, quickFiles } from '../support/write-faults.ts';
import { allowedMs, eventually } from '../support/patience.ts';

const stage = storyPerTest();
let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
});

const ended = { status: 'succeeded', openChecks: 0, branches: 2, labels: ['reviewed'], comments: ['run'] };

test('SIGTERM while a persona works: the process ends with 0 in its grace, and the next one brings the run to its end', async () => {
  const told = await stage({ answers: neutralAnswers, files: quickFiles, later: true });
  const config = join(told.dir, 'troupe.config.yml');
  writeFileSync(
    config,
    JSON.stringify({
      default_provider: 'slow',
      providers: { slow: { transport: 'shell', command: ['sleep', '300'] } },
      repositories: { allow: ['playhouse/*'] },
      sandbox: 'off',
    }),
  );
  const serving = spawn(ownNode, [troupeBin, 'serve', '--config', config], {
    cwd: told.dir,
    env: {
      PATH: process.env['PATH'],
      APP_ID: String(told.app.appId),
      PRIVATE_KEY: told.app.privateKey,
      WEBHOOK_SECRET: told.secret,
      GITHUB_API_URL: told.github.apiUrl,
      TROUPE_DATA_DIR: told.dataDir,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child = serving;
  const exit = new Promise<number | null>((resolve) => serving.once('exit', resolve));
  told.github.setWebhook(told.app.slug, { url: `${await urlOf(serving)}/api/github/webhooks`, secret: told.secret });
  await told.label('troupe:quick');
  await told.github.until('a persona at work', () =>
    told.repository.checkRuns().find(({ name, status }) => name.endsWith('/ Fix') && status === 'in_progress'),
  );

  const toldAt = Date.now();
  serving.kill('SIGTERM');
  expect(await exit).toBe(0);
  expect(Date.now() - toldAt).toBeLessThan(allowedMs(15_000));

  await told.startBot();
  await over(told);
  expect(await endingOf(told)).toMatchObject(ended);
});

test('GitHub refuses every change of a check until after the bot is gone: the next start concludes them', async () => {
  const told = await stage({ answers: neutralAnswers, files: quickFiles });
  const route = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';
  told.github.faults.answer({ route, when: 'before', answer: { status: 503 }, times: Number.POSITIVE_INFINITY });
  await told.label('troupe:quick');
  await eventually(async () => expect((await told.runs()).some(({ status }) => isRunOver(status))).toBe(true));
  await told.stopBot();
  const open = () => told.repository.checkRuns().filter(({ status }) => status !== 'completed');
  expect(open().length).toBeGreaterThan(0);
  told.github.faults.clear();

  await told.startBot();
  await told.github.until('concluded checks', () => (open().length === 0 ? true : undefined));
  await over(told);
  expect(await endingOf(told)).toMatchObject(ended);
});

test('trees that a dead run left behind are removed at the start', async () => {
  const told = await stage({ later: true });
  const orphan = join(told.dataDir, 'git/worktrees/raaaaaaaaaaaaaaa/main');
  mkdirSync(orphan, { recursive: true });
  writeFileSync(join(orphan, 'left.txt'), 'left');
  await told.startBot();
  expect(existsSync(join(told.dataDir, 'git/worktrees/raaaaaaaaaaaaaaa'))).toBe(false);
});

test('another program locks the database: the webhook is answered 503, and found again when the lock is gone', async () => {
  const told = await stage({ answers: neutralAnswers, files: quickFiles });
  await told.github.settled();
  await told.bot().sweep();
  const other = new DatabaseSync(join(told.dataDir, 'troupe.db'));
  other.exec('BEGIN IMMEDIATE');
  await told.label('troupe:quick');
  await told.github.settled();
  expect(told.github.deliveries.at(-1)).toMatchObject({ event: 'issues', action: 'labeled', statusCode: 503 });
  other.exec('ROLLBACK');
  other.close();
  await told.bot().sweep();
  await over(told);
  expect(await endingOf(told)).toMatchObject(ended);
});

test('somebody who reads the database for a long time holds nothing up', async () => {
  const told = await stage({ answers: neutralAnswers, files: quickFiles });
  const reader = new DatabaseSync(join(told.dataDir, 'troupe.db'), { readOnly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM event').get();
  await told.label('troupe:quick');
  await over(told);
  await idle(told);
  expect(await endingOf(told)).toMatchObject(ended);
  expect(reader.prepare('SELECT count(*) AS n FROM event').get()).toEqual({ n: 0 });
  reader.close();
});

/** The address that the process says it listens on. */
function urlOf(serving: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    if (serving.stderr === null) return reject(new Error('no output to read'));
    // read to the end: a process whose log nobody reads stands still
    createInterface(serving.stderr).on('line', (line) => {
      said.push(line);
      const url = /"url":"(http[^"]+)"/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
    serving.once('exit', () => reject(new Error(`the bot did not start: ${said.join('\n')}`)));
  });
}

/** Git that may not delete branches of the remote. */
function withoutDeleting(git: GitStore): GitStore {
  const deleteRemoteBranch: GitRepository['deleteRemoteBranch'] = () =>
    Promise.reject(new TroupeError('git/refused', 'The branch cannot be deleted now'));
  return { ...git, open: async (...remote) => ({ ...(await git.open(...remote)), deleteRemoteBranch }) };
}

/** A run that failed before it changed anything, and could not remove its branch. */
async function leftBehind(): Promise<{ readonly told: Story; readonly branch: string }> {
  const told = await stage({
    answers: { 'implementation-planner': { status: 'fail', summary: 'No plan.' } },
    bot: { wrap: { git: withoutDeleting } },
  });
  await told.label();
  const run = await told.ended();
  const branch = run.facts.branch ?? '';
  expect([run.status, (await told.repository.branches()).has(branch)]).toEqual(['failed', true]);
  await told.stopBot();
  return { told, branch };
}

test('a branch that its run could not delete is removed after the next start, and its pull request closed', async () => {
  const { told, branch } = await leftBehind();
  await told.startBot({ wrap: {} });
  await eventually(async () => expect((await told.repository.branches()).has(branch)).toBe(false));
  await eventually(async () => expect(await told.pull()).toMatchObject({ state: 'closed' }));
});

test('with a commit of somebody else on it the branch stays', async () => {
  const { told, branch } = await leftBehind();
  const pushed = await told.github
    .as('maintainer')
    .pushCommit(told.fullName, branch, { message: 'Mine', files: { 'mine.txt': 'mine\n' } });
  await told.startBot({ wrap: {} });
  await told.bot().sweep();
  expect((await told.repository.branches()).get(branch)).toBe(pushed);
});
