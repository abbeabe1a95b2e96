import { defined } from '../../support/index.ts';
import { describe, expect, test } from 'vitest';
import { hostileNames } from '../../../test/support/hostile-names.ts';
import { bot, operator, story, workflow } from '../testing/story.ts';

const own = '.github/troupe/workflows/';

describe('a label starts a run', () => {
  test('the run knows everything it needs, and the label is taken off afterwards', async () => {
    const { github, runs, label } = story();
    const result = await label('troupe:feature');
    const [spec] = runs.specs.values();
    expect(result).toMatchObject({ outcome: 'started', reason: 'feature was started', runs: [spec?.id] });
    expect({ ...spec, workflow: spec?.workflow.id, settings: undefined }).toEqual({
      id: result.runs[0],
      workflow: 'feature',
      workflowSource: { path: 'built-in/feature.yml', blobSha: expect.stringMatching(/^[0-9a-f]{64}$/) },
      task: {
        kind: 'issue',
        number: 7,
        title: 'The button is broken',
        body: 'Click it.',
        labels: ['troupe:feature'],
        slug: 'the-button-is-broken',
        url: 'https://github.example/acme/shop/issues/7',
        author: 'alice',
        state: 'open',
        fields: {},
      },
      inputs: {},
      event: { name: 'issues', action: 'labeled', sender: 'wendy', label: 'troupe:feature' },
      repository: {
        id: 100,
        owner: 'acme',
        name: 'shop',
        defaultBranch: 'main',
        cloneUrl: 'https://github.example/acme/shop.git',
        installationId: 11,
        private: false,
      },
      requester: { login: 'wendy', id: 1, outsider: true },
      host: 'bot',
      rehearsal: false,
      settings: undefined,
      personas: ['code-reviewer'],
      lockKey: expect.stringMatching(/^100:/),
    });
    expect(spec?.settings.budget).toEqual({ costUsd: 10 });
    expect(github.writes).toEqual(['unlabel #7 troupe:feature']);
  });

  test('the label is still there when the run could not be stored, so nothing is lost', async () => {
    const world = story();
    const start = world.runs.journal.start.bind(world.runs.journal);
    world.runs.journal.start = async () => {
      throw new Error('disk full');
    };
    await expect(world.label('troupe:feature')).rejects.toThrow('disk full');
    expect(world.github.labelsOf.get(7)).toContain('troupe:feature');
    world.runs.journal.start = start;
    expect(await world.label('troupe:feature')).toMatchObject({ outcome: 'started' });
    expect(world.github.labelsOf.get(7)).not.toContain('troupe:feature');
  });

  test('dying between the start and the taking off leaves one run and no label', async () => {
    const { github, runs, label } = story();
    let failures = 1;
    github.onWrite = () => {
      if (failures-- > 0) throw new Error('connection lost');
    };
    await expect(label('troupe:feature')).rejects.toThrow('connection lost');
    expect(await label('troupe:feature')).toMatchObject({ outcome: 'started', runs: [...runs.specs.keys()] });
    expect(runs.specs.size).toBe(1);
    expect(github.labelsOf.get(7)).not.toContain('troupe:feature');
  });

  test('the same event fifty times at once, under fifty delivery ids, starts one run', async () => {
    const { github, runs, label } = story();
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => label('troupe:feature', { delivery: `d${n}`, gone: n > 0 })),
    );
    expect(runs.specs.size).toBe(1);
    expect(github.comments).toEqual([]);
    expect(github.labelsOf.get(7)).not.toContain('troupe:feature');
  });

  test('putting the label back starts again', async () => {
    const { runs, label } = story();
    await label('troupe:feature');
    await label('troupe:feature', { at: '2026-11-20T12:05:00Z' });
    expect(runs.specs.size).toBe(2);
  });

  test('a label that is gone again starts nothing', async () => {
    const { github, runs, label } = story();
    expect(await label('troupe:feature', { gone: true })).toMatchObject({
      outcome: 'ignored',
      reason: 'the label troupe:feature is not there any more',
    });
    expect([runs.specs.size, github.writes]).toEqual([0, []]);
  });

  test('a label that is gone again starts nothing, even where a trigger names it', async () => {
    const { github, runs, label } = story();
    github.files.set(
      `${own}feature.yml`,
      workflow('feature', 'trigger: { labels: ["troupe:feature"], events: [issues.labeled] }'),
    );
    await label('troupe:feature', { gone: true });
    expect(runs.specs.size).toBe(0);
  });

  test('an issue that GitHub does not show yet is tried again', async () => {
    const { github, label } = story();
    github.hidden.add(7);
    await expect(label('troupe:feature')).rejects.toMatchObject({ code: 'github/not-visible', class: 'transient' });
  });

  test('a file of the repository with the same name takes the place of the built-in one', async () => {
    const { github, runs, label } = story();
    github.files.set(`${own}feature.yml`, workflow('Our own feature'));
    await label('troupe:feature');
    expect([...runs.specs.values()][0]?.workflowSource.path).toBe('.github/troupe/workflows/feature.yml');
  });

  test('an ordinary label that a workflow names starts it and stays', async () => {
    const { github, runs, label } = story();
    github.files.set(
      `${own}triage.yml`,
      workflow('triage', 'trigger: { labels: [bug], condition: "task.type === \'bugfix\'" }'),
    );
    github.files.set('.github/troupe.yml', 'labels: { bug: { type: bugfix } }\n');
    expect(await label('bug')).toMatchObject({ outcome: 'started', reason: 'triage was started' });
    expect([runs.specs.size, github.writes]).toEqual([1, []]);
  });

  test('an ordinary label that nothing names is met with silence', async () => {
    const { github, label } = story();
    expect(await label('question')).toMatchObject({ outcome: 'ignored', reason: 'no workflow answers to it' });
    expect([github.writes, github.requests.filter((one) => one.startsWith('permission'))]).toEqual([[], []]);
  });

  test('a start costs few requests, and a second one does not read the files again', async () => {
    const { github, label } = story();
    github.files.set(`${own}triage.yml`, workflow('triage'));
    github.files.set('.github/troupe.yml', 'variables: {}\n');
    await label('troupe:triage');
    expect(github.requests.toSorted()).toEqual(
      ['branch', 'issue 7', 'list .github', 'permission alice', 'permission wendy'].concat([
        'read .github/troupe.yml',
        'read .github/troupe/workflows/triage.yml',
      ]),
    );
    github.requests.length = 0;
    await label('troupe:triage', { at: '2026-11-20T13:00:00Z' });
    expect(github.requests.toSorted()).toEqual(['branch', 'issue 7', 'permission alice', 'permission wendy']);
  });

  test('settings come from the owner’s .github repository where the repository has none', async () => {
    const { github, owners, runs, label } = story();
    owners.files.set('.github/troupe.yml', 'budget: { cost_usd: 1 }\n');
    await label('troupe:feature');
    github.files.set('.github/troupe.yml', 'budget: { cost_usd: 3 }\n');
    await label('troupe:feature', { at: '2026-11-20T12:05:00Z' });
    expect([...runs.specs.values()].map((spec) => spec.settings.budget.costUsd)).toEqual([1, 3]);
  });
});

