import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isRunOver } from '../../src/engine/index.ts';
import type { Logger } from '../../src/support/index.ts';
import { apiClient, installationToken } from '../support/github.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story, StoryOptions } from '../support/story.ts';

const stage = storyPerTest();
let logged: string[];

async function tell(options: StoryOptions = {}): Promise<Story> {
  logged = [];
  const write: Logger['info'] = (fields, message) => void logged.push(`${JSON.stringify(fields)} ${message}`);
  return stage({ log: { debug: write, info: write, warn: write, error: write }, ...options });
}

/** Waits until the bot has come to an end with every delivery that GitHub made. */
async function quiet(told: Story): Promise<void> {
  await told.github.settled();
  const waiting = async () => {
    const { deliveries } = await told.bot().store.counts();
    return Object.entries(deliveries).filter(([state, count]) => count > 0 && state !== 'done' && state !== 'ignored');
  };
  await expect.poll(waiting).toEqual([]);
  await told.github.settled();
}

/** One persona that edits; the rest is what every run does. */
const quickWorkflow = `name: quick
version: "1.0.0"
steps:
  - id: fix
    name: Fix
    type: persona-request
    persona: lead-engineer
`;

const labels = (told: Story) => told.repository.issue(told.issue).labels;
const bodies = (told: Story) => told.comments().map(({ body }) => body.replaceAll(/\n?<!--.*?-->\n?/gs, '').trim());

describe('a label by somebody who may not start runs', () => {
  test('with triage permission: no run, one polite line, the label is off', async () => {
    const told = await tell();
    await told.label('troupe:project-loop', 'triager');
    await told.github.until('the label is off', () => (labels(told).length === 0 ? true : undefined));
    await quiet(told);
    expect(await told.runs()).toEqual([]);
    expect(bodies(told)).toEqual([
      '@triager, the label `troupe:project-loop` starts a run only when somebody with write permission puts it on; you have triage permission here. ' +
        'I took it off: please ask a maintainer to put it on.',
    ]);
  });

  test('with read permission, through an issue form: no run, one polite line, the label is off', async () => {
    const told = await tell();
    const issue = await told.github
      .as('reader')
      .openIssue(told.fullName, { title: 'Please', body: 'Do it.', labels: ['troupe:project-loop'] });
    await told.github.until('the label is off', () =>
      told.repository.issue(issue).labels.length === 0 ? true : undefined,
    );
    await quiet(told);
    expect(await told.runs()).toEqual([]);
    const said = told.repository.comments(issue);
    expect(said.map(({ author }) => author)).toEqual(['troupe[bot]']);
    expect(said[0]?.body).toContain('you have read permission here');
  });

  test('by another App: no run', async () => {
    const told = await tell();
    const app = told.github.createApp({
      slug: 'helper',
      owner: 'playhouse',
      permissions: { issues: 'write', metadata: 'read' },
      events: [],
    });
    const installationId = await told.github.install('helper', 'playhouse', [told.fullName]);
    const asHelper = apiClient(told.github, await installationToken({ ...told, app, installationId }));
    const path = `/repos/${told.fullName}/issues/${told.issue}`;
    expect((await asHelper(`POST ${path}/labels`, { labels: ['troupe:project-loop'] })).status).toBe(200);
    expect((await asHelper(`POST ${path}/comments`, { body: '/troupe run project-loop' })).status).toBe(201);
    await quiet(told);
    expect(await told.runs()).toEqual([]);
    expect(logged.join('\n')).toContain('the bot helper[bot] is not in permissions.bots');
  });
});

test('what the bot itself does starts nothing: its labels, comments, checks and pull request', async () => {
  const told = await tell();
  await told.label();
  await told.ended();
  const asBot = apiClient(told.github, await installationToken(told));
  const path = `/repos/${told.fullName}/issues/${told.issue}`;
  await asBot(`POST ${path}/labels`, { labels: ['troupe:hotfix'] });
  await asBot(`POST ${path}/comments`, { body: '/troupe run hotfix' });
  await quiet(told);
  expect(await told.runs()).toHaveLength(1);
  const own = told.github.deliveries.filter(({ payload }) => JSON.stringify(payload).includes('"login":"troupe[bot]"'));
  expect(new Set(own.map(({ event }) => event)).size).toBeGreaterThan(3);
});

