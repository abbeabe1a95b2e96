import { describe, expect, test } from 'vitest';
import { runIdOf } from '../../support/index.ts';
import { base, bot, issue, story, wendy, workflow, operator } from '../testing/story.ts';

const rita = { login: 'rita', id: 3, type: 'User' };

describe('/troupe run', () => {
  test('starts the workflow, says so and shows that it was understood', async () => {
    const { github, runs, comment, said } = story({ runUrl: (run) => `https://troupe.example/runs/${run}` });
    const result = await comment('Please\n/troupe run feature');
    const id = runIdOf('command', 501, 0);
    expect(result).toMatchObject({ outcome: 'started', runs: [id] });
    expect([...runs.specs.keys()]).toEqual([id]);
    expect(said()).toEqual([`Started \`feature\` as [\`${id}\`](https://troupe.example/runs/${id}).`]);
    expect(github.writes).toEqual(['react eyes 501', 'comment #7', 'react +1 501']);
    expect(runs.specs.get(id)?.event).toEqual({
      name: 'issue_comment',
      action: 'created',
      sender: 'wendy',
      comment: { id: 501, body: 'Please\n/troupe run feature', author: 'wendy' },
    });
  });

  test('the same comment fifty times at once starts one run and is answered once', async () => {
    const { runs, comment, said } = story();
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, n) => comment('/troupe run feature', { delivery: `d${n}` })),
    );
    expect([runs.specs.size, said().length]).toEqual([1, 1]);
    expect(new Set(results.flatMap((result) => result.runs)).size).toBe(1);
    expect(results.every((result) => result.outcome === 'started')).toBe(true);
  });

  test('several commands of one comment are each followed and answered together', async () => {
    const { runs, comment, said } = story();
    await comment('/troupe run feature\n/troupe run hotfix\n/troupe run feature');
    const ids = [0, 1, 2].map((ordinal) => runIdOf('command', 501, ordinal));
    expect([...runs.specs.keys()]).toEqual(ids);
    expect(said()).toEqual([
      `Started \`feature\` as \`${ids[0]}\`.\n\nStarted \`hotfix\` as \`${ids[1]}\`.\n\nStarted \`feature\` as \`${ids[2]}\`.`,
    ]);
  });

  test('takes inputs', async () => {
    const { github, runs, comment } = story();
    const inputs =
      'inputs: { where: { type: choice, options: [here, there], default: here, description: x }, why: { type: string, description: y } }';
    github.files.set('.github/troupe/workflows/deploy.yml', workflow('deploy', inputs));
    await comment('/troupe run deploy where=there why="it is time"');
    expect([...runs.specs.values()][0]?.inputs).toEqual({ where: 'there', why: 'it is time' });
  });

  test.each([
    [
      '/troupe run featrue',
      'There is no workflow `featrue` here. Did you mean `feature`? Known: `feature` and `hotfix`.',
    ],
    [
      '/troupe run',
      'No workflow answers to this issue as it is. Say which one you mean: `/troupe run <workflow>`. Known: `feature` and `hotfix`.',
    ],
    ['/troupe run feature where="there', '`/troupe run` has a quote that is not closed. Nothing was started.'],
    [
      '/troupe run feature where=there',
      '`feature` was not started.\n\n- `feature` has no input `where`. It takes no inputs.\n\nWrite `/troupe run feature key=value`.',
    ],
    [
      '/troupe rum feature',
      "I don't know the command `/troupe rum`. Did you mean `/troupe run`? `/troupe help` lists all of them.",
    ],
    ['/troupe pause', 'No run yet on this one. `/troupe run <workflow>` starts one.'],
    ['/troupe <!--x-->`@all`', "I don't know the command `/troupe @all`. `/troupe help` lists all of them."],
  ])('%s is refused with a line', async (body, line) => {
    const { github, runs, comment, said } = story();
    expect(await comment(body)).toMatchObject({ outcome: 'refused' });
    expect(said()).toEqual([line]);
    expect(runs.specs.size).toBe(0);
    expect(github.reactions).toEqual(['confused']);
  });

  test('without a name takes default_workflow', async () => {
    const { github, runs, comment } = story();
    github.files.set('.github/troupe.yml', 'default_workflow: hotfix\n');
    await comment('/troupe run');
    expect([...runs.specs.values()].map((spec) => spec.workflow.id)).toEqual(['hotfix']);
  });

  test('by somebody who may not is refused with 😕 and one line', async () => {
    const { github, runs, comment, said } = story();
    await comment('/troupe run feature', { sender: rita });
    await comment('/troupe run feature', { sender: rita });
    expect(said()).toEqual(['@rita, `/troupe run` needs write permission; you have read permission here.']);
    expect([runs.specs.size, new Set(github.reactions)]).toEqual([0, new Set(['confused'])]);
  });

  test('one refused among good ones: the good one runs', async () => {
    const { github, runs, comment } = story();
    expect(await comment('/troupe run nothing\n/troupe run feature')).toMatchObject({ outcome: 'started' });
    expect([runs.specs.size, github.reactions]).toEqual([1, ['eyes', 'confused']]);
  });

  test('more than ten commands are not read', async () => {
    const { runs, comment, said } = story();
    await comment(Array(40).fill('/troupe run feature').join('\n'));
    expect(runs.specs.size).toBe(10);
    expect(said()[0]).toContain('A comment may hold 10 commands; the ones after that were not read.');
  });
});