describe('who puts the label on', () => {
  test.each([
    ['admin', true],
    ['maintain', true],
    ['write', true],
    ['triage', false],
    ['read', false],
    ['none', false],
  ] as const)('somebody with %s permission: a run is started: %s', async (permission, starts) => {
    const { github, runs, label } = story();
    github.permissions.set('rita', permission);
    await label('troupe:feature', { sender: { login: 'rita', id: 3 } });
    expect(runs.specs.size).toBe(starts ? 1 : 0);
    expect(github.comments).toHaveLength(starts ? 0 : 1);
    expect(github.labelsOf.get(7)).not.toContain('troupe:feature');
  });

  test('a person with triage permission gets one polite line, however often the event comes', async () => {
    const { github, label, said } = story();
    const sender = { login: 'tom', id: 4 };
    await Promise.all(Array.from({ length: 50 }, () => label('troupe:feature', { sender, gone: true })));
    expect(said()).toEqual([]);
    await Promise.all(Array.from({ length: 50 }, (_, n) => label('troupe:feature', { sender, gone: n > 0 })));
    expect(said()).toEqual([
      '@tom, the label `troupe:feature` starts a run only when somebody with write permission puts it on; you have triage permission here. ' +
        'I took it off: please ask a maintainer to put it on.',
    ]);
    expect(github.labelsOf.get(7)).not.toContain('troupe:feature');
  });

  test('a refusal that died before the label was off says its line once', async () => {
    const { github, label, said } = story();
    const sender = { login: 'tom', id: 4 };
    github.onWrite = (what) => {
      if (what.startsWith('unlabel')) throw new Error('connection lost');
    };
    await expect(label('troupe:feature', { sender })).rejects.toThrow('connection lost');
    github.onWrite = () => undefined;
    await label('troupe:feature', { sender });
    expect(said()).toHaveLength(1);
    expect(github.labelsOf.get(7)).not.toContain('troupe:feature');
  });

  test('an ordinary label by somebody who may not is answered and left alone', async () => {
    const { github, runs, label, said } = story();
    github.files.set(`${own}triage.yml`, workflow('triage', 'trigger: { labels: [bug] }'));
    await label('bug', { sender: { login: 'tom', id: 4 } });
    expect(said()).toEqual([
      '@tom, the label `bug` starts a run only when somebody with write permission puts it on; you have triage permission here. ' +
        'Nothing was started: please ask a maintainer to take it off and put it on again.',
    ]);
    expect([runs.specs.size, [...(github.labelsOf.get(7) ?? [])]]).toEqual([0, ['bug']]);
  });

  test.each([
    ['a bot that nobody listed', { login: 'ci[bot]', id: 60, type: 'Bot' }, 0],
    ['a bot whose name only resembles one', { login: 'renovate-x[bot]', id: 61, type: 'Bot' }, 0],
    ['the listed bot', { login: 'renovate[bot]', id: 62, type: 'Bot' }, 1],
  ])('%s', async (_what, sender, started) => {
    const { github, runs, label } = story();
    await label('troupe:feature', { sender });
    expect([runs.specs.size, github.comments, [...(github.labelsOf.get(7) ?? [])]]).toEqual([started, [], []]);
  });

  test.each([
    ['our login', { login: bot.login, id: 1_234, type: 'Bot' }],
    ['our id under another login', { login: 'renamed[bot]', id: bot.id, type: 'Bot' }],
  ])('our own event is ignored: %s', async (_what, sender) => {
    const { github, runs, label } = story();
    expect(await label('troupe:feature', { sender })).toMatchObject({
      outcome: 'ignored',
      reason: 'it was done by Troupe itself',
    });
    expect([runs.specs.size, github.writes, github.requests]).toEqual([0, [], []]);
  });

  test('the repository may ask for more than the operator', async () => {
    const { github, runs, label } = story();
    github.files.set('.github/troupe.yml', 'permissions: { trigger: admin }\n');
    await label('troupe:feature');
    expect(runs.specs.size).toBe(0);
  });

  test.each([
    ['read', true],
    ['triage', true],
    ['write', false],
    ['admin', false],
  ] as const)('an author with %s permission is an outsider: %s', async (permission, outsider) => {
    const { github, runs, label } = story();
    github.permissions.set('alice', permission);
    await label('troupe:feature');
    expect([...runs.specs.values()][0]?.requester.outsider).toBe(outsider);
  });
});

