// Pushes that the server refuses: its own words reach whoever reads the issue, and what is in the way is named at once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { branchNameOf, createGitStore } from '../../src/git/index.ts';
import type { GitRepository } from '../../src/git/index.ts';
import { githubPushRules as rules } from '../../src/local-github/index.ts';
import type { PushRule } from '../../src/local-github/index.ts';
import { createRedactor, isSha, TroupeError } from '../../src/support/index.ts';
import { complaints, createWorld, installationToken } from '../support/github.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const bot = { name: 'troupe[bot]', email: '1+troupe[bot]@users.noreply.github.com' };

describe('a push', () => {
  let world: Awaited<ReturnType<typeof createWorld>>;
  let folder: string;
  let repository: GitRepository;
  beforeEach(async () => {
    world = await createWorld();
    folder = mkdtempSync(join(tmpdir(), 'refused-'));
    const store = createGitStore({ dir: folder, redactor: createRedactor(['hunter2hunter2']) });
    const token = await installationToken(world);
    repository = await store.open({ key: '1', cloneUrl: world.repository.cloneUrl, token: async () => token });
  });
  afterEach(async () => {
    expect(complaints(world.github)).toEqual([]);
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function refused(branch: string, rule?: PushRule, message = 'Start work'): Promise<TroupeError> {
    const main = (await world.repository.branches()).get('main') ?? '';
    if (!isSha(main)) throw new Error('main has no commit');
    const commit = await repository.emptyCommit(main, { message, author: bot, trailers: [] });
    if (rule !== undefined) await world.github.setPushRules(world.fullName, [rule]);
    const error: unknown = await repository
      .push({ commit, branch: branchNameOf(branch), expected: null })
      .catch((thrown: unknown) => thrown);
    if (!(error instanceof TroupeError)) throw new Error('the push was not refused');
    return error;
  }

  const cases: readonly [string, PushRule, RegExp, RegExp][] = [
    [
      'signatures',
      rules.signatures(),
      /rule violations\nremote: error: GH013[\s\S]*verified signatures\.[\s\S]*remote: {3}[0-9a-f]{40}$/,
      /signed commits/,
    ],
    ['commit messages', rules.commitMessage('^(feat|fix): '), /regex pattern: \^\(feat\|fix\):\n/, /`message`/],
    ['branch names', rules.branchName('refs/heads/troupe/*'), /Branch name must match/, /`branch\.name`/],
    [
      'protected branches',
      rules.protectedBranch('refs/heads/troupe/*'),
      /hook declined\nremote: error: GH006[\s\S]*through a pull request/,
      /protected/,
    ],
    [
      'a hook of the server',
      { says: ['Ask the release team: freeze until Monday.', 'ticket OPS-12, key hunter2hunter2'] },
      /freeze until Monday\.\nremote: ticket OPS-12, key (?!hunter2)/,
      /hook/,
    ],
    [
      'a hook that says what other failures say',
      { says: ['fetch first: Permission to push denied, error 403, tls'] },
      /remote: fetch first/,
      /hook/,
    ],
    ['a hook that says nothing', { says: [] }, /pre-receive hook declined$/, /hook/],
  ];
  test.each(cases)(
    'against a rule about %s says what the server said, and what helps',
    async (_rule, rule, said, hint) => {
      const error = await refused('troupe/7-fix', rule);
      expect(error).toMatchObject({ code: 'git/refused', class: 'config' });
      expect(error.message).toMatch(/^Cannot push branch "troupe\/7-fix" to 127\.0\.0\.1:\d+\/playhouse\/cart: /);
      expect(error.message).toMatch(said);
      expect(error.hint).toMatch(hint);
    },
  );

  test('is cut where a hook talks for pages, in colours', async () => {
    const says = Array.from({ length: 200 }, (_, index) => `\u001b[31mline ${index}\u001b[0m ${'x'.repeat(400)}`);
    const { message } = await refused('troupe/7-fix', { says });
    const lines = message.split('\n');
    expect(lines).toHaveLength(32);
    expect(lines[1]).toMatch(/^remote: line 0 x+…$/);
    expect(lines.at(-1)).toBe('remote: … 170 more lines');
    expect(message).not.toContain('\u001b');
  });

  const inTheWay: readonly [string, string][] = [
    ['troupe/7-fix', 'troupe'],
    ['feature', 'feature/one'],
    ['a/b/c', 'a/b'],
    ['a', 'a/b/c'],
  ];
  test.each(inTheWay)('of %s where %s exists names it', async (wanted, there) => {
    await world.github
      .as('writer')
      .pushCommit(world.fullName, there, { message: 'x', files: { x: 'x' }, from: 'main' });
    const error = await refused(wanted);
    expect(error).toMatchObject({ code: 'git/ref-in-the-way', class: 'config' });
    expect(error.message).toMatch(/^Cannot make branch "[^"]+" on 127.+: the branch "[^"]+" stands in its way$/);
    expect(error.message).toContain(`"${there}"`);
    expect(error.hint).toContain(`Rename or delete "${there}"`);
  });

  test('that a server refuses because it does not tell capitals apart names the sister', async () => {
    await world.github
      .as('writer')
      .pushCommit(world.fullName, 'Troupe/7-Fix', { message: 'x', files: {}, from: 'main' });
    const error = await refused('troupe/7-fix', { says: ['error: cannot lock ref'], reason: 'failed to update ref' });
    expect(error).toMatchObject({ code: 'git/ref-in-the-way' });
    expect(error.message).toContain('the branch "Troupe/7-Fix" stands in its way');
    expect(error.hint).toContain('capitals');
  });

  test('to a name that is taken is no refusal by a rule', async () => {
    await world.github
      .as('writer')
      .pushCommit(world.fullName, 'troupe/7-fix', { message: 'x', files: {}, from: 'main' });
    expect(await refused('troupe/7-fix')).toMatchObject({ code: 'git/stale' });
  });
});

describe('on the issue', () => {
  const stage = storyPerTest();

  const build = `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: finish, type: git-operation, operation: open-pull-request, dependencies: [implement] }
`;
  const files = { '.github/troupe/workflows/build.yml': build, '.github/troupe.yml': '' };

  function shown(told: Story): readonly string[] {
    const comments = told.comments().map(({ body }) => body);
    const checks = told.repository.checkRuns().map(({ title, summary }) => `${title}\n${summary}`);
    return [comments.join('\n'), checks.join('\n')];
  }

  test('push protection: comment and check show the path and the address, as data', async () => {
    const told = await stage({ files });
    await told.github.setPushRules(told.fullName, [rules.secret('src/cart.js')]);
    await told.label('troupe:build');
    const run = await told.ended();
    expect(run.status).toBe('failed');
    expect(run.reason).toContain('push declined due to repository rule violations');
    expect(run.reason).not.toContain('remote:');
    for (const text of shown(told)) {
      expect(text).toContain('The server said:\n\n```text\nremote: error: GH013');
      expect(text).toContain('path: src/cart.js:1');
      expect(text).toContain('unblock-secret/2bXyZ');
      expect(text).toContain('Take it out (and renew it), then run the step again');
    }
    const settled = run.steps.get('settle' as never)?.result?.summary;
    expect(settled).toMatch(/^Nothing to deliver: the server did not take what a step had made\. /);
  });

  test('a branch in the way: one push, one true sentence', async () => {
    const told = await stage({ files });
    await told.github.as('writer').pushCommit(told.fullName, 'troupe', { message: 'x', files: {}, from: 'main' });
    await told.label('troupe:build');
    const run = await told.ended();
    expect(run.status).toBe('failed');
    const [comment] = shown(told);
    expect(comment).toContain('the branch "troupe" stands in its way');
    expect(comment).toContain('Rename or delete "troupe", or give the workflow another `branch.name`');
    const effects = [...run.steps.values()].flatMap((step) => Object.keys(step.effects));
    expect(effects.filter((key) => key.startsWith('push:'))).toHaveLength(1);
    expect([...(await told.repository.branches()).keys()].toSorted()).toEqual(['main', 'troupe']);
  });
});