describe('comments that command nothing', () => {
  test.each([
    ['ours', '/troupe run feature', { sender: bot }],
    ['with our mark', '/troupe run feature\n<!-- troupe:answer-1 -->', {}],
    ['of a bot', '/troupe run feature', { sender: { login: 'ci[bot]', id: 60, type: 'Bot' } }],
    ['quoted', '> /troupe run feature', {}],
    ['in code', '```\n/troupe run feature\n```', {}],
    ['a mention with an ordinary word', '@troupe thanks a lot!', {}],
    ['plain', 'I think /troupe run feature would help', {}],
  ])('%s', async (_what, body, change) => {
    const { github, runs, comment } = story();
    expect(await comment(body, change)).toMatchObject({ outcome: 'ignored' });
    expect([runs.specs.size, github.writes]).toEqual([0, []]);
  });

  test.each(['edited', 'deleted'])('an %s comment', async (action) => {
    const { github, runs, send } = story();
    const payload = {
      ...base(),
      action,
      issue: issue(),
      comment: { id: 501, body: '/troupe run feature', user: wendy },
    };
    expect(await send('issue_comment', payload)).toMatchObject({ outcome: 'ignored' });
    expect([runs.specs.size, github.writes]).toEqual([0, []]);
  });
});

describe('/troupe cancel', () => {
  test('asks every live run of the issue to stop', async () => {
    const { runs, label, comment, said } = story();
    const [first] = (await label('troupe:feature')).runs;
    const [second] = (await label('troupe:hotfix')).runs;
    if (first === undefined || second === undefined) throw new Error('not started');
    runs.set(first, { status: 'succeeded' });
    await comment('/troupe cancel');
    expect(runs.posted).toEqual([
      {
        run: second,
        event: {
          type: 'run.cancel_requested',
          data: { by: { login: 'wendy', from: 'comment', ref: 'comment:501:0' } },
        },
      },
    ]);
    expect(said()).toEqual([`Cancelling \`${second}\`.`]);
  });

  test.each([
    ['nothing goes on', '/troupe cancel', 'No run yet on this one. `/troupe run <workflow>` starts one.'],
    ['another run is named', '/troupe cancel raaaaaaaaaaaaaaa', 'There is no run `raaaaaaaaaaaaaaa` here.'],
  ])('%s', async (_what, body, line) => {
    const { runs, comment, said } = story();
    await comment(body);
    expect([runs.posted, said()]).toEqual([[], [line]]);
  });

  test('a reader may not cancel what somebody else asked for', async () => {
    const { runs, label, comment, said } = story();
    await label('troupe:feature');
    await comment('/troupe cancel', { sender: rita });
    expect([runs.posted, said()]).toEqual([
      [],
      [
        '@rita, `/troupe cancel` is for who asked for the run, or somebody with write permission; you have read permission here.',
      ],
    ]);
  });

  test('whoever asked for a run may cancel it, even without the permission', async () => {
    const { github, runs, comment } = story();
    github.permissions.set('rita', 'write');
    await comment('/troupe run feature', { sender: rita });
    github.permissions.set('rita', 'read');
    await comment('/troupe cancel', { sender: rita, commentId: 502 });
    expect(runs.posted).toHaveLength(1);
  });
});