describe('where it happens', () => {
  test.each([
    ['the owner’s own repository', undefined, 'acme', true],
    ['a repository of somebody else', undefined, 'other', false],
    ['a listed owner', ['other/*'], 'other', true],
    ['an owner who is not listed', ['other/*'], 'acme', false],
    ['a listed repository', ['ACME/Shop'], 'acme', true],
    ['another repository', ['acme/shopping'], 'acme', false],
    ['nobody', [], 'acme', false],
  ] as const)('%s', async (_what, allow, owner, isAllowed) => {
    const { github, runs, label, logged } = story({
      operator: { ...operator, ...defined({ allow }) },
    });
    const result = await label('troupe:feature', { repository: { owner: { login: owner } } });
    expect(runs.specs.size).toBe(isAllowed ? 1 : 0);
    if (isAllowed) return;
    expect(result).toMatchObject({
      outcome: 'ignored',
      reason: `${owner}/shop is not in the operator's repositories.allow`,
    });
    expect([github.writes, github.requests]).toEqual([[], []]);
    expect(logged.join()).toContain('repositories.allow');
  });

  test('an archived repository is left alone', async () => {
    const { github, label } = story();
    expect(await label('troupe:feature', { repository: { archived: true } })).toMatchObject({ outcome: 'ignored' });
    expect(github.writes).toEqual([]);
  });

  test('a closed issue starts nothing', async () => {
    const { runs, label, said } = story();
    await label('troupe:feature', { issue: { state: 'closed' } });
    expect([runs.specs.size, said()]).toEqual([0, ['`feature` was not started: this is closed. Reopen it first.']]);
  });
});