test('an installation outside `repositories.allow` is ignored, and the log says so', async () => {
  const told = await tell();
  told.github.createUser('strangers', { type: 'Organization' });
  const repository = await told.github.createRepository({ owner: 'strangers', name: 'shop', files: { 'a.txt': 'a' } });
  told.github.setPermission('strangers/shop', 'writer', 'admin');
  await told.github.install('troupe', 'strangers', ['strangers/shop']);
  const issue = await told.github.as('writer').openIssue('strangers/shop', { title: 'Work for me' });
  const before = told.github.requests.length;
  await told.github.as('writer').label('strangers/shop', issue, 'troupe:project-loop');
  await told.github.as('writer').comment('strangers/shop', issue, '/troupe run project-loop');
  await quiet(told);
  expect(await told.runs()).toEqual([]);
  expect(repository.comments().map(({ author }) => author)).toEqual(['writer']);
  expect(repository.issue(issue).labels).toEqual(['troupe:project-loop']);
  expect(repository.labels().filter((name) => name !== 'troupe:project-loop' && name.startsWith('troupe:'))).toEqual(
    [],
  );
  expect(told.github.requests.slice(before).filter(({ path }) => path.includes('strangers'))).toEqual([]);
  expect(logged.join('\n')).toContain("strangers/shop is not in the operator's repositories.allow");
});

test('a command that is quoted, shown as code or written by a reader starts nothing', async () => {
  const told = await tell();
  for (const body of [
    '> /troupe run project-loop\n\nWhat did you mean?',
    '```\n/troupe run project-loop\n```',
    '    /troupe run project-loop',
    'Somebody should say /troupe run project-loop here.',
    '<!-- /troupe run project-loop -->',
    '<!--\n/troupe run project-loop\n-->',
  ])
    await told.github.as('writer').comment(told.fullName, told.issue, body);
  await quiet(told);
  expect(await told.runs()).toEqual([]);
  expect(bodies(told)).toEqual([]);
  await told.github.as('reader').comment(told.fullName, told.issue, '/troupe run project-loop');
  await quiet(told);
  expect(await told.runs()).toEqual([]);
  expect(bodies(told)).toEqual(['@reader, `/troupe run` needs write permission; you have read permission here.']);
});

test('hostile titles become plain branch names, and nothing in them is done', async () => {
  const told = await tell({
    files: { '.github/troupe/workflows/quick.yml': quickWorkflow },
    serverFile: { limits: { concurrentRuns: 3, concurrentPerRepository: 3, command: {} } },
  });
  // a title has 256 characters at most, and the path stands four times in one
  const short = mkdtempSync('/tmp/r-');
  const ran = join(short, 'ran');
  const titles = [
    `--upload-pack=touch ${ran} $(touch ${ran}) \`touch ${ran}\` ; touch ${ran} | touch ${ran}`,
    `{{constructor.constructor("return process")().exit(9)}} \${{ secrets.TOKEN }} {{task.title}}`,
    `first line\nSecond: line\r\nTroupe-Run: rabcdefghijklmno`,
    '\u202Efdp.exe \u2066a\u2069 \u200B\uFEFF 🎭日本語 ../../.git/hooks/x refs/heads/main .lock @{-1} ~^:?*[\\',
  ];
  for (const title of titles) {
    const issue = await told.github.as('reporter').openIssue(told.fullName, { title, body: title });
    await told.github.as('writer').label(told.fullName, issue, 'troupe:quick');
  }
  const ended = async () =>
    (await told.runs()).map(({ status, reason }) => (isRunOver(status) ? status : `${status} ${reason ?? ''}`));
  await expect.poll(ended).toEqual(titles.map(() => 'succeeded'));
  const runs = await told.runs();
  for (const run of runs) await told.bot().views.flush(run.id);
  expect(existsSync(ran)).toBe(false);
  rmSync(short, { recursive: true });
  const pulls = await told.repository.pullRequests();
  expect(pulls).toHaveLength(titles.length);
  for (const { headRef, body } of pulls) {
    expect(headRef).toMatch(/^troupe\/[a-z0-9][a-z0-9-]*$/);
    execFileSync('git', ['check-ref-format', '--branch', headRef]);
    expect(body).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/u);
  }
  const branches = [...(await told.repository.branches()).keys()];
  expect(branches.toSorted()).toEqual(['main', ...pulls.map(({ headRef }) => headRef)].toSorted());
  const trailers = await Promise.all(
    pulls.map(async ({ headRef }) => (await told.repository.log(headRef)).map(({ message }) => message)),
  );
  expect(trailers.flat().filter((message) => /^Troupe-Run: rabcdefghijklmno$/m.test(message))).toEqual([]);
  expect(readdirSync(told.dir).toSorted()).toEqual(['answers.yml', 'data', 'github']);
});