test('/troupe status shows the runs, newest first', async () => {
  const { runs, label, comment, said } = story();
  const [first] = (await label('troupe:feature')).runs;
  const [second] = (await label('troupe:hotfix')).runs;
  if (first === undefined || second === undefined) throw new Error('not started');
  runs.set(first, { status: 'failed', reason: 'qa said <b>no</b> | @all' });
  runs.set(second, {
    status: 'running',
    currentSteps: ['Look'],
    pullRequestUrl: 'https://github.example/acme/shop/pull/8',
  });
  await comment('/troupe status', { sender: rita });
  expect(said()).toEqual([
    [
      '| run | workflow | state | now at | pull request |',
      '|---|---|---|---|---|',
      `| \`${second}\` | hotfix | running | Look | https://github.example/acme/shop/pull/8 |`,
      `| \`${first}\` | feature | failed: qa said no \\| @\u200ball | – | – |`,
    ].join('\n'),
  ]);
});

test('/troupe status where nothing ran', async () => {
  const { comment, said } = story();
  await comment('/troupe status');
  expect(said()).toEqual(['No run yet on this one. `/troupe run <workflow>` starts one.']);
});

test('/troupe help is made from the commands and workflows', async () => {
  const { comment, said } = story();
  await comment('@troupe help');
  expect(said()[0]).toMatchInlineSnapshot(`
    "| command | what it does | who may | example |
    |---|---|---|---|
    | \`/troupe run [workflow] [key=value …]\` | starts a workflow for this issue or pull request | write | \`/troupe run feature environment=staging\` |
    | \`/troupe status\` | shows the runs of this issue or pull request | anyone | \`/troupe status\` |
    | \`/troupe explain\` | tells why something ran here or did not | anyone | \`/troupe explain\` |
    | \`/troupe pause [run or all]\` | lets what runs now end and starts nothing new; the label \`troupe:paused\` does the same; \`all\`, by an operator, stops everything on this server at once | write | \`/troupe pause\` |
    | \`/troupe resume [run or all]\` | lets a paused run go on; \`all\`, by an operator, everything that was paused with \`pause all\` | write | \`/troupe resume\` |
    | \`/troupe cancel [run]\` | ends the runs that are going on here, at once; whoever asked for a run may end it too | write | \`/troupe cancel\` |
    | \`/troupe stop [run]\` | starts nothing new, then runs the last steps; whoever asked for a run may stop it too | write | \`/troupe stop\` |
    | \`/troupe retry [step] [run]\` | runs what failed once more; what was done well is kept | write | \`/troupe retry qa\` |
    | \`/troupe rerun from <step> [run]\` | runs a step and all that depends on it again; \`rerun all\` runs everything again | write | \`/troupe rerun from qa\` |
    | \`/troupe skip <step> [run]\` | leaves out an optional step (\`advisory: true\` or \`on_failure: continue\`) | write | \`/troupe skip docs\` |
    | \`/troupe approve [step] [@sha] [run]\` | lets the step that waits for an approval go on | write | \`/troupe approve merge @1a2b3c4\` |
    | \`/troupe reject [step] [reason] [run]\` | says no to the step that waits for an approval | write | \`/troupe reject merge "The changelog is missing"\` |
    | \`/troupe answer [step] <text or JSON> [run]\` | answers the step that asked; lines below belong to the answer | write | \`/troupe answer Use PostgreSQL 17\` |
    | \`/troupe followup <text> [run]\` | goes on with the same branch and pull request; lines below belong to the text | write | \`/troupe followup Use the existing date helper\` |
    | \`/troupe budget <usd> [run]\` | changes what the run may cost, up to the operator’s limit | write | \`/troupe budget 5\` |
    | \`/troupe plan [workflow] [key=value …]\` | tells what would run: workflow, steps, personas, permissions; starts nothing | write | \`/troupe plan feature\` |
    | \`/troupe config\` | shows the settings that hold here | write | \`/troupe config\` |
    | \`/troupe workflows\` | lists what can be started here, and what starts it | anyone | \`/troupe workflows\` |
    | \`/troupe help\` | shows this | anyone | \`/troupe help\` |

    Workflows here, each started by its label \`troupe:<workflow>\` or by \`/troupe run <workflow>\`:

    - \`feature\`: What feature does
    - \`hotfix\`: What hotfix does"
  `);
});