describe('when the label cannot be followed', () => {
  test('a name that does not exist is answered with the nearest one', async () => {
    const { github, label, said } = story();
    await label('troupe:featrue');
    expect(said()).toEqual([
      'There is no workflow `featrue` here. Did you mean `feature`? Known: `feature` and `hotfix`.',
    ]);
    expect(github.labelsOf.get(7)).not.toContain('troupe:featrue');
  });

  test('a disabled workflow says where it is switched off', async () => {
    const { github, said, label } = story();
    github.files.set('.github/troupe.yml', 'workflows: { disable: [hotfix] }\n');
    await label('troupe:hotfix');
    expect(said()).toEqual([
      'The workflow `hotfix` is switched off here: take it out of `workflows: { disable: […] }` in `.github/troupe.yml` on the default branch, or start another one.',
    ]);
  });

  test.each(['troupe:paused', 'troupe:needs-human', 'troupe:exhausted', 'troupe:lint'])(
    'our own mark %s starts nothing and stays',
    async (mark) => {
      const { github, runs, label } = story();
      expect(await label(mark)).toMatchObject({ outcome: 'ignored' });
      expect([runs.specs.size, github.writes]).toEqual([0, []]);
    },
  );

  test('a file with a mistake becomes one comment with line and column, edited while it is corrected', async () => {
    const { github, runs, label, said } = story();
    const path = `${own}triage.yml`;
    github.files.set(path, workflow('triage', 'inputs: 7').replace('persona: code-reviewer', 'persona: code-reviewr'));
    await label('troupe:triage');
    const [first] = said();
    expect(first).toMatch(/^Nothing was started: `\.github\/troupe\/workflows\/triage\.yml` has \d mistakes\.\n\n- `/);
    expect(first).toMatch(/line 5, column \d+: /);
    github.files.set(path, workflow('triage').replace('persona: code-reviewer', 'persona: code-reviewr'));
    await label('troupe:triage', { at: '2026-11-20T12:05:00Z' });
    expect(said()).toHaveLength(1);
    expect(said()[0]).toContain('has a mistake.');
    expect(said()[0]).toContain('Correct it on the default branch, then put the label on again.');
    github.files.set(path, workflow('triage'));
    await label('troupe:triage', { at: '2026-11-20T12:10:00Z' });
    expect(runs.specs.size).toBe(1);
  });

  test('a mistake in the settings stops every start', async () => {
    const { github, runs, label, said } = story();
    github.files.set('.github/troupe.yml', 'verify: [[npm, test]]\nbugdet: { cost_usd: 1 }\n');
    await label('troupe:feature');
    expect([runs.specs.size, said()]).toEqual([
      0,
      [
        'Nothing was started: `.github/troupe.yml` has a mistake.\n\n' +
          '- `.github/troupe.yml` line 2, column 1: Unknown key `bugdet`. Did you mean `budget`?\n\n' +
          'Correct it on the default branch, then put the label on again.',
      ],
    ]);
  });

  test('two files that answer alike start nothing and are named', async () => {
    const { github, runs, label, said } = story();
    github.files.set(`${own}a.yml`, workflow('a', 'trigger: { labels: [bug], priority: 5 }'));
    github.files.set(`${own}b.yml`, workflow('b', 'trigger: { labels: [bug], priority: 5 }'));
    await label('bug');
    expect([runs.specs.size, said()]).toEqual([
      0,
      [
        'Nothing was started: `.github/troupe/workflows/a.yml` and `.github/troupe/workflows/b.yml` answer to this with the same priority. ' +
          'Give one of them a higher `trigger.priority`, or say which one you mean: `/troupe run a`.',
      ],
    ]);
  });

  test('an input that must be given is asked for', async () => {
    const { github, label, said } = story();
    github.files.set(
      `${own}deploy.yml`,
      workflow('deploy', 'inputs: { where: { type: string, required: true, description: place } }'),
    );
    await label('troupe:deploy');
    expect(said()).toEqual([
      '`deploy` was not started.\n\n- The input `where` is missing. place: give a text.\n\nWrite `/troupe run deploy key=value`.',
    ]);
  });

  test.each(hostileNames)('named %j starts nothing and is said in one plain line', async (name) => {
    const { label, runs, said } = story();
    expect((await label(`troupe:${name}`)).outcome).toMatch(/^(refused|ignored)$/);
    expect(runs.specs.size).toBe(0);
    for (const line of said()) {
      expect(line.split('\n')).toHaveLength(1);
      expect(line).toMatch(/^There is no workflow `[^`<>]*` here\./);
    }
  });

  test('a hostile label is repeated harmlessly', async () => {
    const { label, said } = story();
    await label('troupe:<!-- troupe:run=rx -->`@everyone`');
    expect(said()).toEqual([
      'There is no workflow `!-- troupe:run=rx --@everyone` here. Known: `feature` and `hotfix`.',
    ]);
  });
});

describe('a milestone', () => {
  const milestone = { title: 'v2', number: 3, open_issues: 1, closed_issues: 9, state: 'open', due_on: null };
  const last =
    'trigger: { labels: [ship], condition: "milestone.open_issues === 1 && task.milestone.completion >= 90 && milestone.title === \'v2\'" }';

  test.each([
    ['with the last open issue starts the workflow that waits for it', milestone, 1],
    ['with more to do does not', { ...milestone, open_issues: 2, closed_issues: 8 }, 0],
    ['without counts does not', { title: 'v2' }, 0],
    ['that is missing does not', null, 0],
  ])('%s', async (_what, given, started) => {
    const { github, runs, label } = story();
    github.files.set('.github/troupe/workflows/ship.yml', workflow('ship', last));
    await label('ship', { issue: { milestone: given } });
    expect(runs.specs.size).toBe(started);
    for (const { task } of runs.specs.values())
      expect(task).toMatchObject({
        milestone: 'v2',
        milestoneFacts: { number: 3, open_issues: 1, closed_issues: 9, completion: 90, state: 'open' },
      });
  });
});