describe('pull requests', () => {
  const onPull = { issue: { number: 8, pull_request: {} } };

  test('a command on a pull request starts a run for it', async () => {
    const { github, runs, comment } = story();
    github.pulls.set(8, { headRepositoryId: 100, merged: false });
    await comment('/troupe run feature', onPull);
    expect([...runs.specs.values()][0]).toMatchObject({
      task: { kind: 'pull_request', number: 8 },
      event: { pull_request: { number: 8, head_sha: 'a'.repeat(40), fork: false } },
    });
  });

  test.each([
    ['a fork', 555],
    ['a fork that is gone', null],
  ])('a workflow that writes is refused on %s, one that reads is not', async (_what, headRepositoryId) => {
    const { github, runs, comment, said } = story();
    github.pulls.set(8, { headRepositoryId, merged: false });
    github.files.set(
      '.github/troupe/workflows/write.yml',
      workflow('write').replace('branch: false', '').replace('code-reviewer', 'lead-engineer'),
    );
    await comment('/troupe run write\n/troupe run feature', onPull);
    expect([...runs.specs.values()].map((spec) => spec.workflow.id)).toEqual(['feature']);
    expect(said()[0]).toContain(
      '`write` was not started: this pull request comes from a fork, where only workflows with `branch: false` may run.',
    );
  });

  test.each([
    ['the repository itself', 100, true],
    ['a fork', 555, false],
  ])('trust in a repository holds for a pull request of %s: %s', async (_what, headRepositoryId, trusted) => {
    const { github, runs, comment } = story({ operator: { ...operator, trusted: ['acme/shop'] } });
    github.pulls.set(8, { headRepositoryId, merged: false });
    await comment('/troupe run feature', onPull);
    expect([...runs.specs.values()].map(({ settings }) => settings.trusted)).toEqual([trusted]);
  });
});

describe('while another run of the same lock goes on', () => {
  const withConflict = (rule: string) =>
    workflow('feature', `concurrency: { group: "issue-{{task.number}}", on_conflict: ${rule} }`);

  test.each([
    ['queue', 2, 0, 'Started'],
    ['reject', 1, 0, '`feature` was not started: `'],
    ['replace', 2, 1, 'Started'],
  ])('on_conflict: %s', async (rule, started, cancelled, line) => {
    const { github, runs, comment, said } = story();
    github.files.set('.github/troupe/workflows/feature.yml', withConflict(rule));
    await comment('/troupe run feature', { commentId: 1 });
    await comment('/troupe run feature', { commentId: 2 });
    await comment('/troupe run feature', { commentId: 2 });
    expect([runs.specs.size, runs.posted.length]).toEqual([started, cancelled]);
    expect(said().at(-1)).toContain(line);
  });
});
